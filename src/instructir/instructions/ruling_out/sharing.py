"""Lists of what is to be left alone: "do not touch colour, noise or sharpness".

Clauses are cut at commas, so that only the first, or the last, of such a list would have the words that
leave it alone, and the others would read like wishes. Each member of a list of bare nouns gets the words
that stand before the first ("leave the noise, leave the colour") or behind the last ("Farbe nicht anfassen,
Rauschen nicht anfassen"). ``sharing.json`` has the words of every language.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from instructir.instructions.letters import STARTS, UNSPACED
from instructir.instructions.naming import nouns
from instructir.instructions.tables import table_beside

Piece = tuple[str, str]
"""A clause: its text, and the words or marks that introduce it."""


_NOT = re.compile(
    r"(?:it[\u2019']?s )?(?:not|no|nicht|non|pas|n[\u00e3a]o|niet|nie|\u043d\u0435)\s*", re.IGNORECASE
)
"""What begins no list but a choice: "not the blur, the noise!"."""


@dataclass(frozen=True)
class _Words:
    """How a language lists things.

    Attributes:
        each: one thing.
        bare: a clause of nothing but things; what may stand behind the last of them.
        opened: one that ends in them.
        closed: one that begins with them.
        joint: what joins two clauses of a list.
        last: what joins the last.
    """

    each: re.Pattern[str]
    bare: re.Pattern[str]
    opened: re.Pattern[str]
    closed: re.Pattern[str]
    joint: re.Pattern[str]
    last: re.Pattern[str]


@lru_cache(maxsize=16)
def _words(code: str) -> _Words | None:
    said = table_beside(__file__).get(code)
    if said is None:
        return None
    noun = rf"(?:{said['noun']})\b" if "noun" in said else nouns(code)
    spaced = code not in UNSPACED
    thing = rf"{STARTS if spaced else ''}(?:{said['det']})*{noun}"
    space, marks = (r"\s+" if spaced else r"\s*"), r"[\s,\u3001\u060c\uff0c]"
    # In Arabic, "and" is written as a part of the word behind it.
    gap = r"\s*" if code == "ar" else space
    between = rf"{space}(?:{said['joins']}){gap}" if code != "ko" else rf"(?:{said['joins']})\s+"
    things = rf"(?P<things>{thing}(?:{between}{thing})*)"
    tail = rf"(?P<tail>{space}(?:{said['tails']}))?"

    def told(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE)

    return _Words(
        told(thing),
        told(rf"(?:(?:{said['joins']}){gap})?{things}{tail}\s*$"),
        told(
            rf"(?P<words>.*?[^\W_].*?{space}){things}{tail}\s*$"
            if spaced
            else rf"(?P<words>.+?){things}{tail}$"
        ),
        told(rf"{things}(?P<words>.+)$"),
        told(rf"{marks}*(?:{said['joins']})?{marks}*"),
        told(rf"{marks}*(?:{said['joins']}{'' if spaced else '|'}){marks}*"),
    )


def shared(pieces: Sequence[Piece], code: str, leaves: Callable[[str], bool]) -> list[Piece]:
    """`pieces` in which each member of a list of what is left alone says so itself.

    Args:
        pieces: the clauses.
        code: their language.
        leaves: whether a clause leaves something alone.
    """
    words = _words(code)
    found: list[Piece] = []
    at = 0
    while at < len(pieces):
        count, told = _list_at(pieces[at:], words, leaves) if words else (0, [])
        lead = pieces[at][1]
        found += [(text, lead if place == 0 else ",") for place, text in enumerate(told)] or [pieces[at]]
        at += count or 1
    return found


def _list_at(pieces: Sequence[Piece], words: _Words, leaves: Callable[[str], bool]) -> tuple[int, list[str]]:
    """How many of `pieces` are one list of what is left alone, and its members as clauses of their own."""
    opened = words.opened.match(pieces[0][0])
    bare = [words.bare.match(text) for text, _ in pieces]
    end = 1
    while end < len(pieces) and _is_bare(bare[end]) and words.joint.fullmatch(pieces[end][1]):
        end += 1
    goes_on = end < len(pieces) and words.last.fullmatch(pieces[end][1]) is not None
    if opened and not opened["tail"]:
        runs = [run for run in bare[1:end] if run]
        last = bare[end] if goes_on else None
        if last:
            runs = [*runs, last]
        things = _things(words, [opened, *runs])
        tail = (runs[-1]["tail"] or "") if runs else ""
        first = f"{opened['words']}{things[0]}"
        says = tail and leaves(f"{first}{tail}") if _NOT.fullmatch(opened["words"]) else leaves(first)
        count = end + 1 if last else end
        if says and count > 1 and (last or not goes_on):
            return count, [f"{opened['words']}{thing}{tail}" for thing in things]
    closed = words.closed.match(pieces[end][0]) if goes_on else None
    if closed and _is_bare(bare[0]):
        things = _things(words, [*(run for run in bare[:end] if run), closed])
        if leaves(f"{things[-1]}{closed['words']}"):
            return end + 1, [f"{thing}{closed['words']}" for thing in things]
    return 0, []


def _is_bare(run: re.Match[str] | None) -> bool:
    """Whether a clause is nothing but things, without words behind them."""
    return run is not None and not run["tail"]


def _things(words: _Words, runs: Sequence[re.Match[str]]) -> list[str]:
    return [thing[0] for run in runs for thing in words.each.finditer(run["things"])]
