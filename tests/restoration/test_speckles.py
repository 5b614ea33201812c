"""Speckles of colour: a camera's noise is seen in a file, and texture is not taken for it."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from instructir.degradations.convolution import convolve
from instructir.images import Photo, read
from instructir.restoration import diagnosis
from instructir.restoration.diagnosis import examine_file
from instructir.restoration.speckles import speckles
from instructir.tasks import TASKS, Task


def scene(size: int = 160) -> np.ndarray:
    """Smooth colours and a texture of two materials, (size, size, 3)."""
    y, x = np.mgrid[:size, :size] / size
    smooth = np.stack([0.3 + 0.4 * x, 0.5 - 0.2 * y, 0.3 + 0.3 * y], 2)
    leaves = np.random.default_rng(1).random((size, size, 1)) * np.array([0.5, 0.3, -0.2])
    return np.where((x > 0.7)[..., None], 0.4 + 0.5 * leaves, smooth).astype(np.float32)


def from_camera(pixels: np.ndarray, level: float) -> np.ndarray:
    """With soft noise in every channel, through a JPEG file."""
    white = torch.from_numpy(np.random.default_rng(0).normal(0, 1, pixels.shape)).permute(2, 0, 1)[None]
    soft = convolve(white.float(), torch.tensor([[[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]]) / 6)
    return np.clip(pixels + level / 255 * soft[0].permute(1, 2, 0).numpy(), 0, 1).astype(np.float32)


def through_file(pixels: np.ndarray, quality: int = 92) -> Photo:
    stream = io.BytesIO()
    Image.fromarray(np.rint(pixels * 255).astype(np.uint8)).save(stream, "JPEG", quality=quality)
    stream.seek(0)
    return read(stream)


def test_noise_has_speckles_and_texture_has_none() -> None:
    clean, noisy = through_file(scene()).visible, through_file(from_camera(scene(), 10)).visible
    assert speckles(clean) < 1.0 < 2.5 < speckles(noisy)


def test_what_lies_on_one_line_of_colours_is_texture() -> None:
    leaves = 0.4 + 0.3 * np.random.default_rng(0).random((90, 90, 1)) * np.array([1.0, 0.5, -0.3])
    assert speckles(leaves.astype(np.float32)) < 0.1


@pytest.mark.parametrize("size", [(1, 1), (20, 400), (21, 21), (161, 700)])
def test_any_size(size: tuple[int, int]) -> None:
    assert speckles(np.full((*size, 3), 0.5, np.float32)) == pytest.approx(0, abs=1e-3)


def test_grey_has_none() -> None:
    grain = np.random.default_rng(0).random((64, 64, 1), np.float32).repeat(3, 2)
    assert speckles(grain) < 0.01


def test_they_count_as_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    low, half = dict.fromkeys(TASKS, 0.05), dict.fromkeys(TASKS, 0.5)
    seen = diagnosis.Findings(low, half, half)
    monkeypatch.setattr(diagnosis, "examine", lambda _: seen)
    assert examine_file(through_file(from_camera(scene(), 10))).faults == [Task.DENOISING]
    assert examine_file(through_file(scene())).faults == []
