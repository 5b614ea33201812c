"""What the page is told, in plain JSON types."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from instructir.instructions.plan import Plan
from instructir.instructions.plan import Step as PlannedStep
from instructir.instructions.tone.words import named
from instructir.restoration.diagnosis import counts
from instructir.restoration.guard import Change
from instructir.serving.page.messages import told
from instructir.serving.page.picture import DoneStep, Picture
from instructir.tasks import Task

_SUGGESTIONS = 3
_OPTION = re.compile(r" ?[(\uff08]--[^)\uff09]*[)\uff09]")
"""An option of the command line in an answer."""


def picture_document(picture: Picture, language: str) -> dict[str, Any]:
    """A photo as it stands, in a language."""
    step = picture.step
    width, height = picture.size
    return {
        "id": picture.key,
        "name": picture.name,
        "width": width,
        "height": height,
        "at": picture.at,
        "steps": [_step(one, language) for one in picture.steps],
        "faults": _probabilities(step.faults if step else picture.faults),
        "seen": _rounded(picture.faults),
        "transparent": picture.original.alpha is not None,
    }


def _step(step: DoneStep, language: str) -> dict[str, Any]:
    strength = step.settings.strength
    return {
        "key": step.key,
        "sentence": step.sentence,
        "strength": strength,
        "did": [one.task.value for one in step.plan.steps],
        "told": [_told(one, step.plan.language) for one in step.plan.steps],
        "runner_up": step.plan.runner_up.value if step.plan.runner_up else None,
        "change": Change.of(strength * step.levels).to_dict(),
        "light": [round(level, 4) for level in step.light],
        "faults": _rounded(step.faults),
        "notes": [told(note, language) for note in step.notes],
    }


def _told(step: PlannedStep, language: str) -> str:
    """What was asked for in numbers, in words; empty where the name of the task says it."""
    adjustment = step.adjustment
    return "" if adjustment is None else named(adjustment.scaled(step.strength), language)


def _rounded(faults: Mapping[Task, float]) -> dict[str, float]:
    return {task.value: round(probability, 4) for task, probability in faults.items()}


def _probabilities(faults: Mapping[Task, float]) -> list[dict[str, Any]]:
    """The most probable first, after those that count: what the photo decides on where nothing is written."""
    ordered = sorted(faults.items(), key=lambda pair: (not counts(*pair), -pair[1]))
    return [
        {"task": task.value, "probability": round(probability, 4), "counts": counts(task, probability)}
        for task, probability in ordered
    ]


def plan_said(plan: Plan, language: str, sentence: str) -> dict[str, Any]:
    """What was understood; where nobody wrote anything, in the page's language."""
    plan = plan if sentence.strip() else replace(plan, language=language)
    # The page has a brush and a slider for what options do.
    text = _OPTION.sub("", plan.summary())
    return {
        "text": f"{text[:1].upper()}{text[1:]}",
        "refused": plan.kind == "out_of_scope",
        "runner_up": plan.runner_up.value if plan.runner_up else None,
    }


def suggestions(plan: Plan | None, faults: Mapping[Task, float], tasks: tuple[Task, ...]) -> list[str]:
    """What to ask for instead: what comes nearest, then what the photo needs most."""
    nearest = [plan.nearest] if plan and isinstance(plan.nearest, Task) else []
    by_probability = sorted(tasks, key=lambda task: -faults.get(task, 0.0))
    return [task.value for task in dict.fromkeys([*nearest, *by_probability])][:_SUGGESTIONS]
