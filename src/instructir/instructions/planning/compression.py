"""Words for what JPEG and messengers leave in a picture, which denoising was trained to take away as well."""

import re
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from instructir.instructions.plan import Artefacts, Plan
from instructir.instructions.tables import table_beside
from instructir.tasks import Task

_ARTEFACTS = r"arte?i?fact(?:s|ing)?"
_CODEC = r"(?:jpe?g|jpg|compression|whatsapp)"
_LEFT = re.compile(
    rf"\b(?:{_CODEC}|block(?:ing|y)?|mosquito|ringing) (?:\w+ )?"
    rf"(?:{_ARTEFACTS}|blocks|squares|noise|mush|damage)\b"
    rf"|\b{_ARTEFACTS}\b(?= (?:from|of|due to|by|after) (?:the |a |its )?(?:{_CODEC}|messenger|e-?mail))"
    rf"(?: \w+){{1,3}}"
    rf"|^(?:the )?{_ARTEFACTS}$"
    r"|\b(?:blocks|blockiness) and (?:ringing|halos)\b|\bringing and (?:blocks|blockiness)\b"
    r"|\b(?:8 ?x ?8 )?(?:jpe?g |DCT |macro ?)blocks\b|\bmacro-?block(?:s|ing)\b|\bmosquito noise\b"
    rf"|\bringing(?= (?:from|of|due to|by|after) (?:the |a |its |heavy |strong )*{_CODEC})",
    re.IGNORECASE,
)
_BLOCKS = r"(?:blocky|blocks|blocking|blockiness|blocked up|squares)"
_BETWEEN = r"(?:,? (?!and\b|but\b|then\b)[\w'-]+){0,4}?,? "
_SQUEEZED = re.compile(
    rf"\b{_BLOCKS}{_BETWEEN}(?:{_CODEC}|messenger|codec|compressing)\b"
    rf"|\b{_CODEC}{_BETWEEN}{_BLOCKS}\b|"
    r"\b(?:(?:heavily|badly|over|too|very|so|terribly)[- ]?)+compressed\b"
    r"|\b(?:compressed|squeezed|squashed|crushed|zipped) (?:(?:it|this|that|them|everything|(?:the|my|"
    r"our) \w+) )?(?:down )?"
    r"to (?:death|hell|bits|mush|pieces|pulp|nothing|dust)\b"
    r"|\b(?:(?:jpe?g|jpg|whatsapp)(?:[\u2019']s)? (?:compression|quality|encoding)|(?:the |"
    r"its )?compression) (?:is|was|looks|"
    r"got|seems|came out) (?:(?:just|so|really|very|simply|absolutely|pretty|quite|far|way|all) )*(?:awful|"
    r"terrible|"
    r"horrible|bad|dreadful|atrocious|visible|nasty|brutal|ugly|poor|heavy|savage|appalling|too (?:strong|"
    r"high|much|"
    r"heavy|hard)|ruin\w* \w+)\b"
    r"|\b(?:re-?)?(?:saved|exported|stored|compressed|encoded|written|uploaded)(?: (?:it|this|them|"
    r"as (?:an? )?jpe?g))* "
    r"(?:at|with|in|using|to) (?:a |an |the )?(?:(?:jpe?g )?quality (?:of |level |setting )?(?:[1-4]?\d|"
    r"zero|one|two|three)"
    r"\b(?! ?\d)|(?:[1-4]?\d) ?(?:%|percent) (?:jpe?g )?quality|(?:very |really )?(?:lowest|low|minimum|"
    r"minimal|worst|poor|"
    r"terrible) (?:jpe?g )?quality)"
    r"|\b(?:whatsapp|messenger|facebook|(?:the )?(?:jpe?g )?compression|jpe?g|e-?mail) (?:has )?"
    r"(?:ruined|destroyed|killed|compressed|wrecked|butchered|mangled|squashed)"
    r"(?: it| this| (?:the|my) \w+)?\b"
    r"|\b(?:sent|shared|received|came|downloaded|saved|got) (?:it |this )?(?:\w+ )?"
    r"(?:via|through|over|on|by|from|with) whatsapp\b"
    r"|\b(?:is|are|was|looks?|looking|seems?|got|came out|and|or|bit|little|slightly|somewhat|quite|rather|"
    r"overly) compressed\b(?! (?:air|into|to|with|for|as)\b)"
    r"|\bdeblock(?:ing)?\b|\blow[- ]quality jpe?g\b",
    re.IGNORECASE,
)
_NOISE = re.compile(r"\b(?:nois\w*|grain\w*|speckl\w*|iso)\b", re.IGNORECASE)


class _Words(NamedTuple):
    """What one language calls it.

    Attributes:
        artefacts: names of what is left.
        noise: the word that takes their place.
        squeezed: clauses that say where it comes from.
        noisy: the clause that takes their place.
        of_noise: words for noise itself.
        blocks: words that mean artefacts where the sentence says where they come from.
    """

    artefacts: re.Pattern[str]
    noise: str
    squeezed: re.Pattern[str]
    noisy: str
    of_noise: re.Pattern[str]
    blocks: re.Pattern[str]


_ENGLISH = _Words(
    _LEFT, "noise", _SQUEEZED, "it is noisy", _NOISE, re.compile(rf"\b{_BLOCKS}\b", re.IGNORECASE)
)
_UNSPACED = ("zh", "ja", "ko", "ar", "hi")
"""Languages whose words run on, or end in marks that are no letters to a regular expression."""


@cache
def _other_languages() -> dict[str, _Words]:
    content: dict[str, dict[str, Any]] = table_beside(__file__)

    def pattern(code: str, choices: list[str]) -> re.Pattern[str]:
        inner = "|".join(choices)
        return re.compile(inner if code in _UNSPACED else rf"(?<!\w)(?:{inner})(?!\w)", re.IGNORECASE)

    return {
        code: _Words(
            pattern(code, words["artefacts"]),
            words["noise"],
            pattern(code, words["squeezed"]),
            words["noisy"],
            re.compile(words["of noise"], re.IGNORECASE),
            pattern(code, [words["blocks"]]),
        )
        for code, words in content.items()
    }


def _words(code: str) -> _Words:
    return _ENGLISH if code == "en" else _other_languages()[code]


def artefacts_in(text: str, code: str = "en") -> Artefacts:
    """Whether `text`, in the language `code`, speaks of what compression leaves, and of noise beside it."""
    words = _words(code)
    rest = words.squeezed.sub(" ", words.artefacts.sub(" ", text))
    if rest == text:
        return ""
    return "also" if words.of_noise.search(rest) else "only"


def as_noise(text: str, code: str = "en") -> str:
    """`text` with noise in place of what compression leaves: the reader knows that word."""
    words = _words(code)
    bare = words.artefacts.sub(words.noise, text)
    clean = words.squeezed.sub(words.noisy, bare)
    return clean if clean == text else words.blocks.sub(words.noise, clean)


def language_of_artefacts(text: str) -> str | None:
    """The language, other than English, that has such words for what compression leaves."""
    return next((code for code in _other_languages() if artefacts_in(text, code)), None)


def with_artefacts(found: Plan, artefacts: Artefacts) -> Plan:
    """A plan whose denoising is asked for because of JPEG."""
    steps = (
        replace(step, artefacts=artefacts) if step.task is Task.DENOISING else step for step in found.steps
    )
    return replace(found, steps=tuple(steps)) if artefacts else found
