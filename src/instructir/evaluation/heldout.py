"""The held-out lists of sentences, and which sentence goes with which picture."""

import csv
import hashlib
from functools import lru_cache

from instructir.errors import DataError
from instructir.evaluation.suites import InstructionSource
from instructir.instructions.corpus.checking import HELDOUT
from instructir.tasks import PLAIN_INSTRUCTIONS, Task


def choose(task: Task, wording: InstructionSource, image: str, repeat: int = 0) -> str:
    """The instruction for one picture, which depends on nothing but the arguments.

    Args:
        task: what is to be restored.
        wording: ``plain`` is the one sentence of the task; the others draw from a held-out list.
        image: name of the picture.
        repeat: which draw, from 0.

    Raises:
        DataError: if the list has no sentence for the task.
    """
    if wording == "plain":
        return PLAIN_INSTRUCTIONS[task]
    sentences = by_task(wording).get(task)
    if not sentences:
        raise DataError(f"heldout/{wording}.csv: holds no instruction for {task.value}")
    drawn = hashlib.sha256(f"{wording}/{task.value}/{image}/{repeat}".encode()).digest()
    return sentences[int.from_bytes(drawn[:8], "big") % len(sentences)]


@lru_cache(maxsize=8)
def by_task(wording: InstructionSource) -> dict[Task, list[str]]:
    """The held-out instructions of a language level, by task (paper, section 4.3 and table 4)."""
    sentences: dict[Task, list[str]] = {}
    for row in heldout(wording):
        sentences.setdefault(Task(row["task"]), []).append(row["text"])
    return sentences


def heldout(name: str) -> list[dict[str, str]]:
    """Rows of a held-out list; no training sees any of them."""
    with (HELDOUT / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
