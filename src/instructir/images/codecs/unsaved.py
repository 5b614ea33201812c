"""Compressed data that end in zeros, which decoders take for picture without a word.

Damaged cards, and downloads that take their room on the disk first, leave files of the right length whose end
is not there.
"""

from instructir.images.codecs import boxes

_ZEROS = bytes(512)
"""Compressed pictures have no run of so many."""

_NOTES = ("the file ends in zeros: it was not saved or copied whole, and parts of the picture may be wrong",)
_UNNAMED = bytes(4)


def unsaved_webp(data: bytes, last: bytes) -> tuple[str, ...]:
    """What is to be said of a WebP.

    Args:
        data: the file.
        last: the type of its last chunk; zeros at the end of metadata mean nothing.
    """
    return _NOTES if last in (b"VP8 ", b"VP8L", _UNNAMED) and data.endswith(_ZEROS) else ()


def unsaved_boxes(data: bytes) -> tuple[str, ...]:
    """What is to be said of an AVIF or HEIC, whose pictures lie in a box of type mdat."""
    last = _UNNAMED
    for box in boxes.boxes(data):
        last = box.kind
    return _NOTES if last in (b"mdat", _UNNAMED) and data.endswith(_ZEROS) else ()
