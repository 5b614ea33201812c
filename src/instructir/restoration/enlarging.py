"""Larger pictures: bicubic as MATLAB's imresize, which the super-resolution step was trained to restore.

The paper's network keeps the size (section 4.1): what it learnt is to give back the detail that a picture
enlarged by bicubic interpolation lacks. So the picture is enlarged first, on the curve of sRGB as in
training, in strips of rows, and the network's pass comes after.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from instructir.degradations.resampling import taps
from instructir.errors import ConfigError
from instructir.images import MAX_PIXELS, Photo
from instructir.settings import Settings
from instructir.sizes import Size

_Pixels = NDArray[np.float32]
_STRIP = 1 << 20
"""Pixels of the result that are made at a time."""


def enlarged(photo: Photo, size: Size) -> tuple[Photo, str]:
    """A photo at another size, printed as large as before, and what the user should know.

    Raises:
        ConfigError: if the result would be too large.
    """
    width, height = enlarged_size(photo, size)
    if (width, height) == (photo.width, photo.height):
        return photo, f"the picture has {width}x{height} pixels already; its size stays"
    source = photo.pixels if photo.alpha is None or photo.depth == 32 else photo.visible
    pixels = enlarge_bicubic(source, height, width)
    if photo.depth < 32:
        np.clip(pixels, 0, 1, out=pixels)
    made = photo.with_pixels(pixels)
    metadata = made.metadata.enlarged(width / photo.width, height / photo.height, size.dpi)
    said = f"enlarged from {photo.width}x{photo.height} to {width}x{height} pixels"
    return replace(made, metadata=metadata), said


def enlarged_size(photo: Photo, size: Size, limit: int = MAX_PIXELS) -> tuple[int, int]:
    """Width and height that a photo gets.

    Raises:
        ConfigError: if it is enlarged too far, or the result has more than `limit` pixels.
    """
    width, height = size.of(photo.width, photo.height)
    if width * height > limit and (width, height) != (photo.width, photo.height):
        raise ConfigError(
            f"enlarged, a picture of {photo.width}x{photo.height} pixels would have {width}x{height}, more "
            f"than {limit // 10**6} million: choose a smaller size"
        )
    return width, height


def pixels_of(photo: Photo, settings: Settings) -> int:
    """Pixels that a photo has when it is restored, as far as the settings tell.

    Raises:
        ConfigError: if that is impossible.
    """
    width, height = size_of_result(photo, settings.scale)
    return width * height


def size_of_result(photo: Photo, scale: str | None) -> tuple[int, int]:
    """Width and height of a photo that is restored and enlarged as `scale`, if anything, says.

    Raises:
        ConfigError: if that is impossible.
    """
    return enlarged_size(photo, Size.parse(scale)) if scale else (photo.width, photo.height)


def enlarge_bicubic(pixels: _Pixels, height: int, width: int) -> _Pixels:
    """Pixels (H, W, C) at another size, (height, width, C); they may leave the range a little."""
    rows, row_weights = _taps(pixels.shape[0], height)
    result = np.empty((height, width, pixels.shape[2]), dtype=np.float32)
    step = max(1, _STRIP // max(width, pixels.shape[1]))
    columns, weights = _taps(pixels.shape[1], width)
    for top in range(0, height, step):
        strip = slice(top, top + step)
        used, weight = rows[strip], row_weights[strip]
        narrow = np.zeros((len(used), *pixels.shape[1:]), dtype=np.float32)
        for tap in range(used.shape[1]):
            narrow += pixels[used[:, tap]] * weight[:, tap, None, None]
        made = np.zeros((len(used), width, pixels.shape[2]), dtype=np.float32)
        for tap in range(columns.shape[1]):
            made += narrow[:, columns[:, tap]] * weights[None, :, tap, None]
        result[strip] = made
    return result


@lru_cache(maxsize=8)
def _taps(length: int, wanted: int) -> tuple[NDArray[np.int64], _Pixels]:
    """Places and weights (wanted, n) of :func:`~instructir.degradations.resampling.taps` that count."""
    places, weights = (tensor.numpy() for tensor in taps(length, wanted))
    counts = np.flatnonzero(np.abs(weights).max(axis=0) > 0)
    places, weights = places[:, counts], weights[:, counts]
    return places, (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
