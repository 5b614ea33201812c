"""Sizes that stand beside another wish without a verb: "remove the haze, x2", "200 % and less noise".

A factor alone is known to ask for enlarging, and so is one beside words for it. Beside another task it was
lost, or taken for how much of that task is to be done. Here such a size gets the verb of its language, and is
then read as "upscale it x2" ever was, with whatever order is stated. A factor is bare where it is a clause of
its own but for a courtesy; "x2" and "2x" also at either end of a request that no mark parts from them.
``bare_sizes.json`` has, for each language: how to ``say`` it, what is ``counted`` ("2 times"), what means
``double`` the size without a figure, the words ``and`` that join a clause, and the ``aside`` ones beside it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from instructir.errors import ConfigError
from instructir.instructions.letters import MARKS, PERCENT, UNSPACED, has_letters
from instructir.instructions.planning.enlarging import scale_in
from instructir.instructions.ruling_out.leaving import WORK
from instructir.instructions.tables import table_beside
from instructir.sizes import Size

_CROSS = r"[x\u00d7\u0445]"
_PLAIN = rf"(?:{_CROSS} ?(?P<behind>\d(?:[.,]\d)?)|(?P<before>\d(?:[.,]\d)?) ?{_CROSS})(?![^\W_])"
_HUNDREDS = rf"(?P<percent>[1-8]\d{{2}}) ?{PERCENT}(?!\w)"
_APART = r"(?<![A-Za-z0-9\u00d7])(?<!\d[.,])"
_MARK = rf"[{MARKS}+&/]|\s[\u2013\u2014-]\s|\s*(?:[-=]+>|\u2192)\s*"
_OPTICAL = re.compile(
    r"\b(?:zoom\w*|tele\w*|lens\w*|converter|macro|magnif\w*|microscop\w*|crop\w*|speed|iso|objekti[vf]\w*|"
    r"objetivo|objectif|obiettivo|lupa|loupe|drizzle|binning|stack\w*|subs|exposures)\b|=",
    re.IGNORECASE,
)
"""What a factor belongs to that tells how a picture was taken; and sums."""
_REQUEST = re.compile(
    rf"(?:(?:please|pls|just|can you|could you|now) )*(?:{WORK}|remove|reduce|fix|clean|clear|get|take|lift|"
    r"lose|kill|improve|restore|correct|derain|make|de-?\w+)\b[^,.;:!?]*",
    re.IGNORECASE,
)
"""A request that begins with its verb, to which a factor without a mark may be joined."""
_DOUBLED = "x2"


@dataclass(frozen=True)
class _Words:
    """How a language says a bare size."""

    say: str
    clause: re.Pattern[str]
    end: re.Pattern[str]
    start: re.Pattern[str]


@lru_cache(maxsize=16)
def _words(code: str) -> _Words | None:
    said = table_beside(__file__).get(code)
    if said is None:
        return None
    unspaced = code in UNSPACED
    gap = r"\s*" if unspaced else r"\s+"
    joins = rf"(?:{said['and']})" if unspaced else rf"(?<!\w)(?:{said['and']})(?!\w)"
    counted = rf"(?P<times>\d(?:[.,]\d)?)(?:{said['counted']})(?![^\W_])"
    size = rf"(?:{_PLAIN}|{_HUNDREDS}|{counted}|(?P<double>{said['double']})(?![^\W_]))"
    aside = rf"(?:{said['aside']})"
    clause = (
        rf"(?P<lead>^|{_MARK}|{joins})(?P<gap>\s*)(?:{aside}{gap})*{_APART}{size}"
        rf"(?:{gap}{aside})*(?=\s*(?:$|{_MARK}|[?\uff1f]|{joins}))"
    )
    return _Words(
        said["say"],
        re.compile(clause, re.IGNORECASE),
        re.compile(rf"(?<=\S){gap}{_APART}{_PLAIN}(?:{gap}{aside})*[.!]*\s*$", re.IGNORECASE),
        re.compile(rf"^\s*(?:{aside}{gap})*{_PLAIN}{gap}(?=\w)", re.IGNORECASE),
    )


def with_sizes_said(text: str, code: str) -> str:
    """`text`, in the language `code`, with a bare size that stands beside another wish said in full.

    A text without one, or which asks for a size in other words, comes back as it is.
    """
    words = _words(code)
    if words is None or (not any(map(str.isdigit, text)) and not words.clause.search(text)):
        return text
    if _OPTICAL.search(text) or scale_in(text):
        return text
    for found in words.clause.finditer(text):
        scale = _scale(found)
        if scale and has_letters(f"{text[: found.start()]}{text[found.end() :]}"):
            gap = found["gap"] or (" " if found["lead"].strip() and code not in UNSPACED else "")
            return (
                f"{text[: found.start()]}{found['lead']}{gap}{words.say.format(scale)}{text[found.end() :]}"
            )
    return _unmarked_size(text, words, code)


def _unmarked_size(text: str, words: _Words, code: str) -> str:
    """`text` with a size at its beginning or its end that no mark parts from the request beside it."""
    for pattern in (words.end, words.start):
        found = pattern.search(text)
        scale = _scale(found) if found else ""
        if not (found and scale):
            continue
        rest = f"{text[: found.start()]}{text[found.end() :]}".strip()
        if has_letters(rest) and (code != "en" or _REQUEST.fullmatch(rest)):
            size = words.say.format(scale)
            return f"{rest}, {size}" if pattern is words.end else f"{size}, {rest}"
    return text


def _scale(found: re.Match[str]) -> str:
    """The size that was found, as ``x2``; empty for one that cannot be had, which is then no size."""
    groups = found.groupdict()
    if groups.get("double"):
        return _DOUBLED
    if groups.get("percent"):
        scale = f"x{int(groups['percent']) / 100:g}"
    else:
        number = groups.get("behind") or groups.get("before") or groups.get("times") or ""
        scale = f"x{float(number.replace(',', '.')):g}"
    try:
        return scale if Size.parse(scale).factor > 1 else ""
    except ConfigError:
        return ""
