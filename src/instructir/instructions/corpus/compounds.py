"""Sentences that ask for several things, rule some out, or ask for the opposite: made from phrases.

``corpus/phrases/TASK.json`` holds hand-written pieces of each task (what it is like, what to do, what caused
it, what is told and asks for nothing, what to leave alone, what would be its reverse);
``corpus/phrases/frames.json`` how people string them together. ``corpus/languages/CODE.json`` holds both for
another language. None of it ships as lines: they are made while the planner is trained, always the same ones.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from instructir.instructions.corpus import FOLDER, hand_written, language
from instructir.instructions.corpus.grammar import Deck, Dice, bare, phone, sentence, typo
from instructir.tasks import TASKS, Task

_PHRASES = FOLDER / "phrases"
"""Where the pieces and frames are."""


@dataclass(frozen=True)
class CompoundRequest:
    """A sentence with what it asks for, in the order said, and what it rules out.

    ``reversed`` tells that it asks for a fault to be added, which no restoration does.
    """

    text: str
    tasks: tuple[Task, ...]
    excluded: tuple[Task, ...] = ()
    reversed: bool = False


def phrases(task: Task) -> dict[str, list[str]]:
    """The pieces of `task` by name: what it is like, what to do, what is told, and whole short lines."""
    pieces: dict[str, list[str]] = json.loads((_PHRASES / f"{task.value}.json").read_text("utf-8"))
    short = [line.rstrip(".!") for line in hand_written(task, "precise") if 2 <= len(line.split()) <= 9]
    return {**pieces, "line": short}


def frames() -> dict[str, list[str]]:
    """Frames by kind; ``{do1}`` is a piece of the first task asked for, ``{keep9}`` of one ruled out."""
    loaded: dict[str, list[str]] = json.loads((_PHRASES / "frames.json").read_text("utf-8"))
    return loaded


def _foreign_phrases(code: str) -> tuple[dict[Task, dict[str, list[str]]], dict[str, list[str]]]:
    """Pieces by task, and frames by kind, of another language."""
    data = language(code)
    short = {task: [line for line in data["lines"][task.value] if len(line) <= 40] for task in TASKS}
    pieces = {task: {**data["pieces"][task.value], "line": short[task]} for task in TASKS}
    for task in TASKS:
        pieces[task].setdefault("and", pieces[task]["is"])
    return pieces, data["frames"]


class Maker:
    """Endless requests of every kind, from one seed; in English unless a language is named."""

    def __init__(self, seed: str = "compounds", code: str = "en") -> None:
        self._dice = Dice(seed)
        self._english = code == "en"
        pieces, lines = (
            ({task: phrases(task) for task in TASKS}, frames()) if self._english else _foreign_phrases(code)
        )
        self._pieces = {
            task: {name: Deck(words, self._dice) for name, words in pieces[task].items()} for task in TASKS
        }
        self._frames = {kind: Deck(words, self._dice) for kind, words in lines.items()}
        self._subjects = Deck(
            ("it", "it", "the photo", "this picture", "the image", "my pic", "this"), self._dice
        )

    def make(self, kind: str) -> CompoundRequest:
        """One request by a frame of `kind`."""
        frame = self._frames[kind].draw()
        slots = re.findall(r"\{([a-z]+)([1-9])\}", frame)
        cast = [TASKS[self._dice.below(len(TASKS))]]
        while len(cast) < 7:
            task = TASKS[self._dice.below(len(TASKS))]
            cast += [task] if task not in cast else []
        # Slots 1 to 3 are asked for; 9 and 8 are left alone; 6 and 5 are to be made worse, or only told of.
        places = {"1": 0, "2": 1, "3": 2, "9": 3, "8": 4, "6": 5, "5": 6}
        text = frame
        asked: dict[Task, None] = {}
        barred: dict[Task, None] = {}
        for name, number in slots:
            task = cast[places[number]]
            text = text.replace(f"{{{name}{number}}}", self._piece(task, name, kind), 1)
            if number in "12389":
                (asked if number in "123" else barred)[task] = None
        tasks = tuple(reversed(asked)) if "after" in kind else tuple(asked)
        if self._english:
            text = self._voice(text.replace("{it}", self._subjects.draw()))
        return CompoundRequest(text, tasks, tuple(barred), kind == "reverse")

    def _piece(self, task: Task, name: str, kind: str) -> str:
        """A piece of that name; none that is itself negative where the frame says "not"."""
        while True:
            piece = self._pieces[task][name].draw()
            if kind not in ("denial", "absent") or not piece.startswith(("not ", "no ")):
                return piece

    def _voice(self, text: str) -> str:
        text = re.sub(r"\bthe the\b", "the", text)
        fate = self._dice.below(10)
        if fate < 4:
            return sentence(text, self._dice)
        if fate < 7:
            return bare(text, self._dice)
        return typo(phone(bare(text, self._dice), self._dice), self._dice) if fate < 9 else text


_COUNTS = {
    "pair": 2400,
    "pair_after": 150,
    "triple": 1700,
    "sequence": 400,
    "exclusion": 3000,
    "clause": 800,
    "topic": 600,
    "want": 1400,
    "only": 700,
    "denial": 900,
    "absent": 250,
    "forbid": 300,
    "reverse": 700,
    "story": 700,
    "good": 500,
}
"""How many requests of each kind the planner is trained on."""

_FOREIGN_COUNTS = {"pair": 180, "order": 80, "after": 20, "leave": 120, "little": 20}
"""The same for each other language."""


def make_all(counts: dict[str, int] | None = None, code: str = "en") -> Iterator[CompoundRequest]:
    """Distinct requests of every kind."""
    maker, seen = Maker("compounds" if code == "en" else code, code), set[str]()
    for kind, count in (counts or (_COUNTS if code == "en" else _FOREIGN_COUNTS)).items():
        made = 0
        while made < count:
            request = maker.make(kind)
            if request.text.lower() not in seen:
                seen.add(request.text.lower())
                made += 1
                yield request


def pieces_alone(code: str) -> Iterator[CompoundRequest]:
    """Every piece of another language as a request of its own: what to do, what it is like, what to leave."""
    for task, pieces in _foreign_phrases(code)[0].items():
        for name in ("do", "is", "noun"):
            yield from (CompoundRequest(text, (task,)) for text in pieces[name])
        yield from (CompoundRequest(text, (), (task,)) for text in pieces["keep"])
