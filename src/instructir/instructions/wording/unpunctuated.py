"""The comma that a hurried sentence lacks: "no toques los colores solo quita el ruido".

Words that leave something alone, or deny a fault, reach to the end of their clause. Where nothing marks
that end, what is asked for behind it would be ruled out with them, which is the reverse of the wish. So a
comma is put before what can only begin a wish of its own, a word for "only" or a verb of the work, where
what stands to its left has already said what it leaves alone or denies, and before "don't" where a verb of
the work stands to its left.

``unpunctuated.json`` has the words of the other languages: ``only``; ``does``, verbs of the work; ``bare``,
those of them that need no "only"; ``not``, beginnings of what is left alone; ``is``, beginnings of what is
said after a denial; ``holds``, what a verb belongs to that stands to its left. Where verbs stand last,
``rests`` and ``done`` are the ends of what is left alone and of what is asked for.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from instructir.instructions.letters import ENDS, has_letters
from instructir.instructions.locales import locale
from instructir.instructions.ruling_out.denials import denied
from instructir.instructions.ruling_out.leaving import WORK, denies, leaves, leaves_nothing_named, topic
from instructir.instructions.tables import table_beside

_NEVER = "(?!)"
_MOST = 8
"""Clauses that are looked at."""
_NOT = r"(?:nicht|nichts|niet|niets|pas|no|non|n[ãa]o|nie|\u043d\u0435|\u0644\u0627)"
_NEGATED = re.compile(rf"(?:^|\s){_NOT}(?=\s)", re.IGNORECASE)
_NEGATION = re.compile(rf"(?:^|\s){_NOT}$", re.IGNORECASE)
_SETTLED = re.compile(r"(?:^|\s)(?:so|as\u00ed|cos\u00ec|comme \u00e7a|assim|zo|tak)$", re.IGNORECASE)
_PRONOUN = re.compile(r"(?:it|this|that|them|him|her|me|us)", re.IGNORECASE)


@dataclass(frozen=True)
class _Words:
    """How a language goes on after what it leaves alone.

    Attributes:
        only: "only", at the beginning of a wish.
        wish: "only" and a verb of the work.
        bare: a verb of the work without "only".
        says: what may be said after a denial.
        keeps: how a clause begins that leaves something alone.
        rests: the end of such a clause.
        done: the end of a request.
        holds: what a verb belongs to that stands to its left.
        boundary: where one clause may end and the next begin.
    """

    only: re.Pattern[str]
    wish: re.Pattern[str]
    bare: re.Pattern[str]
    says: re.Pattern[str]
    keeps: re.Pattern[str]
    rests: re.Pattern[str]
    done: re.Pattern[str]
    holds: re.Pattern[str]
    boundary: re.Pattern[str]


_ENGLISH = {
    "only": r"(?:please )?(?:just|only|simply|merely)",
    "does": (
        rf"(?:{WORK}|remove|fix|reduce|clean|clear|correct|improve|restore|lift|boost|increase|raise|cut|make|give|"
        r"get (?:rid|the|it)|take (?:out|away|the)|deal with|tone|turn|bring|crop|do)"
    ),
    "bare": (
        r"(?:please )?(?:remove|sharpen|brighten|denoise|deblur|dehaze|derain|fix|enlarge|lighten|reduce|"
        r"upscale|get rid of|take (?:out|away)|make)(?= (?:it|the|this|that|all|my|some|him|her|them)\b|$)"
    ),
    "is": r"(?:(?:it|this|that)(?:[\u2019']?s| is)|they(?:[\u2019']re| are)|rather)\s",
    "holds": (
        r"\b(?:to|and|or|not|you|i|we|they|when|if|while|can|could|will|would|should|may|must|never|please|that|"
        r"which)$|n[\u2019']?t$"
    ),
}


@lru_cache(maxsize=1)
def _all_words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = table_beside(__file__)
    return words


@lru_cache(maxsize=16)
def _words(code: str) -> _Words:
    said = _ENGLISH if code == "en" else _all_words()[code]
    joined = code in ("zh", "ja")
    gap, end = (r"\s*", "") if joined else (r"\s+", ENDS)
    # Without spaces, two words that both may end anywhere would be tried at every pair of places.
    between = r"(?:\S+?(?:\s+\S+?)?\s*)?" if joined else r"(?:\S+\s+){0,2}?"
    only, does = rf"(?:{said['only']}){end}", rf"(?:{said['does']}){end}"

    def of(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE)

    return _Words(
        of(rf"(?:{only}{gap})+\S"),
        of(rf"(?:{only}{gap})+{does}|{does}(?={gap}{between}{only})"),
        of(rf"(?:{said.get('bare', does)}){end}"),
        of(rf"(?:{only}{gap})+\S|{said['is']}"),
        of(said.get("not", _NEVER)),
        of(rf"(?:^|\s)(?:{said.get('rests', _NEVER)})$"),
        of(rf"(?:^|\s)(?:{said.get('done', _NEVER)})$"),
        of(said.get("holds", _NEVER)),
        of(r"(?<=\S)(?=\S)" if joined else r"\s+"),
    )


def with_commas(text: str, code: str) -> str:
    """`text`, in the language `code`, with commas between what it leaves alone and what it asks for."""
    found, start, cuts = "", 0, locale(code).grammar.cut.finditer(text)
    for cut in [*cuts, None]:
        found += _parted(text[start : cut.start() if cut else len(text)], code)
        if cut:
            found, start = found + cut.group(), cut.end()
    return found


def _parted(clause: str, code: str) -> str:
    words = _words(code)
    for _ in range(_MOST):
        for gap in words.boundary.finditer(clause):
            left, right = clause[: gap.start()].strip(), clause[gap.end() :]
            if left and right and _ends_between(left[left.rfind(",") + 1 :].strip(), right, words, code):
                clause = f"{left}, {right}"
                break
        else:
            break
    return clause


def _ends_between(left: str, right: str, words: _Words, code: str) -> bool:
    """Whether a clause ends after `left`, though nothing marks it."""
    if not left or not has_letters(left):
        return False
    if words.says.match(right) and _denies(left, code):
        return True
    if words.rests.search(left) and (" " in left or words.only.match(right)):
        return not words.rests.fullmatch(right)
    if words.done.search(left) and leaves(right, code):
        return True
    if words.holds.search(left) or words.keeps.fullmatch(left):
        return False
    if words.wish.match(right):
        return _leaves(left, code)
    if words.bare.match(right):
        return _complete(left, code)
    if words.only.match(right):
        return code != "en" and _forbids(left, code)
    if not (words.keeps.match(right) and words.bare.match(left) and leaves(right, code)):
        return False
    # "Sch\u00e4rfe nicht anfassen" begins with a noun, and not with a verb of the work.
    return not (words.bare.fullmatch(left) and code != "en" and leaves_nothing_named(right, code))


def _denies(left: str, code: str) -> bool:
    return denied(left) is not None if code == "en" else denies(left, code)


def _leaves(left: str, code: str) -> bool:
    return topic(left) is not None if code == "en" else leaves(left, code)


def _complete(left: str, code: str) -> bool:
    """Whether `left` has said what it leaves alone: its last word is a thing."""
    if code == "en":
        subject = topic(left)
        return subject is not None and not _PRONOUN.fullmatch(subject)
    if _NEGATION.search(left):
        return False
    return leaves(left.rpartition(" ")[0] if " " in left else left[:-1], code)


def _forbids(left: str, code: str) -> bool:
    """Whether `left` says with a negation, or by "so" at its end, what is not to be done, and of what."""
    said = leaves(left, code) and len(left.split()) > 2 and not _NEGATION.search(left)
    return said and (_NEGATED.search(left) or _SETTLED.search(left)) is not None
