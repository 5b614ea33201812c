"""JPEG coding parameters and the segments that travel from one JPEG file to the next."""

import io
import struct

from PIL import Image, JpegImagePlugin

from instructir.images import exif
from instructir.images.metadata import JpegCoding, Metadata

SEGMENT = 65_533
"""The most bytes that a marker segment holds."""

_XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"

_REGENERATED: tuple[tuple[str, bytes], ...] = (
    ("APP0", b"JFIF"),
    ("APP0", b"JFXX"),
    ("APP1", exif.PREFIX),
    ("APP1", _XMP_HEADER),
    ("APP2", b"ICC_PROFILE\0"),
    ("APP2", b"MPF\0"),
    ("APP11", b""),
    ("APP14", b"Adobe"),
)
"""Segments that the encoder writes anew, or that describe bytes of the old file: thumbnails, the index of
further pictures, and signed content credentials (APP11), which a change of the pixels makes void."""


def coding(image: JpegImagePlugin.JpegImageFile) -> JpegCoding:
    """Return how an opened JPEG file was compressed, with the segments to carry."""
    kept = b""
    comment = None
    for marker, data in image.applist:
        if marker == "COM":
            comment = data
        elif not any(marker == name and data.startswith(head) for name, head in _REGENERATED):
            kept += struct.pack(">BBH", 0xFF, 0xE0 + int(marker[3:]), len(data) + 2) + data
    tables = tuple(tuple(image.quantization[key]) for key in sorted(image.quantization))
    return JpegCoding(
        tables=tables,
        subsampling=JpegImagePlugin.get_sampling(image),
        progressive=bool(image.info.get("progressive")),
        segments=kept,
        comment=comment,
    )


def encoded(image: Image.Image, metadata: Metadata, icc: bytes | None, quality: int | None) -> bytes:
    """Return the JPEG file of an image of mode L or RGB.

    Without `quality` the quantization tables of the JPEG file that the picture came from are used again, or
    quality 95 if it came from another format. The chroma subsampling is the file's own where it can be
    written, else none (4:4:4). EXIF and XMP too large for a segment are reduced to what fits.

    Args:
        image: the pixels.
        metadata: what to write beside them.
        icc: the profile to embed, or None.
        quality: 1 to 100, or None.

    Raises:
        OSError: if the encoder fails.
    """
    coding_of_source = metadata.jpeg or JpegCoding(())
    block = exif.shrunk(metadata.exif, SEGMENT - len(exif.PREFIX))
    options: dict[str, object] = {
        "subsampling": max(coding_of_source.subsampling, 0),
        "progressive": coding_of_source.progressive,
        "extra": coding_of_source.segments,
        "comment": coding_of_source.comment or b"",
        "exif": exif.PREFIX + block if block else b"",
        "xmp": _fitting(metadata.xmp),
        "icc_profile": icc,
        "dpi": metadata.dpi or (0, 0),
    }
    if quality is None and coding_of_source.tables:
        options["qtables"] = [list(table) for table in coding_of_source.tables]
    else:
        options["quality"] = 95 if quality is None else quality
    try:
        return _saved(image, options)
    except OSError:
        # Progressive files need the whole result in one buffer, whose size Pillow guesses too low for noise.
        return _saved(image, options | {"progressive": False})


def _saved(image: Image.Image, options: dict[str, object]) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", **options)
    return stream.getvalue()


def _fitting(xmp: bytes | None) -> bytes | None:
    """Return the packet if it fits a segment, else without its padding, else None."""
    room = SEGMENT - len(_XMP_HEADER)
    if xmp is None or len(xmp) <= room:
        return xmp
    lines = [line for line in xmp.splitlines() if line.strip()]
    packed = b"\n".join(lines)
    return packed if len(packed) <= room else None
