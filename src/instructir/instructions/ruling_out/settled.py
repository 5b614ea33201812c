"""Faults that need nothing done: looks that are praised, what is gone or is not the fault, opinions.

"Der Nebel ist wunderschön, lass ihn" beside another wish leaves the haze alone; "gracias, la lluvia se fue,
pero sigue el ruido" speaks of noise, and "meine Oma sagt, es ist zu dunkel, aber mir gefällt es" of no
darkness. The trained reader knows the words for faults better than what is said of them. So such a clause is
taken away, with a pronoun that says of the same fault that it is to stay ("déjala"), and what is left is read
alone. Where that asks for nothing ("der Nebel ist schön dicht, weg damit"), the sentence is read whole.

``settled.json`` has the words of the languages other than English, which
:mod:`instructir.instructions.telling.admiring`, :mod:`instructir.instructions.ruling_out.denials` and
:mod:`instructir.instructions.ruling_out.disputing` look after. ``<name>`` stands for one of its ``words``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from instructir.instructions.letters import DASHES, MARKS, UNSPACED
from instructir.instructions.naming import nouns, tasks_named
from instructir.instructions.tables import table_beside
from instructir.tasks import Task

_MARK = f"[{MARKS}{DASHES}]"
_BEGINS = rf"(?:^|(?<={_MARK})|(?<={_MARK} ))"
_PLACEHOLDER = re.compile(r"<(\w+)>")
_DEPTH = 2
"""How deep the words of a language are made of one another."""


@dataclass(frozen=True)
class Settled:
    """What a sentence asks beside faults that need nothing done.

    Attributes:
        rest: the sentence without them; without a letter where it says nothing else.
        tasks: those whose faults are left alone.
    """

    rest: str
    tasks: tuple[Task, ...]


@lru_cache(maxsize=16)
def _told_in(code: str) -> tuple[tuple[re.Pattern[str], ...], re.Pattern[str]] | None:
    said = table_beside(__file__).get(code)
    return None if said is None else _compiled(said, code)


def _compiled(said: dict[str, Any], code: str) -> tuple[tuple[re.Pattern[str], ...], re.Pattern[str]]:
    """How a language says so, and the words that may be left at the beginning of the rest."""
    words = {**said["words"], "noun": nouns(code), "fault": nouns(code, qualities=False)}
    space, gap = (r"\s*", r"\s*") if code in UNSPACED else (r"\s+", r"(?=\W|$)")
    begins = rf"{_BEGINS}\s*(?:(?:{said['begins']})(?:{space}|,\s*))*"
    ends = rf"(?=\s*(?:{_MARK}|$)|{space}(?:{said['then']}){gap})"
    joins = rf"(?:\s*{_MARK}+\s*|{space})(?:(?:{said['begins']}){space})?"

    def either(patterns: list[str]) -> str:
        told = "|".join(patterns)
        for _ in range(_DEPTH):
            told = _PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), told)
        return f"(?:{told})"

    kept = f"{joins}(?:{said['keep']})"
    forms = (
        # What goes on with a word of wishing needs no mark after "let it".
        rf"{begins}(?:{either(said['praised'])}){kept}{gap}",
        rf"{begins}{either(said['praised'])}{ends}",
        rf"{begins}{either([said['there']])}(?:\s[^,.;!]{{1,20}}?)?{kept}{ends}",
        rf"{begins}{either(said['gone'])}{ends}",
        # "Not rain but noise": what follows says what it is instead.
        rf"{begins}{either(said.get('denied', ['(?!)']))}",
        rf"{begins}{either(said['disputed'])}(?:{ends}|(?<=[\s\u2019']))",
    )
    left = (
        rf"^(?:{_MARK}|\s|(?:{said['begins']}|{said['then']}){gap})+"
        if code not in UNSPACED
        else (rf"^(?:{_MARK}|\s|(?:{said['begins']}))+")
    )
    return tuple(re.compile(form, re.IGNORECASE) for form in forms), re.compile(left, re.IGNORECASE)


def settled(text: str, code: str) -> Settled | None:
    """What `text`, in the language `code`, asks beside what needs nothing done; None where none does."""
    told = _told_in(code)
    found = told and next((found for form in told[0] if (found := form.search(text))), None)
    if not found or told is None:
        return None
    if set(tasks_named(text[: found.start()], code)) & set(tasks_named(found[0], code)):
        return None  # what is told of the same fault before would read like a wish
    rest = f"{text[: found.start()].rstrip(' ,')}, {told[1].sub('', text[found.end() :])}"
    return Settled(rest.removeprefix(", ").strip(" ,"), tasks_named(found[0], code))
