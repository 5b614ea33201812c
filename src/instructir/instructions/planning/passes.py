"""How often a restoration is asked for: "remove the noise 2 times", "entferne das Rauschen zweimal".

Who says so wants it done again on its own result, so the plan has the step as often, three times at most:
what is left after that is no fault any more, and "sharpen it 100 times" is a figure of speech.
``passes.json`` has the words for ``2`` and for ``3`` or more of each language; ``no``, what follows where
they compare ("2 times brighter"); and ``told``, words of a clause that tells how often something was done
("I tried it twice").
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from instructir.instructions.clauses import Clause
from instructir.instructions.letters import ENDS, STARTS, UNSPACED
from instructir.instructions.tables import table_beside
from instructir.tasks import Task

_MOST = 3
"""Times that a restoration is done at most."""
_AGAIN = re.compile(r"\b(?:again|once more|a second time|another (?:time|round|pass))\b", re.IGNORECASE)
_PLAIN = 7
"""Words from which "again" rather belongs to a story than to a request."""
_LONGEST = 9
"""Words of a clause from which such words rather belong to a story."""
_LONGEST_UNSPACED = 24
"""The same in characters, where words run on."""


@lru_cache(maxsize=16)
def _words(code: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]] | None:
    """Twice, more often, and what only tells of it, in a language."""
    said = table_beside(__file__).get(code)
    if said is None:
        return None
    begin, end = (r"(?<![\d\u7b2c])", "") if code in UNSPACED else (rf"{STARTS}(?<!\d[.,])", ENDS)
    twice, often = (
        re.compile(rf"{begin}(?:{said[number]}){end}(?!{said['no']})", re.IGNORECASE) for number in ("2", "3")
    )
    told = said["told"] if code in UNSPACED else rf"{STARTS}(?:{said['told']}){ENDS}"
    return twice, often, re.compile(told, re.IGNORECASE)


def passes(text: str, code: str = "en") -> int:
    """How often a short `text`, in the language `code`, asks for what it asks for: 1, 2 or 3 times."""
    words = _words(code)
    long = len(text) > _LONGEST_UNSPACED if code in UNSPACED else len(text.split()) > _LONGEST
    if words is None or long or words[2].search(text):
        return 1
    twice, often, _ = words
    return 2 if twice.search(text) else _MOST if often.search(text) else 1


def repeats(text: str, task: Task, code: str) -> int:
    """How often `text` asks for `task` once more; a picture that is enlarged "3 times" becomes x3 instead."""
    return 0 if task is Task.SUPER_RESOLUTION else passes(text, code) - 1


def repeated_clauses(pieces: Sequence[Clause], asked: Sequence[Task | None], code: str = "en") -> list[int]:
    """Numbers of the clauses that ask once more for what is asked for already, as often as they do.

    Args:
        pieces: the clauses.
        asked: the task that each of them asks for, if any.
        code: of their language.
    """
    found: list[int] = []
    for number, (piece, task) in enumerate(zip(pieces, asked, strict=True)):
        if task is None:
            continue
        short = len(piece.text.split()) < _PLAIN
        again = short and _AGAIN.search(piece.text) is not None and task in asked[:number]
        found += [number] * max(again, repeats(piece.text, task, code))
    return found
