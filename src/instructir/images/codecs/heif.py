"""HEIC files through libheif (the extra ``formats``), without registering anything with Pillow."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instructir.images.codecs import boxes
from instructir.images.codecs.codec import Codec
from instructir.images.codecs.unsaved import unsaved_boxes
from instructir.images.colour.cicp import Codes
from instructir.images.holding import Holds
from instructir.images.metadata import Metadata, exif
from instructir.images.planes import DEFAULT_QUALITY, Planes
from instructir.images.raster import (
    WITHOUT_COMPANIONS,
    WITHOUT_CREDENTIALS,
    Raster,
    checked_size,
    of_array,
    unmultiplied,
)
from instructir.images.refusals import decoding, extra

_CODES = ("color_primaries", "transfer_characteristics")
_BT601 = 6
_MATRICES = frozenset({0, 1, 2, *range(4, 11), 12, 13})
"""Code points of matrices that the encoder takes and readers know."""
_UNKNOWN_TO_ENCODER = 22
"""Code point of primaries that libx265 does not know."""
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def _decode(data: bytes, name: str, max_pixels: int) -> Raster:
    """Return the samples of the primary picture; burst frames, depth and gain maps beside it are left.

    Pictures of 10 and 12 bits come out with 16. libheif turns the picture upright.
    """
    heif = extra("pillow_heif", name, "HEIC")
    with decoding(name):
        file = heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=False, hdr_to_16bit=False)
        width, height = file.size
    checked_size(name, width, height, max_pixels)
    with decoding(name):
        array: NDArray[Any] = np.asarray(file).copy()
        info: dict[str, Any] = dict(file.info)
        mode = str(file.mode)
        is_premultiplied = bool(file.premultiplied_alpha)
        has_more = len(file) > 1 or bool(info.get("depth_images") or info.get("aux"))
    bits = int(mode.partition(";")[2].rstrip("L") or 8)
    maximum = float((1 << bits) - 1)
    array = array.reshape(height, -1, array.shape[2] if array.ndim == 3 else 1)[:, :width]
    if is_premultiplied:
        array = unmultiplied(array, maximum)
    profile = info.get("icc_profile") or None
    nclx = info.get("nclx_profile")
    meta = Metadata(
        exif=exif.stripped(info.get("exif")),
        xmp=info.get("xmp") or None,
        icc=profile,
        bits=bits,
        nclx=nclx,
        # The box of code points gives the matrix too; for colours, a profile counts for more.
        cicp=None if profile or not nclx else Codes(*(nclx[key] for key in _CODES)),
    )
    raster = of_array(array, maximum)
    notes: tuple[str, ...] = (WITHOUT_COMPANIONS,) if has_more or boxes.has_gain_map(data) else ()
    notes += unsaved_boxes(data)
    notes += (WITHOUT_CREDENTIALS,) if boxes.has_credentials(data) else ()
    return replace(raster, metadata=meta, is_upright=True, notes=notes)


def _can_state(metadata: Metadata) -> bool:
    return metadata.cicp is None or metadata.cicp.primaries != _UNKNOWN_TO_ENCODER


def _encode(planes: Planes, quality: int | None, name: str) -> bytes:
    codec = extra("pillow_heif", name, "HEIC")
    samples, meta = planes.samples, planes.metadata
    mode = _MODES[samples.shape[2]]
    options: dict[str, Any] = {}
    if meta.cicp or meta.nclx:
        stated = dict(zip(_CODES, meta.cicp or (), strict=False))
        nclx = {"matrix_coefficients": _BT601, "full_range_flag": 1} | (meta.nclx or {}) | stated
        if nclx["matrix_coefficients"] not in _MATRICES:
            nclx["matrix_coefficients"] = _BT601
        options["nclx_profile"] = nclx
    if samples.dtype == np.uint16:
        bits = meta.bits if meta.bits in (10, 12) else 10
        samples = np.rint(samples * (((1 << bits) - 1) / 65535)).astype(np.uint16)
        mode = f"{mode};{bits}"
        options["bit_depth"] = bits
    if planes.icc:
        options |= {"icc_profile": planes.icc, "icc_profile_type": "prof"}
    stream = io.BytesIO()
    codec.encode(
        mode,
        (samples.shape[1], samples.shape[0]),
        np.ascontiguousarray(samples).tobytes(),
        stream,
        quality=DEFAULT_QUALITY if quality is None else quality,
        chroma=444,
        exif=meta.exif,
        xmp=meta.xmp,
        **options,
    )
    return stream.getvalue()


CODEC = Codec(
    "HEIF",
    boxes.is_heif,
    _decode,
    suffixes=(".heic", ".heif"),
    read_suffixes=(".hif",),
    holds=Holds(
        depth=16, alpha=True, grey=1, side=16_384, bits=10, states=("icc", "cicp"), can_state=_can_state
    ),
    encode=_encode,
)
