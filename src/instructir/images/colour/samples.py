"""Samples of a file to working pixels and back, in blocks of rows to spare memory."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instructir.images.colour.spaces import Space

_Samples = NDArray[Any]
Pixels = NDArray[np.float32]

_BLOCK = 1 << 19
"""Pixels converted at a time: 12 MB of double precision RGB."""

_LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
"""Rec. 709 luma weights, those of sRGB."""


def blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    """Yield slices of rows that together cover a picture of `shape` (H, W, ...)."""
    rows = max(1, _BLOCK // max(1, shape[1]))
    for top in range(0, shape[0], rows):
        yield slice(top, top + rows)


def to_working(samples: _Samples, maximum: float, space: Space | None) -> Pixels:
    """Return working pixels (H, W, 3) of the samples (H, W, C) of a file, C being 1 or 3.

    Pixels of integer samples are in [0, 1].

    Args:
        samples: integers from 0 to `maximum`, or floats of any value.
        maximum: the sample value of white, 1 for floats.
        space: what the samples stand for, or None if they are sRGB already.
    """
    pixels = np.empty((*samples.shape[:2], 3), dtype=np.float32)
    for rows in blocks(samples.shape):
        if space is None:
            pixels[rows] = samples[rows] / np.float32(maximum)
            continue
        flat = samples[rows].reshape(-1, samples.shape[2]).astype(np.float64) / maximum
        values = space.to_working(flat).reshape(*samples[rows].shape[:2], -1)
        pixels[rows] = np.clip(values, 0.0, 1.0) if samples.dtype.kind == "u" else values
    return pixels


def from_working(pixels: Pixels, space: Space | None, depth: int) -> _Samples:
    """Return the samples (H, W, C) of working pixels (H, W, C), the inverse of `to_working`.

    Args:
        pixels: working values; C is 3, or 1 for grey.
        space: what the samples are to stand for, or None for the working space.
        depth: 8 or 16 for integers over the full range (values are rounded and clipped), 32 for floats.
    """
    samples: _Samples = np.empty(pixels.shape, dtype={8: "u1", 16: "u2", 32: "f4"}[depth])
    for rows in blocks(pixels.shape):
        values: NDArray[np.floating[Any]] = pixels[rows]
        if space is not None:
            flat = space.from_working(values.astype(np.float64).reshape(-1, values.shape[2]))
            values = flat.reshape(values.shape)
        samples[rows] = _quantised(values, depth)
    return samples


def to_srgb(pixels: Pixels, space: Space | None) -> Pixels:
    """Return sRGB pixels (H, W, 3) of working pixels (H, W, 3); out-of-gamut colours leave [0, 1]."""
    if space is None or not space.is_wide:
        return pixels
    result = np.empty_like(pixels)
    for rows in blocks(pixels.shape):
        flat = pixels[rows].reshape(-1, 3).astype(np.float64)
        result[rows] = space.to_srgb(flat).reshape(pixels[rows].shape)
    return result


def _quantised(values: NDArray[np.floating[Any]], depth: int) -> _Samples:
    """Return values in [0, 1] as integers of `depth` bits, rounded and clipped; 32 is unclipped float."""
    if depth == 32:
        return values.astype(np.float32)
    top = float((1 << depth) - 1)
    # A NaN has no integer; black is what viewers show for it.
    scaled: _Samples = np.rint(np.clip(np.nan_to_num(values, nan=0.0), 0.0, 1.0) * values.dtype.type(top))
    return scaled.astype(np.uint8 if depth == 8 else np.uint16)


def alpha_of_depth(alpha: _Samples, depth: int) -> _Samples:
    """Return an alpha channel (H, W) in the sample type of `depth`; unchanged if it has it already."""
    bits = {"u1": 8, "u2": 16}.get(alpha.dtype.str[1:], 32)
    if bits == depth:
        return alpha
    top = 1.0 if bits == 32 else float((1 << bits) - 1)
    return _quantised(alpha.astype(np.float64) / top, depth)


def over_white(pixels: Pixels, alpha: _Samples) -> Pixels:
    """Return pixels (H, W, 3) laid over white by alpha (H, W), in encoded values as viewers do."""
    cover = alpha_of_depth(alpha, 32)[..., None]
    return (pixels * cover + (np.float32(1) - cover)).astype(np.float32)


def luma(pixels: Pixels) -> Pixels:
    """Return the luma (H, W, 1) of pixels (H, W, 3)."""
    grey = np.empty((*pixels.shape[:2], 1), dtype=np.float32)
    for rows in blocks(pixels.shape):
        block = pixels[rows]
        # Red plus weighted differences: exact where the three channels are equal.
        grey[rows, :, 0] = (
            block[..., 0]
            + _LUMA[1] * (block[..., 1] - block[..., 0])
            + _LUMA[2] * (block[..., 2] - block[..., 0])
        )
    return grey
