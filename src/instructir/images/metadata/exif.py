r"""EXIF blocks: changed in place where pixels changed, otherwise kept to the byte.

A block is the TIFF structure alone, without the ``Exif\0\0`` that JPEG puts before it. Edits overwrite
single values and move nothing, because maker notes hold offsets that only their maker understands.
"""

import struct
from collections.abc import Iterator
from fractions import Fraction

from instructir.images.metadata import ifd
from instructir.images.metadata.ifd import Directory

PREFIX = b"Exif\0\0"

ORIENTATION = 0x0112
_WIDTH, _HEIGHT = 0x0100, 0x0101
_EXIF_WIDTH, _EXIF_HEIGHT = 0xA002, 0xA003
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 0x011A, 0x011B, 0x0128
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
    """Return the orientation (1 to 8) that `block` states, or None if it is absent or broken."""
    for item, form in _first_fields(block):
        if item.tag == ORIENTATION and block:
            raw = ifd.value(block, item, form)
            number = int.from_bytes(raw[:2], "little") if raw else 0
            return number if 1 <= number <= 8 else None
    return None


def states_resolution(block: bytes | None) -> bool:
    """Whether `block` states pixels an inch or a centimetre."""
    tags = {item.tag for item, _ in _first_fields(block)}
    return {_X_RESOLUTION, _RESOLUTION_UNIT} <= tags


def upright_exif(block: bytes | None) -> bytes | None:
    """Return `block` with orientation 1, for pixels that have been turned upright."""
    for item, form in _first_fields(block):
        if item.tag == ORIENTATION and block:
            return _overwritten(block, item, form, 1)
    return block


def without_thumbnail(block: bytes | None) -> bytes | None:
    """Return `block` with its thumbnail directory unlinked, since it would show the picture of before."""
    try:
        form, offset, data = _opened(block)
        position = ifd.link(data, offset, form)
    except (ValueError, struct.error):
        return block
    return data[:position] + b"\0\0\0\0" + data[position + 4 :] if position + 4 <= len(data) else data


def resized(block: bytes | None, width: int, height: int) -> bytes | None:
    """Return `block` with every statement of the picture's size set to `width` and `height` pixels."""
    sizes = {_WIDTH: width, _EXIF_WIDTH: width, _HEIGHT: height, _EXIF_HEIGHT: height}
    result = block
    for item, form in [*_first_fields(block), *_sub_fields(block)]:
        if item.tag in sizes and result:
            result = _overwritten(result, item, form, sizes[item.tag])
    return result


def rescaled(block: bytes | None, across: float, down: float) -> bytes | None:
    """Return `block` with its resolution, whatever its unit, multiplied."""
    factors = {_X_RESOLUTION: across, _Y_RESOLUTION: down}
    result = block
    for item, form in [*_first_fields(block)]:
        if item.tag not in factors or item.kind != ifd.RATIONAL or item.length != 1 or not result:
            continue
        try:
            (offset,) = struct.unpack_from(f"{form.order}L", result, item.slot)
            above, below = struct.unpack_from(f"{form.order}LL", result, offset)
        except struct.error:
            continue
        if not above or not below:
            continue
        ratio = Fraction(above / below * factors[item.tag]).limit_denominator(1000)
        if 0 < ratio.numerator < 1 << 32:
            raw = struct.pack(f"{form.order}LL", ratio.numerator, ratio.denominator)
            result = result[:offset] + raw + result[offset + 8 :]
    return result


def without_orientation(block: bytes | None) -> bytes | None:
    """Return `block` without its orientation field, all else at its old offset.

    Encoders that keep orientation in their own container rewrite the whole block when they meet the field.
    """
    for item, form in _first_fields(block):
        if item.tag == ORIENTATION and block:
            offset = ifd.start(block, form)
            here, end = item.slot - 8, ifd.link(block, offset, form) + 4
            count = struct.unpack_from(f"{form.order}H", block, offset)[0] - 1
            rest = block[here + 12 : end] + b"\0" * 12
            head = block[:offset] + struct.pack(f"{form.order}H", count) + block[offset + 2 : here]
            return head + rest + block[end:]
    return block


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


def shrunk(block: bytes | None, limit: int) -> bytes | None:
    """Return `block` if it has at most `limit` bytes, else a smaller one, or None if there is none.

    First what cannot be parsed and the thumbnail go, then maker notes and large private fields.
    """
    if block is None or len(block) <= limit:
        return block
    directory = for_tiff(block)
    small = Directory(
        {tag: entry for tag, entry in directory.entries.items() if len(entry.value) < 4096},
        {tag: _without(child, _MAKER_NOTE) for tag, child in directory.children.items()},
    )
    for candidate in (_block_of(directory), _block_of(small)):
        if candidate is not None and len(candidate) <= limit:
            return candidate
    return None


def _without(directory: Directory, tag: int) -> Directory:
    return Directory({t: entry for t, entry in directory.entries.items() if t != tag}, directory.children)


def _opened(block: bytes | None) -> tuple[ifd.Layout, int, bytes]:
    data = block or b""
    form = ifd.ifd_layout(data)
    if form.big:
        raise ValueError("EXIF blocks are classic TIFF")
    return form, ifd.start(data, form), data


def _first_fields(block: bytes | None) -> Iterator[tuple[ifd.Field, ifd.Layout]]:
    try:
        form, offset, data = _opened(block)
        for item in ifd.fields(data, offset, form):
            yield item, form
    except (ValueError, struct.error):
        return  # a broken block is carried as it is


def _sub_fields(block: bytes | None) -> Iterator[tuple[ifd.Field, ifd.Layout]]:
    for item, form in _first_fields(block):
        if item.tag != ifd.EXIF_POINTER or not block:
            continue
        try:
            offset = int.from_bytes(ifd.value(block, item, form) or b"", "little")
            for inner in ifd.fields(block, offset, form):
                yield inner, form
        except struct.error:
            return


def _overwritten(block: bytes, item: ifd.Field, form: ifd.Layout, number: int) -> bytes:
    code = {ifd.SHORT: "H", ifd.LONG: "L"}.get(item.kind)
    if code is None or item.length != 1 or (code == "H" and number > 0xFFFF) or item.slot + 4 > len(block):
        return block
    raw = struct.pack(f"{form.order}{code}", number)
    return block[: item.slot] + raw + block[item.slot + len(raw) :]
