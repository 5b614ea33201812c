"""Frames as pictures: the conversion obeys what the frame says of its colours."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("av", reason='needs the extra "video"')

import av

from instructir.jobs.video.coding import Coding
from instructir.jobs.video.pixels import coded, fill, photos, rgb_frame

SHARES = {
    1: (0.2126, 0.0722),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
}
"""Of red and blue in luma, by the number of the matrix in H.273."""


def colours() -> np.ndarray:
    y, x = np.mgrid[0:32, 0:48]
    return np.stack([x * 5, y * 8, 255 - x * 3], axis=-1).clip(0, 255).astype(np.uint8)


def frame_with(matrix: int, extent: int, fractions: tuple[float, float]) -> Any:
    red, blue = fractions
    rgb = colours() / 255
    luma = red * rgb[..., 0] + (1 - red - blue) * rgb[..., 1] + blue * rgb[..., 2]
    chroma = [(rgb[..., 2] - luma) / 2 / (1 - blue), (rgb[..., 0] - luma) / 2 / (1 - red)]
    if extent == 2:
        planes = [luma * 255, *(part * 255 + 128 for part in chroma)]
    else:
        planes = [16 + 219 * luma, *(128 + 224 * part for part in chroma)]
    frame = av.VideoFrame(48, 32, "yuv444p")
    for plane, values in zip(frame.planes, planes, strict=True):
        rows = np.frombuffer(plane, np.uint8).reshape(32, plane.line_size)
        rows[:, :48] = np.rint(values).clip(0, 255)
    frame.colorspace, frame.color_range = matrix, extent
    return frame


def planes_of(frame: Any) -> np.ndarray:
    return np.stack([np.frombuffer(p, np.uint8).reshape(32, p.line_size)[:, :48] for p in frame.planes])


def coding(matrix: int, extent: int) -> Coding:
    from fractions import Fraction

    one = Fraction(1)
    return Coding("ffv1", "yuv444p", 48, 32, Fraction(25), Fraction(1, 25), one, matrix, extent, 2, 2)


@pytest.mark.parametrize("extent", [1, 2])
@pytest.mark.parametrize("matrix", SHARES)
def test_every_matrix_and_range(matrix: int, extent: int) -> None:
    frame = frame_with(matrix, extent, SHARES[matrix])
    carrier = rgb_frame(frame)
    (photo,) = photos(carrier, grey=False)
    assert np.abs(photo.pixels * 255 - colours()).max() <= 2.1
    fill(carrier, [photo])
    back = coded(carrier, coding(matrix, extent), 7)
    assert np.abs(planes_of(back).astype(int) - planes_of(frame)).max() <= 1
    assert (back.pts, back.colorspace, back.color_range) == (7, matrix, extent)


@pytest.mark.parametrize("matrix", [0, 10, 12])
def test_a_matrix_that_another_stands_in_for_goes_there_and_back(matrix: int) -> None:
    frame = frame_with(matrix, 1, SHARES[{0: 6, 10: 9, 12: 1}[matrix]])
    carrier = rgb_frame(frame)
    fill(carrier, photos(carrier, grey=False))
    back = coded(carrier, coding(matrix, 1), 0)
    assert np.abs(planes_of(back).astype(int) - planes_of(frame)).max() <= 1
    assert (frame.colorspace, back.colorspace) == (matrix, matrix)


@pytest.mark.parametrize(
    "form", ["rgb24", "rgba", "rgb48le", "rgba64le", "bgr24", "gbrp", "argb", "gbrp10le"]
)
def test_rgb_is_exact_and_the_source_is_left_alone(form: str) -> None:
    source = av.VideoFrame.from_ndarray(colours(), format="rgb24").reformat(format=form)
    before = [bytes(plane) for plane in source.planes]
    carrier = rgb_frame(source)
    restored = photos(carrier, grey=False)
    # FFmpeg's white of 10 bits is not quite that of 16.
    exact = 1.01 if "le" in form else 0.01
    assert np.abs(restored[0].pixels * 255 - colours()).max() < exact
    fill(carrier, [photo.with_pixels(1 - photo.pixels) for photo in restored])
    assert [bytes(plane) for plane in source.planes] == before
    assert np.abs(photos(carrier, grey=False)[0].pixels * 255 - (255 - colours())).max() < exact


def test_values_out_of_range_do_not_wrap() -> None:
    carrier = rgb_frame(av.VideoFrame.from_ndarray(colours(), format="rgb24"))
    (photo,) = photos(carrier, grey=False)
    fill(carrier, [photo.with_pixels(photo.pixels * 3 - 1)])
    after = photos(carrier, grey=False)[0].pixels
    assert np.abs(after - (photo.pixels * 3 - 1).clip(0, 1)).max() < 1 / 255
