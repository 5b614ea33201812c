"""Single pixels that are black or white amid others."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from instructir.images import Photo
from instructir.images.metadata import JpegCoding, Metadata
from instructir.restoration.impulses import freed_of_impulses, without_impulses, without_lone_pixels
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


def ramp(clean: np.ndarray) -> np.ndarray:
    """As large as another picture, grey, and a little lighter from column to column."""
    return np.full_like(clean, 0.4) + np.linspace(0, 0.2, clean.shape[1], dtype=np.float32)[:, None]


def lone(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A picture with sixteen hot and dead pixels, some in one channel, and where they are."""
    made, hit = pixels.copy(), np.zeros(pixels.shape[:2], bool)
    for number in range(16):
        row, column = 12 + 12 * (number // 4), 8 + 40 * (number % 4)
        made[row, column, slice(None) if number % 3 else 0] = 1 - number % 2
        hit[row, column] = True
    return made, hit


@pytest.mark.parametrize("quality", [None, 85])
def test_hot_and_dead_pixels_are_replaced_by_what_is_around(clean: np.ndarray, quality: int | None) -> None:
    smooth = ramp(clean)
    given, hit = lone(smooth)
    if quality:
        file = BytesIO()
        Image.fromarray((255 * given).round().astype(np.uint8)).save(file, "JPEG", quality=quality)
        given = np.asarray(Image.open(file), np.float32) / np.float32(255)
    made, fraction = without_lone_pixels(given)
    assert fraction * hit.size >= 8
    assert not (made != given).any(-1)[~hit].any()
    assert np.abs(made - smooth)[hit].mean() < 0.4 * np.abs(given - smooth)[hit].mean()


def test_a_file_with_a_lone_pixel_can_still_be_deblocked(clean: np.ndarray) -> None:
    given, _ = lone(ramp(clean))
    coding = JpegCoding(tables=((4,) * 64,), orientation=1)
    freed, note = freed_of_impulses(Photo(given, metadata=Metadata(jpeg=coding)))
    assert note
    assert freed.metadata.jpeg is not None
    assert freed.metadata.jpeg.tables == coding.tables
    many, _ = salted(clean, 0.05, colour=False)
    freed, note = freed_of_impulses(Photo(many, metadata=Metadata(jpeg=coding)))
    assert note
    assert freed.metadata.jpeg is None


def test_lone_pixels_beside_each_band_of_rows_are_found(clean: np.ndarray) -> None:
    smooth = np.tile(ramp(clean), (3, 1, 1))
    given = smooth.copy()
    given[[1, 255, 256, 718], [1, 4, 7, 8]] = 1
    made, fraction = without_lone_pixels(given)
    assert round(fraction * 720 * clean.shape[1]) == 4
    assert np.abs(made - smooth).max() < 0.01


@pytest.mark.parametrize("sigma", [0, 15, 50])
def test_noise_has_no_lone_pixels(clean: np.ndarray, sigma: float) -> None:
    noise = np.random.default_rng(0).normal(0, sigma / 255, clean.shape)
    given = (clean + noise).clip(0, 1).astype(np.float32)
    assert without_lone_pixels(given)[0] is given


def test_stars_and_drawn_dots_are_no_lone_pixels() -> None:
    drawn = np.random.default_rng(0)
    down, across = np.mgrid[:120, :160]
    sky = drawn.normal(0.06, 0.01, (120, 160, 3))
    for _ in range(60):
        row, column, light = drawn.uniform(0, 120), drawn.uniform(0, 160), drawn.uniform(0.05, 1.5)
        sky += light * np.exp(-((down - row) ** 2 + (across - column) ** 2) / 1.3)[..., None]
    page = Image.new("RGB", (160, 120), "white")
    for line in range(8):
        ImageDraw.Draw(page).text((4, 14 * line), "i.j: it is, in ill ink...", "black")
    for given in (sky.clip(0, 1).astype(np.float32), np.asarray(page, np.float32) / np.float32(255)):
        assert without_lone_pixels(given)[0] is given


def test_removing_noise_removes_lone_pixels_too(tiny: Restorer, clean: np.ndarray) -> None:
    given, hit = lone(ramp(clean))
    freed, note = freed_of_impulses(Photo(given))
    assert note == f"hot and dead pixels replaced: {hit.sum()}"
    assert np.abs(freed.pixels - ramp(clean)).max() < 0.01
    result = tiny.restore(given, "remove the dead pixels", settings=Settings(device="cpu", guard=False))
    assert note in result.notes
