"""Which sentence of the held-out lists goes with which picture."""

import hashlib
from functools import lru_cache

from instructir.errors import DataError
from instructir.evaluation.suites import InstructionSource
from instructir.instructions.corpus.checking import heldout
from instructir.tasks import PLAIN_INSTRUCTIONS, Task


def choose(task: Task, source: InstructionSource, image: str, repeat: int = 0) -> str:
    """The instruction for one picture, which depends on nothing but the arguments.

    Args:
        task: what is to be restored.
        source: ``plain`` is the one sentence of the task; the others draw from a held-out list.
        image: name of the picture.
        repeat: which draw, from 0.

    Raises:
        DataError: if the list has no sentence for the task.
    """
    if source == "plain":
        return PLAIN_INSTRUCTIONS[task]
    sentences = by_task(source).get(task)
    if not sentences:
        raise DataError(f"heldout/{source}.csv: holds no instruction for {task.value}")
    drawn = hashlib.sha256(f"{source}/{task.value}/{image}/{repeat}".encode()).digest()
    return sentences[int.from_bytes(drawn[:8], "big") % len(sentences)]


@lru_cache(maxsize=8)
def by_task(source: InstructionSource) -> dict[Task, list[str]]:
    """The held-out instructions of a language level, by task (paper, section 4.3 and table 4)."""
    sentences: dict[Task, list[str]] = {}
    for row in heldout(source):
        sentences.setdefault(Task(row["task"]), []).append(row["text"])
    return sentences
