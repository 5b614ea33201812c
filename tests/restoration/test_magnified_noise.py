"""Noise is removed before detail and size would magnify it, where it is plain and nobody rules that out."""

from dataclasses import replace

import numpy as np
import pytest

from instructir.images import Photo
from instructir.instructions.plan import Plan, Step
from instructir.instructions.tone.adjustment import Adjustment, Operation
from instructir.restoration.batch import restore_batch
from instructir.restoration.magnified_noise import is_plainly_noisy, said_of_noise, with_noise_first
from instructir.restoration.planning import plan_for, with_settings
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings
from instructir.tasks import TASKS, Task

LARGER = Step(Task.SUPER_RESOLUTION, 0.95, 1.0, "twice as big", scale="x2")
DARKER = Step(Task.ENHANCEMENT, 1.0, 1.0, "darker", Adjustment(Operation.EXPOSURE, -0.5))
PLAN = Plan("clear", (LARGER,), unordered=True)


def scene(sigma: float) -> np.ndarray:
    """Soft hills of colour with white noise of so many levels."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[0:130, 0:150]
    hills = 120 + 60 * (np.sin(x / 17) * np.cos(y / 15))[..., None]
    colour = hills * np.array([1.0, 0.9, 0.7])
    return np.rint((colour + random.normal(0, sigma, colour.shape)).clip(0, 255)).astype(np.uint8)


def tasks(plan: Plan) -> list[Task]:
    return [step.task for step in plan.steps]


@pytest.mark.parametrize(("sigma", "noisy"), [(0.0, False), (2.0, False), (10.0, True), (25.0, True)])
def test_plain_noise_is_seen(sigma: float, noisy: bool) -> None:
    assert is_plainly_noisy(Photo(scene(sigma).astype(np.float32) / np.float32(255))) is noisy


@pytest.mark.parametrize("scale", ["", "x2", "4k"])
def test_it_goes_first(scale: str) -> None:
    plan = replace(PLAN, steps=(replace(LARGER, scale=scale),))
    found = with_noise_first(plan, scene(10), TASKS)
    assert tasks(found) == [Task.DENOISING, Task.SUPER_RESOLUTION]
    assert found.steps[0].confidence == LARGER.confidence
    assert with_noise_first(found, scene(10), TASKS) is found
    assert with_noise_first(plan, scene(0), TASKS) is plan
    assert with_noise_first(plan, scene(10), [Task.SUPER_RESOLUTION]) is plan


def test_who_rules_it_out_or_asks_for_more_gets_that() -> None:
    for plan in (
        replace(PLAN, excluded=(Task.DENOISING,)),
        replace(PLAN, assumed=True),
        replace(PLAN, steps=(Step(Task.DEHAZING, 1.0, 1.0, "fog"), LARGER)),
        replace(PLAN, steps=(DARKER,)),
        replace(PLAN, steps=()),
    ):
        assert with_noise_first(plan, scene(10), TASKS) is plan
    with_tone = with_noise_first(replace(PLAN, steps=(LARGER, DARKER)), scene(10), TASKS)
    assert tasks(with_tone)[:2] == [Task.DENOISING, Task.SUPER_RESOLUTION]


@pytest.mark.parametrize(
    ("sentence", "removed"),
    [
        ("make it bigger", True),
        ("upscale x2, keep the noise", False),
        ("vergrößere es auf das doppelte", True),
        ("vergrößere es auf das doppelte, aber lass das korn", False),
    ],
)
def test_sentences(sentence: str, removed: bool) -> None:
    assert (Task.DENOISING in tasks(plan_for(TASKS, sentence, scene(10)))) is removed
    assert Task.DENOISING not in tasks(plan_for(TASKS, sentence))


def test_a_size_beside_the_sentence_counts_as_well() -> None:
    plan, how = Plan("clear", (DARKER,)), Settings(scale="x2")
    assert Task.DENOISING not in tasks(with_settings(plan, how))
    assert tasks(with_settings(plan, how, TASKS, scene(10)))[0] is Task.DENOISING


def test_it_is_said_and_done(tiny: Restorer) -> None:
    assert tasks(tiny.restore(scene(10), plan=PLAN).plan) == [Task.SUPER_RESOLUTION]  # as it was planned
    result = tiny.restore(scene(10), "make it bigger")
    assert tasks(result.plan) == [Task.DENOISING, Task.SUPER_RESOLUTION]
    assert any("magnify the noise" in note for note in result.notes)
    photos = [Photo(scene(sigma).astype(np.float32) / np.float32(255)) for sigma in (10.0, 0.0)]
    how = Settings(scale="x2")
    both = restore_batch(tiny, photos, [Plan("clear", (DARKER,))] * 2, [how] * 2)
    assert [Task.DENOISING in tasks(one.plan) for one in both] == [True, False]
    assert [bool(said_of_noise(one.plan)) for one in both] == [True, False]


def test_nothing_is_said_of_what_was_asked_for() -> None:
    asked = Step(Task.DENOISING, 1.0, 1.0, "grainy")
    assert not said_of_noise(replace(PLAN, steps=(asked, LARGER)))
    assert not said_of_noise(replace(PLAN, steps=(replace(asked, text=""),)))
    assert not said_of_noise(PLAN)
