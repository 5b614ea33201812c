"""Wishes as a form is filled in: "noise reduction: strong, sharpening: no"."""

import re

from instructir.instructions.ruling_out.denials import FAULT_NOUN
from instructir.instructions.ruling_out.leaving import WORK

_GERUND = (
    r"(?:de-?nois|de-?blurr|de-?haz|de-?rain|de-?fogg|sharpen|smooth|brighten|lighten|upscal|enlarg|enhanc|"
    r"retouch|resiz)ing"
)
_YES = re.compile(
    rf"(?:^|(?<=[,.;] )|(?<= and ))(?P<what>(?:(?!and\b)\w+ )?{FAULT_NOUN}|{_GERUND}|{WORK}|\w+ (?:removal|"
    rf"reduction|correction))"
    r"(?: ?[:=-] ?(?P<how>yes|no(?! \w+ing\b| more\b| de-?\w+\b)|nope|strong|full|high|max|weak|low|"
    r"light|slight|little)"
    r"| (?P<answer>yes|no|nope)(?: please| thanks| thank you| way)?(?=\W*$|[,.;]| and| but))\b",
    re.IGNORECASE,
)
_WORKING = re.compile(rf"(?:{_GERUND}|{WORK})$|.*(?:removal|reduction|correction)$", re.IGNORECASE)
_MORE = re.compile(r"(?:colou?rs?|contrast|brightness|sharpness|saturation)$", re.IGNORECASE)
_WEAK = ("weak", "low", "light", "slight", "little")


def answered(text: str) -> str:
    """`text` with such answers as requests, and refusals as what is to be left."""
    return _YES.sub(_request, text)


def _request(found: re.Match[str]) -> str:
    how, what = (found["how"] or found["answer"]).lower(), found["what"]
    if _WORKING.match(what):
        return f"do not {_verb(what)} it" if how in ("no", "nope") else what
    if how in ("no", "nope"):
        return f"leave the {what} alone"
    if _MORE.search(what):
        return f"improve the {what}"
    return f"{'slightly ' if how in _WEAK else ''}remove the {found['what']}"


def _verb(what: str) -> str:
    """The verb: "sharpen" of "sharpening", "deblur" of "deblurring"; what is no such noun is worked on."""
    if not what.lower().endswith("ing"):
        return what if re.fullmatch(WORK, what, re.IGNORECASE) else f"do {what} on"
    stem = re.sub(r"(blur|fog)[rg]$", r"\1", what[:-3], flags=re.IGNORECASE)
    return (
        f"{stem}e" if stem.lower().endswith(("nois", "haz", "upscal", "enlarg", "enhanc", "resiz")) else stem
    )
