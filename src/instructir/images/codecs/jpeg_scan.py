"""Whether the picture data of a JPEG end where the picture does.

The decoder takes damaged data for other ones and says nothing: from there on, blocks have wrong colours and
lie in wrong places. But it then hardly ever needs as many bytes as there are, and that can be seen.
"""

import io
import re
from collections.abc import Iterator
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, JpegImagePlugin

_LEFT_OVER, _MISSING = 16, 12
"""Bytes by which data and picture may differ. The decoder reads up to 8 ahead, also in good files, and some
cameras write a few too many."""
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_SEQUENTIAL = (0xC0, 0xC1)
_SCAN, _END, _RESTARTS, _FILL = 0xDA, 0xD9, 0xDD, 0xFF
_PROGRESSIVE = (0xC2, 0xCA)
_OTHER_FRAMES = frozenset(range(0xC2, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of progressive and other frames; the three among them are those of tables and extensions."""


class _Segment(NamedTuple):
    """A marker, and where what it says begins and ends; of the end marker, the end of the picture."""

    marker: int
    start: int
    end: int


class _Scan(NamedTuple):
    """Where the data of a scan begin and end, and how many restart markers they are to hold."""

    start: int
    end: int
    restarts: int


def misfit(data: bytes) -> str:
    """What is wrong with the length of the picture data; empty if nothing is, or that cannot be told.

    It can be of sequential files in one scan, as cameras write them.
    """
    scan = _only_scan(data)
    if scan is None:
        return ""
    problem = _restarts_amiss(data, scan)
    if problem:
        return problem
    start, end, _ = scan
    # Zeros fill up what cameras and damaged disks leave open; they are no picture.
    cut = max(start, start + len(data[start:end].rstrip(b"\0")) - _LEFT_OVER)
    probe = _Probe(data)
    probe.feed(data[:cut])
    if probe.failed:  # it takes some files as a whole alone
        return ""
    if probe.complete:
        return "go on behind the picture's end"
    probe.feed(data[cut:end] + b"\x55" * _MISSING)
    return "" if probe.complete else "end before the picture does"


def damaged(problem: str) -> tuple[str, ...]:
    """What is to be said of a file whose `misfit` is this: nothing, or one sentence."""
    return (f"the file is damaged: its data {problem}; parts of the picture may be wrong",) if problem else ()


def lacks_restarts(data: bytes) -> bool:
    """Whether a file ends before the last of its restart markers, behind which the picture goes on."""
    scan = _only_scan(data)
    return scan is not None and len(_restart_numbers(data, scan)) < scan.restarts


def has_all_scans(data: bytes) -> bool:
    """Whether the scans of a progressive file bring every coefficient to its last bit."""
    lowest: dict[int, list[int]] = {}
    is_progressive = False
    for marker, start, end in _segments(data):
        is_progressive |= marker in _PROGRESSIVE
        body = data[start:end]
        if marker != _SCAN or len(body) < 6:
            continue
        first, last, bit = body[-3], body[-2], body[-1] & 15
        for component in body[1:-3:2]:
            bits = lowest.setdefault(component, [99] * 64)
            bits[first : last + 1] = [min(old, bit) for old in bits[first : last + 1]]
    return not is_progressive or (bool(lowest) and all(max(bits) == 0 for bits in lowest.values()))


def _restarts_amiss(data: bytes, scan: _Scan) -> str:
    """What is wrong with the restart markers, which are counted from 0 to 7 over and over."""
    if not scan.restarts:
        return ""
    numbers = _restart_numbers(data, scan)
    if numbers != [number % 8 for number in range(min(len(numbers), scan.restarts + 1))]:
        return "lack some of their restart markers"
    return f"end after {len(numbers)} of {scan.restarts} restarts" if len(numbers) < scan.restarts else ""


def _restart_numbers(data: bytes, scan: _Scan) -> list[int]:
    return [found[1] & 7 for found in _RESTART.findall(data, scan.start, scan.end)]


class _Probe:
    """Pillow's decoder, fed with parts of a file; it draws at an eighth of the size, in half the time."""

    def __init__(self, data: bytes) -> None:
        image: Any = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
        image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))
        name, extents, _, arguments = image.tile[0]
        self._decoder = Image._getdecoder(image.mode, name, arguments, image.decoderconfig)
        self._canvas = Image.new(image.mode, image.size)
        width, height = image.size
        self._last_row = (0, height - 1, width, height)
        # Noise, which no picture has there.
        self._blank = np.random.default_rng(0).bytes(width * len(image.getbands()))
        self._canvas.paste(Image.frombytes(image.mode, (width, 1), self._blank), self._last_row)
        self._rest = b""
        self._ended = False
        self.failed = False
        self._decoder.setimage(self._canvas.im, extents)

    def feed(self, part: bytes) -> None:
        """Decode further bytes, and keep those that the decoder does not take yet."""
        if self._ended:
            return
        self._rest += part
        taken, fault = self._decoder.decode(self._rest)
        self._ended = taken < 0
        self.failed |= fault != 0
        self._rest = self._rest[max(0, taken) :]

    @property
    def complete(self) -> bool:
        """Whether the last row is drawn."""
        return self._ended or self._canvas.crop(self._last_row).tobytes() != self._blank


def check_ended(data: bytes) -> None:
    """Refuse a file whose last scan goes on to the end of the file.

    Damaged cards and broken downloads leave zeros there, which the decoder takes for picture.

    Raises:
        ValueError: if it does.
    """
    last = next(reversed(list(_segments(data))), None)
    if last is not None and last.marker == _SCAN and not _MARKER.search(data, last.end):
        raise ValueError("its data have no end")


def end_of(data: bytes) -> int | None:
    """Where a file's picture ends, behind its end marker; None if it has none."""
    return next((segment.end for segment in _segments(data) if segment.marker == _END), None)


def _segments(data: bytes) -> Iterator[_Segment]:
    """Yield the segments of a file up to the end of its picture, or to where it makes no sense."""
    position = 2
    while position + 2 <= len(data) and data[position] == _FILL:
        marker = data[position + 1]
        if marker == _FILL:  # any number of these may stand before a marker
            position += 1
            continue
        if marker == _END:
            yield _Segment(marker, position, position + 2)
            return
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        yield _Segment(marker, position + 4, end)
        if marker == _SCAN:
            found = _MARKER.search(data, end)
            if found is None:
                return
            end = found.start()
        position = end


def _only_scan(data: bytes) -> _Scan | None:
    """The only scan of a file; None where it has more, or is not sequential."""
    units = components = interval = 0
    for marker, start, end in _segments(data):
        body = data[start:end]
        if marker in _OTHER_FRAMES:
            return None
        if marker in _SEQUENTIAL and len(body) >= 9:
            units, components = _units(body), body[5]
        elif marker == _RESTARTS:
            interval = int.from_bytes(body[:2], "big")
        elif marker == _SCAN:
            if body[:1] != bytes([components]):
                return None
            found = _MARKER.search(data, end)
            restarts = ceil(units / interval) - 1 if interval and units else 0
            return _Scan(end, found.start() if found else len(data), restarts)
    return None


def _units(frame: bytes) -> int:
    """The number of coding units that a frame header states: of blocks, where it has one component."""
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    factors = frame[7::3] if frame[5] > 1 else b"\x11"
    across, down = max(factor >> 4 for factor in factors), max(factor & 15 for factor in factors)
    return ceil(width / (8 * max(1, across))) * ceil(height / (8 * max(1, down)))
