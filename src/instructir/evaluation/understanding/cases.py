"""A labelled set of requests of every kind, read wholly right or not; it lies outside of the package.

``INSTRUCTIR_CASES`` names the folder that holds ``language_dev.json``: for each section a list of lines, each
with the text, its language, and what it states: the tasks, what it rules out and may rule out, its kind, an
order as groups of tasks, and whether a part or all is asked for.
"""

import json
import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from instructir.errors import InstructionError
from instructir.instructions.plan import Plan
from instructir.instructions.planner import plan

VARIABLE = "INSTRUCTIR_CASES"
FILE = "language_dev.json"
_ALL = 0.95
"""Strength from which a step counts as all of the restoration."""

LabelledCase = dict[str, Any]


def cases() -> dict[str, list[LabelledCase]]:
    """Lines by section, the debatable ones left out; nothing where the set is not there."""
    folder = os.environ.get(VARIABLE)
    path = Path(folder or ".") / FILE
    if not folder or not path.is_file():
        return {}
    sections: dict[str, list[LabelledCase]] = json.loads(path.read_text("utf-8"))
    return {name: [case for case in found if not case.get("debatable")] for name, found in sections.items()}


def plan_of_line(text: str) -> Plan:
    """The plan of a line; one that is refused as unreadable counts as refused."""
    try:
        return plan(text)
    except InstructionError:
        return Plan("out_of_scope", (), reason="unknown", refused=text)


def wholly_right(case: LabelledCase, found: Plan) -> bool:
    """Whether everything that a line states is in its plan, and nothing else is."""
    steps = [step.task.value for step in found.steps]
    excluded = {task.value for task in found.excluded}
    barred, maybe = set(case["not"]), set(case.get("maybe_not", ()))
    if case["tasks"]:
        right = set(steps) == set(case["tasks"])
        right = right and (case.get("order") != "stated" or _in_order(steps, case["groups"]))
    elif case["kind"] == "out_of_scope":
        return found.kind == "out_of_scope"
    else:
        right = found.kind == "ambiguous" and not steps
    if not right or not barred <= excluded <= barred | maybe or barred & set(steps):
        return False
    if not case["strength"]:
        return True
    least = min((step.strength for step in found.steps), default=None)
    return least is not None and (least < _ALL) == (case["strength"] == "slight")


def _in_order(steps: Sequence[str], groups: Sequence[Sequence[str]]) -> bool:
    """Whether all tasks of a group come before those of the next."""
    last = {task: place for place, task in enumerate(steps)}
    return all(
        max(last[task] for task in first) < min(last[task] for task in second)
        for first, second in pairwise(groups)
    )


def measure_cases() -> dict[str, Any]:
    """How many are read wholly right, by section and for each language, with the plans' calibration."""
    found = {
        name: [(case, plan_of_line(" ".join(case["text"].split("\n")))) for case in lines]
        for name, lines in cases().items()
    }
    if not found:
        return {}
    everything = [pair for pairs in found.values() for pair in pairs]
    codes = sorted({case["lang"] for case, _ in everything})
    return {
        "sections": {name: _accuracy(pairs) for name, pairs in (*found.items(), ("all", everything))},
        "by_language": {
            code: _accuracy([pair for pair in everything if pair[0]["lang"] == code]) for code in codes
        },
    }


def _accuracy(pairs: Sequence[tuple[LabelledCase, Plan]]) -> dict[str, Any]:
    return count_right([wholly_right(case, found) for case, found in pairs])


def count_right(answers: Sequence[bool]) -> dict[str, Any]:
    """How many answers are right, of how many, and which part that is."""
    hits = sum(answers)
    return {"right": hits, "of": len(answers), "fraction": round(hits / len(answers), 4)}
