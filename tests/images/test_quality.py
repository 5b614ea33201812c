"""JPEG quality by the file's own tables."""

import io

import numpy as np
import pytest
from PIL import Image

from instructir.images import read
from instructir.images.metadata.quality import estimated_quality


@pytest.mark.parametrize("quality", [5, 10, 25, 40, 50, 60, 75, 90, 95])
def test_quality_is_found(quality: int, photo_array: np.ndarray) -> None:
    stream = io.BytesIO()
    Image.fromarray(photo_array).save(stream, "JPEG", quality=quality)
    stream.seek(0)
    coding = read(stream).metadata.jpeg
    assert coding is not None
    assert estimated_quality(coding.tables) == pytest.approx(quality, abs=2)


def test_no_table_no_quality() -> None:
    assert estimated_quality(()) is None
