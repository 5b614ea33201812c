"""Fields of an EXIF block, changed where they stand.

Edits overwrite single values and move nothing else, because maker notes hold offsets that only their maker
understands.
"""

import struct
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction

from instructir.images.metadata import ifd
from instructir.images.metadata.ifd import Entry, Field, Layout

_CODES = {
    ifd.BYTE: "B",
    ifd.SHORT: "H",
    ifd.LONG: "L",
    ifd.RATIONAL: "LL",
    8: "h",
    9: "l",
    12: "d",
}
"""How the numbers of each type that we change are packed."""


def opened_block(block: bytes | None) -> tuple[Layout, int, bytes]:
    """Return the layout of a block, the offset of its first directory, and the block.

    Raises:
        ValueError: if it is no classic TIFF structure.
        struct.error: if it is too short.
    """
    data = block or b""
    form = ifd.ifd_layout(data)
    if form.big:
        raise ValueError("EXIF blocks are classic TIFF")
    return form, ifd.start(data, form), data


def first_fields(block: bytes | None) -> Iterator[tuple[Field, Layout]]:
    """Yield the fields of the first directory; a broken block is carried as it is, and ends them."""
    with suppress(ValueError, struct.error):
        form, offset, data = opened_block(block)
        for item in ifd.fields(data, offset, form):
            yield item, form


def all_fields(block: bytes | None) -> Iterator[tuple[Field, Layout]]:
    """Yield the fields of the first directory and of the EXIF directory below it."""
    for item, form in first_fields(block):
        yield item, form
        if item.tag != ifd.EXIF_POINTER or not block:
            continue
        offset = int.from_bytes(ifd.value(block, item, form) or b"", "little")
        with suppress(struct.error):
            for inner in ifd.fields(block, offset, form):
                yield inner, form


def with_integer(block: bytes, item: Field, form: Layout, number: int) -> bytes:
    """Return `block` with a field made one number, in its own type if that is SHORT or LONG and has room."""
    if item.slot + 4 > len(block):
        return block
    is_own = item.kind in (ifd.SHORT, ifd.LONG) and number < 1 << (16 if item.kind == ifd.SHORT else 32)
    kind = item.kind if is_own else ifd.SHORT if number < 1 << 16 else ifd.LONG
    raw = struct.pack(f"{form.order}HL{_CODES[kind]}", kind, 1, number)
    start = item.slot - 6
    # Whoever has another type than the standard's may have more than one number, or one elsewhere.
    rest = block[start + len(raw) : item.slot + 4] if is_own else bytes(10 - len(raw))
    return block[:start] + raw + rest + block[item.slot + 4 :]


def numbers(block: bytes, item: Field, form: Layout) -> list[float]:
    """Return the numbers of a field, rationals as quotients; an empty list if there are none."""
    code, raw = _CODES.get(item.kind), ifd.value(block, item, form)
    if code is None or raw is None:
        return []
    found = struct.unpack(f"<{item.length * len(code)}{code[0]}", raw)
    if item.kind != ifd.RATIONAL:
        return list(found)
    pairs = zip(found[::2], found[1::2], strict=True)
    return [above / below if below else 0.0 for above, below in pairs]


def with_numbers(block: bytes, item: Field, form: Layout, values: list[float]) -> bytes:
    """Return `block` with as many other numbers in a field, rounded and cut to what its type holds."""
    code = _CODES[item.kind]
    raw = b""
    for value in values:
        if item.kind == ifd.RATIONAL:
            ratio = Fraction(value).limit_denominator(1000)
            if not 0 < ratio.numerator < 1 << 32:
                return block
            raw += struct.pack(f"{form.order}LL", ratio.numerator, ratio.denominator)
        elif code == "d":
            raw += struct.pack(f"{form.order}d", value)
        else:
            bits, is_signed = 8 * struct.calcsize(f"<{code}"), code.islower()
            low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if is_signed else (0, (1 << bits) - 1)
            raw += struct.pack(f"{form.order}{code}", min(max(round(value), low), high))
    return _with_raw(block, item, form, raw, item.length * struct.calcsize(f"<{code}"))


def with_bytes(block: bytes, item: Field, form: Layout, raw: bytes) -> bytes:
    """Return `block` with other bytes, no more than before, in a field of single bytes."""
    shorter = _with_raw(block, item, form, raw.ljust(item.length, b"\0"), item.length)
    if len(raw) <= 4 < item.length:  # which would stand in the field itself
        return shorter
    return shorter[: item.slot - 4] + struct.pack(f"{form.order}L", len(raw)) + shorter[item.slot :]


def _with_raw(block: bytes, item: Field, form: Layout, raw: bytes, size: int) -> bytes:
    """Return `block` with the beginning of a field's `size` bytes overwritten."""
    start = item.slot if size <= 4 else ifd.offset_at(block, item.slot, form)
    return block[:start] + raw + block[start + len(raw) :]


def without_fields(block: bytes | None, tags: Collection[int]) -> bytes | None:
    """Return `block` without fields of its first directory, all else at its old offset."""
    found = [item for item, _ in first_fields(block) if item.tag in tags]
    if not found or not block:
        return block
    form, offset, _ = opened_block(block)
    end = ifd.link(block, offset, form) + 4
    table = block[offset + 2 : end]
    for item in reversed(found):
        here = item.slot - 8 - (offset + 2)
        table = table[:here] + table[here + 12 :]
    (count,) = struct.unpack_from(f"{form.order}H", block, offset)
    left = struct.pack(f"{form.order}H", count - len(found))
    return block[:offset] + left + table + bytes(12 * len(found)) + block[end:]


def with_fields(block: bytes | None, entries: Mapping[int, Entry]) -> bytes | None:
    """Return `block` with RATIONAL and SHORT fields more in its first directory; a broken block as it is.

    The directory is written again behind the block, so that nothing moves.
    """
    try:
        form, offset, data = opened_block(without_fields(block, entries) or b"II\x2a\0\x08\0\0\0\0\0\0\0\0\0")
        end = ifd.link(data, offset, form)
        rows = [data[item.slot - 8 : item.slot + 4] for item in ifd.fields(data, offset, form)]
        following = data[end : end + 4].ljust(4, b"\0")
    except (ValueError, struct.error):
        return block
    data += bytes(len(data) % 2)
    at = len(data)
    tail = at + 2 + 12 * (len(rows) + len(entries)) + 4
    body = b""
    for tag, entry in entries.items():
        code = _CODES[entry.kind][0]
        values = struct.unpack(f"<{len(entry.value) // struct.calcsize(f'<{code}')}{code}", entry.value)
        raw = struct.pack(f"{form.order}{len(values)}{code}", *values)
        if len(raw) > 4:
            raw, body = struct.pack(f"{form.order}L", tail + len(body)), body + raw
        rows.append(struct.pack(f"{form.order}HHL", tag, entry.kind, entry.length) + raw.ljust(4, b"\0"))
    rows.sort(key=lambda row: struct.unpack_from(f"{form.order}H", row)[0])
    table = struct.pack(f"{form.order}H", len(rows)) + b"".join(rows) + following
    return data[:4] + struct.pack(f"{form.order}L", at) + data[8:] + table + body
