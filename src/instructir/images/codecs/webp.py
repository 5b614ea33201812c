"""WebP files, through Pillow."""

from dataclasses import replace

from instructir.images.codecs import pillow
from instructir.images.codecs.codec import Codec
from instructir.images.metadata import exif
from instructir.images.planes import DEFAULT_QUALITY, Holds, Planes
from instructir.images.raster import Raster


def _decode(data: bytes, name: str, max_pixels: int) -> Raster:
    image = pillow.opened(data, name, "WEBP", max_pixels)
    raster = pillow.decoded(image, name)
    return replace(raster, metadata=replace(pillow.metadata_of(image), lossless=_is_lossless(data)))


def _is_lossless(data: bytes) -> bool:
    """Return whether the picture's chunk is the lossless one; its place depends on the metadata before it."""
    position = 12
    while position + 8 <= len(data):
        chunk = data[position : position + 4]
        if chunk in (b"VP8 ", b"VP8L"):
            return chunk == b"VP8L"
        position += 8 + (int.from_bytes(data[position + 4 : position + 8], "little") + 1) // 2 * 2
    return False


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
