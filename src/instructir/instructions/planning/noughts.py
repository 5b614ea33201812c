"""Amounts of nothing: "darken by 0 EV", "sharpen by 0 %", "exposure +0". They ask for no change.

The words for a direction would ask for the usual amount, and the trained reader knows no figures. A clause
with such an amount says nothing, then, and a sentence of nothing else leaves the picture as it is. "Noise to
0" and "0 % noise" are no such amounts: they are wishes for all of it to go.
"""

import re
from functools import lru_cache

from instructir.instructions.clauses import ENGLISH_GRAMMAR, clauses
from instructir.instructions.letters import PERCENT
from instructir.instructions.locales import locale
from instructir.instructions.plan import Plan
from instructir.instructions.ruling_out.leaving import WORK
from instructir.instructions.tone.stops_abroad import unit_of_stops

_NOUGHT = r"(?<![\d.,/])(?:[-+\u2212\u2013\u00b1]\s?)?0(?:[.,]0+)?(?![.,/]?\d)"
_SIGNED = r"[-+\u2212\u00b1] ?0(?:[.,]0+)?(?![.,/]?\d)"
_ZERO = rf"(?:{_NOUGHT}|zero)"
_SHARE = rf"(?: ?(?:{PERCENT}|percent|per cent))"
_STOPS = r"(?: ?(?:ev|e\.v\.|f-?stops?|stops?))"
_SLIDER = r"(?:exposure|brightness|contrast|saturation|warmth|vibrance|ev)"
_BARE = re.compile(
    rf"\W*(?:exposure |by |at )*(?:{_ZERO}{_STOPS}|{_NOUGHT} ?{PERCENT}|{_SIGNED})\W*", re.IGNORECASE
)
"""A sentence of such an amount alone, in whatever language."""
_ENGLISH = re.compile(
    rf"\b(?:by|at) (?:exactly |just |only |about )?{_ZERO}{_SHARE}?$|"
    rf"(?<!\bto )(?<!\S){_ZERO}{_STOPS}\b(?! of\b)|"
    rf"\b(?:{WORK}|(?:sharpen|denois|dehaz|derain|deblurr?|brighten|darken|upscal)ing|noise reduction)"
    rf"(?: (?:it|this|that))?[ :=]+{_NOUGHT}{_SHARE}?$|"
    rf"\b{_SLIDER}[ :=]+{_SIGNED}{_SHARE}?$|^{_SIGNED}{_SHARE}? {_SLIDER}$",
    re.IGNORECASE,
)
_BY = {
    "de": "um",
    "es": "en un|un|en|por",
    "fr": "de",
    "it": "dello|del|di",
    "pt": "em",
    "nl": "met",
    "pl": "o",
    "ru": "\u043d\u0430",
}
"""What stands before the amount of a change, by language."""
_POLITE = re.compile(r",? (?:please|pls|plz|thanks)$", re.IGNORECASE)


@lru_cache(maxsize=16)
def _none_of_it(code: str) -> re.Pattern[str]:
    """Amounts of nothing in a language."""
    if code == "en":
        return _ENGLISH
    by = rf"(?<!\w)(?:{_BY[code]})\s*{_NOUGHT}\s*{PERCENT}|" if code in _BY else ""
    return re.compile(rf"{by}{_NOUGHT}\s*(?:{unit_of_stops(code)})", re.IGNORECASE)


def nought(text: str) -> Plan | None:
    """The plan of a `text` that is nothing but such an amount, "0 EV" or "+0"; None of any other."""
    return Plan("clear", (), reason="kept") if _BARE.fullmatch(text) else None


def without_noughts(text: str, code: str) -> str:
    """`text`, in the language `code`, without clauses that ask for nothing; empty where all do."""
    if "0" not in text and "zero" not in text.lower():
        return text
    pieces = clauses(text, ENGLISH_GRAMMAR if code == "en" else locale(code).grammar)
    asking = [piece for piece in pieces if not _none_of_it(code).search(_POLITE.sub("", piece.text))]
    if len(asking) == len(pieces):
        return text
    return ", ".join(f"{piece.lead} {piece.text}".strip(" ,.;:!&+") for piece in asking)
