"""Impulses: single pixels, black or white amid others: "salt and pepper" noise, and hot and dead pixels.

The network knows noise that lies about the truth; such a pixel says nothing of it. So it is found by its
neighbours and replaced by their median, before the network sees the picture. Where they are few, as a
sensor's hot and dead pixels are, only those that stand out from all around them are: a lens spreads stars
and glints over their neighbours.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from instructir.images import Photo
from instructir.restoration.bands import bands_of
from instructir.restoration.deblocking import is_coarse

_EXTREME = 12 / 255
"""How near black or white a sample of an impulse is; JPEG moves it a little."""
_FAR, _ALIKE, _FEW = 0.2, 0.1, 2
"""How far it is from the median of its eight neighbours, and how near to it so many at most may be."""
_ENOUGH, _MOSTLY = 0.002, 0.5
"""Fractions from which a picture has impulses: of its samples, and, among those so far from their neighbours,
of the ones near black or white. Of 877 clean pictures the most were 0.006 and 0.41, in different ones; strong
gaussian noise has more than the first and 0.2 of the second."""
_BEYOND, _SPREADS = 0.15, 2
"""How far a lone sample is beyond all of its eight neighbours, and that beside it so many times as far as
these are apart, there or in half of the picture."""
_LOOKED_AT, _ROWS, _BAND, _REACH = 1_000_000, 256, 16, 2
"""Pixels that tell it, rows that are worked on at once, where many neighbours are kept and where few are, and
how far neighbours are looked for."""
_ROUNDS = 2
"""How often they are looked for: among many, some hide beside each other."""


def freed_of_impulses(photo: Photo, strength: float = 1.0) -> tuple[Photo, str]:
    """A photo without impulses, and what was done; itself and nothing where it has none.

    Args:
        photo: the picture.
        strength: how far each goes towards what is around it, in [0, 1].

    Returns:
        The photo, and a note for the user. One that had many says no longer how its JPEG file was coded;
        a few lone pixels leave nearly all of its blocks as they were.
    """
    pixels, fraction = without_impulses(photo.visible)
    if fraction:
        note = f"single black and white pixels replaced: {100 * fraction:.1f} % of the picture"
        photo = replace(photo, metadata=replace(photo.metadata, jpeg=None))
    elif not is_coarse(photo.metadata.jpeg):  # a coarse file has no single pixels any more
        pixels, fraction = without_lone_pixels(photo.visible)
        note = f"hot and dead pixels replaced: {round(fraction * photo.width * photo.height)}"
    if not fraction:
        return photo, ""
    return photo.with_visible(photo.visible + np.float32(strength) * (pixels - photo.visible)), note


def without_impulses(pixels: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Replace impulses by what is around them.

    Args:
        pixels: (H, W, 3) in [0, 1].

    Returns:
        Pixels of the same shape, and the fraction of the samples that were replaced; the picture itself and 0
        where there are too few for it to be such noise.
    """
    outliers = [_outliers(band) for band in bands_of(pixels, _LOOKED_AT)]
    far = sum(int(found.sum()) for found, _ in outliers)
    impulses = sum(int(found.sum()) for _, found in outliers)
    looked_at = sum(found.size for found, _ in outliers)
    if impulses < _ENOUGH * looked_at or impulses < _MOSTLY * far:
        return pixels, 0.0
    result, replaced = pixels.copy(), 0
    for top in range(0, len(pixels), _ROWS):
        first, last = max(0, top - _ROUNDS * _REACH), min(len(pixels), top + _ROWS + _ROUNDS * _REACH)
        part, inside = pixels[first:last], slice(top - first, top - first + _ROWS)
        for _ in range(_ROUNDS):
            _, found = _outliers(part)
            part = _filled(part, found)
            replaced += int(found[inside].sum())
        result[top : top + _ROWS] = part[inside]
    return result, replaced / pixels.size


def without_lone_pixels(pixels: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Replace pixels that are far beyond all that is around them by its median.

    What noise or texture the picture has says how far that is. One that has none in most places was drawn,
    and its dots are meant. Pixels on the very edge stay.

    Args:
        pixels: (H, W, 3) in [0, 1].

    Returns:
        Pixels of the same shape, and the fraction of them that was replaced; the picture itself and 0 where
        there are none.
    """
    if min(pixels.shape[:2]) < 3:
        return pixels, 0.0  # all of it is edge
    apart = float(np.median(np.concatenate([_apart(band)[::4] for band in bands_of(pixels, _LOOKED_AT)])))
    if not apart:
        return pixels, 0.0
    found: dict[tuple[int, int], NDArray[np.float32]] = {}
    for top in range(1, len(pixels) - 1, _BAND):
        part = pixels[top - 1 : top + _BAND + 1]
        highest, lowest = _extremes(part)
        part = part[1:-1, 1:-1]
        beyond = np.maximum(part - highest, lowest - part)
        # Where it is far at all, which is hardly anywhere, what is around it is looked at.
        if beyond.max(initial=0) <= _BEYOND + _SPREADS * apart:
            continue
        rows, columns, bands = np.nonzero(beyond > _BEYOND + _SPREADS * apart)
        spread = (highest - lowest)[rows, columns, bands]
        far = beyond[rows, columns, bands] > _BEYOND + _SPREADS * spread
        for row, column in set(zip(rows[far].tolist(), columns[far].tolist(), strict=True)):
            around = pixels[top + row - 1 : top + row + 2, column : column + 3].reshape(9, -1)
            found[top + row, column + 1] = np.median(np.delete(around, 4, axis=0), axis=0)
    if not found:
        return pixels, 0.0
    result = pixels.copy()
    for place, value in found.items():
        result[place] = value
    return result, len(found) / pixels[..., 0].size


def _apart(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far the eight neighbours of each inner sample of (H, W, 3) are apart, in one row of them all."""
    highest, lowest = _extremes(pixels)
    return (highest - lowest).ravel()


def _extremes(pixels: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The highest and the lowest of the eight neighbours of all but the outermost samples of (H, W, 3)."""
    found = []
    for best in (np.maximum, np.minimum):
        ends = best(pixels[:-2], pixels[2:])
        columns = best(ends, pixels[1:-1])
        found.append(best(best(columns[:, :-2], columns[:, 2:]), ends[:, 1:-1]))
    return found[0], found[1]


def _outliers(pixels: NDArray[np.float32]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of samples (H, W, 3), those far from their neighbours, and those of them near black or white."""
    around = np.stack(_views(pixels, 1))
    median = np.partition(around, (3, 4), axis=0)[3:5].mean(0)
    alike = (np.abs(around - pixels) <= _ALIKE).sum(0)
    far: NDArray[np.bool_] = (np.abs(pixels - median) > _FAR) & (alike <= _FEW)
    return far, far & ((pixels <= _EXTREME) | (pixels >= 1 - _EXTREME))


def _filled(pixels: NDArray[np.float32], found: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Pixels (H, W, 3) whose impulses are the median of the others around, of eight if it can be."""
    result, left = pixels.copy(), found.copy()
    for reach in range(1, _REACH + 1):
        known = np.where(found, np.float32(np.nan), pixels)
        values = np.stack([view[left] for view in _views(known, reach)])
        some = ~np.isnan(values).all(0)
        filled = result[left]
        filled[some] = np.nanmedian(values[:, some], axis=0)
        result[left] = filled
        left[left] = ~some
    return result


def _views(pixels: NDArray[np.float32], reach: int) -> list[NDArray[np.float32]]:
    """All that lies around each pixel (H, W, 3) within a square, itself left out, as often as it counts."""
    height, width = pixels.shape[:2]
    padded = np.pad(pixels, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    side = range(2 * reach + 1)
    places = [(down, right) for down in side for right in side if (down, right) != (reach, reach)]
    return [padded[down : down + height, right : right + width] for down, right in places]
