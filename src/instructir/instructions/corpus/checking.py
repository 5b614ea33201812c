"""Checks of the corpus: repeated lines, doubtful labels, and lines that a held-out list already has.

``tools/corpus.py check`` prints every complaint with the corpus line it is about. A line of a
held-out list is compared with, never shown: whoever corrects the corpus must not learn the test.
"""

import csv
import math
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from instructir.instructions.corpus import (
    Instruction,
    blind,
    captions,
    exclusions,
    labelled,
    normalise,
    out_of_scope,
    overheard,
    several,
)
from instructir.models.embedding_cache import embed
from instructir.models.encoders import DEFAULT_ENCODER
from instructir.tasks import TASKS, Task

HELDOUT = Path(__file__).parent.parent / "heldout"
"""Where the lists are that no training may see."""

_NEAR = 0.85
"""Share of trigrams or of words from which two lines of the corpus count as one."""

_LEAK = 0.75
"""The same for a line of the corpus and a held-out one: stricter, since a leak flatters every result."""

_DOUBT = 0.9
"""Confidence in another task from which a label is doubted."""

_SMALL = """
a an the this that these those my our your his her its their it i we you he she they me us is are was were be
been am to of in on at from for with and so please pls plz kindly can could would photo picture image pic shot
photograph
"""

SMALL_WORDS = frozenset(_SMALL.split())
"""Words that do not tell two requests apart."""


@dataclass(frozen=True)
class Complaint:
    """One finding: what is wrong, with which line, and what that line collides with."""

    kind: str
    line: str
    detail: str = ""


def _trigrams(text: str) -> frozenset[str]:
    """The pieces of three characters of the normalised text, its ends marked by spaces."""
    padded = f" {normalise(text)} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def words(text: str) -> frozenset[str]:
    """All words of a text of five words or more; shorter ones are compared by trigrams alone."""
    found = normalise(text).split()
    return frozenset(found) if len(found) >= 5 else frozenset()


def _content_words(text: str) -> frozenset[str]:
    """The words that carry meaning, where there are three or more of them."""
    found = frozenset(normalise(text).split()) - SMALL_WORDS
    return found if len(found) >= 3 else frozenset()


def similar_pairs(
    left: Sequence[frozenset[str]], right: Sequence[frozenset[str]], threshold: float
) -> Iterator[tuple[int, int]]:
    """Pairs (i, j) whose sets overlap (Jaccard) by `threshold` or more; only j < i where `left` is `right`.

    Prefix filtering keeps this from being quadratic: two sets that overlap enough must share one of their few
    rarest members.
    """
    frequency = Counter(member for members in (*left, *right) for member in members)
    prefixes = [_prefix(members, frequency, threshold) for members in right]
    index: dict[str, list[int]] = {}
    for j, prefix in enumerate(prefixes):
        for member in prefix:
            index.setdefault(member, []).append(j)
    # As bits of a whole number, two sets are intersected many times faster.
    bits = {member: 1 << place for place, member in enumerate(frequency)}
    masks = [sum(bits[member] for member in members) for members in right]
    for i, members in enumerate(left):
        prefix = prefixes[i] if left is right else _prefix(members, frequency, threshold)
        mask = masks[i] if left is right else sum(bits[member] for member in members)
        size, end = len(members), i if left is right else len(right)
        for j in sorted({j for member in prefix for j in index.get(member, ()) if j < end}):
            other = len(right[j])
            if threshold * size <= other <= size / threshold:
                shared = (mask & masks[j]).bit_count()
                if shared >= threshold * (size + other - shared):
                    yield i, j


def _prefix(members: frozenset[str], frequency: Counter[str], threshold: float) -> list[str]:
    ordered = sorted(members, key=lambda member: (frequency[member], member))
    return ordered[: len(ordered) - math.ceil(threshold * len(ordered)) + 1]


def repeated_lines(lines: Sequence[str]) -> list[Complaint]:
    """Lines that an earlier line already says, word for word or nearly."""
    complaints: dict[int, Complaint] = {}
    first: dict[str, int] = {}
    for i, line in enumerate(lines):
        j = first.setdefault(normalise(line), i)
        if j != i:
            complaints[i] = Complaint("duplicate", line, lines[j])
    for view in (_trigrams, words):
        sets = [view(line) for line in lines]
        for i, j in similar_pairs(sets, sets, _NEAR):
            if i not in complaints and j not in complaints:
                complaints[i] = Complaint("near-duplicate", line=lines[i], detail=lines[j])
    return [complaints[i] for i in sorted(complaints)]


def heldout_lines(folder: Path = HELDOUT) -> list[str]:
    """Every cell of two words or more in the held-out lists, and all of their first text column."""
    return [cell for path in sorted(folder.glob("*.csv")) for cell in _cells(heldout(path.stem, folder))]


def heldout(name: str, folder: Path = HELDOUT) -> list[dict[str, str]]:
    """Rows of a held-out list; no training sees any of them."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _cells(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    if not rows:
        return
    # The instruction's column is the longest one; a note beside it does no harm, being compared as well.
    columns = [name for name in rows[0] if name is not None]
    longest = max(columns, key=lambda name: sum(len(str(row[name] or "")) for row in rows))
    for row in rows:
        for name in columns:
            cell = str(row[name] or "")
            if cell and (name == longest or " " in cell.strip()):
                yield cell


def leaks(lines: Sequence[str], secret: Sequence[str]) -> list[Complaint]:
    """Lines of the corpus that a held-out line also says; the complaint does not tell which one."""
    known = {normalise(line) for line in secret}
    found = {i for i, line in enumerate(lines) if normalise(line) in known}
    views: tuple[tuple[Callable[[str], frozenset[str]], float], ...] = (
        (_trigrams, _LEAK),
        (_content_words, 1.0),
    )
    for view, threshold in views:
        left, right = [view(line) for line in lines], [view(line) for line in secret]
        found |= {i for i, _ in similar_pairs(left, right, threshold)}
    return [Complaint("leak", lines[i]) for i in sorted(found)]


def _fit_logistic(
    vectors: Tensor, labels: Tensor, classes: int, decay: float = 1e-4
) -> tuple[Tensor, Tensor]:
    """Weights and bias of a multinomial logistic regression, fitted by L-BFGS from zero, hence repeatable."""
    weight = torch.zeros(classes, vectors.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        value = F.cross_entropy(vectors @ weight.T + bias, labels) + decay * weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return weight.detach(), bias.detach()


def _cross_validate(vectors: Tensor, labels: Tensor, folds: Tensor, classes: int) -> Tensor:
    """Class probabilities (N, classes), each row by the regression that never saw that row's fold."""
    result = torch.empty(len(vectors), classes)
    for fold in sorted(set(folds.tolist())):
        held = folds == fold
        weight, bias = _fit_logistic(vectors[~held], labels[~held], classes)
        result[held] = (vectors[held] @ weight.T + bias).softmax(dim=1)
    return result


def _fold_of(text: str, folds: int) -> int:
    """Fold of a line, by its text alone, so that adding lines moves none of the others."""
    return zlib.crc32(normalise(text).encode()) % folds


def vote(items: Sequence[Instruction], encoder: str = DEFAULT_ENCODER, folds: int = 5) -> Tensor:
    """What an independent classifier makes of each line: probabilities (N, 7), cross-validated."""
    vectors = embed([item.text for item in items], encoder)
    labels = torch.tensor([item.task.class_index for item in items])
    return _cross_validate(
        vectors, labels, torch.tensor([_fold_of(item.text, folds) for item in items]), len(TASKS)
    )


def doubtful(items: Sequence[Instruction], probabilities: Tensor) -> list[Complaint]:
    """Lines that the vote gives to another task with a confidence above `_DOUBT`."""
    confidence, chosen = probabilities.max(dim=1)
    return [
        Complaint("label", item.text, f"{item.task.value}, voted {TASKS[index].value} at {probability:.2f}")
        for item, probability, index in zip(items, confidence.tolist(), chosen.tolist(), strict=True)
        if TASKS[index] is not item.task and probability > _DOUBT
    ]


def accuracy(items: Sequence[Instruction], probabilities: Tensor) -> dict[Task, float]:
    """Share of each task's lines that the vote gives to that task."""
    right = [
        TASKS[index] is item.task
        for item, index in zip(items, probabilities.argmax(dim=1).tolist(), strict=True)
    ]
    totals = Counter(item.task for item in items)
    hits = Counter(item.task for item, hit in zip(items, right, strict=True) if hit)
    return {task: hits[task] / totals[task] for task in TASKS if totals[task]}


def _check(encoder: str | None = DEFAULT_ENCODER) -> list[Complaint]:
    """All complaints about the corpus; without an encoder, those that need none."""
    items = labelled()
    lines = [*(item.text for item in items), *blind(), *captions(), *out_of_scope()]
    lines += [*(text for _, text in several()), *(text for _, _, text in exclusions())]
    lines += [text for _, _, _, text in overheard("en")]
    complaints = [*repeated_lines(lines), *leaks(lines, heldout_lines())]
    return complaints if encoder is None else [*complaints, *doubtful(items, vote(items, encoder))]


def _report(complaints: Iterable[Complaint]) -> Iterator[str]:
    for complaint in complaints:
        yield f"{complaint.kind}: {complaint.line}" + (f"  [{complaint.detail}]" if complaint.detail else "")


def print_complaints() -> int:
    """Print the complaints and the vote's accuracy on the hand-written lines; 1 where a line is there twice.

    A label that the vote doubts may be right all the same: whoever wrote it decides.
    """
    complaints = _check()
    hand = [item for item in labelled() if item.origin == "hand"]
    accuracies = accuracy(hand, vote(hand))
    for line in _report(complaints):
        sys.stdout.write(f"{line}\n")
    for task, fraction in accuracies.items():
        sys.stdout.write(
            f"{task.value}: {fraction:.1%} of the hand-written lines by a vote trained on such lines\n"
        )
    return 1 if any(complaint.kind != "label" for complaint in complaints) else 0
