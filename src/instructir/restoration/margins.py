"""Margins around a picture: bars, frames, and what is transparent.

A network that goes by the whole picture takes black bars for darkness, and what is flat for a lack of noise.
So it sees what lies within the margins alone, and they stay as they are.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from instructir.images import Photo

_PLAIN = 6 / 255
"""How far pixels of a margin may be from its colour; one in a hundred may be further, as JPEG leaves them."""
_LEAST = 3
"""Rows from which a margin is one."""
_RINGING = 16
"""Rows beside the picture's edge that a JPEG file may have spoilt."""
_STEP = 5 / 255
"""Least step between a margin and the picture, at half of the places along it; a clipped sky has none."""
_SMALLEST = 16
"""Height and width of a picture below which it is none."""

_Pixels = NDArray[np.float32]


class Inner(NamedTuple):
    """What of a picture lies within its margins."""

    rows: slice
    columns: slice

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.rows.stop - self.rows.start, self.columns.stop - self.columns.start

    def of(self, pixels: _Pixels) -> _Pixels:
        """That part of (H, W, 3)."""
        return pixels[self.rows, self.columns]

    def put(self, pixels: _Pixels, part: _Pixels) -> _Pixels:
        """(H, W, 3) with that part in its place."""
        if part.shape == pixels.shape:
            return part
        whole = pixels.copy()
        whole[self.rows, self.columns] = part
        return whole


def inner(photo: Photo) -> Inner:
    """What of a photo lies within its margins; all of it where there are none, or nothing within."""
    height, width = photo.height, photo.width
    top, bottom, left, right = 0, height, 0, width
    if photo.alpha is not None and photo.alpha.any():
        seen = photo.alpha > 0
        (top, bottom), (left, right) = (_extent(np.any(seen, axis=axis)) for axis in (1, 0))
    pixels = photo.visible
    above, below = _bars(pixels[top:bottom, left:right])
    top, bottom = top + above, bottom - below
    before, behind = _bars(pixels[top:bottom, left:right].swapaxes(0, 1))
    left, right = left + before, right - behind
    if min(bottom - top, right - left) < min(_SMALLEST, height, width):
        return Inner(slice(0, height), slice(0, width))
    return Inner(slice(top, bottom), slice(left, right))


def _extent(there: NDArray[np.bool_]) -> tuple[int, int]:
    """From the first to behind the last that is there."""
    at = np.flatnonzero(there)
    return int(at[0]), int(at[-1]) + 1


def _bars(pixels: _Pixels) -> tuple[int, int]:
    """Rows of the bars above and below (H, W, 3); none of either unless both are of one colour.

    On one side alone it may be a wall, the night, or the lower part of a page.
    """
    colours = [np.median(pixels[row], axis=0) for row in (0, -1)]
    if np.abs(colours[0] - colours[1]).max() > _PLAIN:
        return 0, 0
    rows = [_plain_rows(side, colour) for side, colour in zip((pixels, pixels[::-1]), colours, strict=True)]
    return (rows[0], rows[1]) if all(rows) and sum(rows) < len(pixels) else (0, 0)


def _plain_rows(pixels: _Pixels, colour: _Pixels) -> int:
    """Rows at the top of (H, W, 3) that are of one colour, if there is an edge below them."""
    plain = 0
    while plain < len(pixels) and np.quantile(np.abs(pixels[plain] - colour).max(-1), 0.99) <= _PLAIN:
        plain += 1
    if not _LEAST <= plain < len(pixels) - 2:
        return 0
    for row in range(plain, min(plain + _RINGING, len(pixels) - 2)):
        step = np.abs(pixels[row + 1] - pixels[row - 2]).max(-1)
        if np.mean(step > _STEP) >= 0.5:
            return row
    return 0
