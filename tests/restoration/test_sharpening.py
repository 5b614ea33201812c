"""What is only too small is not deblurred as well; what is blurred is, however small it was."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from instructir.restoration.restorer import Restorer
from instructir.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"
SENTENCE = "low resolution, make it sharp"


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return Restorer.load(Settings())


@pytest.fixture(scope="module")
def sharp() -> Image.Image:
    picture = Image.open(EXAMPLES / "grainy_cat.jpg").convert("RGB")
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BOX).crop(
        (0, 0, 160, 160)
    )


def made_small(picture: Image.Image, factor: int) -> Image.Image:
    size = (picture.width // factor, picture.height // factor)
    return picture.resize(size, Image.Resampling.BOX).resize(picture.size, Image.Resampling.BICUBIC)


def error(picture: Image.Image, truth: Image.Image) -> float:
    pixels = (np.asarray(one.convert("RGB"), float) for one in (picture, truth))
    return float(np.square(next(pixels) - next(pixels)).mean())


def test_what_is_too_small_is_not_deblurred(restorer: Restorer, sharp: Image.Image) -> None:
    given = made_small(sharp, 4)
    both = restorer.restore(given, SENTENCE)
    assert [step.task.value for step in both.plan.steps] == ["deblurring", "super_resolution"]
    assert any("lacks detail alone" in note for note in both.notes)
    assert error(both.image, sharp) < error(given, sharp)


def test_who_wants_no_second_look_gets_both(restorer: Restorer, sharp: Image.Image) -> None:
    given = made_small(sharp, 4)
    both = restorer.restore(given, SENTENCE, settings=Settings(guard=False))
    assert not any("lacks detail alone" in note for note in both.notes)


def test_what_is_blurred_is_deblurred(restorer: Restorer, sharp: Image.Image) -> None:
    wide = 9
    columns = np.asarray(sharp, float).cumsum(axis=1)
    moved = (columns[:, wide:] - columns[:, :-wide]) / wide
    given = Image.fromarray(np.rint(moved).astype(np.uint8))
    both = restorer.restore(given, SENTENCE)
    assert not any("lacks detail alone" in note for note in both.notes)
