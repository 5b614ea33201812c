"""Amounts and opposites that are said in a roundabout way."""

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.wording.idioms import in_known_words
from instructir.tasks import Task


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("brighten it, but not much", "brighten it a little"),
        ("the noise is fine, it's the darkness that isn't", "the noise is fine, remove the darkness"),
        ("not as dark please", "make it less dark"),
        ("don't leave any noise in", "remove the noise"),
        ("neither too dark nor too bright, just noisy", "it is not dark, it is not bright, just noisy"),
        ("skip the denoise and dehaze instead", "skip the denoise, dehaze"),
    ],
)
def test_in_plain_words(text: str, plain: str) -> None:
    assert in_known_words(text) == plain


@pytest.mark.parametrize(
    "text", ["don't leave the noise in", "not noisy but blurry", "brighten it, but not the noise"]
)
def test_what_says_something_else_stays(text: str) -> None:
    assert in_known_words(text) == text


@pytest.mark.parametrize(
    ("text", "task", "part"),
    [
        ("brighten it, but not much", Task.LOW_LIGHT, True),
        ("not as dark please", Task.LOW_LIGHT, False),
        ("don't leave any noise in", Task.DENOISING, False),
        ("the noise is fine, it's the darkness that isn't", Task.LOW_LIGHT, False),
    ],
)
def test_what_is_asked_for(text: str, task: Task, part: bool) -> None:
    (step,) = understand(text).steps
    assert step.task is task
    assert (step.strength < 0.95) is part
