"""Writing a `Photo` to a file that is either complete or not there."""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from numbers import Integral
from pathlib import Path
from typing import BinaryIO

import numpy as np

from instructir.errors import ImageFileError
from instructir.images.codecs import CODECS, WRITABLE, of_name, of_suffix
from instructir.images.codecs.codec import Codec
from instructir.images.photo import Photo
from instructir.images.planes import losses_of, planes_of
from instructir.images.refusals import encoding, refusal
from instructir.unfinished import removed_at_end


def write(
    photo: Photo, path: str | os.PathLike[str], *, quality: int | None = None, kind: str | None = None
) -> Path:
    """Write a picture in the format that the suffix of `path` names, with its metadata.

    What the format cannot hold is brought down to what it can, as :func:`losses` says: 16-bit and float
    samples are rounded, transparency is laid over white, colours that cannot be stated become sRGB, floats
    outside 0 to 1 are clipped. EXIF fields and XMP beyond the 64 KB of a JPEG segment are left out, as are
    PNG texts and JPEG segments (IPTC) in files of another format. Alpha is exact, but in HEIC. TIFF is
    deflated and at most 4 GiB. Camera RAW, GIF and CMYK cannot be written.

    The file is made under a temporary name in the same folder and moved into place, so an interruption leaves
    either the old file or the new one. A file that is replaced passes its permissions on; a new one gets
    those of the umask.

    Args:
        photo: the picture.
        path: the file to write; a symbolic link is followed.
        quality: 1 to 100 for JPEG, WebP, AVIF, HEIC, JPEG XL and JPEG 2000. By default a JPEG keeps the
            quantization tables of the JPEG it came from, a lossless WebP, JPEG XL or JPEG 2000 stays
            lossless, and otherwise the quality is high (JPEG 95, others 90). PNG, TIFF and BMP are lossless
            and take no notice.
        kind: Pillow's name of a format, in any case, that counts for more than the suffix, unless it is one
            that is only read (GIF, RAW). It keeps the content of files with a wrong name: a transparent PNG
            called .jpg stays a PNG.

    Returns:
        The path as given.

    Raises:
        ImageFileError: if the suffix or the kind is unknown, the quality out of range or no whole number, the
            folder missing or closed, the disk full, or the format unable to hold the picture.
    """
    given = Path(path)
    name = str(given)
    codec = _codec(given, kind)
    quality = _checked_quality(name, quality)
    place = place_of(given)
    data = _encoded(photo, codec, quality, name)
    try:
        _replace(place, data)
    except OSError as error:
        raise _unwritable(name, error) from error
    return given


def encode(
    photo: Photo, path: str | os.PathLike[str], *, quality: int | None = None, kind: str | None = None
) -> bytes:
    """Return the bytes that `write` would write, for a place that is no local folder.

    Args:
        photo: the picture.
        path: the file's name; its suffix says the format.
        quality: as in `write`.
        kind: as in `write`.

    Raises:
        ImageFileError: if the suffix or the kind is unknown, the quality out of range or no whole number, or
            the format unable to hold the picture.
    """
    name = os.fspath(path)
    codec = _codec(Path(path), kind)
    quality = _checked_quality(name, quality)
    return _encoded(photo, codec, quality, name)


def losses(photo: Photo, path: str | os.PathLike[str], *, kind: str | None = None) -> tuple[str, ...]:
    """Return what the file that `write` makes cannot hold of a picture, a sentence each.

    Args:
        photo: the picture.
        path: the file's name; its suffix says the format.
        kind: as in `write`.

    Raises:
        ImageFileError: if the suffix or the kind is unknown.
    """
    codec = _codec(Path(path), kind)
    assert codec.holds is not None
    return losses_of(photo, codec.holds, codec.name)


def _checked_quality(name: str, quality: int | None) -> int | None:
    if quality is None:
        return None
    if isinstance(quality, bool) or not isinstance(quality, Integral):
        raise refusal(name, f"quality {quality!r:.60} is not a whole number", "use 1 to 100")
    if not 1 <= quality <= 100:
        raise refusal(name, f"quality {quality} is out of range", "use 1 to 100")
    return int(quality)


def _encoded(photo: Photo, codec: Codec, quality: int | None, name: str) -> bytes:
    assert codec.holds is not None
    assert codec.encode is not None
    _check_sides(photo.width, photo.height, codec, name)
    try:
        with np.errstate(all="ignore"):  # pixels of float files may be infinite or NaN
            planes = planes_of(photo, codec.holds)
            with encoding(name, codec.name):
                return codec.encode(planes, quality, name)
    except MemoryError as error:
        raise refusal(name, "needs more memory than there is", "use a smaller picture") from error


def check_writable(path: str | os.PathLike[str]) -> None:
    """Refuse, before any work, a path that :func:`write` would refuse after it.

    Raises:
        ImageFileError: if the suffix is unknown, or the file or its folder cannot be written.
    """
    given = Path(path)
    _codec(given)
    place = place_of(given)
    try:
        # Some folders, as those of /proc, only say so when a file is made there.
        with _temporary(place):
            pass
    except OSError as error:
        raise _unwritable(str(given), error) from error


def check_size(path: str | os.PathLike[str], width: int, height: int, *, kind: str | None = None) -> None:
    """Refuse, before any work, a size in pixels that :func:`write` would refuse after it.

    Args:
        path: the file's name; its suffix says the format.
        width: of the picture that is to be written.
        height: the same.
        kind: as in :func:`write`.

    Raises:
        ImageFileError: if the format holds none of this size, or the suffix or the kind is unknown.
    """
    _check_sides(width, height, _codec(Path(path), kind), os.fspath(path))


def _check_sides(width: int, height: int, codec: Codec, name: str) -> None:
    assert codec.holds is not None
    if max(width, height) > codec.holds.side:
        problem = (
            f"{codec.name} holds at most {codec.holds.side} pixels a side, and this has {width}x{height}"
        )
        raise refusal(name, problem, "write a TIFF or PNG instead")


def _codec(given: Path, kind: str | None = None) -> Codec:
    by_suffix = of_suffix(given.suffix)
    if by_suffix is None:
        problem = f"{given.suffix or 'a name without suffix'} is not a format that can be written"
        raise refusal(given, problem, f"use one of {' '.join(sorted(WRITABLE))}")
    if kind is None:
        return by_suffix
    named = of_name(str(kind))
    if named is None:
        names = " ".join(codec.name for codec in CODECS if codec.encode)
        raise refusal(given, f"{kind!r:.60} is not a format that is known", f"use one of {names}")
    return named if named.encode else by_suffix


def _unwritable(name: str, error: OSError | ValueError) -> ImageFileError:
    if getattr(error, "errno", None) == errno.ENAMETOOLONG:
        return refusal(name, "its name is too long for the disk", "name a shorter output with -o")
    reason = getattr(error, "strerror", None) or str(error)
    return refusal(name, f"cannot be written ({reason})", "check the folder and the disk")


def place_of(given: Path) -> Path:
    """Return the file that `given` stands for, links followed.

    Raises:
        ImageFileError: if it cannot be written: it is a folder, or its own is missing or closed.
    """
    try:
        place = Path(os.path.realpath(given))
        _check(place, str(given))
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise _unwritable(str(given), error) from error
    return place


def _check(place: Path, name: str) -> None:
    if place.is_dir():
        raise refusal(name, "is a folder", "name a file in it")
    if not place.parent.is_dir():
        raise refusal(name, "its folder does not exist", f"create it: mkdir -p {place.parent}")
    if place.exists() and not os.access(place, os.W_OK):
        raise refusal(name, "is write-protected", "choose another name or change its permissions")
    if not os.access(place.parent, os.W_OK | os.X_OK):
        raise refusal(name, "its folder is read-only", "choose another folder or change its permissions")


@contextlib.contextmanager
def _temporary(place: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file beside `place`, open to be written; it is gone at the end unless it was moved."""
    temporary = place.with_name(f".{secrets.token_hex(8)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    # Unlike the tempfile module, this leaves the permissions to the umask.
    with removed_at_end(temporary), os.fdopen(os.open(temporary, flags, 0o666), "wb") as stream:
        yield temporary, stream


def _replace(place: Path, data: bytes) -> None:
    """Write `data` beside `place` and move it there."""
    with _temporary(place) as (temporary, stream):
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
        stream.close()
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(place.stat().st_mode))
        temporary.replace(place)
    # The name is lasting only once the folder is; not every system can sync one.
    with contextlib.suppress(OSError):
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
