"""A small grammar that multiplies instructions: sentence frames times what goes wrong, why, and what to do.

``corpus/grammar/frames.json`` holds the voices, their frames and what is common to all tasks;
``corpus/grammar/TASK.json`` the clauses of a task. ``tools/corpus.py make``
remakes ``corpus/generated/TASK.txt``, which the package ships, so that nothing is generated when it loads.
"""

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from instructir.instructions.corpus import FOLDER, normalise, read_lines
from instructir.tasks import TASKS, Task

GRAMMAR = FOLDER / "grammar"
"""Where the clauses and frames are."""

LINES = 780
"""Lines made for each task."""

REFUSED = "refused.txt"
"""Name of the list of lines that must not be made, since a check refused them."""

_HEADER = "# Made by tools/corpus.py; edit corpus/grammar/ instead.\n"

_ALIKE = 0.7
"""Share of common words from which a new line is too much like an earlier one."""


class Dice:
    """Seeded choices, the same in every Python: only ``random()`` promises that of all its methods."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def below(self, count: int) -> int:
        """A number from 0 to `count` - 1."""
        return int(self._random.random() * count)

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random.random() < probability

    def shuffled(self, items: Sequence[str]) -> list[str]:
        """The items in another order."""
        rest = list(items)
        return [rest.pop(self.below(len(rest))) for _ in items]


class Deck:
    """Draws every card once before any comes twice, so that no clause is overused."""

    def __init__(self, cards: Sequence[str], dice: Dice) -> None:
        self._cards, self._dice = cards, dice
        self._pile: list[str] = []

    def draw(self) -> str:
        """The next card."""
        if not self._pile:
            self._pile = self._dice.shuffled(self._cards)
        return self._pile.pop()


_Change = Callable[[str, Dice], str]


def sentence(text: str, dice: Dice) -> str:
    """Capitals where a sentence begins."""
    del dice
    return re.sub(r"(^|[.!?] )([a-z])", lambda match: match[1] + match[2].upper(), text)


def bare(text: str, dice: Dice) -> str:
    """Lower case without the marks that people leave out in a hurry."""
    kept = re.sub(r"[.;:]", "", text)
    return (kept.replace("'", "") if dice.chance(0.5) else kept).lower()


_PHONE: tuple[tuple[str, str], ...] = (
    (r"\bplease\b", "pls"),
    (r"\byou\b", "u"),
    (r"\bare\b", "r"),
    (r"\bbecause\b", "cuz"),
    (r"\band\b", "n"),
    (r"\bwith\b", "w"),
    (r"\bpicture\b", "pic"),
    (r"\bphoto\b", "pic"),
    (r"\bto\b", "2"),
    (r"\bwhy\b", "y"),
    (r"\bthe\b", "da"),
    (r"ing\b", "in"),
)
"""What thumbs make of words."""


def phone(text: str, dice: Dice) -> str:
    """As typed on a phone: some words cut short, now and then a vowel drawn out."""
    for pattern, short in _PHONE:
        if dice.chance(0.6 if short in ("pls", "u", "pic") else 0.25):
            text = re.sub(pattern, short, text)
    if dice.chance(0.2):
        text = re.sub(r"\b(so|too|all)\b", lambda match: match[0] + 3 * match[0][-1], text)
    return text


def articles(text: str, dice: Dice) -> str:
    """As by somebody whose own language has no articles."""
    return re.sub(r"\b(the|a|an) ", lambda match: "" if dice.chance(0.6) else match[0], text)


_NEIGHBOURS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wqtreiuoipsadgfjhlkxzvcnbn", strict=True))
"""The key that the finger hits instead."""

_SOUNDS = (("ph", "f"), ("igh", "i"), ("ck", "k"), ("tion", "shun"), ("ee", "ea"), ("ou", "u"), ("ai", "ay"))
"""Spelling by ear."""


def typo(text: str, dice: Dice) -> str:
    """One word of five letters or more misspelt, preferably one of the telling words."""
    found = [
        match for match in re.finditer(r"[A-Za-z]{5,}", text) if match[0].lower() not in ("please", "could")
    ]
    if not found:
        return text
    match = found[dice.below(len(found))]
    return text[: match.start()] + _misspell(match[0], dice) + text[match.end() :]


def _misspell(word: str, dice: Dice) -> str:
    heard = [(sound, spelt) for sound, spelt in _SOUNDS if sound in word]
    place, kind = 1 + dice.below(len(word) - 2), dice.below(5)
    if kind == 0 and heard:
        sound, spelt = heard[dice.below(len(heard))]
        return word.replace(sound, spelt, 1)
    if kind == 1:
        return word[:place] + word[place] + word[place:]
    if kind == 2:
        return word[:place] + _NEIGHBOURS.get(word[place], "e") + word[place + 1 :]
    if kind == 3:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + word[place + 1 :]


_CHANGES: dict[str, _Change] = {
    "sentence": sentence,
    "bare": bare,
    "phone": phone,
    "articles": articles,
    "typo": typo,
}
"""What a voice can do to a line, by the name that ``frames.json`` calls it."""


@dataclass(frozen=True)
class Voice:
    """A way of speaking: how often it speaks, its frames, and what it does to a line."""

    weight: int
    frames: tuple[str, ...]
    changes: tuple[_Change, ...]


@dataclass(frozen=True)
class _Grammar:
    """The voices of all tasks and the words for the slots of one."""

    voices: tuple[Voice, ...]
    slots: dict[str, tuple[str, ...]]


def load_grammar(task: Task, folder: Path = GRAMMAR) -> _Grammar:
    """The grammar of `task`."""
    shared = json.loads((folder / "frames.json").read_text("utf-8"))
    own = json.loads((folder / f"{task.value}.json").read_text("utf-8"))
    voices = tuple(
        Voice(voice["weight"], tuple(voice["frames"]), tuple(_CHANGES[name] for name in voice["changes"]))
        for voice in shared["voices"].values()
    )
    return _Grammar(voices, {name: tuple(words) for name, words in {**shared["slots"], **own}.items()})


def endless(grammar: _Grammar, dice: Dice) -> Iterator[str]:
    """Lines without end, the voices in proportion to their weights; some come twice."""
    decks = {name: Deck(words, dice) for name, words in grammar.slots.items()}
    frames = [Deck(voice.frames, dice) for voice in grammar.voices]
    turns = Deck([str(i) for i, voice in enumerate(grammar.voices) for _ in range(voice.weight)], dice)
    while True:
        turn = int(turns.draw())
        line = re.sub(r"\{(\w+)\}", lambda match: decks[match[1]].draw(), frames[turn].draw())
        for change in grammar.voices[turn].changes:
            line = change(line, dice)
        yield line


def make(task: Task, count: int = LINES, folder: Path = GRAMMAR) -> list[str]:
    """`count` distinct lines for `task`, none much like another; always the same ones."""
    refused = {normalise(line) for line in read_lines((folder / REFUSED).read_text("utf-8"))}
    made: list[str] = []
    kept: list[frozenset[str]] = []
    for line in endless(load_grammar(task, folder), Dice(task.value)):
        words = frozenset(normalise(line).split())
        if normalise(line) in refused or any(_alike(words, other) for other in kept):
            continue
        made.append(line)
        kept.append(words)
        if len(made) == count:
            break
    return made


def _alike(left: frozenset[str], right: frozenset[str]) -> bool:
    shared = len(left & right)
    return shared >= _ALIKE * (len(left) + len(right) - shared)


def generated_text(task: Task) -> str:
    """What ``corpus/generated/TASK.txt`` must hold."""
    return _HEADER + "".join(f"{line}\n" for line in make(task))


def write_generated() -> None:
    """Write the generated lists anew."""
    for task in TASKS:
        path = FOLDER / "generated" / f"{task.value}.txt"
        fresh = path.with_suffix(".tmp")
        fresh.write_text(generated_text(task), "utf-8")
        # Replaced in one step, since a training run may be reading the list.
        fresh.replace(path)
