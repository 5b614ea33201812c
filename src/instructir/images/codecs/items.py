"""Where the coded pictures of HEIC and AVIF files lie: items, whose bytes other items may stand between."""

import struct
from collections.abc import Collection, Iterator

from instructir.images.codecs.boxes import Box, boxes, find_box

_IN_FILE, _IN_BOX = 0, 1
"""Where offsets count from: the beginning of the file, or that of the box `idat`."""


class _Reader:
    """Numbers of a block, one after the other.

    Args:
        data: the block.
        position: where the first one stands.
    """

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self._position = position

    def number(self, size: int) -> int:
        """Return the next number, of `size` bytes.

        Raises:
            struct.error: if the block ends before.
        """
        raw = self._data[self._position : self._position + size]
        if len(raw) != size:
            raise struct.error("the table ends early")
        self._position += size
        return int.from_bytes(raw, "big")


def extents(data: bytes, codecs: Collection[bytes]) -> list[tuple[int, int]] | None:
    """Return where the items that are coded in certain ways, or parts of them, begin and end.

    None stands for a file whose tables cannot be followed.

    Args:
        data: the file.
        codecs: types of items, such as ``hvc1``.
    """
    kinds, places = find_box(data, b"meta", b"iinf"), find_box(data, b"meta", b"iloc")
    if kinds is None or places is None:
        return None
    try:
        wanted = {number for number, kind in _items(data, kinds) if kind in codecs}
        return [(start, end) for item, start, end in _places(data, places) if item in wanted]
    except (struct.error, IndexError):
        return None


def _items(data: bytes, table: Box) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the type of each item."""
    first = table.start + (6 if data[table.start] == 0 else 8)
    for box in boxes(data, first, table.end):
        if box.kind != b"infe" or data[box.start] < 2:
            continue
        size = 2 if data[box.start] == 2 else 4
        kind = box.start + 4 + size + 2
        yield int.from_bytes(data[box.start + 4 : box.start + 4 + size], "big"), data[kind : kind + 4]


def _places(data: bytes, table: Box) -> Iterator[tuple[int, int, int]]:
    """Yield the number of an item and where a part of it begins and ends, as far as that is in the file."""
    version = data[table.start]
    reader = _Reader(data[: table.end], table.start + 4)
    sizes = reader.number(2)
    of_offset, of_length, of_base, of_index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    of_index = of_index if version else 0
    box = find_box(data, b"meta", b"idat")
    for _ in range(reader.number(4 if version == 2 else 2)):
        item = reader.number(4 if version == 2 else 2)
        origin = reader.number(2) & 15 if version else _IN_FILE
        is_here = reader.number(2) == 0 and (origin == _IN_FILE or (origin == _IN_BOX and box is not None))
        base = reader.number(of_base) + (box.start if origin == _IN_BOX and box else 0)
        for _ in range(reader.number(2) if of_offset or of_length else 0):
            reader.number(of_index)
            start = base + reader.number(of_offset)
            length = reader.number(of_length) or len(data)  # none stated: all that follows
            if is_here and start < len(data):
                yield item, start, min(start + length, len(data))
