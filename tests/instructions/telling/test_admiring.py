"""What is admired is left alone, though it would be a fault elsewhere."""

import pytest

from instructir.instructions.clauses import clauses
from instructir.instructions.planner import understand
from instructir.instructions.telling.admiring import admired, loved_apart
from instructir.instructions.telling.praising import praised
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


@pytest.mark.parametrize(
    "text",
    [
        "it's pretty dark here",
        "it's pretty noisy in the shadows",
        "pretty grainy can you do something about that",
    ],
)
def test_pretty_before_a_fault_says_how_much(text: str) -> None:
    assert admired(text) is None


def test_a_pretty_morning_is_praised() -> None:
    assert admired("what a pretty misty morning") == "it is misty"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("I adore how cosy this looks but the face is in shadow", "the face is in shadow"),
        ("I love how sharp it looks but it is dull", "I love how sharp it looks but it is dull"),
    ],
)
def test_praise_of_what_is_no_matter_here_is_left_out(text: str, rest: str) -> None:
    assert loved_apart(text) == rest


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("sharp, bright, well framed and then this grain", 3),
        ("sharp, bright and grainy", 2),
        ("sharp, bright, less noise", 0),
        ("sharp, bright", 0),
        ("bright, grainy", 0),
    ],
)
def test_a_row_of_praise_may_end_in_a_fault(text: str, row: int) -> None:
    pieces = clauses(text)
    assert praised(pieces) == [piece.text if place < row else None for place, piece in enumerate(pieces)]
