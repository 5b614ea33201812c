"""A labelled set of requests: what counts as read wholly right."""

import json
from pathlib import Path
from typing import Any

import pytest

from instructir.evaluation.understanding import cases
from instructir.instructions.plan import Plan, Step
from instructir.tasks import Task


def case(**stated: Any) -> cases.LabelledCase:
    return {"text": "x", "lang": "en", "tasks": [], "not": [], "kind": "clear", "strength": None, **stated}


def steps(*tasks: Task, strength: float = 1.0) -> tuple[Step, ...]:
    return tuple(Step(task, 0.9, strength, "x") for task in tasks)


NOISE, DARK, BLUR = Task.DENOISING, Task.LOW_LIGHT, Task.DEBLURRING


@pytest.mark.parametrize(
    ("stated", "found", "right"),
    [
        (case(tasks=["denoising"]), Plan("clear", steps(NOISE)), True),
        (case(tasks=["denoising"]), Plan("clear", steps(NOISE, DARK)), False),
        (case(tasks=["denoising"]), Plan("clear", steps(NOISE), (DARK,)), False),
        (case(tasks=["denoising"], maybe_not=["low_light"]), Plan("clear", steps(NOISE), (DARK,)), True),
        (case(tasks=["denoising"], **{"not": ["low_light"]}), Plan("clear", steps(NOISE)), False),
        (case(kind="ambiguous"), Plan("ambiguous", ()), True),
        (case(kind="ambiguous"), Plan("ambiguous", steps(NOISE)), False),
        (case(kind="out_of_scope"), Plan("out_of_scope", ()), True),
        (case(kind="out_of_scope"), Plan("ambiguous", ()), False),
        (case(tasks=["denoising"], strength="slight"), Plan("clear", steps(NOISE, strength=0.5)), True),
        (case(tasks=["denoising"], strength="strong"), Plan("clear", steps(NOISE, strength=0.5)), False),
        (
            case(tasks=["low_light", "denoising"], order="stated", groups=[["low_light"], ["denoising"]]),
            Plan("clear", steps(NOISE, DARK)),
            False,
        ),
        (
            case(tasks=["low_light", "denoising"], order="stated", groups=[["low_light"], ["denoising"]]),
            Plan("clear", steps(DARK, NOISE)),
            True,
        ),
    ],
)
def test_wholly_right(stated: cases.LabelledCase, found: Plan, right: bool) -> None:
    assert cases.wholly_right(stated, found) is right


def test_the_set_is_measured_by_section_and_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cases.VARIABLE, str(tmp_path / "missing"))
    assert cases.measure_cases() == {}
    lines = {
        "one": [case(tasks=["denoising"]), case(tasks=["deblurring"], lang="de"), case(debatable=True)],
        "two": [case(text="...", kind="out_of_scope")],
    }
    (tmp_path / cases.FILE).write_text(json.dumps(lines))
    monkeypatch.setenv(cases.VARIABLE, str(tmp_path))
    noise, refused = Plan("clear", steps(NOISE)), Plan("out_of_scope", ())
    monkeypatch.setattr(cases, "plan_of_line", lambda text: refused if text == "..." else noise)
    figures = cases.measure_cases()
    assert {name: (row["right"], row["of"]) for name, row in figures["sections"].items()} == {
        "one": (1, 2),
        "two": (1, 1),
        "all": (2, 3),
    }
    assert figures["by_language"]["de"] == {"right": 0, "of": 1, "fraction": 0.0}


def test_an_unreadable_line_counts_as_refused() -> None:
    assert cases.plan_of_line("...").kind == "out_of_scope"
