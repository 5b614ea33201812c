"""Reading a picture file into a `Photo`."""

import io
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from instructir.images.codecs import HEAD, find_codec, raw
from instructir.images.moving import MOVING_HEAD, video_suffix
from instructir.images.photo import Photo
from instructir.images.raster import Raster, photo_of, srgb_of
from instructir.images.refusals import refusal

_Made = TypeVar("_Made")

_STREAMS = {"<stdin>": "standard input"}
"""What messages call streams that Python has a name of its own for."""

MAX_PIXELS = 400_000_000
"""Pixels that a file may state before it is refused; four times what the largest cameras take."""


class NamedBytes(io.BytesIO):
    """The bytes of a file, by the name that messages call them.

    Args:
        data: of the file.
        name: what messages say.
    """

    def __init__(self, data: bytes | bytearray | memoryview, name: str) -> None:
        super().__init__(data)
        self.name = name


def read(source: str | os.PathLike[str] | BinaryIO, *, max_pixels: int = MAX_PIXELS) -> Photo:
    """Read a picture: JPEG, PNG, WebP, TIFF, BMP, GIF, AVIF, HEIC, JPEG XL, JPEG 2000 or camera RAW.

    The content decides what a file is, not its name. The EXIF orientation is applied and set to 1. Whatever
    states the colours (profile, code points, gAMA and cHRM) is applied, so that pixels have the curve of sRGB
    and the file's own primaries (see :class:`Photo`); pictures whose profile has no exact inverse (lookup
    tables) stay as they are. HDR pictures (PQ, HLG) are rolled off into the ordinary range, and exactly back
    when written. CMYK and Lab become sRGB for good.

    16-bit colour, unusual TIFF, HEIC, JPEG XL, deep JPEG 2000 and camera RAW need the extra ``formats``.
    Files that carry further pictures (depth, gain map, burst, film) yield the main one, and a note.

    Args:
        source: a path, or a binary stream that is read to its end.
        max_pixels: refuse pictures that state more pixels than this, before decoding them.

    Raises:
        ImageFileError: if the file is missing, unreadable, no picture, damaged, cut short, too large or
            animated.
    """
    name, data = _loaded(source)
    return _decoded(name, data, max_pixels, photo_of)


def read_srgb(
    source: str | os.PathLike[str] | BinaryIO, *, max_pixels: int = MAX_PIXELS
) -> NDArray[np.uint8]:
    """Read a picture to learn from or to measure: upright, 8-bit sRGB of shape (H, W, C), C being 1 or 3.

    The same as :func:`read`, but that transparency and metadata are left out, and that pictures that are
    8-bit sRGB already, as nearly all are, take neither the time nor the memory of floats.

    Args:
        source: as for `read`.
        max_pixels: as for `read`.

    Raises:
        ImageFileError: as for `read`.
    """
    name, data = _loaded(source)
    return _decoded(name, data, max_pixels, srgb_of)


def _decoded(name: str, data: bytes, max_pixels: int, made: Callable[[Raster, str, str], _Made]) -> _Made:
    """Return what `made` makes of the samples of a file, its format and its name."""
    codec = find_codec(data[:HEAD], _suffix(name))
    if codec is None:
        raise _unknown(name, data[:MOVING_HEAD])
    try:
        with np.errstate(all="ignore"):  # float files may hold infinities and NaN
            return made(codec.decode(data, name, max_pixels), codec.name, name)
    except MemoryError as error:
        raise refusal(name, "needs more memory than there is", "use a smaller picture") from error


def _loaded(source: str | os.PathLike[str] | BinaryIO) -> tuple[str, bytes]:
    """Return what the user calls the source, and its bytes."""
    if not isinstance(source, (str, os.PathLike)):
        name = getattr(source, "name", "stream")
        name = _STREAMS.get(name, name) if isinstance(name, str) else "stream"
        try:
            return name, _filled(name, source)
        except (OSError, ValueError) as error:  # ValueError: it is closed
            reason = getattr(error, "strerror", None) or str(error)
            raise refusal(name, f"cannot be read ({reason})", "check the source") from error
    name = os.fspath(source)
    refuse_pipe(name)
    try:
        with Path(name).open("rb") as stream:
            return name, _filled(name, stream)
    except FileNotFoundError as error:
        raise refusal(name, "there is no such file", "check the path") from error
    except IsADirectoryError as error:
        raise refusal(name, "is a folder", "name a picture in it") from error
    except PermissionError as error:
        # Windows reports folders in this way.
        if Path(name).is_dir():
            raise refusal(name, "is a folder", "name a picture in it") from error
        raise refusal(name, "may not be read", "change the file's permissions") from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise refusal(name, f"cannot be opened ({reason})", "check the path and the disk") from error


def refuse_pipe(name: str | os.PathLike[str]) -> None:
    """Refuse what is there but has no bytes of its own: whoever opened it might wait for ever.

    Raises:
        ImageFileError: if it is a device, a pipe or a socket.
    """
    with suppress(OSError, ValueError):  # what cannot be asked about is told when it is opened
        mode = Path(name).stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            problem = "is no file of bytes but a device or a pipe"
            raise refusal(
                os.fspath(name),
                problem,
                "copy its bytes to a file, or send the picture to standard input and name - instead",
            )


def _filled(name: str, stream: BinaryIO) -> bytes:
    """Return all bytes of a stream; only its head is read if that is no picture's."""
    try:
        head = stream.read(HEAD)
        if not isinstance(head, bytes):
            raise refusal(name, "is open as text", "open it in binary mode")
        if not head:
            raise refusal(name, "is empty", "get a fresh copy")
        if find_codec(head, _suffix(name)) is None and _suffix(name) not in raw.RAW_SUFFIXES:
            raise _unknown(name, head + stream.read(MOVING_HEAD - HEAD))
        return head + stream.read()
    except MemoryError as error:
        raise refusal(name, "is larger than the memory", "use a smaller picture") from error


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _unknown(name: str, head: bytes) -> Exception:
    if video_suffix(head):
        hint = "restore its file with: instructir restore FILE"
        return refusal(name, "is a video, and this takes pictures", hint)
    problem = "is not a picture of a known format"
    return refusal(name, problem, "save it as JPEG, PNG, WebP, TIFF, BMP, AVIF or HEIC")
