"""How much light a dark picture gets, and what is bright already in it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from instructir.inference.execution import Outcome
from instructir.instructions.planner import plan
from instructir.restoration import light
from instructir.restoration.diagnosis import Findings
from instructir.restoration.inputs import to_photo
from instructir.restoration.light import (
    fraction_of_excess,
    fraction_of_light,
    with_highlights,
    with_light_of,
)
from instructir.restoration.passes import Pass
from instructir.restoration.restorer import Restorer
from instructir.restoration.running import run_passes
from instructir.settings import Settings
from instructir.tasks import TASKS, Task


def room(window: float, share: float = 0.1) -> np.ndarray:
    picture = np.full((40, 50, 3), 0.1, np.float32)
    picture[:, : round(50 * share)] = window
    return picture


def test_a_window_stays_and_the_room_is_lifted() -> None:
    before = room(0.95)
    lifted = np.minimum(3 * before, 1)
    made = with_highlights(before, lifted)
    assert np.allclose(made[:, :5], before[:, :5])
    assert np.array_equal(made[:, 5:], lifted[:, 5:])


def test_a_picture_that_is_dark_all_over_is_lifted_as_a_whole() -> None:
    for before in (room(0.7), room(0.95, share=0.0)):
        lifted = np.minimum(1.3 * before, 1)
        assert with_highlights(before, lifted) is lifted


def test_what_is_brighter_stays_brighter() -> None:
    ramp = np.linspace(0, 1, 400, dtype=np.float32)[None, :, None].repeat(3, 2).repeat(20, 0)
    made = with_highlights(ramp, ramp**0.5)
    assert (np.diff(made[0, :, 0]) >= 0).all()


@pytest.mark.parametrize(
    ("level", "fraction"), [(0.05, 1.0), (0.14, 1.0), (0.24, 0.86), (0.34, 0.72), (0.9, 0.5)]
)
def test_the_darker_a_picture_is_the_more_of_the_light_it_gets(level: float, fraction: float) -> None:
    assert fraction_of_light(np.full((30, 40, 3), level, np.float32)) == pytest.approx(fraction, abs=1e-5)


@pytest.mark.parametrize(("asked", "given"), [(1.0, 0.72), (0.9, 0.72), (0.5, 0.5)])
def test_who_asks_for_little_light_gets_as_much_and_nobody_more_than_a_picture_needs(
    asked: float, given: float
) -> None:
    """The network adds 0.2 to each pixel of a picture that gets 0.72 of it."""
    photo = to_photo(np.full((30, 40, 3), 0.34, np.float32))

    def execute(pictures: torch.Tensor, words: object, tasks: object) -> Outcome:
        return Outcome(pictures + 0.2, ())

    (stages,) = run_passes(
        execute, [photo], [[Pass("", asked, Task.LOW_LIGHT, fits=True)]], [replace(Settings(), guard=False)]
    )
    np.testing.assert_allclose(stages.photos[0].visible, 0.34 + 0.2 * given, atol=1e-5)


def found(monkeypatch: pytest.MonkeyPatch, severity: float) -> None:
    """Have the fault network find faults of one severity in every picture."""
    seen = Findings(dict.fromkeys(TASKS, 0.5), dict.fromkeys(TASKS, severity), dict.fromkeys(TASKS, 0.5))
    monkeypatch.setattr(light, "examine", lambda photo: seen)


@pytest.mark.parametrize(
    ("severity", "fraction"), [(0.2, 0.6), (0.45, 0.6), (0.5, 0.8), (0.55, 1.0), (0.9, 1.0)]
)
def test_the_brighter_a_picture_is_the_more_it_is_darkened(
    monkeypatch: pytest.MonkeyPatch, severity: float, fraction: float
) -> None:
    found(monkeypatch, severity)
    assert fraction_of_excess(to_photo(room(0.9))) == pytest.approx(fraction)


@pytest.mark.parametrize(("asked", "fits", "given"), [(1.0, True, 0.8), (0.5, True, 0.5), (1.0, False, 1.0)])
def test_a_picture_is_darkened_as_far_as_it_is_too_bright(
    monkeypatch: pytest.MonkeyPatch, asked: float, fits: bool, given: float
) -> None:
    """The network takes 0.2 from each pixel of a picture that gets four fifths of it."""
    found(monkeypatch, 0.5)
    photo = to_photo(np.full((30, 40, 3), 0.8, np.float32))

    def execute(pictures: torch.Tensor, words: object, tasks: object) -> Outcome:
        return Outcome(pictures - 0.2, ())

    asking = Pass("", asked, Task.ENHANCEMENT, darkens=True, fits=fits)
    (stages,) = run_passes(execute, [photo], [[asking]], [replace(Settings(), guard=False)])
    np.testing.assert_allclose(stages.photos[0].visible, 0.8 - 0.2 * given, atol=1e-5)


def textured(mean: float) -> np.ndarray:
    """Grey patches (40, 50, 3) about a mean."""
    patches = np.random.default_rng(0).uniform(-0.15, 0.15, size=(8, 10))
    return (
        (mean + patches - patches.mean()).repeat(5, 0).repeat(5, 1)[..., None].repeat(3, 2).astype(np.float32)
    )


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [(0.6, 0.45, 0.6), (0.6, 0.7, 0.6), (0.3, 0.45, 0.45), (0.3, 0.2, 0.3)],
)
def test_retouching_changes_no_light_but_adds_where_there_is_too_little(
    before: float, after: float, kept: float
) -> None:
    made = with_light_of(to_photo(textured(before)), to_photo(textured(after)))
    assert float(made.visible.mean()) == pytest.approx(kept, abs=0.01)


@pytest.mark.parametrize(("keeps", "mean"), [(True, 0.6), (False, 0.4)])
def test_who_says_nothing_of_the_light_keeps_it(keeps: bool, mean: float) -> None:
    def execute(pictures: torch.Tensor, words: object, tasks: object) -> Outcome:
        return Outcome(pictures - 0.2, ())

    asking = Pass("", 1.0, Task.ENHANCEMENT, keeps_light=keeps, fits=True)
    photo = to_photo(textured(0.6))
    (stages,) = run_passes(execute, [photo], [[asking]], [replace(Settings(), guard=False)])
    assert float(stages.photos[0].visible.mean()) == pytest.approx(mean, abs=0.01)


@pytest.mark.parametrize(
    ("words", "keeps"),
    [
        ("the colours are dull", True),
        ("make it pop, like a professional edit", True),
        ("washed out", False),
        ("too bright", False),
    ],
)
def test_words_tell_whether_light_is_kept(tiny: Restorer, words: str, keeps: bool) -> None:
    (one,) = tiny.passes(plan(words), words)
    assert one.keeps_light is keeps
