"""WebP files, through Pillow."""

from collections.abc import Iterator
from dataclasses import replace

from instructir.errors import ImageFileError
from instructir.images.codecs import pillow
from instructir.images.codecs.codec import Codec
from instructir.images.codecs.unsaved import unsaved_webp
from instructir.images.holding import Holds
from instructir.images.metadata import exif
from instructir.images.planes import DEFAULT_QUALITY, Planes
from instructir.images.raster import WITHOUT_CREDENTIALS, Raster


def _decode(data: bytes, name: str, max_pixels: int) -> Raster:
    image = pillow.opened(data, name, "WEBP", max_pixels)
    raster = pillow.decoded(image, name)
    chunks = dict(_chunks(data))
    coded = next((kind for kind in (b"VP8 ", b"VP8L") if kind in chunks), b"")
    notes = unsaved_webp(coded, chunks.get(coded, b""), lambda file: _decodes(file, name, max_pixels))
    notes += (WITHOUT_CREDENTIALS,) if b"C2PA" in chunks else ()
    meta = replace(pillow.metadata_of(image), lossless=coded == b"VP8L")
    return replace(raster, metadata=meta, notes=(*raster.notes, *notes))


def _decodes(data: bytes, name: str, max_pixels: int) -> bool:
    try:
        pillow.decoded(pillow.opened(data, name, "WEBP", max_pixels), name)
    except ImageFileError:
        return False
    return True


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the types of a file's chunks, and what is in them."""
    position = 12
    while position + 8 <= len(data):
        end = position + 8 + int.from_bytes(data[position + 4 : position + 8], "little")
        yield data[position : position + 4], data[position + 8 : end]
        position = end + end % 2


def _encode(planes: Planes, quality: int | None, name: str) -> bytes:  # noqa: ARG001
    meta = planes.metadata
    return pillow.saved(
        planes.image(),
        "WEBP",
        quality=DEFAULT_QUALITY if quality is None else quality,
        lossless=bool(meta.lossless) and quality is None,
        exact=True,  # keeps the colour below full transparency
        icc_profile=planes.icc,
        exif=exif.PREFIX + meta.exif if meta.exif else b"",
        xmp=meta.xmp or b"",
    )


CODEC = Codec(
    "WEBP",
    lambda head, _: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    _decode,
    suffixes=(".webp",),
    holds=Holds(depth=8, alpha=True, grey=0, side=16_383),
    encode=_encode,
)
