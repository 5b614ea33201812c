"""Light for the dark parts alone: which pictures get it, and what it does."""

import numpy as np
import pytest

from instructir.instructions.planner import plan
from instructir.restoration.fill_light import is_dark_in_parts, with_fill_light
from instructir.restoration.inputs import to_photo
from instructir.restoration.planning import fit_plan
from instructir.restoration.restorer import Restorer
from instructir.tasks import TASKS


def backlit(dark: float = 0.15, bright: float = 0.75) -> np.ndarray:
    """A bright sky over dark ground with texture, (120, 160, 3) in [0, 1]."""
    tones = np.random.default_rng(0).uniform(0.8, 1.2, (120, 160, 1))
    return (
        (np.where(np.arange(120)[:, None, None] < 60, bright, dark) * tones).repeat(3, 2).astype(np.float32)
    )


def test_dark_parts_are_lifted_and_bright_ones_stay() -> None:
    before = backlit()
    after = with_fill_light(to_photo(before)).visible
    assert after[70:].mean() > 1.3 * before[70:].mean()
    np.testing.assert_allclose(after[:50], before[:50], atol=1 / 255)
    # No glow: the last rows of the sky and the first of the ground are as those further off.
    assert np.abs(after[57:60].mean() - after[:50].mean()) < 0.02
    assert np.abs(after[60:63].mean() - after[70:].mean()) < 0.06


def test_nothing_becomes_darker_and_texture_keeps_its_contrast() -> None:
    before = backlit()
    after = with_fill_light(to_photo(before)).visible
    assert (after >= before - 1 / 255).all()
    ratio = [part[80:].std() / part[80:].mean() for part in (before, after)]
    assert ratio[1] == pytest.approx(ratio[0], rel=0.15)


@pytest.mark.parametrize(
    ("words", "pixels", "mark"),
    [
        ("the foreground is too dark", backlit(), "parts"),
        ("the foreground is too dark", backlit(0.05, 0.2), ""),
        ("the foreground is too dark", backlit(0.15, 0.45), ""),  # a stop and a half too dark as a whole
        ("Gegenlicht, der Vordergrund ist zu dunkel", backlit(), "parts"),
        ("too dark", backlit(), ""),
    ],
)
def test_a_picture_that_is_not_dark_in_parts_alone_is_left_to_the_network(
    words: str, pixels: np.ndarray, mark: str
) -> None:
    (step,) = fit_plan(TASKS, plan(words), pixels).steps
    assert step.light == mark


def test_it_is_done_and_said(tiny: Restorer) -> None:
    before = backlit()
    made = tiny.restore(before, "the foreground is too dark")
    expected = with_fill_light(to_photo(before)).visible
    np.testing.assert_allclose(made.photo.visible, expected, atol=1 / 255)
    assert any("dark parts" in note for note in made.notes)


@pytest.mark.parametrize(
    ("dark", "bright", "parts"),
    [
        (0.15, 0.75, True),
        (0.22, 0.75, True),
        (0.15, 0.35, False),
        (0.32, 0.75, False),
        (0.45, 0.75, False),
        (0.02, 0.3, False),
    ],
)
def test_what_is_dark_in_parts_alone_has_bright_parts_as_well(
    dark: float, bright: float, parts: bool
) -> None:
    assert is_dark_in_parts(to_photo(backlit(dark, bright))) is parts
