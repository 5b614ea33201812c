"""Boxes of the ISO base media format, in which HEIC, AVIF, JPEG XL and JPEG 2000 files are kept."""

import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from instructir.images.colour.cicp import Codes

_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_CREDENTIALS = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")


class Box(NamedTuple):
    """A box: its type, and where its content begins and ends in the block that it was found in."""

    kind: bytes
    start: int
    end: int


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """Yield the boxes from `start` to `end`. One that is malformed ends the row."""
    position, end = start, len(data) if end is None else end
    while position + 8 <= end:
        size, kind = struct.unpack_from(">L4s", data, position)
        head = 8
        if size == 1 and position + 16 <= end:
            size, head = struct.unpack_from(">Q", data, position + 8)[0], 16
        size = size or end - position
        if size < head or position + size > end:
            return
        yield Box(kind, position + head, position + size)
        position += size


def find_box(data: bytes, *path: bytes) -> Box | None:
    """Return the first box of a path of types; `meta` has four bytes before its content."""
    start, end, found = 0, len(data), None
    for kind in path:
        found = next((box for box in boxes(data, start, end) if box.kind == kind), None)
        if found is None:
            return None
        start, end = found.start + (4 if kind == b"meta" else 0), found.end
    return found


def made(kind: bytes, content: bytes) -> bytes:
    """Return a box."""
    return struct.pack(">L4s", 8 + len(content), kind) + content


def _brands(head: bytes) -> list[bytes]:
    """Return the brands that a file states, the major one first."""
    if head[4:8] != b"ftyp":
        return []
    end = min(len(head), int.from_bytes(head[:4], "big"))
    return [head[8:12], *(head[i : i + 4] for i in range(16, end - 3, 4))]


def is_avif(head: bytes, _: str) -> bool:
    """Whether a file is AVIF."""
    return b"avif" in _brands(head) or b"avis" in _brands(head)


def is_heif(head: bytes, suffix: str) -> bool:
    """Whether a file is HEIC. The generic brand mif1 says nothing of the codec, so AVIF's counts for more."""
    return not is_avif(head, suffix) and any(brand in _HEIF_BRANDS for brand in _brands(head))


def colour_codes(data: bytes) -> tuple[Codes, int] | None:
    """Return the code points of the primary picture of an AVIF file and where they stand, or None.

    Where associations cannot be followed, the file's first ones are taken.
    """
    properties, own = _properties(data)
    for box in own or properties:
        if box.kind == b"colr" and data[box.start : box.start + 4] == b"nclx" and box.end - box.start >= 8:
            return Codes(*struct.unpack_from(">HH", data, box.start + 4)), box.start + 4
    return None


def clean_aperture(data: bytes, width: int, height: int) -> tuple[slice, slice] | None:
    """Return the rows and columns that an AVIF file shows of its picture, before turning; None if all.

    Args:
        data: the file.
        width: of the coded picture, in pixels.
        height: the same.
    """
    box = next((box for box in _properties(data)[1] if box.kind == b"clap"), None)
    if box is None or box.end - box.start < 32:
        return None
    stated = struct.unpack_from(">LLLLlLlL", data, box.start)
    if 0 in stated[1::2]:
        return None
    columns, rows, right, down = (Fraction(*stated[place : place + 2]) for place in range(0, 8, 2))
    left, top = round((width - columns) / 2 + right), round((height - rows) / 2 + down)
    end, bottom = left + round(columns), top + round(rows)
    if not (0 <= left < end <= width and 0 <= top < bottom <= height):
        return None
    return slice(top, bottom), slice(left, end)


def has_credentials(data: bytes) -> bool:
    """Whether a file has signed content credentials (C2PA) in a box of its own."""
    tops = (box for box in boxes(data) if box.kind in (b"uuid", b"jumb"))
    return any(box.kind == b"jumb" or data[box.start : box.start + 16] == _CREDENTIALS for box in tops)


def has_gain_map(data: bytes) -> bool:
    """Whether an AVIF or HEIC file has a picture that is made of another one and a gain map."""
    items = find_box(data, b"meta", b"iinf")
    return items is not None and b"tmap" in data[items.start : items.end]


def bits(data: bytes) -> int:
    """Return the most bits a sample that an AVIF file states; 8 if it states none."""
    table = find_box(data, b"meta", b"iprp", b"ipco")
    stated = boxes(data, table.start, table.end) if table else ()
    depths = [max(data[box.start + 5 : box.end], default=8) for box in stated if box.kind == b"pixi"]
    return max(depths, default=8)


def _properties(data: bytes) -> tuple[list[Box], list[Box]]:
    """Return all properties of a file, and those of its primary picture, none if that cannot be followed."""
    table = find_box(data, b"meta", b"iprp", b"ipco")
    if table is None:
        return [], []
    found = list(boxes(data, table.start, table.end))
    try:
        mine = _properties_of_primary(data)
    except (struct.error, IndexError):
        mine = []
    return found, [found[number - 1] for number in mine if 1 <= number <= len(found)]


def _properties_of_primary(data: bytes) -> list[int]:
    """Return the numbers, from 1, of the properties of the primary picture.

    Raises:
        struct.error: if a box is too short.
        IndexError: if a box is too short.
    """
    primary, table = find_box(data, b"meta", b"pitm"), find_box(data, b"meta", b"iprp", b"ipma")
    if primary is None or table is None:
        return []
    wanted = struct.unpack_from(">H" if data[primary.start] == 0 else ">L", data, primary.start + 4)[0]
    has_long_ids, is_wide = data[table.start] > 0, data[table.start + 3] & 1
    count, position = struct.unpack_from(">L", data, table.start + 4)[0], table.start + 8
    for _ in range(min(count, table.end)):
        item = struct.unpack_from(">L" if has_long_ids else ">H", data, position)[0]
        position += 4 if has_long_ids else 2
        number, position = data[position], position + 1
        step = 2 if is_wide else 1
        if item == wanted:
            places = range(position, position + step * number, step)
            mask = 0x7FFF if is_wide else 0x7F
            return [int.from_bytes(data[place : place + step], "big") & mask for place in places]
        position += step * number
    return []
