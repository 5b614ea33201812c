r"""EXIF blocks as a whole: what they say, where they come from, and how they become smaller.

A block is the TIFF structure alone, without the ``Exif\0\0`` that JPEG puts before it.
"""

import struct
from collections.abc import Iterator
from fractions import Fraction

from PIL import ExifTags

from instructir.images.metadata import ifd, inplace
from instructir.images.metadata.ifd import Directory, Entry

PREFIX = b"Exif\0\0"

ORIENTATION = 0x0112
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 0x011A, 0x011B, 0x0128
_INCHES, _CENTIMETRES = 2, 3
_MAKER_NOTE = 0x927C

_STRUCTURE: frozenset[int] = frozenset(
    {254, 255, *range(256, 260), 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284}
    | {288, 289, 290, 291, 292, 293, 297, 301, 317, 320, *range(321, 328), 330, 332, 333, 334, 336}
    | {*range(338, 349), *range(351, 355), *range(512, 522), 529, 530, 531, 532, 700, 34675}
    | {33421, 33422, 37724, 50341, *range(50706, 52600)}
)
"""TIFF tags that describe how pixels are stored (or are carried elsewhere), not what the picture shows:
layout, layers, XMP, ICC and all of DNG. They must not travel to another file."""


def stripped(block: bytes | None) -> bytes | None:
    """Return `block` without the JPEG prefix, or None if what is left is no EXIF block for anybody."""
    if block and block.startswith(PREFIX):
        block = block[len(PREFIX) :]
    return block if block and len(block) >= 14 and block[:4] in (b"II\x2a\0", b"MM\0\x2a") else None


def exif_orientation(block: bytes | None) -> int | None:
    """Return the orientation (1 to 8) that `block` states in whatever type, or None if absent or broken."""
    for item, form in inplace.first_fields(block):
        if item.tag == ORIENTATION and block:
            found = inplace.numbers(block, item, form)
            return int(found[0]) if found and 1 <= found[0] <= 8 else None
    return None


def resolution(block: bytes | None) -> tuple[float, float] | None:
    """Return the pixels an inch, across and down, that `block` states in inches or centimetres, or None."""
    tags = (X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT)
    found = {
        item.tag: numbers[0]
        for item, form in inplace.first_fields(block)
        if item.tag in tags and (numbers := inplace.numbers(block or b"", item, form))
    }
    across, unit = found.get(X_RESOLUTION), found.get(RESOLUTION_UNIT)
    if across is None or unit not in (_INCHES, _CENTIMETRES):
        return None
    scale = 2.54 if unit == _CENTIMETRES else 1.0
    return scale * across, scale * found.get(Y_RESOLUTION, across)


def with_resolution(block: bytes | None, dpi: tuple[float, float]) -> bytes | None:
    """Return `block`, or a new one, which states a resolution in pixels an inch, across and down."""
    across, down = (Fraction(number).limit_denominator(1000) for number in dpi)
    entries = {
        X_RESOLUTION: Entry.numbers(ifd.RATIONAL, across.numerator, across.denominator),
        Y_RESOLUTION: Entry.numbers(ifd.RATIONAL, down.numerator, down.denominator),
        RESOLUTION_UNIT: Entry.numbers(ifd.SHORT, _INCHES),
    }
    return inplace.with_fields(block, entries)


def from_tiff(data: bytes) -> bytes | None:
    """Return a block made of what a TIFF-structured file (also most camera RAW) says about its picture.

    Field types and value bytes are the file's own, in little-endian order. Maker notes are copied but offsets
    inside them may no longer lead anywhere.
    """
    try:
        return of_directory(ifd.parse_ifd(data))
    except (ValueError, struct.error):
        return None


def of_directory(directory: Directory) -> bytes | None:
    """Return a block made of what a page's fields say about its picture, or None if that is nothing."""
    kept = {tag: entry for tag, entry in directory.entries.items() if tag not in _STRUCTURE}
    return _block_of(Directory(kept, directory.children))


def _block_of(directory: Directory) -> bytes | None:
    """Return `directory` as a block, or None if it is empty."""
    if not directory.entries and not directory.children:
        return None
    return b"II\x2a\0\x08\0\0\0" + ifd.serialise(directory, 8)


def for_tiff(block: bytes | None) -> Directory:
    """Return the fields of `block` that can be merged into a TIFF file's directory; empty if it is broken."""
    try:
        directory = ifd.parse_ifd(block or b"")
    except (ValueError, struct.error):
        return Directory()
    kept = {tag: entry for tag, entry in directory.entries.items() if tag not in _STRUCTURE}
    return Directory(kept, directory.children)


def shrunk(block: bytes | None, limit: int) -> tuple[bytes | None, tuple[str, ...]]:
    """Return `block` if it has at most `limit` bytes, else a smaller one, and what was left out of it.

    First what cannot be parsed and the thumbnail go, then the maker note, then the longest fields.

    Args:
        block: the block; None stays None.
        limit: bytes.
    """
    if block is None or len(block) <= limit:
        return block, ()
    directory = for_tiff(block)
    names: list[str] = []
    while True:
        candidate = _block_of(directory)
        if candidate is not None and len(candidate) <= limit:
            return candidate, tuple(names)
        longest = max(_lengths(directory), default=None)
        if longest is None:
            return None, tuple(names) or ("all of it",)
        tag = longest[-1]
        directory = _without(directory, tag)
        names.append(ExifTags.TAGS.get(tag, f"field {tag}"))


def _lengths(directory: Directory) -> Iterator[tuple[bool, int, int]]:
    """Yield, of every field, whether it is the maker note, its length, and its tag."""
    for tag, entry in directory.entries.items():
        yield tag == _MAKER_NOTE, len(entry.value), tag
    for child in directory.children.values():
        yield from _lengths(child)


def _without(directory: Directory, tag: int) -> Directory:
    return Directory(
        {t: entry for t, entry in directory.entries.items() if t != tag},
        {t: _without(child, tag) for t, child in directory.children.items()},
    )
