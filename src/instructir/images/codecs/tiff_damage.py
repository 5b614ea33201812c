"""Damage within the compressed data of a TIFF page, which its decoder does not tell."""

import zlib
from contextlib import suppress

from instructir.errors import ImageFileError
from instructir.images.codecs.jpeg_scan import misfit
from instructir.images.metadata.ifd import Directory
from instructir.images.refusals import decoding

_WIDTH, _HEIGHT, _COMPRESSION, _SAMPLES, _TABLES = 256, 257, 259, 277, 347
_OFFSETS, _COUNTS = (324, 273), (325, 279)
_JPEG, _DEFLATE = 7, (8, 32946)
_BEGIN, _END = b"\xff\xd8", b"\xff\xd9"
_STEP = 1 << 20
_MOST_BYTES = 16
"""Of a sample, and of what a tile holds beyond the picture's edge."""


def damage(data: bytes, directory: Directory, name: str) -> str:
    """What is wrong with the data of a page's first damaged strip or tile; empty if nothing is seen.

    Args:
        data: the whole file.
        directory: the page's fields.
        name: what the user calls the file.
    """
    compression = directory.first(_COMPRESSION)
    offsets, counts = (next(filter(None, map(directory.integers, tags)), []) for tags in (_OFFSETS, _COUNTS))
    pieces = (data[offset : offset + count] for offset, count in zip(offsets, counts, strict=False))
    if compression == _JPEG:
        shared = directory.entries.get(_TABLES)
        tables = _BEGIN + (shared.value.removeprefix(_BEGIN).removesuffix(_END) if shared else b"")
        for piece in pieces:
            with suppress(ImageFileError), decoding(name):  # Pillow's JPEG decoder knows fewer kinds
                problem = misfit(tables + piece.removeprefix(_BEGIN))
                if problem:
                    return problem
    if compression in _DEFLATE:
        room = directory.first(_WIDTH) * directory.first(_HEIGHT) * directory.first(_SAMPLES, 1) * _MOST_BYTES
        for piece in pieces:
            try:
                room -= _inflated(piece, room + _STEP)
            except zlib.error:
                return "do not agree with their checksum"
            if room < 0:  # more than any picture holds
                break
    return ""


def _inflated(data: bytes, room: int) -> int:
    """Return how many bytes a zlib stream holds, counting no further than `room`.

    Raises:
        zlib.error: if it is damaged or has no end.
    """
    engine, size = zlib.decompressobj(), 0
    while data and size < room:
        size += len(engine.decompress(data, _STEP))
        data = engine.unconsumed_tail
    if size < room and not engine.eof:
        raise zlib.error("the stream has no end")
    return size
