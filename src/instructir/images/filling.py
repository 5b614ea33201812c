"""Pixels that are unknown or not to be seen, filled from those around them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_Pixels = NDArray[np.float32]
_CELLS = 48
"""Cells a side in which a rectangle is looked for."""


def filled(pixels: _Pixels, known: NDArray[np.bool_]) -> _Pixels:
    """Return pixels (H, W, C) whose unknown part is a smooth continuation of the known one.

    Coarser and coarser averages of what is known are made, and each gap is filled from the finest that
    reaches into it.

    Args:
        pixels: any values; what they are where they are unknown does not count.
        known: (H, W). Where nothing is known the result is middle grey.
    """
    if not known.any():
        return np.full_like(pixels, 0.5)
    weight = known.astype(np.float32)[..., None]
    continued = _continued(np.where(known[..., None], pixels, np.float32(0)), weight)
    result: _Pixels = np.where(known[..., None], pixels, continued)
    return result


def known_part(known: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Rows and columns of a large rectangle in which everything is known; empty where there is none.

    Args:
        known: (H, W). It is looked at in cells, so that a rectangle may be smaller by one at each side.
    """
    edges = [np.unique(np.linspace(0, side, _CELLS + 1).astype(int)) for side in known.shape]
    whole = np.logical_and.reduceat(known, edges[0][:-1], axis=0)
    whole = np.logical_and.reduceat(whole, edges[1][:-1], axis=1)
    best, part = 0, (slice(0, 0), slice(0, 0))
    for top in range(len(whole)):
        columns = whole[top]
        for bottom in range(top, len(whole)):
            columns = columns & whole[bottom]
            turns = np.flatnonzero(np.diff(np.concatenate([[False], columns, [False]])))
            if not turns.size:
                break
            run = int(np.argmax(turns[1::2] - turns[::2]))
            rows = slice(int(edges[0][top]), int(edges[0][bottom + 1]))
            across = slice(int(edges[1][turns[2 * run]]), int(edges[1][turns[2 * run + 1]]))
            area = (rows.stop - rows.start) * (across.stop - across.start)
            if area > best:
                best, part = area, (rows, across)
    return part


def _continued(total: _Pixels, weight: _Pixels) -> _Pixels:
    """Return the averages `total / weight`, and where there is no weight those of the next coarser level."""
    average: _Pixels = (total / np.maximum(weight, np.float32(1e-12))).astype(np.float32)
    if weight.min() > 0:
        return average
    coarse = _continued(_halved(total), _halved(weight))
    height, width = weight.shape[:2]
    planes = [
        np.asarray(Image.fromarray(coarse[..., i]).resize((width, height), Image.Resampling.BILINEAR))
        for i in range(coarse.shape[2])
    ]
    result: _Pixels = np.where(weight > 0, average, np.stack(planes, axis=-1))
    return result


def _halved(plane: _Pixels) -> _Pixels:
    """Return the sums over squares of two by two."""
    height, width = plane.shape[:2]
    plane = np.pad(plane, [(0, height % 2), (0, width % 2), (0, 0)])
    halved: _Pixels = plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]
    return halved


def repaired(samples: NDArray[Any], largest: float) -> tuple[NDArray[Any], int]:
    """Return float samples (H, W, C) with impossible ones replaced from around them, and how many pixels.

    Args:
        samples: floats; NaN, infinite and larger ones than `largest` are impossible.
        largest: the largest magnitude that light can have.

    Raises:
        ValueError: if more than half of the pixels are impossible.
    """
    known = (np.abs(samples) <= largest).all(axis=2)
    count = int(known.size - np.count_nonzero(known))
    if not count:
        return samples, 0
    if 2 * count > known.size:
        raise ValueError("more than half of the pixels")
    return filled(samples.astype(np.float32), known).astype(samples.dtype), count
