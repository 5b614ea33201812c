"""Pages: whatever light their paper is in and whatever colour it has, it becomes white."""

import numpy as np
import pytest

from instructir.images.colour.spaces import SRGB_CURVE
from instructir.instructions.planner import plan
from instructir.instructions.tone.adjustment import OF_PAPER, Adjustment, Operation
from instructir.restoration.inputs import to_photo
from instructir.restoration.pages import paper_of
from instructir.restoration.planning import fit_plan
from instructir.restoration.tone import adjusted
from instructir.tasks import TASKS, Task

WHITEN = Adjustment(Operation.WHITE_BALANCE, 1.0, OF_PAPER)


def page(light: np.ndarray | float = 1.0) -> np.ndarray:
    """Lines of dark strokes on white paper, (200, 160, 3) in [0, 1], in some light (200, 160, 3)."""
    ink = np.random.default_rng(0).uniform(size=(200, 160)) < 0.4
    ink &= (np.arange(200) % 12 < 4)[:, None] & (np.abs(np.arange(160) - 80) < 70)
    white = np.where(ink, 0.05, 1.0)[..., None] * np.ones(3)
    return SRGB_CURVE.backward(white * light).astype(np.float32)


SIDE = np.linspace(1, 0.3, 160)[None, :, None]
YELLOW = np.array([1.0, 0.85, 0.5])


@pytest.mark.parametrize(
    "light", [YELLOW, 0.25, SIDE, SIDE * YELLOW * 0.6], ids=["yellow", "dark", "side", "all"]
)
def test_paper_becomes_white_in_any_light_and_ink_stays_dark(light: np.ndarray | float) -> None:
    made, said = adjusted(to_photo(page(light)), WHITEN)
    assert said.startswith("white balance: red")
    np.testing.assert_allclose(made.pixels, page(), atol=0.06)


@pytest.mark.parametrize(
    "words",
    [
        "the page is yellow, make it white",
        "make the paper white",
        "too dark",
        "the lighting is uneven",
        "too yellow",
    ],
)
def test_a_page_is_mended_by_its_paper(words: str) -> None:
    (step,) = fit_plan(TASKS, plan(words), page(SIDE * YELLOW)).steps
    assert (step.task, step.adjustment, step.light) == (Task.ENHANCEMENT, WHITEN, "")


def test_what_is_to_be_left_alone_of_a_page_is() -> None:
    (step,) = fit_plan(TASKS, plan("too dark, but leave the colours alone"), page(0.3)).steps
    assert (step.task, step.adjustment) == (Task.LOW_LIGHT, None)


def test_what_is_of_one_light_without_ink_or_blue_is_no_page() -> None:
    noise = np.random.default_rng(0).uniform(size=(90, 120, 3)).astype(np.float32)
    blank = np.full((90, 120, 3), 0.2, np.float32)
    for pixels in (noise, blank, page(YELLOW[::-1]), np.zeros((5, 4, 3), np.float32)):
        assert paper_of(to_photo(pixels)) is None
    made, _ = adjusted(to_photo(noise), WHITEN)
    assert not np.array_equal(made.pixels, noise)  # balanced like any other picture
