"""Writing TIFF files: strips, one directory, and the EXIF and GPS directories that no library writes for us.

Little-endian, deflate with horizontal differencing for integers, which every reader knows.
"""

import struct
import zlib
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instructir.images.metadata import Metadata, exif, ifd
from instructir.images.metadata.ifd import LONG, RATIONAL, SHORT, UNDEFINED, Directory, Entry
from instructir.images.planes import Planes

_STRIP = 1 << 18
"""Bytes of a strip before compression."""

_DEFLATE, _HORIZONTAL, _UNASSOCIATED_ALPHA, _FLOAT = 8, 2, 2, 3
_NO_UNIT, _INCH = 1, 2
_LIMIT = 1 << 32


def encode_tiff(planes: Planes, quality: int | None, name: str) -> bytes:  # noqa: ARG001 - lossless
    """Return the TIFF file.

    Raises:
        ValueError: if the file would exceed the 4 GiB of classic TIFF.
    """
    samples, metadata = planes.samples, planes.metadata
    strips, rows = _strips(samples)
    head = b"II\x2a\0"
    offsets, position = [], 8
    for strip in strips:
        offsets.append(position)
        position += len(strip) + len(strip) % 2
    if position >= _LIMIT - (1 << 26):
        raise ValueError("more than 4 GiB")
    extra = exif.for_tiff(metadata.exif)
    directory = Directory(extra.entries | _resolution(metadata), extra.children)
    directory.entries.update(_structure(samples, planes.colours, rows))
    directory.entries[273] = Entry.numbers(LONG, *offsets)
    directory.entries[279] = Entry.numbers(LONG, *map(len, strips))
    if metadata.xmp:
        directory.entries[700] = Entry(ifd.BYTE, len(metadata.xmp), metadata.xmp)
    if planes.icc:
        directory.entries[34675] = Entry(UNDEFINED, len(planes.icc), planes.icc)
    body = b"".join(strip + b"\0" * (len(strip) % 2) for strip in strips)
    return head + struct.pack("<L", position) + body + ifd.serialise(directory, position)


def _strips(samples: NDArray[Any]) -> tuple[list[bytes], int]:
    height, width, channels = samples.shape
    rows = max(1, _STRIP // (width * channels * samples.dtype.itemsize))
    strips = []
    for top in range(0, height, rows):
        block = samples[top : top + rows]
        if block.dtype.kind == "u":
            block = np.concatenate([block[:, :1], np.diff(block, axis=1)], axis=1)
        strips.append(zlib.compress(block.astype(block.dtype.newbyteorder("<")).tobytes(), 6))
    return strips, rows


def _structure(samples: NDArray[Any], colours: int, rows: int) -> dict[int, Entry]:
    height, width, channels = samples.shape
    is_float = samples.dtype.kind == "f"
    entries = {
        256: Entry.numbers(LONG, width),
        257: Entry.numbers(LONG, height),
        258: Entry.numbers(SHORT, *[8 * samples.dtype.itemsize] * channels),
        259: Entry.numbers(SHORT, _DEFLATE),
        262: Entry.numbers(SHORT, 2 if colours == 3 else 1),
        exif.ORIENTATION: Entry.numbers(SHORT, 1),
        277: Entry.numbers(SHORT, channels),
        278: Entry.numbers(LONG, rows),
        284: Entry.numbers(SHORT, 1),
        339: Entry.numbers(SHORT, *[_FLOAT if is_float else 1] * channels),
    }
    if not is_float:
        entries[317] = Entry.numbers(SHORT, _HORIZONTAL)
    if channels > colours:
        entries[338] = Entry.numbers(SHORT, _UNASSOCIATED_ALPHA)
    return entries


def _resolution(metadata: Metadata) -> dict[int, Entry]:
    stated = metadata.dpi or metadata.aspect
    if stated is None:
        return {}
    across, down = (Fraction(number).limit_denominator(1000) for number in stated)
    return {
        282: Entry.numbers(RATIONAL, across.numerator, across.denominator),
        283: Entry.numbers(RATIONAL, down.numerator, down.denominator),
        296: Entry.numbers(SHORT, _INCH if metadata.dpi else _NO_UNIT),
    }
