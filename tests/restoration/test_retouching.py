"""What the picture decides of retouching: whether it is flat, and whether it has a cast."""

from dataclasses import replace

import numpy as np
import pytest

from instructir.images.colour.spaces import SRGB_CURVE
from instructir.instructions.plan import Plan, Step
from instructir.instructions.planner import plan
from instructir.instructions.tone.adjustment import Adjustment, Operation
from instructir.restoration.inputs import to_photo
from instructir.restoration.planning import fit_plan
from instructir.restoration.retouching import has_cast, is_flat, retouched
from instructir.tasks import TASKS, Task

DULL = Step(Task.ENHANCEMENT, 0.9, 1.0, "dull")
OFF = replace(DULL, text="the colours are off", light="colours")
BRIGHT = replace(DULL, text="", light="less")
CONTRAST = replace(DULL, adjustment=Adjustment(Operation.CONTRAST, 1.35))
FADED = replace(DULL, adjustment=Adjustment(Operation.FADE, -1.0))


def picture(black: float = 0.0, white: float = 1.0, gains: tuple[float, ...] = (1.0, 1.0, 1.0)) -> np.ndarray:
    """Grey patches of all tones between two, and the light of a lamp on them, (60, 80, 3) in [0, 1]."""
    tones = np.random.default_rng(0).uniform(size=(12, 16)).repeat(5, 0).repeat(5, 1)
    tones = black + (white - black) * (tones - tones.min()) / (tones.max() - tones.min())
    light = SRGB_CURVE.forward(tones[..., None].repeat(3, 2)) * np.array(gains)
    return SRGB_CURVE.backward(light.clip(0, 1)).astype(np.float32)


GOOD, FLAT, LAMP = picture(), picture(0.3, 0.8), picture(gains=(1.0, 0.8, 0.5))


@pytest.mark.parametrize(
    ("pixels", "flat"),
    [
        (GOOD, False),
        (FLAT, True),
        (picture(0.0, 0.6), False),  # too dark, and not pale
        (picture(0.3, 1.0), False),  # too bright, or in haze before a sky
        (picture(0.12, 0.8), False),
    ],
)
def test_a_picture_is_flat_that_has_neither_black_nor_white(pixels: np.ndarray, flat: bool) -> None:
    assert is_flat(to_photo(pixels)) is flat


@pytest.mark.parametrize("words", ["dull and flat, make it pop", "washed out", "more vivid colours please"])
def test_a_flat_picture_gets_its_black_and_white_back(words: str) -> None:
    (step,) = fit_plan(TASKS, plan(words), FLAT).steps
    assert step.adjustment == FADED.adjustment
    (learnt,) = fit_plan(TASKS, plan(words), GOOD).steps
    assert learnt.adjustment is None


def test_what_a_flat_picture_is_told_twice_is_done_once() -> None:
    assert retouched(Plan("clear", (FADED, DULL)), FLAT).steps == (FADED,)
    assert retouched(Plan("clear", (DULL, CONTRAST)), FLAT).steps == (FADED, CONTRAST)


def test_only_the_words_leave_it_to_the_picture() -> None:
    for steps in ((BRIGHT,), (CONTRAST,), (replace(DULL, task=Task.DEHAZING),)):
        assert retouched(Plan("clear", steps), FLAT).steps == steps
    unasked = Plan("ambiguous", (DULL,), assumed=True)
    assert retouched(unasked, FLAT) is unasked


def test_colours_that_are_off_are_balanced_where_they_have_a_cast() -> None:
    assert has_cast(to_photo(LAMP))
    assert not has_cast(to_photo(GOOD))
    (step,) = retouched(Plan("clear", (OFF,)), LAMP).steps
    assert (step.adjustment, step.light) == (Adjustment(Operation.WHITE_BALANCE, 1.0), "")
    (step,) = retouched(Plan("clear", (OFF,)), GOOD).steps
    assert (step.adjustment, step.light) == (None, "")
    veiled = 0.3 + 0.4 * LAMP  # as under water
    assert [step.adjustment for step in retouched(Plan("clear", (OFF,)), veiled).steps] == [
        FADED.adjustment,
        Adjustment(Operation.WHITE_BALANCE, 1.0),
    ]
    assert retouched(Plan("clear", (DULL,)), LAMP).steps == (DULL,)
    assert not has_cast(to_photo(LAMP.mean(2)))
