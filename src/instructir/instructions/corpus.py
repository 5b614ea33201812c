"""The instruction corpus: what people say, as plain text files in the package.

``corpus/precise/TASK.txt`` and ``corpus/ambiguous/TASK.txt`` hold an instruction a line; ``blind.txt`` and
``out_of_scope.txt`` those that name no fault and those that no model here can follow. Lines that start with
``#`` are comments.
"""

from pathlib import Path
from typing import Literal

from instructir.tasks import TASKS, Task

Level = Literal["precise", "ambiguous"]
LEVELS: tuple[Level, ...] = ("precise", "ambiguous")


FOLDER = Path(__file__).parent / "corpus"
"""Where the lists are."""


def read_lines(text: str) -> list[str]:
    """Instructions in `text`, comments and empty lines left out."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def instructions(task: Task, level: Level) -> list[str]:
    """Instructions for `task` at a language level."""
    return read_lines((FOLDER / level / f"{task.value}.txt").read_text("utf-8"))


def corpus(levels: tuple[Level, ...] = LEVELS) -> dict[Task, list[str]]:
    """Instructions by task, of the given levels together."""
    return {task: [line for level in levels for line in instructions(task, level)] for task in TASKS}


def blind() -> list[str]:
    """Instructions that name no fault."""
    return read_lines((FOLDER / "blind.txt").read_text("utf-8"))


def out_of_scope() -> list[str]:
    """Requests that no model here can follow."""
    return read_lines((FOLDER / "out_of_scope.txt").read_text("utf-8"))
