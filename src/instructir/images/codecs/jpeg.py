"""JPEG files, through Pillow: coding parameters and segments travel from one file to the next."""

import struct
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from PIL import JpegImagePlugin

from instructir.errors import ImageFileError
from instructir.images.codecs import pillow
from instructir.images.codecs.codec import Codec
from instructir.images.codecs.jpeg_scan import (
    check_ended,
    damaged,
    end_of,
    has_all_scans,
    lacks_restarts,
    misfit,
)
from instructir.images.holding import Holds
from instructir.images.metadata import JpegCoding, exif, xmp
from instructir.images.planes import Planes
from instructir.images.raster import WITHOUT_COMPANIONS, WITHOUT_CREDENTIALS, WITHOUT_PROFILE, Raster
from instructir.images.refusals import decoding

_SEGMENT = 65_533
"""The most bytes that a marker segment holds."""

_END = b"\xff\xd9"
_PROFILE = b"ICC_PROFILE\0"
_GAIN_MAP = b"urn:iso:std:iso:ts:21496:-1\0"
_MORE_PICTURES = b"MPF\0"
_CREDENTIALS = b"jumb"
_MARGIN = 16
"""Bytes that cameras may leave behind a picture without a meaning."""
_SIGNS = (b"\xff\xd8\xff", b"ftyp", b"MotionPhoto_Data")
"""Behind a picture, these tell of another one or of a film."""
_COMPANIONS = (_GAIN_MAP, _MORE_PICTURES)
"""How segments begin that speak of pictures behind this one."""
_XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_EXTENSION_HEAD = len(_XMP_EXTENSION) + 40
"""Bytes before the packet's part: its checksum, its length and where the part begins stand there as well."""
_XMP_ROOM = _SEGMENT - len(_XMP_HEADER)

_REGENERATED: tuple[tuple[str, bytes], ...] = (
    ("APP0", b"JFIF"),
    ("APP0", b"JFXX"),
    ("APP1", exif.PREFIX),
    ("APP1", _XMP_HEADER),
    ("APP2", _PROFILE),
    ("APP2", _MORE_PICTURES),
    ("APP2", _GAIN_MAP),
    ("APP11", b""),
    ("APP14", b"Adobe"),
)
"""Segments that the encoder writes anew, or that describe bytes of the old file: thumbnails, the index of
further pictures, gain maps, and signed content credentials (APP11), which changed pixels make void."""


def _opened(data: bytes, name: str, max_pixels: int) -> Any:
    """Return Pillow's image with the profile that `_profile` finds, before a conversion of inks needs it."""
    image: Any = pillow.opened(data, name, "JPEG", max_pixels)
    image.info["icc_profile"] = _profile(image)
    return image


def _profile(image: JpegImagePlugin.JpegImageFile) -> bytes | None:
    """Return the ICC profile of an opened file, put together from its segments, or None if some are missing.

    Segments are told by their numbers, which begin with 1 or, as some programs write them, with 0. One that
    is there twice counts once. Pillow takes any as many segments as are stated for a whole profile, and
    one that is there more often for none.
    """
    parts: dict[int, bytes] = {}
    counts = set()
    for body in _profile_segments(image):
        number, count = body[:2]
        if parts.setdefault(number, body[2:]) != body[2:]:
            return None  # two profiles, or two states of one
        counts.add(count)
    first = min(parts, default=1)
    if counts != {len(parts)} or list(range(first, first + len(parts))) != sorted(parts):
        return None
    return b"".join(parts[number] for number in sorted(parts))


def _profile_segments(image: JpegImagePlugin.JpegImageFile) -> list[bytes]:
    """Return the segments of a profile without their prefix: number, count, and a part of the profile."""
    bodies = (body for marker, body in image.applist if marker == "APP2" and body.startswith(_PROFILE))
    return [body[len(_PROFILE) :] for body in bodies if len(body) >= len(_PROFILE) + 2]


def _decode(data: bytes, name: str, max_pixels: int) -> Raster:
    image = _opened(data, name, max_pixels)
    notes: tuple[str, ...] = ()
    try:
        with decoding(name):
            check_ended(data)
        raster = pillow.decoded(image, name)
    except ImageFileError:
        completed = _with_end(data, name, max_pixels)
        if completed is None:
            raise
        image = _opened(completed, name, max_pixels)
        raster = pillow.decoded(image, name)
        notes = ("the end of the file is missing, but all of the picture is there",)
    else:
        notes = _damage(data, name) or _behind(data)
    if _profile_segments(image) and not image.info["icc_profile"]:
        notes += (WITHOUT_PROFILE,)
    if any(marker == "APP2" and body.startswith(_COMPANIONS) for marker, body in image.applist):
        notes += (WITHOUT_COMPANIONS,)
    notes += tuple(
        WITHOUT_CREDENTIALS if _CREDENTIALS in body else WITHOUT_COMPANIONS
        for marker, body in image.applist
        if marker == "APP11"
    )
    with decoding(name):
        meta = replace(pillow.metadata_of(image), jpeg=coding(image))
    if _extends_to_companions(image):
        meta = replace(meta, xmp=xmp.without_extension(xmp.as_utf8(meta.xmp)))
        notes += (WITHOUT_COMPANIONS,)
    return replace(raster, metadata=meta, notes=(*raster.notes, *notes))


def _damage(data: bytes, name: str) -> tuple[str, ...]:
    """What is to be said of a file that is damaged within, which the decoder does not tell.

    People see such pictures, parts of which lie in wrong places or have wrong colours, and keep them.
    """
    with decoding(name):
        problem, is_coarse = misfit(data), not has_all_scans(data)
    if is_coarse:
        return ("the file lacks its last scans: the picture is coarser than it was made",)
    return damaged(problem)


def _behind(data: bytes) -> tuple[str, ...]:
    """What is to be said of what follows the end of the picture, which is not written again."""
    end = end_of(data)
    rest = b"" if end is None else data[end:].strip(b"\0")
    if len(rest) < _MARGIN:
        return ()
    if any(sign in rest for sign in _SIGNS):
        return (WITHOUT_COMPANIONS,)
    return (f"{len(rest)} bytes behind the end of the picture are left out",)


def _with_end(data: bytes, name: str, max_pixels: int) -> bytes | None:
    """Return a file that lacks its end marker with one, or None if parts of the picture are missing too.

    Where some are, the decoder takes whatever follows for picture, so that different paddings show.
    """
    if not has_all_scans(data) or lacks_restarts(data):
        return None
    # Zeros and ones stand for what was not saved, and the decoder would take them for picture, which only
    # the first two may be.
    bare = data.rstrip(b"\0\xff")
    data = data[: len(bare) + 2].rstrip(b"\xff")
    paddings = (b"", bytes(range(1, 251, 3)) * 8, bytes(range(250, 1, -7)) * 16)
    padded = (pillow.opened(data + padding + _END, name, "JPEG", max_pixels) for padding in paddings)
    try:
        pictures = [pillow.decoded(image, name).samples for image in padded]
    except ImageFileError:
        return None
    same = all(np.array_equal(picture, pictures[0]) for picture in pictures[1:])
    return data + _END if same else None


def _extends_to_companions(image: JpegImagePlugin.JpegImageFile) -> bool:
    """Whether a packet too long for one segment holds a depth map or another picture behind its first one."""
    parts = (body for marker, body in image.applist if marker == "APP1" and body.startswith(_XMP_EXTENSION))
    return xmp.without_companions(xmp.as_utf8(b"".join(part[_EXTENSION_HEAD:] for part in parts)))[1]


def coding(image: JpegImagePlugin.JpegImageFile) -> JpegCoding:
    """Return how an opened JPEG file was compressed, with the segments to carry."""
    kept = b""
    comment = None
    regenerated = _REGENERATED
    if _extends_to_companions(image):
        regenerated += (("APP1", _XMP_EXTENSION),)
    for marker, data in image.applist:
        if marker == "COM":
            comment = data
        elif not any(marker == name and data.startswith(head) for name, head in regenerated):
            kept += struct.pack(">BBH", 0xFF, 0xE0 + int(marker[3:]), len(data) + 2) + data
    tables = tuple(tuple(image.quantization[key]) for key in sorted(image.quantization))
    return JpegCoding(
        tables=tables,
        subsampling=JpegImagePlugin.get_sampling(image),
        progressive=bool(image.info.get("progressive")),
        segments=kept,
        comment=comment,
    )


def _encode(planes: Planes, quality: int | None, name: str) -> bytes:  # noqa: ARG001
    """Return the JPEG file.

    Without `quality` the quantization tables of the JPEG file that the picture came from are used again, or
    quality 95 if it came from another format. The chroma subsampling is the file's own where it can be
    written, else none (4:4:4).
    """
    metadata = planes.metadata
    coding_of_source = metadata.jpeg or JpegCoding(())
    options: dict[str, object] = {
        "subsampling": max(coding_of_source.subsampling, 0),
        "progressive": coding_of_source.progressive,
        "extra": coding_of_source.segments,
        "comment": coding_of_source.comment or b"",
        "exif": exif.PREFIX + metadata.exif if metadata.exif else b"",
        "xmp": metadata.xmp,
        "icc_profile": planes.icc,
        "dpi": metadata.dpi or (0, 0),
    }
    if quality is None and coding_of_source.tables:
        options["qtables"] = [list(table) for table in coding_of_source.tables]
    else:
        options["quality"] = 95 if quality is None else quality
    try:
        encoded = pillow.saved(planes.image(), "JPEG", **options)
    except OSError:
        # Progressive files need the whole result in one buffer, whose size Pillow guesses too low for noise.
        encoded = pillow.saved(planes.image(), "JPEG", **(options | {"progressive": False}))
    return _with_aspect(encoded, metadata.aspect)


def _with_aspect(encoded: bytes, aspect: tuple[float, float] | None) -> bytes:
    """Return the file with densities that have no unit, which Pillow does not write."""
    if aspect is None or encoded[6:11] != b"JFIF\0" or encoded[13]:
        return encoded
    ratio = Fraction(aspect[0] / aspect[1]).limit_denominator(1000)
    if not 0 < ratio.numerator < 1 << 16:
        return encoded
    return encoded[:14] + struct.pack(">HH", ratio.numerator, ratio.denominator) + encoded[18:]


CODEC = Codec(
    "JPEG",
    lambda head, _: head.startswith(b"\xff\xd8\xff"),
    _decode,
    suffixes=(".jpg", ".jpeg", ".jpe"),
    read_suffixes=(".mpo", ".jfif"),
    holds=Holds(
        depth=8,
        alpha=False,
        grey=1,
        side=65_535,
        own="segments",
        exif=_SEGMENT - len(exif.PREFIX),
        xmp=_XMP_ROOM,
        density=("resolution", "aspect"),
    ),
    encode=_encode,
)
