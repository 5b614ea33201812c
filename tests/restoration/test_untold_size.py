"""A sharp picture that is to be larger becomes twice as large; one that lacks detail keeps its size."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from instructir.instructions.plan import Plan, Step
from instructir.restoration.enlarging import enlarge_bicubic
from instructir.restoration.planning import plan_for
from instructir.restoration.untold_size import with_untold_size
from instructir.tasks import TASKS, Task

EXAMPLE = Path(__file__).parents[2] / "examples" / "dark_coffee.jpg"
LARGER = Plan("clear", (Step(Task.SUPER_RESOLUTION, 0.95, 1.0, "bigger"),))


@pytest.fixture(scope="module")
def sharp() -> np.ndarray:
    """A photo of a cup that was made small, 200 x 133."""
    photo = Image.open(EXAMPLE).convert("RGB")
    return np.asarray(photo.resize((photo.width // 3, photo.height // 3), Image.Resampling.LANCZOS))


def scales(plan: Plan) -> list[str]:
    return [step.scale for step in plan.steps]


def test_a_sharp_picture_becomes_twice_as_large(sharp: np.ndarray) -> None:
    assert scales(with_untold_size(LARGER, "make it bigger", sharp)) == ["x2"]
    found = plan_for(TASKS, "make it bigger", sharp)
    assert [(step.task, step.scale) for step in found.steps] == [(Task.SUPER_RESOLUTION, "x2")]


def test_one_that_was_enlarged_before_keeps_its_size(sharp: np.ndarray) -> None:
    large = enlarge_bicubic(sharp.astype(np.float32) / np.float32(255), 532, 800)
    soft = np.rint(255 * large.clip(0, 1)).astype(np.uint8)
    assert with_untold_size(LARGER, "make it bigger", soft) is LARGER


def test_so_does_whatever_nobody_wants_larger(sharp: np.ndarray) -> None:
    assert with_untold_size(LARGER, "increase the resolution", sharp) is LARGER
    stated = Plan("clear", (Step(Task.SUPER_RESOLUTION, 0.95, 1.0, "", scale="4k"),))
    assert with_untold_size(stated, "make it bigger", sharp) is stated
    other = Plan("clear", (Step(Task.DENOISING, 0.95, 1.0, ""),))
    assert with_untold_size(other, "make the grain bigger", sharp) is other
    assert scales(plan_for(TASKS, "make it bigger")) == [""]  # without the picture nothing is known


def test_large_pictures_stay() -> None:
    large = np.zeros((2900, 2900, 3), np.uint8)
    assert with_untold_size(LARGER, "make it bigger", large) is LARGER
