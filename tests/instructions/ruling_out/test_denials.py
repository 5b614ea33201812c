"""Tests of what something is, instead of the fault that it is not."""
# ruff: noqa: RUF001

import pytest

from instructir.instructions.planner import plan
from instructir.tasks import Task

NOISE, BLUR, RAIN, HAZE = Task.DENOISING, Task.DEBLURRING, Task.DERAINING, Task.DEHAZING
LIGHT, COLOUR = Task.LOW_LIGHT, Task.ENHANCEMENT


@pytest.mark.parametrize(
    ("text", "asked", "left"),
    [
        ("those aren't scratches or noise, that's rain", RAIN, NOISE),
        ("it's anything but noisy, it's blurry", BLUR, NOISE),
        ("これ雨じゃなくてノイズね", NOISE, RAIN),
        ("雨じゃなくて霧です", HAZE, RAIN),
        ("no es ruido sino lluvia", RAIN, NOISE),
        ("ce n'est pas de la pluie mais du bruit", NOISE, RAIN),
        ("bu yağmur değil, gürültü", NOISE, RAIN),
        ("这不是雨，是噪点", NOISE, RAIN),
        ("이건 비가 아니라 노이즈예요", NOISE, RAIN),
        ("यह बारिश नहीं, शोर है", NOISE, RAIN),
        ("la luce va bene, sono i colori che non vanno", COLOUR, LIGHT),
        ("die Helligkeit passt, es sind die Farben die nicht stimmen", COLOUR, LIGHT),
        ("la lumière est bonne, ce sont les couleurs qui ne vont pas", COLOUR, LIGHT),
        ("het licht is goed, het zijn de kleuren die niet kloppen", COLOUR, LIGHT),
    ],
)
def test_not_this_but_that(text: str, asked: Task, left: Task) -> None:
    said = plan(text)
    assert ([step.task for step in said.steps], said.excluded) == ([asked], (left,))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("the picture is anything but bright", LIGHT),
        ("this is anything but sharp", BLUR),
        ("the air is anything but clear", HAZE),
    ],
)
def test_anything_but_a_virtue_is_a_fault(text: str, asked: Task) -> None:
    said = plan(text)
    assert ([step.task for step in said.steps], said.excluded) == ([asked], ())
