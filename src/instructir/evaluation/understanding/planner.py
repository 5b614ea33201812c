"""How well the planner understands the held-out lists, which no training sees."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from instructir.evaluation.understanding import cases
from instructir.instructions.corpus.checking import heldout
from instructir.instructions.plan import Plan
from instructir.instructions.planner import plan
from instructir.tasks import TASKS

LEVELS = ("precise", "ambiguous", "real_users")
"""The lists of one-task lines, as in the paper's table of language levels."""
_BINS = 10
NEITHER = ("blind", "out_of_scope")
"""Columns of a confusion matrix beside the tasks."""

_Row = dict[str, str]
RowPlan = tuple[_Row, Plan]


def planned(name: str) -> list[RowPlan]:
    """Rows of a held-out list with their plans."""
    return [(row, plan(row["text"])) for row in heldout(name)]


def reading(understood: Plan) -> str:
    """The task of the surest step, else ``blind`` or ``out_of_scope``."""
    if not understood.steps:
        return "out_of_scope" if understood.kind == "out_of_scope" else "blind"
    return max(understood.steps, key=lambda step: step.confidence).task.value


def how_often(pairs: Sequence[RowPlan], right: Callable[[_Row, Plan], bool]) -> dict[str, Any]:
    """How many of the rows are right."""
    return cases.count_right([right(row, understood) for row, understood in pairs])


def _same_tasks(row: _Row, understood: Plan) -> bool:
    """Whether the plan has exactly the tasks of the row."""
    return set(row["tasks"].split(";")) == {step.task.value for step in understood.steps}


def same_exclusions(row: _Row, understood: Plan) -> bool:
    """Whether the plan rules out exactly what the row does."""
    return set(row["excluded"].split(";")) == {task.value for task in understood.excluded}


def _same_level(row: _Row, understood: Plan) -> bool:
    """Whether a light wish is planned as less than all, and any other as all."""
    return bool(understood.steps) and (understood.steps[0].strength < 1) == (row["level"] == "light")


def confusion(pairs: Iterable[RowPlan]) -> dict[str, dict[str, int]]:
    """Counts by true task and reading; zeros left out."""
    table: dict[str, dict[str, int]] = {task.value: {} for task in TASKS}
    for row, understood in pairs:
        cells = table[row["task"]]
        cells[reading(understood)] = cells.get(reading(understood), 0) + 1
    return table


def calibration(pairs: Sequence[RowPlan]) -> dict[str, Any]:
    """Expected calibration error of the surest step's confidence, in equal bins, and the bins."""
    known: list[tuple[float, bool]] = []
    for row, understood in pairs:
        if understood.steps:
            step = max(understood.steps, key=lambda step: step.confidence)
            known.append((step.confidence, step.task.value == row["task"]))
    return _calibration(known)


def compound_calibration(pairs: Sequence[RowPlan]) -> dict[str, Any]:
    """The same of every step where several are asked for: its confidence, and whether it was."""
    return _calibration(
        [
            (step.confidence, step.task.value in row["tasks"].split(";"))
            for row, understood in pairs
            for step in understood.steps
        ]
    )


def _calibration(known: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    found: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for confidence, right in known:
        found[min(_BINS - 1, int(confidence * _BINS))].append((confidence, right))
    total = len(known)
    bins = [
        {
            "lines": len(members),
            "confidence": round(statistics.fmean(confidence for confidence, _ in members), 4),
            "accuracy": round(statistics.fmean(right for _, right in members), 4),
        }
        for members in found
        if members
    ]
    error = sum(part["lines"] * abs(part["confidence"] - part["accuracy"]) for part in bins) / total
    return {"ece": round(error, 4), "bins": bins}


def measure_planner() -> dict[str, Any]:
    """Every figure of the planner on the held-out lists, as plain JSON types."""
    one = {name: planned(name) for name in LEVELS}
    languages = planned("languages")
    compound, exclusions, strength = (planned(name) for name in ("compound", "exclusions", "strength"))

    def intent(row: _Row, understood: Plan) -> bool:
        return reading(understood) == row["task"]

    codes = sorted({row["language"] for row, _ in languages})
    return {
        "intent": {name: how_often(pairs, intent) for name, pairs in one.items()},
        "one_step": {
            name: how_often(
                pairs, lambda row, understood: intent(row, understood) and len(understood.steps) == 1
            )
            for name, pairs in one.items()
        },
        "vague": how_often(planned("blind"), lambda _, understood: understood.kind == "ambiguous"),
        "blind": how_often(planned("blind"), lambda _, understood: understood.blind),
        "out_of_scope": how_often(
            planned("out_of_scope"), lambda _, understood: understood.kind == "out_of_scope"
        ),
        "compound_tasks": how_often(compound, _same_tasks),
        "compound_order": how_often(
            compound,
            lambda row, understood: row["tasks"].split(";") == [step.task.value for step in understood.steps],
        ),
        "exclusions": how_often(exclusions, same_exclusions),
        "exclusions_and_tasks": how_often(
            exclusions,
            lambda row, understood: same_exclusions(row, understood) and _same_tasks(row, understood),
        ),
        "strength": how_often(strength, _same_level),
        "languages": how_often(languages, intent),
        "by_language": {
            code: how_often([pair for pair in languages if pair[0]["language"] == code], intent)
            for code in codes
        },
        "calibration": calibration([pair for pairs in one.values() for pair in pairs]),
        "compound_calibration": compound_calibration([*compound, *exclusions]),
        "cases": cases.measure_cases(),
        "confusion": {name: confusion(pairs) for name, pairs in (*one.items(), ("languages", languages))},
    }


def time_planning(repeats: int = 3) -> dict[str, Any]:
    """Milliseconds of processor time for planning a sentence that was never seen, the encoder being loaded.

    One thread plans, so that on an idle machine it is the time that passes. Of English sentences, and of
    those in other languages where their reader is installed.
    """
    from instructir.instructions import planner, reader

    english = [row["text"] for name in ("real_users", "compound") for row in heldout(name)][::4]
    found = {"en": _spans(english, repeats, planner.understand)}
    if reader.available(reader.MULTILINGUAL):
        others = [row["text"] for row in heldout("languages")][::4]
        found["languages"] = _spans(others, repeats, planner.understand)
    return {**found["en"], "languages": found.get("languages")}


def _spans(sentences: Sequence[str], repeats: int, understand: Callable[..., Plan]) -> dict[str, Any]:
    understand(sentences[0], cached=False)
    spans: list[float] = []
    for _ in range(repeats):
        for sentence in sentences:
            start = time.process_time()
            understand(sentence, cached=False)
            spans.append(1000 * (time.process_time() - start))
    quantiles = statistics.quantiles(spans, n=20)
    return {
        "median_ms": round(statistics.median(spans), 2),
        "p95_ms": round(quantiles[-1], 2),
        "threads": 1,
        "sentences": len(spans),
    }
