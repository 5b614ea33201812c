"""A file that was compressed coarsely is denoised, though its picture may look clean."""

import io

import numpy as np
import pytest
from PIL import Image

from instructir.images import Photo, read
from instructir.restoration.diagnosis import examine_file
from instructir.tasks import Task


def stored(pixels: np.ndarray, quality: int) -> Photo:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=quality)
    stream.seek(0)
    return read(stream)


@pytest.mark.parametrize(("quality", "coarse"), [(10, True), (30, True), (80, False)])
def test_the_files_tables_count(photo_array: np.ndarray, quality: int, coarse: bool) -> None:
    pixels = photo_array.repeat(4, 0).repeat(4, 1)
    found = examine_file(stored(pixels, quality))
    assert found.quality == pytest.approx(quality, abs=2)
    assert (Task.DENOISING in found.faults) is coarse


def test_other_files_have_no_quality(photo_array: np.ndarray) -> None:
    assert examine_file(Photo(photo_array.astype(np.float32) / np.float32(255))).quality is None
