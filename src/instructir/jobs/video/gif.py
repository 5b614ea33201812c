"""Animated GIF: each frame in its own 256 colours, chosen when the file is written."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from instructir.jobs.video.library import library

TIME_BASE = Fraction(1, 100)
"""GIF counts hundredths of a second."""

_COLOURS = 255
"""One number is left for what is transparent."""


def is_animated(path: Path) -> bool:
    """Whether a file is a GIF of more than one frame."""
    try:
        with Image.open(path, formats=["GIF"]) as picture:
            return bool(picture.is_animated)  # type: ignore[attr-defined]
    except (OSError, ValueError, SyntaxError):
        return False


def is_timeless(path: Path) -> bool:
    """Whether a file is an animated GIF that says of no frame how long it is shown."""
    try:
        with Image.open(path, formats=["GIF"]) as picture:
            if not picture.is_animated:  # type: ignore[attr-defined]
                return False
            picture.seek(picture.n_frames - 1)  # type: ignore[attr-defined]
            return "duration" not in picture.info
    except (OSError, ValueError, SyntaxError):
        return False


def options(path: Path) -> dict[str, str]:
    """What FFmpeg's writer is told of a source: how often it is shown again, and how long its last frame."""
    try:
        with Image.open(path, formats=["GIF"]) as picture:
            again = picture.info.get("loop", -1)  # none is said for once, and 0 for ever
            picture.seek(picture.n_frames - 1)  # type: ignore[attr-defined]
            last = round(picture.info.get("duration", 0) / 10)
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
