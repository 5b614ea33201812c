"""TIFF directories (IFDs), the structure of TIFF files and of EXIF blocks, as raw bytes.

Values are carried as bytes, never as numbers, so that what we do not understand is copied without a change.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

EXIF_POINTER = 0x8769
_GPS_POINTER = 0x8825
_INTEROP_POINTER = 0xA005
_POINTERS: frozenset[int] = frozenset({EXIF_POINTER, _GPS_POINTER, _INTEROP_POINTER})
"""Tags whose value is the offset of another directory."""

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 1, 2, 3, 4, 5, 7

_UNIT = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 4,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 4,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
"""Bytes of the unit that byte order acts on, by field type."""
_SIZE = _UNIT | {5: 8, 10: 8}
"""Bytes of one value, by field type."""


class Layout(NamedTuple):
    """Byte order ("<" or ">") and whether offsets are those of BigTIFF."""

    order: str
    big: bool


class Entry(NamedTuple):
    """One field: its type, number of values and their bytes in little-endian order."""

    kind: int
    length: int
    value: bytes

    @classmethod
    def numbers(cls, kind: int, *values: int) -> "Entry":
        """Return an entry of SHORT, LONG or RATIONAL numbers (a rational is two of them)."""
        code = {SHORT: "H", LONG: "L", RATIONAL: "L"}[kind]
        length = len(values) // 2 if kind == RATIONAL else len(values)
        return cls(kind, length, struct.pack(f"<{len(values)}{code}", *values))

    def integers(self) -> list[int]:
        """Return the values of a BYTE, SHORT or LONG entry; an empty list for other types."""
        code = {1: "u1", 3: "<u2", 4: "<u4", 13: "<u4", 16: "<u8", 18: "<u8"}.get(self.kind)
        return [] if code is None else [int(value) for value in np.frombuffer(self.value, code)]


class Field(NamedTuple):
    """Where a field stands in a block: `slot` is the offset of its value-or-offset part."""

    tag: int
    kind: int
    length: int
    slot: int


@dataclass(frozen=True)
class Directory:
    """The fields of one directory by tag, and the directories that its pointer tags lead to."""

    entries: dict[int, Entry] = field(default_factory=dict)
    children: dict[int, "Directory"] = field(default_factory=dict)

    def integers(self, tag: int) -> list[int]:
        """Return the integers of the field `tag`; an empty list if there are none."""
        entry = self.entries.get(tag)
        return entry.integers() if entry else []

    def first(self, tag: int, default: int = 0) -> int:
        """Return the first integer of the field `tag`, or `default`."""
        values = self.integers(tag)
        return values[0] if values else default


def ifd_layout(block: bytes) -> Layout:
    """Return the layout that the header of `block` states.

    Raises:
        ValueError: if it is not a TIFF header.
    """
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None or len(block) < 8:
        raise ValueError("not a TIFF header")
    return Layout(order, big=struct.unpack_from(f"{order}H", block, 2)[0] == 43)


def start(block: bytes, form: Layout) -> int:
    """Return the offset of the first directory.

    Raises:
        struct.error: if the block is too short.
    """
    return offset_at(block, 8 if form.big else 4, form)


def starting_at(block: bytes, offset: int, form: Layout) -> bytes:
    """Return the block with the directory at `offset` as its first one, where some readers look alone."""
    slot = slice(8, 16) if form.big else slice(4, 8)
    return (
        block[: slot.start]
        + struct.pack(form.order + ("Q" if form.big else "L"), offset)
        + block[slot.stop :]
    )


def with_short(block: bytes, offset: int, form: Layout, tag: int, number: int) -> tuple[bytes, int]:
    """Return the block with a SHORT more in a copy of the directory at `offset`, and the copy's offset.

    The copy lies behind the block, so that nothing moves; no directory leads to it yet.

    Raises:
        struct.error: if the directory reaches past the end of the block.
    """
    end, step = link(block, offset, form), 20 if form.big else 12
    first = offset + (8 if form.big else 2)
    rows = [block[place : place + step] for place in range(first, end, step)]
    following = block[end : end + (8 if form.big else 4)]
    if end > len(block):
        raise struct.error("directory outside the block")
    number_code = f"{form.order}HH{'Q' if form.big else 'L'}H"
    rows.append(struct.pack(number_code, tag, SHORT, 1, number).ljust(step, b"\0"))
    rows.sort(key=lambda row: struct.unpack_from(f"{form.order}H", row)[0])
    count = struct.pack(form.order + ("Q" if form.big else "H"), len(rows))
    block += bytes(len(block) % 2)
    return block + count + b"".join(rows) + following.ljust(8, b"\0"), len(block)


def offset_at(block: bytes, position: int, form: Layout) -> int:
    """Return the offset that stands at `position`.

    Raises:
        struct.error: if the position is outside the block.
    """
    return _number(block, position, form, "Q" if form.big else "L")


def _number(block: bytes, position: int, form: Layout, code: str) -> int:
    if position > len(block):  # which unpack_from reports as struct.error or OverflowError
        raise struct.error("offset outside the block")
    return int(struct.unpack_from(form.order + code, block, position)[0])


def fields(block: bytes, offset: int, form: Layout) -> Iterator[Field]:
    """Yield the fields of the directory at `offset`.

    Raises:
        struct.error: if the directory reaches past the end of the block.
    """
    count = _number(block, offset, form, "Q" if form.big else "H")
    first, step = (offset + 8, 20) if form.big else (offset + 2, 12)
    for position in range(first, min(first + count * step, len(block) + step), step):
        tag, kind, number = struct.unpack_from(f"{form.order}HH{'Q' if form.big else 'L'}", block, position)
        yield Field(tag, kind, number, position + (12 if form.big else 8))


def link(block: bytes, offset: int, form: Layout) -> int:
    """Return the position of the offset of the directory that follows the one at `offset`.

    Raises:
        struct.error: if the directory reaches past the end of the block.
    """
    count = _number(block, offset, form, "Q" if form.big else "H")
    return offset + 8 + 20 * count if form.big else offset + 2 + 12 * count


def value(block: bytes, item: Field, form: Layout) -> bytes | None:
    """Return the bytes of a field in little-endian order, or None if it is malformed."""
    size = _SIZE.get(item.kind, 0) * item.length
    position = item.slot
    if size > (8 if form.big else 4):
        if item.slot + (8 if form.big else 4) > len(block):
            return None
        position = offset_at(block, item.slot, form)
    raw = block[position : position + size]
    if not size or len(raw) != size:
        return None
    unit = _UNIT[item.kind]
    if form.order == ">" and unit > 1:
        return np.frombuffer(raw, f">u{unit}").astype(f"<u{unit}").tobytes()
    return bytes(raw)


def parse_ifd(block: bytes, offset: int | None = None) -> Directory:
    """Return the directory at `offset` (the first one if None) with its EXIF, GPS and interoperability parts.

    Malformed fields are left out: cameras write them, and the rest is still good.

    Raises:
        ValueError: if the block has no TIFF header.
        struct.error: if a directory reaches past the end of the block.
    """
    form = ifd_layout(block)
    where = start(block, form) if offset is None else offset
    return _parse(block, where, form, depth=0)


def _parse(block: bytes, offset: int, form: Layout, depth: int) -> Directory:
    found = Directory()
    budget = len(block)  # a hostile file can make every field claim the whole block
    for item in fields(block, offset, form):
        raw = value(block, item, form)
        if raw is None or len(raw) > budget:
            continue
        budget -= len(raw)
        entry = Entry(item.kind, item.length, raw)
        if item.tag not in _POINTERS:
            found.entries[item.tag] = entry
        elif depth < 2 and entry.integers():
            with suppress(struct.error):
                found.children[item.tag] = _parse(block, entry.integers()[0], form, depth + 1)
    return found


def serialise(directory: Directory, at: int) -> bytes:
    """Return `directory` and its children as classic little-endian TIFF structure for the offset `at`.

    The directory itself comes first, so a header can point to `at`. It is the last of its chain. `at` must be
    even.
    """
    items = {
        tag: entry for tag, entry in directory.entries.items() if entry.kind in _SIZE and entry.kind < 16
    }
    tags = sorted({*items, *directory.children})
    body = bytearray()
    table = bytearray(struct.pack("<H", len(tags)))
    tail = at + 2 + 12 * len(tags) + 4
    for tag in tags:
        if tag in directory.children:
            entry = Entry.numbers(LONG, tail + len(body))
            body += serialise(directory.children[tag], tail + len(body))
        else:
            entry = items[tag]
        table += struct.pack("<HHL", tag, entry.kind, entry.length)
        if len(entry.value) <= 4:
            table += entry.value.ljust(4, b"\0")
        else:
            table += struct.pack("<L", tail + len(body))
            body += entry.value
        body += b"\0" * (len(body) % 2)
    return bytes(table + b"\0\0\0\0" + body)
