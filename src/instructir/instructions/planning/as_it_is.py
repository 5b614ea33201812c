"""Sentences that ask for nothing: "leave it as it is", "it's perfect", and those that take back a result.

An instruction that names no fault leaves the choice to the picture. That suits "make it nicer", and not
"don't do anything" or "I'm happy with it", after which a picture must be what it was. A sentence is one of
those where every piece of it forbids a change of the whole picture, approves of it, or is a courtesy;
whatever complains or asks beside that is read as ever. "You made it worse" and "back to the previous
version" are about a result that nobody has here any more, and are answered so.

``as_it_is.json`` has the words of every language; ``<name>`` stands for one of its ``words``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from instructir.instructions.language import likely
from instructir.instructions.letters import has_letters
from instructir.instructions.plan import Plan
from instructir.instructions.ruling_out.leaving import topic
from instructir.instructions.tables import table_beside

Asked = Literal["kept", "undo"]
"""That the picture stays as it is; that what was done to it before is taken back."""

_MARKS = (
    r"\.+(?=\s|$)|[!;:,\u2026\u00a1\u060c\u061b\u0964\u3002\u3001\uff0c\uff1b\uff01~]+|\s[-\u2013\u2014]+\s"
)
_NO_WORD = re.compile(
    r"[^\w\s'\u2019.!;:,\u2026\u060c\u061b\u0964\u3002\u3001\uff0c\uff1b\uff01?\uff1f\u061f\u0900-\u097f-]"
)
"""Emoji, quotation marks and the like."""
_QUESTION = re.compile(r"[?\uff1f\u061f]")
_PLEADS = re.compile(r"(?:please |hey |hi )*(?:can|could|would|will) you\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"<(\w+)>")
_LONGEST = 80
"""Characters of what is said twice; what is longer says more."""
_DEPTH = 3
"""How deep the words of a language are made of one another."""


@dataclass(frozen=True)
class _Words:
    """How a language says it, each for a whole piece of a sentence."""

    joins: re.Pattern[str]
    things: re.Pattern[str]
    aside: re.Pattern[str]
    ends: re.Pattern[str]
    keep: re.Pattern[str]
    fine: re.Pattern[str]
    undo: re.Pattern[str]
    hangs: re.Pattern[str]
    parts: re.Pattern[str]


@lru_cache(maxsize=1)
def _all_words() -> dict[str, dict[str, Any]]:
    words: dict[str, dict[str, Any]] = table_beside(__file__)
    return words


@lru_cache(maxsize=16)
def _words(code: str) -> _Words:
    said = _all_words()[code]

    def whole(patterns: list[str]) -> re.Pattern[str]:
        told = "|".join(patterns)
        for _ in range(_DEPTH):
            told = _PLACEHOLDER.sub(lambda found: said["words"][found[1]], told)
        return re.compile(told, re.IGNORECASE)

    joined = code in ("zh", "ja")
    joins = said["joins"] if joined else rf"(?<!\w)(?:{said['joins']})(?!\w)"
    aside, end = rf"(?:{said['aside']})", "" if joined or code == "ko" else r"(?![\w'\u2019])"
    return _Words(
        re.compile(rf"{_MARKS}|{joins}", re.IGNORECASE),
        re.compile(said.get("things", "(?!)"), re.IGNORECASE),
        re.compile(rf"{aside}{end}\s*", re.IGNORECASE),
        re.compile(rf"(?:(?:^|\s+){aside})+$" if end else rf"\s*{aside}+$", re.IGNORECASE),
        whole(said["keep"]),
        whole(said["fine"]),
        whole(said["undo"]),
        re.compile(said.get("hangs", "(?!)"), re.IGNORECASE),
        re.compile(r"(?<=\S)(?=\S)" if joined else r"\s+"),
    )


def asks_for_nothing(text: str) -> tuple[Asked, str] | None:
    """Whether `text` asks for nothing, or for a result to be taken back, and in which language."""
    if _QUESTION.search(text) and not _PLEADS.match(text):
        return None
    plain = " ".join(_NO_WORD.sub(" ", _QUESTION.sub(" ", text)).split())
    for code in likely(plain):
        if (asked := _asked(plain, code)) is not None:
            return asked, code
    return None


def nothing_asked(text: str) -> Plan | None:
    """The plan of a sentence that asks for nothing, or for what cannot be taken back; None of any other."""
    asked, code = asks_for_nothing(text) or (None, "en")
    if asked == "kept":
        return Plan("clear", (), reason=asked, language=code)
    return Plan("out_of_scope", (), reason=asked, refused=text, language=code) if asked else None


def _asked(text: str, code: str) -> Asked | None:
    words = _words(code)
    kinds: set[str] = set()
    for piece in words.joins.split(words.things.sub("it", text)):
        kind, bare = _kind(piece.strip(), words)
        if kind is None and not bare:
            continue
        both = {kind} if kind else _said_twice(piece.strip(), words)
        if not both and not (code == "en" and topic(piece.strip())):
            return None
        kinds |= both or {"part"}
    if "undo" in kinds:
        return "undo"
    # Who only likes a part of the picture says nothing of the rest.
    return "kept" if "keep" in kinds or kinds == {"fine"} else None


def _kind(piece: str, words: _Words) -> tuple[str | None, bool]:
    """What a piece of a sentence says of all of the picture, and whether it has more than asides."""
    said = list(_less_asides(piece, words))
    kind = next((kind for kind in ("undo", "keep", "fine") if _says(getattr(words, kind), said)), None)
    return kind, has_letters(said[-1])


def _said_twice(piece: str, words: _Words) -> set[str]:
    """What the two halves of a piece say that nothing parts: "lass es so nichts ändern"."""
    if len(piece) > _LONGEST:
        return set()
    for gap in words.parts.finditer(piece):
        first = piece[: gap.start()]
        if words.hangs.search(first) or (kind := _kind(first, words)[0]) is None:
            continue
        if (other := _kind(piece[gap.end() :], words)[0]) is not None:
            return {kind, other}
    return set()


def _says(pattern: re.Pattern[str], said: Iterable[str]) -> bool:
    return any(map(pattern.fullmatch, said))


def _less_asides(piece: str, words: _Words) -> Iterator[str]:
    """A piece of a sentence, with ever fewer of the asides that it begins with, and less those at its end."""
    short = words.ends.sub("", piece)
    yield piece
    yield short
    while found := words.aside.match(piece):
        piece = piece[found.end() :]
        yield piece
        yield words.ends.sub("", piece)
