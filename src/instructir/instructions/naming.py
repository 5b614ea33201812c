"""The nouns of faults, and of qualities of a picture, in the languages other than English.

``naming.json`` has them by the task that would change what they name. Rules take them where a sentence says
something of a fault that asks for nothing.
"""

import re
from functools import lru_cache

from instructir.instructions.letters import UNSPACED, whole
from instructir.instructions.tables import table_beside
from instructir.tasks import TASKS, Task

_KINDS = ("faults", "qualities")


@lru_cache(maxsize=1)
def _nouns() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = table_beside(__file__)
    return found


def nouns(code: str, *, qualities: bool = True) -> str:
    """Regular expression of the nouns of all faults, and qualities, in the language `code`."""
    kinds = _KINDS if qualities else _KINDS[:1]
    return _whole([words for kind in kinds for words in _nouns().get(code, {}).get(kind, {}).values()], code)


@lru_cache(maxsize=128)
def _named(code: str, task: Task) -> re.Pattern[str]:
    said = _nouns().get(code, {})
    words = [said[kind][task.value] for kind in _KINDS if task.value in said.get(kind, {})]
    return re.compile(_whole(words, code), re.IGNORECASE)


def _whole(words: list[str], code: str) -> str:
    return whole("|".join(words) or "(?!)", spaced=code not in UNSPACED)


def tasks_named(text: str, code: str) -> tuple[Task, ...]:
    """The tasks of the faults and qualities that `text` names."""
    return tuple(task for task in TASKS if _named(code, task).search(text))
