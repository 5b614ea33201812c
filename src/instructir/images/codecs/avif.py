"""AVIF files, through Pillow, which knows 8 bits a sample."""

import contextlib
import struct
from dataclasses import replace
from typing import Any

from instructir.images.codecs import boxes, pillow
from instructir.images.codecs.codec import Codec
from instructir.images.codecs.unsaved import unsaved_boxes
from instructir.images.holding import Holds
from instructir.images.metadata import exif, inplace
from instructir.images.planes import DEFAULT_QUALITY, Planes
from instructir.images.raster import WITHOUT_COMPANIONS, WITHOUT_CREDENTIALS, Raster

_LOSSLESS_ALPHA = {"a:lossless": "1"}
"""libaom's option that keeps the alpha exact."""


def _decode(data: bytes, name: str, max_pixels: int) -> Raster:
    image = pillow.opened(data, name, "AVIF", max_pixels)
    raster = pillow.decoded(image, name)
    shown = boxes.clean_aperture(data, image.width, image.height)
    if shown is not None:  # which Pillow leaves to its callers, as it does turning
        alpha = None if raster.alpha is None else raster.alpha[shown]
        raster = replace(raster, samples=raster.samples[shown], alpha=alpha)
    meta = pillow.metadata_of(image)
    stated = boxes.colour_codes(data)
    if stated is not None and not meta.icc:
        meta = replace(meta, cicp=stated[0])
    # libavif turns the picture unless EXIF says that it lies otherwise.
    is_upright = exif.exif_orientation(exif.stripped(image.info.get("exif"))) is None
    bits = boxes.bits(data)
    notes: tuple[str, ...] = (f"its {bits} bits a sample are read as 8",) if bits > 8 else ()
    notes += unsaved_boxes(data)
    notes += (WITHOUT_COMPANIONS,) if boxes.has_gain_map(data) else ()
    notes += (WITHOUT_CREDENTIALS,) if boxes.has_credentials(data) else ()
    return replace(raster, metadata=meta, is_upright=is_upright, notes=(*raster.notes, *notes))


def _encode(planes: Planes, quality: int | None, name: str) -> bytes:  # noqa: ARG001
    meta = planes.metadata
    # Encoders that keep orientation in their own container rewrite the whole block when they meet the field.
    block = inplace.without_fields(meta.exif, (exif.ORIENTATION,))
    options: dict[str, Any] = {
        "quality": DEFAULT_QUALITY if quality is None else quality,
        "icc_profile": planes.icc,
        "exif": exif.PREFIX + block if block else b"",
        "xmp": meta.xmp or b"",
    }
    image = planes.image()
    if image.mode != "L":
        options["subsampling"] = "4:4:4"
    return _with_codes(_saved(image, planes.has_alpha, options), planes)


def _saved(image: Any, has_alpha: bool, options: dict[str, Any]) -> bytes:
    if has_alpha:
        with contextlib.suppress(ValueError):  # another AV1 encoder than libaom, without this option
            return pillow.saved(image, "AVIF", codec="aom", advanced=_LOSSLESS_ALPHA, **options)
    return pillow.saved(image, "AVIF", **options)


def _with_codes(data: bytes, planes: Planes) -> bytes:
    """Return the file with the picture's own code points in the place of sRGB's, which Pillow writes."""
    stated = boxes.colour_codes(data)
    if planes.metadata.cicp is None or stated is None:
        return data
    return data[: stated[1]] + struct.pack(">HH", *planes.metadata.cicp) + data[stated[1] + 4 :]


CODEC = Codec(
    "AVIF",
    boxes.is_avif,
    _decode,
    suffixes=(".avif",),
    holds=Holds(depth=8, alpha=True, grey=1, side=65_536, states=("icc", "cicp")),
    encode=_encode,
)
