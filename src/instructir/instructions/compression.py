"""Words for what JPEG and messengers leave in a picture, which denoising was trained to take away as well."""

import re

from instructir.instructions.plan import Artefacts

_ARTEFACTS = r"arte?i?fact(?:s|ing)?"
_CODEC = r"(?:jpe?g|jpg|compression|whatsapp)"
_LEFT = re.compile(
    rf"\b(?:{_CODEC}|block(?:ing|y)?|mosquito|ringing) (?:\w+ )?"
    rf"(?:{_ARTEFACTS}|blocks|squares|noise|mush|damage)\b"
    rf"|\b{_ARTEFACTS}\b(?= (?:from|of|due to|by|after) (?:the |a |its )?(?:{_CODEC}|messenger|e-?mail))"
    rf"(?: \w+){{1,3}}"
    rf"|^(?:the )?{_ARTEFACTS}$",
    re.IGNORECASE,
)
_BLOCKS = r"(?:blocky|blocks|blockiness|blocked up|squares)"
_BETWEEN = r"(?: (?!and\b|but\b|then\b)[\w'-]+){0,4}? "
_SQUEEZED = re.compile(
    rf"\b{_BLOCKS}{_BETWEEN}(?:{_CODEC}|messenger|codec|compressing)\b"
    rf"|\b{_CODEC}{_BETWEEN}{_BLOCKS}\b|"
    r"\b(?:(?:heavily|badly|over|too|very|so|terribly)[- ]?)+compressed\b"
    r"|\bcompressed to (?:death|hell|bits)\b"
    r"|\b(?:whatsapp|messenger|facebook|(?:the )?(?:jpe?g )?compression|jpe?g|e-?mail) (?:has )?"
    r"(?:ruined|destroyed|killed|compressed|wrecked|butchered|mangled|squashed)"
    r"(?: it| this| (?:the|my) \w+)?\b"
    r"|\b(?:sent|shared|received|came|downloaded|saved|got) (?:it |this )?(?:\w+ )?"
    r"(?:via|through|over|on|by|from|with) whatsapp\b"
    r"|\bdeblock(?:ing)?\b|\blow[- ]quality jpe?g\b",
    re.IGNORECASE,
)
_NOISE = re.compile(r"\b(?:nois\w*|grain\w*|speckl\w*|iso)\b", re.IGNORECASE)


def artefacts_in(text: str) -> Artefacts:
    """Whether `text` speaks of what compression leaves, and of noise beside it."""
    rest = _SQUEEZED.sub(" ", _LEFT.sub(" ", text))
    if rest == text:
        return ""
    return "also" if _NOISE.search(rest) else "only"


def as_noise(text: str) -> str:
    """`text` with noise in place of what compression leaves: the reader knows that word."""
    return _SQUEEZED.sub("it is noisy", _LEFT.sub("noise", text))
