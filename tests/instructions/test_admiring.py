"""What is admired is left alone, though it would be a fault elsewhere."""

import pytest

from instructir.instructions.admiring import admired
from instructir.instructions.planner import understand
from instructir.tasks import Task as T

ADMIRED = [
    ("wow, such a lovely hazy light", T.DEHAZING),
    ("that was a wonderful foggy day in the hills", T.DEHAZING),
    ("it was a gorgeous rainy night in Kyoto", T.DERAINING),
    ("the fog is so magical", T.DEHAZING),
    ("the mist over the lake looks enchanting", T.DEHAZING),
    ("beautiful bokeh in this one", T.DEBLURRING),
    ("lovely film grain", T.DENOISING),
    ("I like grainy photos", T.DENOISING),
    ("we had a glorious misty walk", T.DEHAZING),
    ("I love dark and gloomy scenes", T.LOW_LIGHT),
]
ASKED = [
    ("what a lovely valley, pity about the fog", T.DEHAZING),
    ("great, it's blurry", T.DEBLURRING),
    ("nice blur, fix it", T.DEBLURRING),
    ("it was a beautiful day but the photo is hazy", T.DEHAZING),
    ("a nice picture with noise", T.DENOISING),
    ("the noise is not nice", T.DENOISING),
    ("a gorgeous photo, sadly rainy", T.DERAINING),
]


@pytest.mark.parametrize(("text", "task"), ADMIRED)
def test_what_is_admired_is_left_alone(text: str, task: T) -> None:
    found = understand(text)
    assert not found.steps
    assert task in found.excluded


@pytest.mark.parametrize(("text", "task"), ASKED)
def test_what_is_complained_of_is_not(text: str, task: T) -> None:
    assert [step.task for step in understand(text).steps] == [task]


def test_praise_beside_a_request_is_no_request() -> None:
    found = understand("what a lovely foggy morning, but it's too small")
    assert [step.task for step in found.steps] == [T.SUPER_RESOLUTION]
    assert found.excluded == (T.DEHAZING,)


def test_mockery_is_no_praise() -> None:
    assert admired("what a lovely blurry mess") is None
    assert admired("nice and bright please") is None
