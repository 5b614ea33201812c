"""Grain: as much of the photo's own noise as was asked for."""

import numpy as np
import pytest

from instructir.images import Photo
from instructir.images.colour.samples import luma
from instructir.instructions.plan import Plan, Step
from instructir.restoration.grain import with_grain
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings
from instructir.tasks import Task


def scene(height: int = 200, width: int = 240) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([0.3 + x / 800, 0.5 + y / 900, 0.4 + 0.1 * ((x // 40 + y // 40) % 2)], 2).astype(
        np.float32
    )


def noise(sigma: float, correlated: bool) -> np.ndarray:
    drawn = np.random.default_rng(0).normal(0, 1, (200, 240, 3)).astype(np.float32)
    if correlated:  # as demosaicing leaves it
        drawn = drawn + np.roll(drawn, 1, 0) + np.roll(drawn, 1, 1) + np.roll(drawn, (1, 1), (0, 1))
        drawn /= 2
    return sigma / 255 * drawn


@pytest.mark.parametrize("shape", [(1, 40, 3), (40, 1, 3), (1, 1, 3)])
def test_pictures_one_pixel_wide_or_high(shape: tuple[int, int, int]) -> None:
    clean = Photo(np.full(shape, 0.5, np.float32))
    noisy = Photo(clean.pixels + np.random.default_rng(0).normal(0, 0.05, shape).astype(np.float32))
    result, _ = with_grain(clean, noisy, clean, 0.5)
    assert np.isfinite(result.pixels).all()


@pytest.mark.parametrize("sigma", [4.0, 15.0])
@pytest.mark.parametrize("fraction", [0.2, 0.5, 1.0])
@pytest.mark.parametrize("correlated", [False, True])
def test_the_deviation_is_what_was_asked_for(sigma: float, fraction: float, correlated: bool) -> None:
    clean, added = Photo(scene()), noise(sigma, correlated)
    noisy = Photo(scene() + added)
    result, said = with_grain(clean, noisy, clean, fraction)
    back = luma(result.pixels - clean.pixels)
    wanted = fraction * float(luma(added).std())
    assert float(back.std()) == pytest.approx(wanted, rel=0.1)
    assert f"{255 * float(luma(added).std()):.0f}"[:1] in said


def test_it_is_the_photos_own_and_without_colour() -> None:
    clean, added = Photo(scene()), noise(10, correlated=False)
    result, _ = with_grain(clean, Photo(scene() + added), clean, 0.5)
    back = result.pixels - clean.pixels
    assert np.allclose(back[..., 0], back[..., 2], atol=1e-6)
    assert np.corrcoef(back[..., 0].ravel(), luma(added)[..., 0].ravel())[0, 1] > 0.9


def test_an_enlarged_picture_gets_it_too() -> None:
    clean = Photo(scene())
    large = Photo(scene().repeat(2, 0).repeat(2, 1))
    result, _ = with_grain(large, Photo(scene() + noise(10, correlated=False)), clean, 0.5)
    assert not np.array_equal(result.pixels, large.pixels)


def test_a_pass_that_also_enlarges_has_its_grain(tiny: Restorer, photo_array: np.ndarray) -> None:
    plan = Plan("clear", (Step(Task.DENOISING, 0.9, 1.0, "take the grain out", scale="x2"),))
    result = tiny.restore(photo_array, plan=plan, settings=Settings(guard=False, grain=0.3))
    assert result.photo.width == 2 * photo_array.shape[1]
    assert any(note.startswith("grain: the noise had") for note in result.notes)


def test_the_option_puts_it_back_at_the_end(tiny: Restorer, photo_array: np.ndarray) -> None:
    plan = Plan("clear", (Step(Task.DENOISING, 0.9, 1.0, "take the grain out"),))
    plain = tiny.restore(photo_array, plan=plan, settings=Settings(guard=False))
    result = tiny.restore(photo_array, plan=plan, settings=Settings(guard=False, grain=0.3))
    assert any(note.startswith("grain: the noise had") for note in result.notes)
    assert not np.array_equal(result.photo.pixels, plain.photo.pixels)


def test_without_denoising_there_is_none(tiny: Restorer, photo_array: np.ndarray) -> None:
    plan = Plan("clear", (Step(Task.DEBLURRING, 0.9, 1.0, "sharpen it"),))
    result = tiny.restore(photo_array, plan=plan, settings=Settings(grain=0.3))
    assert any("none is put back" in note for note in result.notes)
