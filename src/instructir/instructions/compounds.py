"""Sentences that ask for several things, or rule some out: made from phrases, to train the planner on.

``corpus/phrases/TASK.json`` holds hand-written pieces of each task (what it is like, what to do, what caused
it, what to leave alone); ``corpus/phrases/frames.json`` how people string them together. None of it ships
as lines: they are made while training, always the same ones.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from instructir.instructions.corpus import FOLDER, hand_written
from instructir.instructions.grammar import Deck, Dice, bare, phone, sentence, typo
from instructir.tasks import TASKS, Task

PHRASES = FOLDER / "phrases"
"""Where the pieces and frames are."""


@dataclass(frozen=True)
class Request:
    """A sentence with what it asks for, in the order said, and what it rules out."""

    text: str
    tasks: tuple[Task, ...]
    excluded: tuple[Task, ...] = ()


def phrases(task: Task) -> dict[str, list[str]]:
    """The pieces of `task`: adjective, do, fault, cause, want, keep, gerund, not, and whole short lines."""
    pieces: dict[str, list[str]] = json.loads((PHRASES / f"{task.value}.json").read_text("utf-8"))
    short = [line.rstrip(".!") for line in hand_written(task, "precise") if 2 <= len(line.split()) <= 9]
    return {**pieces, "line": short}


def frames() -> dict[str, list[str]]:
    """Frames by kind; ``{do1}`` is a piece of the first task asked for, ``{keep9}`` of one ruled out."""
    loaded: dict[str, list[str]] = json.loads((PHRASES / "frames.json").read_text("utf-8"))
    return loaded


class Maker:
    """Endless requests of every kind, from one seed."""

    def __init__(self, seed: str = "compounds") -> None:
        self._dice = Dice(seed)
        self._pieces = {
            task: {name: Deck(pieces, self._dice) for name, pieces in phrases(task).items()} for task in TASKS
        }
        self._frames = {kind: Deck(lines, self._dice) for kind, lines in frames().items()}
        self._subjects = Deck(
            ("it", "it", "the photo", "this picture", "the image", "my pic", "this"), self._dice
        )

    def make(self, kind: str) -> Request:
        """One request by a frame of `kind`."""
        frame = self._frames[kind].draw()
        slots = re.findall(r"\{([a-z]+)([1-9])\}", frame)
        cast = [TASKS[self._dice.below(len(TASKS))]]
        while len(cast) < 5:
            task = TASKS[self._dice.below(len(TASKS))]
            cast += [task] if task not in cast else []
        # Slots 1 to 3 are asked for; 9, 8, 7 are left alone.
        places = {"1": 0, "2": 1, "3": 2, "9": 3, "8": 4}
        text = frame
        asked: dict[Task, None] = {}
        barred: dict[Task, None] = {}
        for name, number in slots:
            task = cast[places[number]]
            text = text.replace(f"{{{name}{number}}}", self._pieces[task][name].draw(), 1)
            (asked if number in "123" else barred)[task] = None
        tasks = tuple(reversed(asked)) if "after" in kind else tuple(asked)
        return Request(self._voice(text.replace("{it}", self._subjects.draw())), tasks, tuple(barred))

    def _voice(self, text: str) -> str:
        text = re.sub(r"\bthe the\b", "the", text)
        fate = self._dice.below(10)
        if fate < 4:
            return sentence(text, self._dice)
        if fate < 7:
            return bare(text, self._dice)
        return typo(phone(bare(text, self._dice), self._dice), self._dice) if fate < 9 else text


COUNTS = {
    "pair": 2400,
    "pair_after": 150,
    "triple": 1700,
    "exclusion": 3000,
    "clause": 800,
    "topic": 600,
    "want": 1400,
    "only": 700,
}
"""How many requests of each kind the planner is trained on."""


def make_all(counts: dict[str, int] | None = None) -> Iterator[Request]:
    """Distinct requests of every kind."""
    maker, seen = Maker(), set[str]()
    for kind, count in (counts or COUNTS).items():
        made = 0
        while made < count:
            request = maker.make(kind)
            if request.text.lower() not in seen:
                seen.add(request.text.lower())
                made += 1
                yield request
