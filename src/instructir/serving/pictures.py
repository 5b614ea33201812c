"""Pictures as bytes: what a client sends and gets."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Literal, get_args

from instructir.images import NamedBytes, Photo, check_size, read
from instructir.images import encode as encode_file
from instructir.restoration.enlarging import size_of_result

Format = Literal["same", "jpeg", "png", "webp", "tiff", "avif", "bmp", "heic", "jxl", "jp2"]
_SHORT = {"jpeg": "jpg", "tiff": "tif"}
FORMAT_SUFFIXES = {name: f".{_SHORT.get(name, name)}" for name in get_args(Format) if name != "same"}
"""The file suffix of each format that can be asked for."""
_LONGEST_SUFFIX, _LONGEST_STEM = 12, 220
"""Bytes of a name, so that with what is put behind it there are no more than the 255 of most disks."""
_OWN_NAMES = {"HEIF": "heic", "JPEG2000": "jp2"}
"""What formats are asked for as, by Pillow's name, where that is another."""


def decode_upload(data: bytes, name: str | None, max_pixels: int) -> Photo:
    """The picture that a client sent.

    Args:
        data: the file.
        name: its name as the client gave it; only its last part is used, and only in messages and to
            recognise camera RAW.
        max_pixels: refuse pictures that state more, before decoding them.

    Raises:
        ImageFileError: if it cannot be read.
    """
    return read(NamedBytes(data, safe_name(name)), max_pixels=max_pixels)


def safe_name(name: str | None) -> str:
    """The last part of a path that a client stated, printable, its stem no longer than disks take."""
    last = PurePath((name or "").replace("\\", "/")).name
    path = PurePath("".join(c for c in last if c.isprintable()).strip(". ") or "image")
    suffix = path.suffix if len(path.suffix) <= _LONGEST_SUFFIX else ""
    stem = path.name.removesuffix(suffix).encode("utf-8", "replace")[:_LONGEST_STEM].decode("utf-8", "ignore")
    return f"{stem}{suffix}"


def name_on_any_disk(name: str) -> str:
    """`name` without the characters that Windows has no file names with."""
    return "".join("_" if c in '<>:"|?*' else c for c in name)


def resolve_format(photo: Photo, wanted: Format, accepted: Sequence[str] = ()) -> str:
    """The format to write: what is wanted, or else the source's own, PNG where that cannot be written.

    Args:
        photo: the picture.
        wanted: what was asked for.
        accepted: the formats that the client takes where it asked for none, the best first; none for all.
    """
    if wanted != "same":
        return wanted
    own = _OWN_NAMES.get(photo.format, photo.format.lower())
    own = own if own in FORMAT_SUFFIXES else "png"
    return own if own in accepted or not accepted else accepted[0]


def refuse_too_large(photo: Photo, form: str, scale: str | None) -> None:
    """Refuse, before any work, a picture whose result a format cannot hold.

    Args:
        photo: the picture.
        form: a key of :data:`FORMAT_SUFFIXES`.
        scale: how far it is to be enlarged, if at all.

    Raises:
        ImageFileError: if it is too large for the format.
        ConfigError: if it cannot be enlarged so far.
    """
    check_size(f"image{FORMAT_SUFFIXES[form]}", *size_of_result(photo, scale))


def encode_reply(photo: Photo, form: str, quality: int | None = None) -> bytes:
    """The bytes of a file with `photo` and all its metadata.

    Args:
        photo: the picture.
        form: a key of :data:`FORMAT_SUFFIXES`.
        quality: 1 to 100 for lossy formats; the source's by default.

    Raises:
        ImageFileError: if the format cannot hold it.
    """
    return encode_file(photo, f"image{FORMAT_SUFFIXES[form]}", quality=quality)
