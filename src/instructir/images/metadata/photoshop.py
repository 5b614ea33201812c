"""What Photoshop keeps in JPEG segments and in a TIFF field: captions, resolution, a thumbnail."""

import struct
from collections.abc import Callable
from typing import NamedTuple

_HEADER = b"Photoshop 3.0\0"
"""How a JPEG segment of them begins."""

_SIGNATURE = b"8BIM"
_RESOLUTION = 1005
_THUMBNAILS = (1033, 1036)
_SEGMENT = 65_533
"""The most bytes that a JPEG marker segment holds."""


class _Resource(NamedTuple):
    """A resource: its number, its name as it is stored, and its data."""

    number: int
    name: bytes
    data: bytes


def resources_without_preview(data: bytes) -> bytes:
    """Return the resources without thumbnails, which would show the picture of before."""
    return _changed(data, lambda found: None if found.number in _THUMBNAILS else found)


def rescaled_resources(data: bytes, across: float, down: float) -> bytes:
    """Return the resources with their resolution multiplied."""
    return _with_resolution(data, lambda x, y: (across * x, down * y))


def turned_resources(data: bytes, orientation: int) -> bytes:
    """Return the resources with their resolution turned upright from an EXIF orientation (1 to 8)."""
    return _with_resolution(data, lambda x, y: (y, x)) if orientation > 4 else data


def in_segments(segments: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return JPEG marker segments with the resources in them changed; one block may fill several."""
    parts = _split(segments)
    bodies = [part[4:] for part in parts]
    own = [i for i, body in enumerate(bodies) if parts[i][1] == 0xED and body.startswith(_HEADER)]
    before = b"".join(bodies[i][len(_HEADER) :] for i in own)
    after = change(before)
    if after == before:
        return segments
    room = _SEGMENT - len(_HEADER)
    bits = (_HEADER + after[i : i + room] for i in range(0, len(after), room))
    made = b"".join(struct.pack(">HH", 0xFFED, len(bit) + 2) + bit for bit in bits)
    return b"".join(made if i == own[0] else b"" if i in own else part for i, part in enumerate(parts))


def _split(segments: bytes) -> list[bytes]:
    parts, position = [], 0
    while position + 4 <= len(segments):
        end = position + 2 + int.from_bytes(segments[position + 2 : position + 4], "big")
        parts.append(segments[position:end])
        position = end
    return parts


def _with_resolution(data: bytes, change: Callable[[float, float], tuple[float, float]]) -> bytes:
    """Return the resources with their resolution, two fixed-point numbers in pixels an inch, changed."""

    def changed(found: _Resource) -> _Resource:
        if found.number != _RESOLUTION or len(found.data) != 16:
            return found
        across, unit, width, down, *rest = struct.unpack(">LHHLHH", found.data)
        numbers = [min(round(number), (1 << 32) - 1) for number in change(across, down)]
        return found._replace(data=struct.pack(">LHHLHH", numbers[0], unit, width, numbers[1], *rest))

    return _changed(data, changed)


def _changed(data: bytes, change: Callable[[_Resource], _Resource | None]) -> bytes:
    """Return the resources, each changed or left out; what follows the last sound one is kept."""
    made, position = b"", 0
    while data[position : position + 4] == _SIGNATURE and position + 12 <= len(data):
        name_end = position + 7 + data[position + 6]
        name_end += (name_end - position) % 2
        if name_end + 4 > len(data):
            break
        size = int.from_bytes(data[name_end : name_end + 4], "big")
        end = name_end + 4 + size
        if end > len(data):
            break
        number = int.from_bytes(data[position + 4 : position + 6], "big")
        found = _Resource(number, data[position + 6 : name_end], data[name_end + 4 : end])
        kept = change(found)
        end = min(end + size % 2, len(data))
        if kept is found:
            made += data[position:end]
        elif kept is not None:
            made += _SIGNATURE + struct.pack(">H", kept.number) + kept.name
            made += struct.pack(">L", len(kept.data)) + kept.data + b"\0" * (len(kept.data) % 2)
        position = end
    return made + data[position:]
