"""What the readers are trained on: every line of the corpus with all that a reader is to say of it."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from instructir.instructions.corpus import (
    LANGUAGES,
    blind,
    captions,
    exclusions,
    foreign,
    labelled,
    language,
    normalise,
    out_of_scope,
    overheard,
    several,
)
from instructir.instructions.corpus.checking import heldout_lines, leaks
from instructir.instructions.corpus.compounds import CompoundRequest, make_all, pieces_alone
from instructir.tasks import Task

_WEIGHTS_OF = {("hand", "precise"): 1.0, ("hand", "ambiguous"): 1.8, ("grammar", "precise"): 0.5}
"""Share of a line in the loss; ambiguous ones are few and short."""
REFUSED, VAGUE, SHOWN, OVERHEARD = 2.0, 2.0, 1.5, 2.0
"""The same of lines that nothing can be done about, of those that name no fault, of captions, and of what
people type: few, and to be obeyed."""
_OFTEN = 3
"""How often the English reader sees lines in other languages: n-grams carry them, and learn slowly."""
_ENGLISH_SHARE = {
    "pair": 150,
    "triple": 80,
    "exclusion": 250,
    "clause": 80,
    "forbid": 40,
    "denial": 80,
    "reverse": 150,
    "story": 100,
    "good": 80,
}
"""How many requests made from English phrases the multilingual reader sees, by kind."""
_FOLDS = 10
"""One fold of so many is kept aside."""


@dataclass(frozen=True)
class Example:
    """A text with all that the reader is to say of it; ``weight`` is its weight in the loss."""

    text: str
    kind: str
    tasks: tuple[Task, ...] = ()
    excluded: tuple[Task, ...] = ()
    weight: float = 1.0
    aside: bool = False


def english() -> list[Example]:
    """Everything that the English reader is trained on, always the same."""
    found = [*_lines(), *(_from_request(request) for request in _unleaked(list(make_all())))]
    return found + _OFTEN * [Example(text, "precise", (task,), weight=1.5) for _, task, text in foreign()]


def multilingual() -> list[Example]:
    """Everything that the multilingual reader is trained on: a part of the English lines, and all others.

    What cannot be done has no end, so that all of it is there in English; the encoder carries it over.
    """
    lines = [item for item in _lines() if item.weight != _WEIGHTS_OF["grammar", "precise"]]
    kept = [item for item in lines if item.kind == "out_of_scope" or _fold(item.text, 8) == 1]
    kept += [item for item in lines if item.kind == "blind" and _fold(item.text, 8) > 3]
    kept += [_from_request(item) for item in _unleaked(list(make_all(_ENGLISH_SHARE)))]
    return kept + [item for code in LANGUAGES for item in _of_language(code)]


def languages() -> dict[str, list[str]]:
    """Texts by language, in all of them."""
    found = {code: [item.text for item in _of_language(code)] for code in LANGUAGES}
    return {
        "en": [item.text for item in _lines() if item.weight != _WEIGHTS_OF["grammar", "precise"]],
        **found,
    }


def _lines() -> list[Example]:
    """The English lines that people wrote or the grammar made."""
    found = [
        Example(
            item.text,
            item.level,
            (item.task,),
            weight=_WEIGHTS_OF[item.origin, item.level],
            aside=item.origin == "hand" and _kept_aside(item.text),
        )
        for item in labelled()
    ]
    found += [Example(text, "blind", weight=VAGUE, aside=_kept_aside(text)) for text in blind()]
    found += [
        Example(text, "out_of_scope", weight=REFUSED, aside=_kept_aside(text)) for text in out_of_scope()
    ]
    found += [Example(text, "blind", weight=SHOWN, aside=_kept_aside(text)) for text in captions()]
    found += [Example(text, "ambiguous", asked, aside=_kept_aside(text)) for asked, text in several()]
    found += _overheard("en")
    return found + [
        Example(text, "precise", asked, barred, weight=1.5, aside=_kept_aside(text))
        for asked, barred, text in exclusions()
    ]


def _of_language(code: str) -> Iterator[Example]:
    """The lines of another language and what is made of its pieces."""
    data = language(code)
    for task, texts in data["lines"].items():
        yield from (Example(text, "precise", (Task(task),), aside=_kept_aside(text)) for text in texts)
    yield from (Example(text, "blind", weight=VAGUE, aside=_kept_aside(text)) for text in data["vague"])
    yield from (Example(text, "blind", weight=SHOWN, aside=_kept_aside(text)) for text in data["captions"])
    for task, texts in data["stories"].items():
        yield from (Example(text, "ambiguous", (Task(task),), aside=_kept_aside(text)) for text in texts)
    for text in data["out_of_scope"]:
        yield Example(text, "out_of_scope", weight=REFUSED, aside=_kept_aside(text))
    yield from _overheard(code)
    yield from _removals(data["removal"])
    made: Iterable[CompoundRequest] = (*pieces_alone(code), *make_all(code=code))
    yield from (_from_request(request) for request in made)


def _overheard(code: str) -> list[Example]:
    """What people type in a language."""
    return [
        Example(text, kind, asked, barred, weight=OVERHEARD, aside=_kept_aside(text))
        for kind, asked, barred, text in overheard(code)
    ]


def _removals(words: Mapping[str, Any]) -> Iterator[Example]:
    """Every verb of removing with every fault, and with things that cannot be removed: only these differ."""
    for verb in words["verbs"]:
        for task, faults in words["faults"].items():
            for fault in faults:
                text = verb.format(fault)
                yield Example(text, "precise", (Task(task),), aside=_kept_aside(text))
        for thing in words["objects"]:
            text = verb.format(thing)
            yield Example(text, "out_of_scope", aside=_kept_aside(text))


def _kept_aside(text: str) -> bool:
    """Whether a line calibrates, and is not seen by the reader that is calibrated."""
    return _fold(text, _FOLDS) == 0


def _fold(text: str, folds: int) -> int:
    """Fold of a line by its text alone; other scripts count, too."""
    return zlib.crc32((normalise(text) or text).encode()) % folds


def _unleaked(requests: Sequence[CompoundRequest]) -> list[CompoundRequest]:
    """The requests that no held-out line resembles."""
    leaked = {complaint.line for complaint in leaks([request.text for request in requests], heldout_lines())}
    return [request for request in requests if request.text not in leaked]


def _from_request(request: CompoundRequest) -> Example:
    kind = "out_of_scope" if request.reversed else "precise"
    weight = 1.0 if request.reversed else 0.7
    return Example(
        request.text, kind, request.tasks, request.excluded, weight=weight, aside=_kept_aside(request.text)
    )
