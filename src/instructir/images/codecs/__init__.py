"""The file formats: a module each, which decodes and encodes, and this registry of them.

A new format is a module with a `CODEC` and a place in `CODECS`.
"""

from instructir.images.codecs import avif, bmp, gif, heif, jp2, jpeg, jxl, png, raw, tiff, webp
from instructir.images.codecs.codec import Codec

CODECS: tuple[Codec, ...] = (
    jpeg.CODEC,
    png.CODEC,
    webp.CODEC,
    raw.CODEC,  # before TIFF, whose first bytes most camera RAW files have
    tiff.CODEC,
    bmp.CODEC,
    gif.CODEC,
    avif.CODEC,  # before HEIC, whose generic brand AVIF files may name too
    heif.CODEC,
    jxl.CODEC,
    jp2.CODEC,
)
"""Every format; the first one that a file matches decodes it."""

HEAD = 64
"""Bytes of a file that `identify` looks at."""

WRITABLE: frozenset[str] = frozenset(suffix for codec in CODECS for suffix in codec.suffixes)
"""Suffixes that `write` accepts, in lower case (HEIC, JPEG XL and JPEG 2000 need the extra ``formats``)."""

READABLE: frozenset[str] = WRITABLE | {suffix for codec in CODECS for suffix in codec.read_suffixes}
"""Suffixes that `read` expects, in lower case (HEIC, JPEG XL, JPEG 2000 and camera RAW need ``formats``)."""


def find_codec(head: bytes, suffix: str) -> Codec | None:
    """Return the codec of a file, by its first `HEAD` bytes and its name's suffix in lower case, or None."""
    return next((codec for codec in CODECS if codec.matches(head, suffix)), None)


def identify(head: bytes, suffix: str) -> str | None:
    """Return the format of a file from its first bytes, or None if it is no picture that can be read.

    The content decides, except that most camera RAW files start like any TIFF and only their suffix tells
    them apart.

    Args:
        head: the first `HEAD` bytes.
        suffix: the file name's suffix in lower case, or "".
    """
    codec = find_codec(head, suffix)
    return None if codec is None else codec.name


def of_suffix(suffix: str) -> Codec | None:
    """Return the codec that writes names of this suffix, in any case, or None."""
    return next((codec for codec in CODECS if suffix.lower() in codec.suffixes), None)


def suffix_of_output(head: bytes, suffix: str) -> str:
    """Return the suffix under which a file is written again: its own, its format's, or else PNG's.

    Args:
        head: its first `HEAD` bytes; none where they cannot be had.
        suffix: its name's, in any case, or "".
    """
    if suffix.lower() in WRITABLE:
        return suffix
    named = (codec for codec in CODECS if suffix.lower() in codec.read_suffixes)
    found = find_codec(head, suffix.lower()) or next(named, None)
    return found.suffixes[0] if found is not None and found.suffixes else ".png"


def of_name(name: str) -> Codec | None:
    """Return the codec of the format of this name, in any case, or None."""
    return next((codec for codec in CODECS if codec.name == name.upper()), None)
