# ruff: noqa: RUF001 - letters of other scripts are meant
"""Light that is said to be wrong, and not in which way."""

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.planning.lighting import is_untold
from instructir.instructions.tone.adjustment import Operation
from instructir.tasks import Task

LIGHT, RETOUCHING, NOISE = Task.LOW_LIGHT, Task.ENHANCEMENT, Task.DENOISING


@pytest.mark.parametrize(
    "text",
    [
        "Fix the exposure",
        "The exposure is wrong",
        "exposure is all wrong on this one",
        "I got the exposure wrong",
        "the lighting is off, sort it",
        "brightness is not right",
        "poorly exposed",
        "it's not exposed correctly",
        "exposure correction please",
        "uneven light",
        "balance the exposure",
        "badly exposed shot, help",
        "Belichtung korrigieren",
        "Die Belichtung stimmt nicht",
        "l'exposition est ratée",
        "corrige la luz, por favor",
        "correggi l'esposizione",
        "A exposição ficou errada",
        "belichting corrigeren",
        "popraw ekspozycję",
        "pozlamayı düzelt",
        "исправь экспозицию",
        "修正曝光",
        "露出を直して",
        "노출을 보정해 주세요",
        "صحح التعريض",
        "एक्सपोज़र ठीक करो",
    ],
)
def test_the_picture_tells_in_which_way_it_is_wrong(text: str) -> None:
    plan = understand(text)
    assert [(step.task, step.light) for step in plan.steps] == [(LIGHT, "untold")]
    assert plan.excluded == ()


@pytest.mark.parametrize(
    "text",
    [
        "it's underexposed, correct the exposure",
        "the exposure is wrong, way too dark",
        "bring the exposure up",
        "the flash failed, bad lighting",
        "zu dunkel",
        "brighten it",
    ],
)
def test_who_says_that_it_is_dark_has_said_in_which_way(text: str) -> None:
    assert [(step.task, step.light) for step in understand(text).steps] == [(LIGHT, "")]


def test_other_faults_stay_what_they_are() -> None:
    plan = understand("fix the exposure and remove the noise")
    assert [(step.task, step.light) for step in plan.steps] == [(NOISE, ""), (LIGHT, "untold")]
    assert "remove the noise, then correct the light, which the picture shows" in plan.summary()


@pytest.mark.parametrize(
    "text",
    [
        "My photo is blown out, correct the exposure.",
        "it's overexposed, fix the exposure",
        "Blown highlights, bring them down",
        "The exposure is wrong, it's too bright",
    ],
)
def test_too_much_light_is_said_once(text: str) -> None:
    plan = understand(text)
    assert [(step.task, step.light, step.adjustment) for step in plan.steps] == [(RETOUCHING, "less", None)]
    assert not plan.refused


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("correct exposure downwards", -2 / 3),
        ("too bright, exposure -1", -1.0),
        ("exposure minus one", -1.0),
        ("exposure +2", 2.0),
    ],
)
def test_exposure_is_corrected_in_the_direction_that_is_said(text: str, stops: float) -> None:
    (step,) = understand(text).steps
    assert step.adjustment is not None
    assert step.adjustment.operation is Operation.EXPOSURE
    assert step.adjustment.scaled(step.strength).amount == pytest.approx(stops)


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("too bright, tone it down", 1.0),
        ("a little too bright, tone it down slightly", 0.5),
        ("overexposed, bring it down a bit", 0.5),
    ],
)
def test_how_much_of_too_much_light_is_taken(text: str, strength: float) -> None:
    (step,) = understand(text).steps
    assert (step.light, step.strength) == ("less", strength)


def test_too_little_light_is_told() -> None:
    assert not is_untold("he got the exposure wrong, too little light")
    assert is_untold("he got the exposure wrong")
