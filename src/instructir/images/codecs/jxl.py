"""JPEG XL files, through libjxl as imagecodecs binds it (the extra ``formats``).

The binding neither reads nor states colours, so that is done in the codestream's header; EXIF and XMP are
boxes around it.
"""

from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instructir.images.codecs import boxes, jpeg, jxl_header
from instructir.images.codecs.codec import Codec
from instructir.images.colour.cicp import Codes, Parameters
from instructir.images.colour.spaces import SRGB_PRIMARIES
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
from instructir.images.refusals import decoding, extra, refusal

_SIGNATURE = b"\0\0\0\x0cJXL \x0d\x0a\x87\x0a"
_MOST_METADATA = 1 << 26
"""Bytes: no EXIF block or XMP packet is larger."""


def _decode(data: bytes, name: str, max_pixels: int) -> Raster:
    codecs = extra("imagecodecs", name, "JPEG XL")
    parts = [] if data.startswith(jxl_header.SIGNATURE) else list(boxes.boxes(data))
    with decoding(name):
        about = jxl_header.parse_header(_codestream(data, parts))
    checked_size(name, about.width, about.height, max_pixels)
    if about.is_animated:
        problem = "holds several frames or pages and only single pictures can be restored"
        raise refusal(name, problem, "export one of them to a file of its own")
    notes: tuple[str, ...] = (WITHOUT_COMPANIONS,) if any(part.kind == b"jhgm" for part in parts) else ()
    notes += (WITHOUT_CREDENTIALS,) if boxes.has_credentials(data) else ()
    if any(part.kind == b"jbrd" for part in parts):
        raster = _packed_jpeg(codecs, data, name, max_pixels)
        return replace(raster, format="JXL", notes=(*raster.notes, *notes))
    if about.has_profile and about.is_lossless:
        problem = "states its colours by a profile inside the compressed data, which cannot be read"
        raise refusal(name, problem, "save it as PNG or TIFF")
    with decoding(name):
        array: NDArray[Any] = codecs.jpegxl_decode(data)
        meta = _metadata(codecs, data, parts, about)
    maximum = None if array.dtype.kind == "f" else float((1 << about.bits) - 1)
    array = array.reshape(*array.shape[:2], -1)
    if about.is_premultiplied and array.shape[2] in (2, 4):
        array = unmultiplied(array, maximum or 1.0)
    return replace(of_array(array, maximum), metadata=meta, is_upright=True, notes=notes)


def _packed_jpeg(codecs: ModuleType, data: bytes, name: str, max_pixels: int) -> Raster:
    """Return the JPEG file that was packed without a loss, with all that it says."""
    with decoding(name):
        packed = bytes(codecs.jpegxl_decode_jpeg(data))
    return jpeg.CODEC.decode(packed, name, max_pixels)


def _codestream(data: bytes, parts: list[boxes.Box]) -> bytes:
    if not parts:
        return data
    pieces = (data[p.start + 4 * (p.kind == b"jxlp") : p.end] for p in parts if p.kind in (b"jxlc", b"jxlp"))
    return b"".join(pieces)


def _metadata(codecs: ModuleType, data: bytes, parts: list[boxes.Box], about: jxl_header.Header) -> Metadata:
    found: dict[bytes, bytes] = {}
    for part in parts:
        kind, body = part.kind, data[part.start : part.end]
        if kind == b"brob" and body[:4] in (b"Exif", b"xml "):
            kind, body = body[:4], bytes(codecs.brotli_decode(body[4:], out=_MOST_METADATA))
        found.setdefault(kind, body)
    block = found.get(b"Exif", b"")
    colours = about.colours
    codes, parameters = None, None
    if colours.transfer != Codes(1, 13).transfer:
        primaries = next(
            (
                code
                for code in (1, 9, 12)
                if (Codes(code).parameters.points or SRGB_PRIMARIES) == colours.points
            ),
            2,
        )
        codes = Codes(primaries, colours.transfer)
    elif colours != jxl_header.Colours():
        parameters = Parameters(colours.gamma, colours.points)
    return Metadata(
        exif=exif.stripped(block[4 + int.from_bytes(block[:4], "big") :]),
        xmp=found.get(b"xml ") or None,
        cicp=codes,
        parameters=parameters,
        lossless=about.is_lossless,
        bits=about.bits,
    )


def _encode(planes: Planes, quality: int | None, name: str) -> bytes:
    """Return the JPEG XL file; only 8-bit sRGB is compressed with a loss, where a loss is wanted.

    Colours that are not sRGB's can be stated of lossless samples alone.
    """
    codecs = extra("imagecodecs", name, "JPEG XL")
    meta = planes.metadata
    colours = _colours(meta)
    array = planes.samples[..., 0] if planes.samples.shape[2] == 1 else planes.samples
    array = np.ascontiguousarray(array)
    is_plain = array.dtype == np.uint8 and colours == jxl_header.Colours()
    if is_plain and (quality is not None or not meta.lossless):
        encoded = codecs.jpegxl_encode(array, level=DEFAULT_QUALITY if quality is None else quality)
        stream = _stream_of(encoded)
    else:
        stream = _stream_of(codecs.jpegxl_encode(array, lossless=True))
        stream = jxl_header.with_colours(stream, colours, is_grey=planes.colours == 1)
    level = boxes.made(b"jxll", b"\x0a") if array.dtype.itemsize > 1 else b""
    said = boxes.made(b"Exif", bytes(4) + meta.exif) if meta.exif else b""
    said += boxes.made(b"xml ", meta.xmp) if meta.xmp else b""
    head = _SIGNATURE + boxes.made(b"ftyp", b"jxl \0\0\0\0jxl ")
    return head + level + said + boxes.made(b"jxlc", stream)


def _stream_of(encoded: bytes) -> bytes:
    data = bytes(encoded)
    return data if data.startswith(jxl_header.SIGNATURE) else _codestream(data, list(boxes.boxes(data)))


def _parameters(meta: Metadata) -> Parameters:
    codes = meta.cicp if meta.cicp and meta.cicp.is_specified else None
    return codes.parameters if codes else meta.parameters or Parameters()


def _can_state(meta: Metadata) -> bool:
    return (_parameters(meta).gamma or 0) <= 1


def _colours(meta: Metadata) -> jxl_header.Colours:
    codes = meta.cicp if meta.cicp and meta.cicp.is_specified else None
    gamma, points = _parameters(meta)
    transfer = codes.transfer if codes and codes.is_hdr else jxl_header.Colours().transfer
    return jxl_header.Colours(points or SRGB_PRIMARIES, gamma, transfer)


CODEC = Codec(
    "JXL",
    lambda head, _: head.startswith((jxl_header.SIGNATURE, _SIGNATURE)),
    _decode,
    suffixes=(".jxl",),
    holds=Holds(
        depth=32, alpha=True, grey=2, side=2**18, states=("cicp", "parameters"), can_state=_can_state
    ),
    encode=_encode,
)
