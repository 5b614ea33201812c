"""What people are told, in the language that they ask in, and the words of that language which rules know."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from instructir.instructions.clauses import ENGLISH_GRAMMAR, Grammar
from instructir.instructions.letters import UNSPACED, whole
from instructir.instructions.tables import locale_table
from instructir.tasks import Task

_LONGEST = 60
"""Characters of a request that an answer repeats."""
_PUNCTUATION = (
    r"\s*[.;:!?,+&\u060c\u061b\u061f\u0964\u3002\u3001\uff0c\uff1b\uff01\uff1f]+\s*|"
    r"\s+[-\u2013\u2014]+\s+|\s*[()]+\s*"
)
_NEVER = r"(?!)"


@dataclass(frozen=True)
class Locale:
    """Sentences with ``{slots}``, and names of the tasks, of one language.

    Attributes:
        code: of the language.
        say: sentences by what they are for.
        task: what each task does.
        left: what each task would change, where it is left alone.
        grammar: how clauses are joined and ordered.
        a_little: words for a part of the work; None in English, where more than words is known.
        vague: sentences that ask for a better picture and name no fault; None in English as well.
        terms: words, and those that the trained reader knows better.
        less: "less" before a fault, which is its group.
        dim: what is only a little dark.
    """

    code: str
    say: dict[str, str]
    task: dict[Task, str]
    left: dict[Task, str]
    grammar: Grammar
    a_little: re.Pattern[str] | None
    vague: re.Pattern[str] | None = None
    terms: tuple[tuple[re.Pattern[str], str], ...] = ()
    less: re.Pattern[str] | None = None
    dim: re.Pattern[str] | None = None

    def plain(self, text: str) -> str:
        """`text` in words that the trained reader knows."""
        for pattern, word in self.terms:
            text = pattern.sub(word, text)
        return text

    def lessened(self, clause: str) -> str:
        """The fault of which a clause wants less, as if it were told; else the clause as it stands."""
        found = self.less.search(clause) if self.less else None
        return found["fault"] if found else clause

    def list_tasks(self, tasks: Iterable[Task]) -> str:
        """Some tasks by name."""
        return ", ".join(self.task[task] for task in tasks)


@lru_cache(maxsize=16)
def locale(code: str) -> Locale:
    """The locale of a language; English for one that is not known."""
    content: dict[str, Any] | None = locale_table(code)
    if content is None:
        return locale("en")
    words: dict[str, Any] | None = content.get("words")
    return Locale(
        code,
        content["say"],
        {Task(name): text for name, text in content["task"].items()},
        {Task(name): text for name, text in content["left"].items()},
        ENGLISH_GRAMMAR if words is None else _grammar(words, spaced=code not in ("zh", "ja")),
        None if words is None else _a_little(words, spaced=code not in UNSPACED),
        None if words is None else re.compile("|".join(words.get("vague", [_NEVER])), re.IGNORECASE),
        tuple((re.compile(term, re.IGNORECASE), word) for term, word in (words or {}).get("terms", [])),
        _less_of(words or {}, spaced=code != "zh"),
        None if words is None else _dim(words, spaced=code not in UNSPACED, behind=code == "ar"),
    )


def _a_little(words: dict[str, list[str]], *, spaced: bool) -> re.Pattern[str]:
    """Words for a part of the work; what is a little dark is to be brightened all the same."""
    little = _one_of(words["little"], spaced=spaced).pattern
    faulty = "|".join(words.get("faulty", [_NEVER]))
    before = "".join(rf"(?<!{word} )" for word in words.get("faulty_before", []))
    return re.compile(rf"{before}{little}(?!['\u2019\s]*(?:{faulty}))", re.IGNORECASE)


def _dim(words: dict[str, list[str]], *, spaced: bool, behind: bool) -> re.Pattern[str] | None:
    """What is a little dark, and so wants some light only; Arabic has the degree ``behind`` it as well."""
    if "dim" not in words:
        return None
    little = _one_of([*words["little"], *words["slightly"]], spaced=spaced).pattern
    dark = _one_of(words["dim"], spaced=spaced).pattern
    return re.compile(rf"{little}\W*{dark}" + (rf"|{dark}\W*{little}" if behind else ""), re.IGNORECASE)


def _less_of(words: dict[str, list[str]], *, spaced: bool) -> re.Pattern[str] | None:
    """Words that want less of a fault."""
    if "less" not in words:
        return None
    faulty = "|".join(
        [*words.get("faulty", []), *sorted(words.get("faulty_before", []), key=len, reverse=True)]
    )
    begins, gap = (r"(?<!\w)", r"\s+") if spaced else ("", "")
    return re.compile(rf"{begins}(?:{'|'.join(words['less'])}){gap}(?P<fault>{faulty})", re.IGNORECASE)


def _grammar(words: dict[str, list[str]], *, spaced: bool) -> Grammar:
    turns = [*words["before"], *words["after"]]
    cut = _one_of([*words["cut"], *turns], spaced=spaced).pattern
    found = {name: _one_of(words[name], spaced=spaced) for name in ("early", "late", "before", "after")}
    found["stated"] = _one_of([*words["stated"], *turns], spaced=spaced)
    joins = "".join(f"|{join}" for join in words.get("joins", []))
    return Grammar(cut=re.compile(rf"{_PUNCTUATION}|\s*(?:{cut})\s*{joins}", re.IGNORECASE), **found)


def _one_of(words: list[str], *, spaced: bool) -> re.Pattern[str]:
    """Any of `words`, the longest first; whole words where the script has spaces."""
    pattern = "|".join(sorted((word for word in words if word), key=len, reverse=True))
    return re.compile(whole(pattern or _NEVER, spaced=spaced), re.IGNORECASE)


def quoted(text: str) -> str:
    """`text`, cut short where it is long."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}\u2026"
