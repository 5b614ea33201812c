"""Enlarging: the size that is asked for, bicubic as in training, print size and limits kept."""

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from instructir.degradations.resampling import bicubic as dense
from instructir.errors import ConfigError, ImageFileError
from instructir.images import Photo, read
from instructir.instructions.plan import Plan, Step
from instructir.restoration import enlarging
from instructir.restoration.batch import restore_batch
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings
from instructir.sizes import Size
from instructir.tasks import Task

X2 = Plan("clear", (Step(Task.SUPER_RESOLUTION, 0.9, 1.0, "upscale x2", scale="x2"),))


@pytest.mark.parametrize(("height", "width"), [(96, 128), (71, 70), (192, 256)])
def test_strips_are_what_the_matrices_give(
    photo_array: np.ndarray, height: int, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = photo_array.astype(np.float32) / np.float32(255)
    expected = dense(torch.from_numpy(pixels).permute(2, 0, 1), height, width).permute(1, 2, 0).numpy()
    whole = enlarging.enlarge_bicubic(pixels, height, width)
    assert np.allclose(whole, expected, atol=2e-6)
    monkeypatch.setattr(enlarging, "_STRIP", 700)
    assert np.array_equal(enlarging.enlarge_bicubic(pixels, height, width), whole)


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("x2", (300, 200), (600, 400)),
        ("1.5", (300, 200), (450, 300)),
        ("3000x2000", (600, 400), (3000, 2000)),
        ("3000x2000", (600, 600), (2000, 2000)),
        ("4k", (1920, 1080), (3840, 2160)),
        ("4K", (1080, 1920), (2160, 3840)),
        ("4k", (4000, 3000), (4000, 3000)),
        ("a4@300", (1200, 800), (3508, 2339)),
        ("a4 @ 150 dpi", (800, 1200), (1169, 1754)),
    ],
)
def test_sizes(text: str, before: tuple[int, int], after: tuple[int, int]) -> None:
    assert Size.parse(text).of(*before) == after


@pytest.mark.parametrize("text", ["x50", "0.5", "huge", "x", "3x", "-2", "4kk", "a9@300"])
def test_what_is_no_possible_size(text: str) -> None:
    if text == "3x":
        assert Size.parse(text).factor == 3
        return
    with pytest.raises(ConfigError, match="scale"):
        Settings(scale=text)


def test_a_size_too_far_away_is_refused() -> None:
    with pytest.raises(ConfigError, match="at most 8 times"):
        Size.parse("4k").of(100, 80)


def test_the_picture_is_enlarged_before_its_step(tiny: Restorer, photo_array: np.ndarray) -> None:
    result = tiny.restore(photo_array, plan=X2, settings=Settings(guard=False))
    assert (result.photo.width, result.photo.height) == (128, 96)
    assert any("from 64x48 to 128x96" in note for note in result.notes)
    again = tiny.restore(photo_array, plan=X2, settings=Settings(guard=False), strength=0.0)
    expected = np.clip(
        enlarging.enlarge_bicubic(photo_array.astype(np.float32) / np.float32(255), 96, 128), 0, 1
    )
    assert np.array_equal(again.photo.pixels, expected)
    assert again.change.levels < 0.01
    assert "at x2" in again.history


def test_the_option_adds_the_step_and_wins_over_the_sentence(tiny: Restorer, photo_array: np.ndarray) -> None:
    plan = Plan("clear", (Step(Task.DENOISING, 0.9, 1.0, "take the grain out"),))
    result = tiny.restore(photo_array, plan=plan, settings=Settings(scale="x2"))
    assert [step.task for step in result.plan.steps] == [Task.DENOISING, Task.SUPER_RESOLUTION]
    assert result.photo.width == 128
    assert tiny.restore(photo_array, plan=X2, settings=Settings(scale="x3")).photo.width == 192


def test_pictures_of_one_size_may_grow_apart(tiny: Restorer, photo_array: np.ndarray) -> None:
    plain = Plan("clear", (Step(Task.SUPER_RESOLUTION, 0.9, 1.0, "bring out detail"),))
    photo = Photo(photo_array.astype(np.float32) / np.float32(255))
    first, second = restore_batch(tiny, [photo, photo], [X2, plain], [Settings(), Settings()])
    assert (first.photo.width, second.photo.width) == (128, 64)


def test_transparency_grows_and_the_print_size_stays(
    tiny: Restorer, tmp_path: Path, photo_array: np.ndarray
) -> None:
    exif = Image.Exif()
    exif[0x011A], exif[0x011B], exif[0x0128] = 72.0, 72.0, 2
    alpha = np.full((48, 64, 1), 200, np.uint8)
    source = tmp_path / "in.png"
    Image.fromarray(np.concatenate([photo_array, alpha], axis=2)).save(source, dpi=(72, 72), exif=exif)
    tiny.restore(source, plan=X2).save(tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as image:
        assert image.size == (128, 96)
        assert np.asarray(image)[..., 3].min() == 200
        assert image.info["dpi"] == pytest.approx((144, 144), abs=0.1)
        assert float(image.getexif()[0x011A]) == 144


def test_paper_states_its_resolution(photo_array: np.ndarray) -> None:
    photo = Photo(photo_array.astype(np.float32) / np.float32(255))
    made, _ = enlarging.enlarged(photo, Size.parse("a6@72"))
    assert made.metadata.dpi == (72, 72)
    assert made.width == 397


def test_limits_are_told_before_anything_is_decoded(photo_array: np.ndarray) -> None:
    stream = io.BytesIO()
    Image.fromarray(photo_array).save(stream, "PNG")
    stream.seek(0)
    limit = Size.parse("x4").most_pixels(48 * 64 * 16 - 1)
    with pytest.raises(ImageFileError):
        read(stream, max_pixels=limit)
    photo = Photo(photo_array.astype(np.float32) / np.float32(255))
    with pytest.raises(ConfigError, match="choose a smaller size"):
        enlarging.enlarged_size(photo, Size.parse("x4"), 48 * 64 * 16 - 1)
