"""Compressed data with a hole of zeros, which decoders take for picture without a word.

Damaged cards, and downloads that take their room on the disk first, leave files of the right length of which
a part is not there.
"""

import struct
from collections.abc import Callable

from instructir.images.codecs import boxes, items

_ZEROS = bytes(512)
"""The smallest hole that disks and cards leave."""
_MARGIN = 16
"""More bytes than a decoder reads ahead."""
_CODECS = frozenset({b"av01", b"hvc1"})

_NOT_WHOLE = "it was not saved or copied whole, and parts of the picture may be wrong"
_END = (f"the file ends in zeros: {_NOT_WHOLE}",)
_HOLE = (f"zeros stand in a part of the file: {_NOT_WHOLE}",)


def unsaved_webp(kind: bytes, body: bytes, decodes: Callable[[bytes], bool]) -> tuple[str, ...]:
    """What is to be said of a WebP.

    Both codings write zeros, up to many kilobytes of them, for large areas of one colour. But whoever
    decodes zeros in the place of other data comes to the picture's end before that of the data. Of lossless
    files that holds for two in three: the others' decoder finds its way back to the right pixel.

    Args:
        kind: the type of the chunk that holds the picture.
        body: what is in the chunk.
        decodes: whether a file can be decoded.
    """
    if _ZEROS not in body:
        return ()
    cut = body[: (len(body) - _MARGIN) & ~1]
    if not decodes(b"RIFF" + struct.pack("<L4s4sL", 12 + len(cut), b"WEBP", kind, len(cut)) + cut):
        return ()
    return _END if body.endswith(_ZEROS) else _HOLE


def unsaved_boxes(data: bytes) -> tuple[str, ...]:
    """What is to be said of an AVIF or HEIC.

    The data of HEVC never have three zeros in a row, which are kept for marks between their units; those of
    AV1 have no run that matters: even 64 million pixels of one colour are a few thousand bytes, mixed ones.

    Args:
        data: the file.
    """
    found = items.extents(data, _CODECS)
    if found is None:  # only the box that they lie in is known
        found = [(box.start, box.end) for box in boxes.boxes(data) if box.kind == b"mdat"]
    room = 2 * len(data)  # of a hostile file, every item can be all of it
    for start, end in found:
        room -= end - start
        if room < 0:
            break
        if data.find(_ZEROS, start, end) >= 0:
            return _END if data.endswith(_ZEROS) else _HOLE
    return ()
