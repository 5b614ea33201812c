"""Light before noise, where noise is faint and nobody states an order."""

from dataclasses import replace

import numpy as np
import pytest

from instructir.instructions.plan import Plan, Step
from instructir.restoration.ordering import in_best_order, relative_noise
from instructir.restoration.planning import plan_for
from instructir.tasks import TASKS, Task

NOISE, LIGHT, BLUR = (Step(task, 1.0, 1.0, "") for task in (Task.DENOISING, Task.LOW_LIGHT, Task.DEBLURRING))


def dark(sigma: float) -> np.ndarray:
    """A dark picture with noise of so many levels."""
    noise = np.random.default_rng(0).normal(0, sigma, (120, 150, 3))
    return np.rint((30 + noise).clip(0, 255)).astype(np.uint8)


@pytest.mark.parametrize("sigma", [2.0, 5.0, 10.0])
def test_noise_is_measured(sigma: float) -> None:
    found = relative_noise(dark(sigma).astype(np.float32) / np.float32(255))
    assert found == pytest.approx(sigma / np.sqrt(3) / 30, rel=0.1)


def test_faint_noise_is_removed_once_there_is_light() -> None:
    plan = Plan("clear", (NOISE, LIGHT, BLUR), unordered=True)
    assert in_best_order(plan, dark(3)).steps == (LIGHT, NOISE, BLUR)
    assert in_best_order(in_best_order(plan, dark(3)), dark(3)).steps == (LIGHT, NOISE, BLUR)


def test_strong_noise_goes_first_and_a_stated_order_stays() -> None:
    plan = Plan("clear", (NOISE, LIGHT), unordered=True)
    assert in_best_order(plan, dark(25)) is plan
    stated = replace(plan, unordered=False)
    assert in_best_order(stated, dark(3)) is stated
    hazy = replace(plan, steps=(NOISE, LIGHT, Step(Task.DEHAZING, 1.0, 1.0, "")))
    assert in_best_order(hazy, dark(3)) is hazy
    alone = replace(plan, steps=(NOISE, BLUR))
    assert in_best_order(alone, dark(3)) is alone


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (3, 3)])
def test_tiny_and_black_pictures_have_an_order(size: tuple[int, int]) -> None:
    black = np.zeros((*size, 3), np.uint8)
    assert len(in_best_order(Plan("clear", (NOISE, LIGHT), unordered=True), black).steps) == 2


@pytest.mark.parametrize(
    ("sentence", "first"),
    [
        ("It's grainy and far too dark", Task.LOW_LIGHT),
        ("First remove the noise, then brighten it", Task.DENOISING),
        ("Erst das Rauschen entfernen, dann aufhellen", Task.DENOISING),
    ],
)
def test_the_order_of_a_sentence_counts(sentence: str, first: Task) -> None:
    assert plan_for(TASKS, sentence, dark(3)).steps[0].task is first
    assert plan_for(TASKS, sentence).steps[0].task is Task.DENOISING
