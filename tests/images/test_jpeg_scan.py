"""Damage within the data of a JPEG, which its decoder does not tell."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.images import picture, saved
from instructir.errors import ImageFileError
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


FILLINGS = {"nothing": b"", "zeros": b"\0" * 9000, "ones": b"\xff" * 9000}
"""What stands where the rest of a file was not saved."""


@pytest.mark.parametrize("filling", FILLINGS)
@pytest.mark.parametrize(
    "options", [{}, {"optimize": True}, {"progressive": True}, {"restart_marker_rows": 1}], ids=str
)
def test_a_cut_file_is_refused_whatever_fills_it_up(options: dict[str, int], filling: str) -> None:
    whole = saved(picture(120, 160), "JPEG", quality=92, **options)
    for part in (0.3, 0.6, 0.95):
        with pytest.raises(ImageFileError, match="cut short"):
            read(io.BytesIO(whole[: int(len(whole) * part)] + FILLINGS[filling]))
    (note,) = read(io.BytesIO(whole[:-2] + FILLINGS[filling])).notes
    assert note == "the end of the file is missing, but all of the picture is there"


def test_a_file_that_ends_between_two_restarts_is_cut_short() -> None:
    whole = saved(picture(120, 160), "JPEG", restart_marker_rows=1)
    with pytest.raises(ImageFileError, match="cut short"):
        read(io.BytesIO(whole[: whole.index(b"\xff\xd2")]))


@pytest.mark.parametrize(
    ("begin", "end", "told"),
    [
        (b"\xff\xd1", b"\xff\xd1", "lack some of their restart markers"),
        (b"\xff\xd1", b"\xff\xd2", "lack some of their restart markers"),
        (b"\xff\xd3", b"\xff\xd9", "end after 3 of 7 restarts"),
    ],
)
def test_lost_restarts_are_told(begin: bytes, end: bytes, told: str) -> None:
    whole = saved(noisy(), "JPEG", restart_marker_rows=1)
    cut = whole.index(begin)
    resumed = whole.index(end, cut) + (len(end) if begin == end else 0)
    (note,) = read(io.BytesIO(whole[:cut] + whole[resumed:])).notes
    assert told in note


def test_scans_that_are_missing_before_the_end_are_told() -> None:
    whole = saved(noisy(), "JPEG", progressive=True)
    (note,) = read(io.BytesIO(whole[: whole.rindex(b"\xff\xda")] + b"\xff\xd9")).notes
    assert note == "the file lacks its last scans: the picture is coarser than it was made"
