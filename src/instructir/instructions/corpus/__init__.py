"""The instruction corpus: what people say, as plain text files in the package.

``corpus/precise/TASK.txt`` and ``corpus/ambiguous/TASK.txt`` hold hand-written instructions, one a line;
``corpus/generated/TASK.txt`` precise ones that :mod:`instructir.instructions.corpus.grammar` made;
``blind.txt`` and
``out_of_scope.txt`` those that name no fault and those that no model here can follow, ``captions.txt`` what
only says what a picture shows. Lines that start with ``#`` are comments. ``exclusions.csv`` holds requests
that rule something out, ``several.csv`` requests for several things. ``overheard/CODE.csv`` holds what people
type in a language, in haste or at length, politely or in slang, with all that is to be said of it.
"""

import csv
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from instructir.tasks import TASKS, Task

Level = Literal["precise", "ambiguous"]
CORPUS_LEVELS: tuple[Level, ...] = ("precise", "ambiguous")

Origin = Literal["hand", "grammar"]

FOLDER = Path(__file__).parent
"""Where the lists are."""


@dataclass(frozen=True)
class Instruction:
    """One line of the corpus, with its label and where it comes from."""

    text: str
    task: Task
    level: Level
    origin: Origin


def normalise(text: str) -> str:
    """`text` in lower case without accents, punctuation and spare spaces: what two lines are compared by."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("'", "").replace("\u2019", ""))
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))))


def read_lines(text: str) -> list[str]:
    """Instructions in `text`, comments and empty lines left out."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def hand_written(task: Task, level: Level) -> list[str]:
    """The instructions that people wrote for `task` at a language level."""
    return read_lines((FOLDER / level / f"{task.value}.txt").read_text("utf-8"))


def generated(task: Task) -> list[str]:
    """The instructions that the grammar made for `task`, all of them precise."""
    return read_lines((FOLDER / "generated" / f"{task.value}.txt").read_text("utf-8"))


def labelled(levels: tuple[Level, ...] = CORPUS_LEVELS) -> list[Instruction]:
    """Every instruction of the given levels, by task, the hand-written ones of a level first."""
    items: list[Instruction] = []
    for task in TASKS:
        for level in levels:
            items += [Instruction(text, task, level, "hand") for text in hand_written(task, level)]
            if level == "precise":
                items += [Instruction(text, task, level, "grammar") for text in generated(task)]
    return items


def instructions(task: Task, level: Level) -> list[str]:
    """Instructions for `task` at a language level, of both origins."""
    return hand_written(task, level) + (generated(task) if level == "precise" else [])


def corpus(levels: tuple[Level, ...] = CORPUS_LEVELS) -> dict[Task, list[str]]:
    """Instructions by task, of the given levels together."""
    return {task: [line for level in levels for line in instructions(task, level)] for task in TASKS}


def blind() -> list[str]:
    """Instructions that name no fault."""
    return read_lines((FOLDER / "blind.txt").read_text("utf-8"))


def captions() -> list[str]:
    """What only says what a picture shows, where, when and of whom: no fault, and nothing asked."""
    return read_lines((FOLDER / "captions.txt").read_text("utf-8"))


def out_of_scope() -> list[str]:
    """Requests that no model here can follow."""
    return read_lines((FOLDER / "out_of_scope.txt").read_text("utf-8"))


def exclusions() -> list[tuple[tuple[Task, ...], tuple[Task, ...], str]]:
    """Requests that rule something out: tasks asked for, tasks ruled out, text."""
    return [(_tasks(row["tasks"]), _tasks(row["excluded"]), row["text"]) for row in _rows("exclusions.csv")]


def several() -> list[tuple[tuple[Task, ...], str]]:
    """Requests for two things or more: tasks, text."""
    return [(_tasks(row["tasks"]), row["text"]) for row in _rows("several.csv")]


def overheard(code: str) -> list[tuple[str, tuple[Task, ...], tuple[Task, ...], str]]:
    """What people type in a language: kind of the sentence, tasks asked for, tasks ruled out, text."""
    return [
        (row["kind"], _tasks(row["tasks"]), _tasks(row["excluded"]), row["text"])
        for row in _rows(f"overheard/{code}.csv")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _tasks(cell: str) -> tuple[Task, ...]:
    return tuple(Task(task) for task in cell.split(";") if task)


LANGUAGES = ("es", "fr", "de", "it", "pt", "nl", "pl", "tr", "ru", "zh", "ja", "ko", "ar", "hi")
"""Codes of the languages beside English."""


def language(code: str) -> dict[str, Any]:
    """What ``languages/CODE.json`` holds: lines, pieces and frames by task, vague and refused requests."""
    content: dict[str, Any] = json.loads((FOLDER / "languages" / f"{code}.json").read_text("utf-8"))
    return content


def foreign() -> list[tuple[str, Task, str]]:
    """Plain requests in other languages: language code, task, text."""
    return [
        (code, Task(task), text)
        for code in LANGUAGES
        for task, texts in language(code)["lines"].items()
        for text in texts
    ]
