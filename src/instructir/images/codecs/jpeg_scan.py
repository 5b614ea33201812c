"""Whether the picture data of a JPEG end where the picture does.

The decoder takes damaged data for other ones and says nothing: from there on, blocks have wrong colours and
lie in wrong places. But it then hardly ever needs as many bytes as there are, and that can be seen.
"""

import io
import re
from typing import Any

import numpy as np
from PIL import Image, JpegImagePlugin

_LEFT_OVER, _MISSING = 16, 12
"""Bytes by which data and picture may differ. The decoder reads up to 8 ahead, also in good files, and some
cameras write a few too many."""
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_SEQUENTIAL = (0xC0, 0xC1)
_SCAN, _END = 0xDA, 0xD9
_OTHER_FRAMES = frozenset(range(0xC2, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of progressive and other frames; the three among them are those of tables and extensions."""


def misfit(data: bytes) -> str:
    """What is wrong with the length of the picture data; empty if nothing is, or that cannot be told.

    It can be of sequential files in one scan, as cameras write them.
    """
    scan = _only_scan(data)
    if scan is None:
        return ""
    start, end = scan
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


def end_of(data: bytes) -> int | None:
    """Where a file's picture ends, behind its end marker; None if it has none."""
    position = 2
    while position + 2 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:  # any number of these may stand before a marker
            position += 1
            continue
        if marker == _END:
            return position + 2
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if marker == _SCAN:
            found = _MARKER.search(data, position)
            if found is None:
                return None
            position = found.start()
    return None


def _only_scan(data: bytes) -> tuple[int, int] | None:
    """Where the data of a file's only scan begin and end; None where it has more, or is not sequential."""
    position, components = 2, 0
    while position + 10 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:  # any number of these may stand before a marker
            position += 1
            continue
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if marker in _SEQUENTIAL:
            components = data[position + 9]
        elif marker in _OTHER_FRAMES:
            return None
        behind = position + 2 + length
        if marker == _SCAN:
            if data[position + 4] != components:
                return None
            end = _MARKER.search(data, behind)
            return behind, end.start() if end else len(data)
        position = behind
    return None
