"""Whether all of a TIFF page is in its file: decoders fill what is not there with black, without a word."""

from math import ceil

import numpy as np
from numpy.typing import NDArray

from instructir.images.metadata.ifd import Directory

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_STRIP_OFFSETS, _SAMPLES, _ROWS, _STRIP_COUNTS, _PLANAR = 273, 277, 278, 279, 284
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_COUNTS, _TILE_DEPTH = 322, 323, 324, 325, 32998
_JPEG_OFFSET, _JPEG_COUNT, _SUBSAMPLING = 513, 514, 530
_UNCOMPRESSED, _OLD_JPEG, _YCBCR, _SEPARATE = 1, 6, 6, 2

_Numbers = NDArray[np.uint64]


def check_extent(directory: Directory, size: int, max_pixels: int) -> None:
    """Refuse a page of which something is missing, before anything is decoded.

    Args:
        directory: the page's fields.
        size: of the file, in bytes.
        max_pixels: refuse tiles that state more, which take memory however small the picture is.

    Raises:
        ValueError: if there are fewer strips or tiles than the picture has, one is empty, shorter than its
            samples or beyond the end of the file, or a tile has no size or a larger one than any picture.
    """
    if directory.first(_COMPRESSION, _UNCOMPRESSED) == _OLD_JPEG:
        # One JPEG stream, which may be named by itself instead of as a strip.
        if directory.first(_JPEG_OFFSET) + directory.first(_JPEG_COUNT) > size:
            raise ValueError("its data reach past the end of the file")
        return
    width, rows = _piece(directory, max_pixels)
    planes = directory.first(_SAMPLES, 1) if directory.first(_PLANAR, 1) == _SEPARATE else 1
    down = ceil(directory.first(_HEIGHT) / rows)
    number = ceil(directory.first(_WIDTH) / width) * down * planes
    kind = "tiles" if _TILE_WIDTH in directory.entries else "strips"
    offsets = _stated(directory, _TILE_OFFSETS, _STRIP_OFFSETS)
    counts = _stated(directory, _TILE_COUNTS, _STRIP_COUNTS)
    if offsets.size < number or 0 < counts.size < number:
        raise ValueError(f"{min(offsets.size, counts.size or number)} of {number} {kind} are there")
    offsets, counts = offsets[:number], counts[:number]
    if directory.first(_COMPRESSION, _UNCOMPRESSED) == _UNCOMPRESSED:
        needed = np.full(number, _bytes(directory, width, rows), np.uint64)
        if kind == "strips":
            needed[down - 1 :: down] = _bytes(directory, width, directory.first(_HEIGHT) - (down - 1) * rows)
        # What a single strip states is often wrong, and of no use.
        if number > 1 and counts.size and (counts < needed).any():
            raise ValueError(f"one of its {kind} is too short")
        counts = needed
    if not (offsets.all() and counts.all()):
        raise ValueError(f"one of its {kind} is empty")
    if (offsets > size).any() or (offsets + counts > size).any():
        raise ValueError(f"one of its {kind} reaches past the end of the file")


def _piece(directory: Directory, max_pixels: int) -> tuple[int, int]:
    """The columns and rows of a tile, or of a strip."""
    if _TILE_WIDTH not in directory.entries:
        height = directory.first(_HEIGHT)
        return directory.first(_WIDTH), min(directory.first(_ROWS) or height, height)
    width, rows = directory.first(_TILE_WIDTH), directory.first(_TILE_HEIGHT)
    if not width or not rows:
        raise ValueError("a tile has no size")
    if width * rows * directory.first(_TILE_DEPTH, 1) > max_pixels:
        raise ValueError("a tile is larger than the picture may be")
    return width, rows


def _stated(directory: Directory, *tags: int) -> _Numbers:
    return np.array(next(filter(None, map(directory.integers, tags)), []), np.uint64)


def _bytes(directory: Directory, width: int, rows: int) -> int:
    """The bytes of uncompressed samples of so many columns and rows."""
    samples = directory.first(_SAMPLES, 1)
    bits = directory.integers(_BITS) or [1]
    is_planar = directory.first(_PLANAR, 1) == _SEPARATE
    if directory.first(_PHOTOMETRIC) == _YCBCR:
        columns, lines = (max(1, number) for number in (*directory.integers(_SUBSAMPLING), 2, 2)[:2])
        units = ceil(width / columns) * ceil(rows / lines)
        return units if is_planar else units * (columns * lines + 2) * bits[0] // 8
    depth = bits[0] if is_planar else sum(bits) if len(bits) == samples else bits[0] * samples
    return ceil(width * depth / 8) * rows
