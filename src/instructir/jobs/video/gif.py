"""Animated GIF: each frame in its own 256 colours, chosen when the file is written."""

import struct
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from instructir.jobs.video.library import library

TIME_BASE = Fraction(1, 100)
"""GIF counts hundredths of a second."""

_EXTENSION, _CONTROL, _FRAME = 0x21, 0xF9, 0x2C
_UNTIMED = 10
"""Hundredths of a second that a frame without a time is shown, as in browsers."""
_TIME = struct.pack("<4BHxx", _EXTENSION, _CONTROL, 4, 0, _UNTIMED)
"""The block that says so."""

_COLOURS = 255
"""One number is left for what is transparent."""


def is_animated(path: Path) -> bool:
    """Whether a file is a GIF of more than one frame."""
    try:
        with Image.open(path, formats=["GIF"]) as picture:
            return bool(picture.is_animated)  # type: ignore[attr-defined]
    except (OSError, ValueError, SyntaxError):
        return False


def with_times(path: Path) -> bytes | None:
    """A GIF with a time for each frame that has none, for FFmpeg reads only the first of such frames.

    None where all have one, or the file is no GIF.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
            data = head + stream.read() if head == b"GIF8" else b""
    except OSError:
        return None
    edges = [0, *_untimed(data), len(data)] if data else []
    return _TIME.join(data[start:end] for start, end in pairwise(edges)) if len(edges) > 2 else None


def _untimed(data: bytes) -> list[int]:
    """Where in a GIF its frames begin that have no time before them, up to where it is damaged."""
    places, has_time = [], False
    try:
        position = 13 + _table(data[10])
        while data[position] in (_EXTENSION, _FRAME):
            if data[position] == _EXTENSION:
                has_time |= data[position + 1] == _CONTROL
                position += 2
            else:
                places += [] if has_time else [position]
                has_time = False
                position += 11 + _table(data[position + 9])
            while data[position]:
                position += 1 + data[position]
            position += 1
    except IndexError:  # it is cut short
        pass
    return places


def _table(flags: int) -> int:
    """Bytes of the table of colours that follows, if any."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def options(path: Path) -> dict[str, str]:
    """What FFmpeg's writer is told of a source: how often it is shown again, and how long its last frame."""
    try:
        with Image.open(path, formats=["GIF"]) as picture:
            again = picture.info.get("loop", -1)  # none is said for once, and 0 for ever
            picture.seek(picture.n_frames - 1)  # type: ignore[attr-defined]
            last = round(picture.info.get("duration", 10 * _UNTIMED) / 10)
    except (OSError, ValueError, SyntaxError):
        return {}
    return {"loop": str(again), "final_delay": str(last)}


def packets(stream: Any, frames: Iterable[Any]) -> Iterator[Any]:
    """Code frames, restored and whole, for a stream that takes numbers of colours."""
    for frame in frames:
        numbers, palette = _numbered(frame.to_ndarray(format="rgba"))
        coloured = library().VideoFrame.from_ndarray((numbers, palette), format="pal8")
        coloured.pts, coloured.time_base, coloured.duration = frame.pts, frame.time_base, frame.duration
        yield from stream.encode(coloured)
    yield from stream.encode(None)


def _numbered(pixels: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Numbers (H, W) of colours, and the colours (256, 4) as alpha, red, green, blue, of 8-bit RGBA."""
    picture = Image.fromarray(pixels[..., :3]).quantize(_COLOURS, Image.Quantize.MEDIANCUT)
    numbers = np.asarray(picture).copy()
    colours = np.frombuffer(picture.palette.tobytes(), np.uint8).reshape(-1, 3)  # type: ignore[union-attr]
    palette = np.zeros((256, 4), np.uint8)
    palette[:_COLOURS, 0] = 255
    palette[: len(colours), 1:] = colours
    palette[_COLOURS] = 0
    numbers[pixels[..., 3] < 128] = _COLOURS
    return numbers, palette
