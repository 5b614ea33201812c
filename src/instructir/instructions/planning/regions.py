"""The part of the picture that somebody wants changed alone: "only the face", "just the sky".

The networks change the whole picture, which is then said. ``regions.json`` holds what other languages call
these parts, and their words for "only".
"""

import re
from functools import lru_cache

from instructir.instructions.letters import UNSPACED, has_letters, or_all
from instructir.instructions.tables import table_beside

_PARTS = (
    r"face|faces|eyes?|hair|skin|lips|teeth|hands?|sky|clouds|background|foreground|subject|trees?|"
    r"grass|water|sea|"
    r"shadows|corners?|(?:left|right|top|bottom|upper|lower|other) (?:half|side|part|corner|third)|left|"
    r"right|top|bottom|"
    r"dress|shirt|car|building|buildings|house|dog|cat|baby|bride|text|letters|man|woman|child|people|"
    r"person|mountains?"
)
_REGION = re.compile(
    rf"\b(?:only|just|nothing (?:but|except)|nowhere (?:but|except))\b(?: \w+){{0,2}} (?:on |in |of |"
    rf"for )?(?:the|his|her|my|their|our|its) "
    rf"(?P<part>{_PARTS})\b"
    rf"|\b(?:the|his|her|my|their|our) (?P<alone>{_PARTS}) (?:only|alone)\b"
    rf"|\b(?:sharpen|brighten|lighten|denoise|deblur|enhance|saturate|smooth|unblur|dehaze) (?:only |"
    rf"just )?(?:the|his|her|my|their|our) "
    rf"(?P<object>{_PARTS})\b",
    re.IGNORECASE,
)
_NOT = "".join(
    rf"(?<!\b{word} )" for word in ("pas", "nicht", "no", "non", "n\u00e3o", "niet", "nie", "\u043d\u0435")
)
"""What makes "only" the contrary: "not only the sky"."""


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = table_beside(__file__)
    return found


def without_only(text: str, code: str) -> str:
    """`text`, in the language `code`, without its words for "only", unless nothing else is left."""
    rest = " ".join(_only(code).sub(" ", text).split())
    return or_all(rest, text)


def without_region(text: str, code: str) -> str:
    """`text` without the part that alone is meant: a sky in it makes the reader think of haze."""
    found = _foreign(code).search(text)
    if found is None or found.lastgroup is None:
        return without_only(text, code)
    start, end = found.span(found.lastgroup)
    rest = f"{text[:start]} {text[end:]}"
    return without_only(rest if has_letters(without_only(rest, code)) else text, code)


@lru_cache(maxsize=16)
def _only(code: str) -> re.Pattern[str]:
    only = _words()[code]["only"]
    # "Only" hangs on a Korean noun as a letter that also ends other words.
    if code == "ko":
        only = "(?<=[\uac00-\ud7af])\ub9cc(?= |$)|\uc624\uc9c1|\uc624\ub85c\uc9c0"
    return re.compile(only if code in UNSPACED else rf"(?<!\w)(?:{only})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=16)
def _foreign(code: str) -> re.Pattern[str]:
    words = _words()
    only, parts = words[code]["only"], words[code]["parts"]
    if code in UNSPACED:
        # No spaces there, or none before "only"; a part may be one letter of another word.
        between = words[code].get("between", "")
        pattern = (
            rf"(?:{only})(?:{between})*(?P<after>{parts})|(?<!\w)(?P<before>{parts})(?:{between})*(?:{only})"
        )
    else:
        step = r"\s+[^\s,.;:!?\u060c\u061b\u0964]+"
        pattern = (
            rf"{_NOT}(?<!\w)(?:{only})(?:{step}){{0,3}}?\s+(?:\w+['\u2019])?(?P<after>{parts})(?!\w)"
            rf"|(?<!\w)(?P<before>{parts})(?:{step})?\s+(?:{only})(?!\w)"
        )
    return re.compile(pattern, re.IGNORECASE)


def region(text: str, code: str = "en") -> str | None:
    """The part of the picture that `text`, in the language `code`, wants changed alone, in its own words."""
    found = (_REGION if code == "en" else _foreign(code)).search(text)
    return next((name for name in found.groups() if name), None) if found else None


_WHERE = re.compile(
    rf"(?:(?:please|restore|fix|do|change|edit|just|only|alone|on|in|of|for|the|his|her|my|their|our|"
    rf"its|{_PARTS})"
    r"(?:\W+|$))+",
    re.IGNORECASE,
)


def names_region_only(text: str) -> bool:
    """Whether `text` says where and not what: "only the face, please"."""
    return region(text) is not None and _WHERE.fullmatch(text) is not None
