"""Single pixels that are black or white amid others."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from instructir.images import Photo
from instructir.restoration.impulses import freed_of_impulses, without_impulses
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def clean() -> np.ndarray:
    with Image.open(EXAMPLES / "grainy_cat.jpg") as photo:
        return np.asarray(photo.convert("RGB").resize((180, 240)), np.float32) / np.float32(255)


def salted(pixels: np.ndarray, density: float, *, colour: bool) -> tuple[np.ndarray, np.ndarray]:
    drawn = np.random.default_rng(0).random(pixels.shape if colour else (*pixels.shape[:2], 1))
    drawn = np.broadcast_to(drawn, pixels.shape)
    made = np.where(drawn < density / 2, 0, np.where(drawn < density, 1, pixels)).astype(np.float32)
    return made, drawn < density


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize(("density", "gain"), [(0.01, 8), (0.05, 10), (0.2, 10)])
def test_salt_and_pepper_is_replaced_by_what_is_around(
    clean: np.ndarray, density: float, gain: float, colour: bool
) -> None:
    given, hit = salted(clean, density, colour=colour)
    made, fraction = without_impulses(given)
    assert fraction == pytest.approx(density, rel=0.3)
    before, after = (np.square(one - clean).mean() for one in (given, made))
    assert 10 * np.log10(before / after) > gain
    assert (made != given)[~hit].mean() < 0.002


@pytest.mark.parametrize("sigma", [0, 15, 50])
def test_other_pictures_stay_as_they_are(clean: np.ndarray, sigma: float) -> None:
    noise = np.random.default_rng(0).normal(0, sigma / 255, clean.shape)
    given = (clean + noise).clip(0, 1).astype(np.float32)
    made, fraction = without_impulses(given)
    assert made is given
    assert fraction == 0


def test_rows_that_are_worked_on_apart_leave_no_seam(clean: np.ndarray) -> None:
    given, _ = salted(np.tile(clean, (3, 1, 1)), 0.1, colour=False)
    whole, _ = without_impulses(given)
    shifted, _ = without_impulses(given[100:])
    assert np.array_equal(whole[104:], shifted[4:])


@pytest.mark.parametrize("size", [(1, 1), (1, 5), (3, 2)])
def test_pictures_of_few_pixels(size: tuple[int, int]) -> None:
    pixels = np.zeros((*size, 3), np.float32)
    pixels[0, 0] = 1
    made, _ = without_impulses(pixels)
    assert made.shape == pixels.shape


def test_removing_noise_removes_them_too(tiny: Restorer, clean: np.ndarray) -> None:
    given, _ = salted(clean, 0.05, colour=False)
    freed, note = freed_of_impulses(Photo(given))
    result = tiny.restore(given, "remove the noise", settings=Settings(device="cpu", guard=False))
    assert note in result.notes
    assert "single black and white pixels replaced" in note
    once = tiny.restore(freed.pixels, "remove the noise", settings=Settings(device="cpu", guard=False))
    assert np.array_equal(result.pixels, once.pixels)
