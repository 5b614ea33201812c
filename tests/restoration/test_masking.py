"""A mask: white is restored, black stays to the bit."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from instructir.errors import ImageFileError
from instructir.images import Photo, read
from instructir.instructions.plan import Plan, Step
from instructir.instructions.tone.adjustment import Adjustment, Operation
from instructir.restoration.masking import soft_mask
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings
from instructir.tasks import Task

NOISE = Plan("clear", (Step(Task.DENOISING, 0.9, 1.0, "take the grain out"),), region="face")
DARK = Plan("clear", (Step(Task.ENHANCEMENT, 0.9, 1.0, "darker", Adjustment(Operation.EXPOSURE, -1.0)),))


def left_half(height: int = 48, width: int = 64) -> np.ndarray:
    mask = np.zeros((height, width), np.uint8)
    mask[:, : width // 2] = 255
    return mask


@pytest.mark.parametrize("plan", [NOISE, DARK])
def test_black_stays_to_the_bit_and_white_is_restored(
    tiny: Restorer, photo_array: np.ndarray, plan: Plan
) -> None:
    settings = Settings(guard=False)
    result = tiny.restore(photo_array, plan=plan, settings=settings, mask=left_half())
    whole = tiny.restore(photo_array, plan=plan, settings=settings)
    before = photo_array.astype(np.float32) / np.float32(255)
    assert np.array_equal(result.photo.pixels[:, 32:], before[:, 32:])
    assert np.allclose(result.photo.pixels[:, :24], whole.photo.pixels[:, :24], atol=1e-6)
    assert not np.array_equal(result.photo.pixels[:, :24], before[:, :24])
    assert result.plan.region == ""


def test_the_edge_is_soft_and_lies_inside() -> None:
    photo = Photo(np.zeros((500, 800, 3), np.float32))
    soft = soft_mask(left_half(500, 800), photo)
    row = soft[250]
    assert (row[400:] == 0).all()
    assert (row[:390] == 1).all()
    assert ((row > 0.05) & (row < 0.95)).sum() >= 3
    assert (np.diff(row) <= 0).all()


def test_a_soft_mask_is_left_as_it_is() -> None:
    ramp = np.tile(np.linspace(0, 255, 64).round().astype(np.uint8), (48, 1))
    soft = soft_mask(ramp, Photo(np.zeros((48, 64, 3), np.float32)))
    assert np.allclose(soft, ramp / np.float32(255))


def test_thin_strokes_do_not_vanish() -> None:
    mask = np.zeros((900, 900), np.uint8)
    mask[450] = 255
    assert soft_mask(mask, Photo(np.zeros((900, 900, 3), np.float32))).max() == 1


def test_what_is_transparent_is_black() -> None:
    mask = np.full((48, 64, 4), 255, np.uint8)
    mask[:, 32:, 3] = 0
    soft = soft_mask(mask, Photo(np.zeros((48, 64, 3), np.float32)))
    assert (soft[:, 32:] == 0).all()
    assert soft[:, :20].min() == 1


def test_orientation_counts(tmp_path: Path, tiny: Restorer, photo_array: np.ndarray) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.fromarray(photo_array).save(tmp_path / "photo.png", exif=turned)
    Image.fromarray(left_half()).save(tmp_path / "mask.png", exif=turned)
    photo = read(tmp_path / "photo.png")
    assert (photo.width, photo.height) == (48, 64)
    result = tiny.restore(photo, plan=DARK, settings=Settings(mask=str(tmp_path / "mask.png"), guard=False))
    assert np.array_equal(result.photo.pixels[32:], photo.pixels[32:])
    assert not np.array_equal(result.photo.pixels[:24], photo.pixels[:24])


def test_a_mask_grows_with_the_picture(tiny: Restorer, photo_array: np.ndarray) -> None:
    plan = Plan("clear", (Step(Task.SUPER_RESOLUTION, 0.9, 1.0, "x2", scale="x2"),))
    result = tiny.restore(photo_array, plan=plan, settings=Settings(guard=False), mask=left_half())
    plain = tiny.restore(photo_array, plan=plan, settings=Settings(guard=False), strength=0.0)
    assert result.photo.width == 128
    assert np.array_equal(result.photo.pixels[:, 66:], plain.photo.pixels[:, 66:])


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (left_half(40, 64), "64x40 pixels, but the picture has 64x48"),
        (np.zeros((48, 64), np.uint8), "black throughout"),
    ],
)
def test_what_is_no_mask_of_the_picture(mask: np.ndarray, words: str, photo_array: np.ndarray) -> None:
    photo = Photo(photo_array.astype(np.float32) / np.float32(255))
    stream = io.BytesIO()
    Image.fromarray(mask).save(stream, "PNG")
    with pytest.raises(ImageFileError, match=words):
        soft_mask(stream.getvalue(), photo)


def test_bytes_that_are_no_picture(photo_array: np.ndarray) -> None:
    with pytest.raises(ImageFileError, match="mask: is not a picture"):
        soft_mask(b"hello there, this is text", Photo(photo_array.astype(np.float32) / np.float32(255)))


def test_truth_values_are_a_mask() -> None:
    photo = Photo(np.zeros((48, 64, 3), np.float32))
    assert np.array_equal(soft_mask(left_half() > 0, photo), soft_mask(left_half(), photo))


@pytest.mark.parametrize(
    "mask",
    [
        left_half() // 255,
        (left_half() // 255).astype(np.uint16),
        left_half().astype(np.uint16),
        np.dstack([left_half() // 255] * 3 + [np.full((48, 64), 255, np.uint8)]),
        Image.fromarray(left_half() // 255),
        Image.fromarray(left_half()).convert("I"),
    ],
)
def test_zeros_and_ones_are_truth_values(mask: np.ndarray) -> None:
    photo = Photo(np.zeros((48, 64, 3), np.float32))
    assert np.array_equal(soft_mask(mask, photo), soft_mask(left_half(), photo))


def test_fractions_stay_fractions() -> None:
    photo = Photo(np.zeros((48, 64, 3), np.float32))
    for least in (np.float32(1e-4), np.uint8(2)):
        mask = np.full((48, 64), least)
        full = 1 if mask.dtype.kind == "f" else 255
        assert soft_mask(mask, photo).max() == pytest.approx(least / full)
    clear = np.full((48, 64, 2), 1.004, np.float32)
    assert soft_mask(clear, photo).min() == 1


def test_what_is_no_mask_is_told_of_the_mask() -> None:
    with pytest.raises(ImageFileError, match=r"^mask: an array of int64 is not a picture"):
        soft_mask(left_half().astype(np.int64), Photo(np.zeros((48, 64, 3), np.float32)))
