"""Damage within the data of a JPEG, which its decoder does not tell."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.images import picture, saved
from instructir.images import read
from instructir.images.codecs.jpeg_scan import misfit


def noisy(height: int = 120, width: int = 160) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def damaged(data: bytes, number: int) -> bytes:
    """The file with sixty bytes overwritten in its middle, in which no marker arises."""
    middle = len(data) // 2
    drawn = np.random.default_rng(number).integers(0, 255, 60, dtype=np.uint8).tobytes()
    return data[:middle] + drawn + data[middle + 60 :]


def test_a_damaged_scan_is_told(tmp_path: Path) -> None:
    data = saved(noisy(), "JPEG", quality=90)
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    assert read(path).notes == ()
    for number in range(12):
        path.write_bytes(damaged(data, number))
        (note,) = read(path).notes
        assert note.startswith("the file is damaged: its data ")


@pytest.mark.parametrize("size", [(1, 1), (7, 9), (8, 8), (17, 1), (1, 300), (64, 48)])
@pytest.mark.parametrize(
    "options",
    [{"subsampling": 0}, {"subsampling": 2}, {"restart_marker_blocks": 2}, {"progressive": True}],
    ids=lambda options: next(iter(options)),
)
def test_good_files_fit(size: tuple[int, int], options: dict[str, int]) -> None:
    for pixels in (noisy(*size), np.zeros((*size, 3), np.uint8), picture()):
        assert misfit(saved(pixels, "JPEG", **options)) == ""


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_other_colours_fit(mode: str) -> None:
    stream = io.BytesIO()
    Image.fromarray(noisy()).convert(mode).save(stream, "JPEG")
    assert misfit(stream.getvalue()) == ""


def test_bytes_of_a_camera_behind_the_picture_are_fine() -> None:
    data = saved(noisy(), "JPEG")
    assert misfit(data + b"\0" * 5000) == ""
    for end in (b"\xff\xd9", b""):
        assert misfit(data.removesuffix(b"\xff\xd9") + b"\0" * 5000 + end) == ""
