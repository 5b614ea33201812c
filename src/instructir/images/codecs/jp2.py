"""JPEG 2000 files: 8 bits through Pillow, deeper ones through imagecodecs (the extra ``formats``).

Profile, EXIF, XMP and resolution are boxes around the codestream, which neither of them writes.
"""

import struct
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from instructir.images.codecs import boxes, pillow
from instructir.images.codecs.codec import Codec
from instructir.images.colour import icc
from instructir.images.colour.cicp import Codes
from instructir.images.holding import Holds
from instructir.images.metadata import Metadata, exif, positive_pair
from instructir.images.planes import DEFAULT_QUALITY, Planes
from instructir.images.raster import Raster, checked_size, of_array, unmultiplied
from instructir.images.refusals import decoding, extra, refusal

_SIGNATURE = b"\0\0\0\x0cjP  \x0d\x0a\x87\x0a"
_STREAM = b"\xff\x4f\xff\x51"
_END = b"\xff\xd9"
_CODING_STYLE = b"\xff\x52"
_EXIF = b"JpgTiffExif->JP2"
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_ENUMERATED, _PROFILES, _CODE_POINTS = 1, (2, 3), 5
_SYCC = 18
_COLOUR, _PREMULTIPLIED = 0, 2


class _Stream(NamedTuple):
    """What the codestream's header says, and where the codestream begins and ends."""

    width: int
    height: int
    bits: int
    is_signed: bool
    is_lossless: bool
    start: int
    end: int


class _Channels(NamedTuple):
    """What the channels stand for.

    `order` gives the channel of each colour and then of the transparency; empty where they are in order.
    """

    order: tuple[int, ...] = ()
    is_premultiplied: bool = False


def _decode(data: bytes, name: str, max_pixels: int) -> Raster:
    with decoding(name):
        about = _stream(data)
        meta, space, channels = _boxes(data, about)
    checked_size(name, about.width, about.height, max_pixels)
    if about.is_signed or about.bits > 16:
        raise refusal(name, f"has signed samples or {about.bits} bits", "save it with 8 or 16 bits")
    if about.bits <= 8:
        image = pillow.opened(data, name, "JPEG2000", max_pixels)
        raster = pillow.decoded(image, name)
        if raster.notes == pillow.INKS:
            meta = replace(meta, icc=None)
        elif about.bits < 8 and not _has_palette(data):
            raster = _widened(raster, about.bits)
        meta = replace(meta, dpi=positive_pair(image.info.get("dpi")))
    elif space == _SYCC:
        raise refusal(name, "has deep samples that are not RGB", "save it as RGB or with 8 bits")
    else:
        codecs = extra("imagecodecs", name, "JPEG 2000 with deep colour")
        with decoding(name):
            # The codestream alone: by the boxes around it the colours would be converted.
            array: NDArray[Any] = codecs.jpeg2k_decode(data[about.start : about.end])
            raster = of_array(array.astype(np.uint16), float((1 << about.bits) - 1))
    if channels.order:
        if space == _SYCC:
            raise refusal(name, "has channels in an order of its own that are not RGB", "save it as RGB")
        raster = _ordered(raster, channels.order)
    if channels.is_premultiplied and raster.alpha is not None:
        straight = unmultiplied(np.concatenate([raster.samples, raster.alpha[..., None]], -1), raster.maximum)
        raster = replace(raster, samples=straight[..., :-1])
    return replace(raster, metadata=meta)


def _has_palette(data: bytes) -> bool:
    return boxes.find_box(data, b"jp2h", b"pclr") is not None


def _widened(raster: Raster, bits: int) -> Raster:
    """Return the raster of a picture of few bits with white at 255; Pillow leaves the lowest bits empty."""
    white = 255 >> (8 - bits) << (8 - bits)
    levels = np.rint(np.arange(256) * (255 / white)).clip(0, 255).astype(np.uint8)
    alpha = None if raster.alpha is None else levels[raster.alpha]
    return replace(raster, samples=levels[raster.samples], alpha=alpha)


def _ordered(raster: Raster, order: tuple[int, ...]) -> Raster:
    """Return the raster with its channels put in order, which neither library does."""
    alpha = [] if raster.alpha is None else [raster.alpha[..., None]]
    stacked = np.concatenate([raster.samples, *alpha], -1)
    if sorted(order) != list(range(stacked.shape[-1])):
        return raster
    stacked = stacked[..., order]
    colours = raster.samples.shape[-1]
    return replace(raster, samples=stacked[..., :colours], alpha=stacked[..., colours] if alpha else None)


def _stream(data: bytes) -> _Stream:
    """Return what the codestream says.

    Raises:
        ValueError: if it is not there or cut short.
        struct.error: if it is too short.
    """
    box = boxes.find_box(data, b"jp2c") if data.startswith(_SIGNATURE) else boxes.Box(b"jp2c", 0, len(data))
    if box is None or data[box.start : box.start + 4] != _STREAM:
        raise ValueError("no codestream, or one that is cut short")
    if data[box.end - 2 : box.end] != _END:
        raise ValueError("the codestream is cut short")
    right, bottom, left, top = struct.unpack_from(">4L", data, box.start + 8)
    kind = data[box.start + 42]
    style = data.find(_CODING_STYLE, box.start + 42, box.end)
    is_lossless = 0 <= style < box.end - 14 and data[style + 13] == 1
    bits, is_signed = (kind & 127) + 1, bool(kind & 128)
    return _Stream(right - left, bottom - top, bits, is_signed, is_lossless, box.start, box.end)


def _boxes(data: bytes, about: _Stream) -> tuple[Metadata, int, _Channels]:
    """Return the metadata, the number of the colour space, and what the channels stand for."""
    meta = Metadata(bits=about.bits, lossless=about.is_lossless)
    if not data.startswith(_SIGNATURE):
        return meta, 0, _Channels()
    space, channels = 0, _Channels()
    for box in boxes.boxes(data):
        body = data[box.start : box.end]
        if box.kind == b"uuid" and body.startswith(_EXIF):
            meta = replace(meta, exif=exif.stripped(body[16:]))
        elif box.kind == b"uuid" and body.startswith(_XMP):
            meta = replace(meta, xmp=body[16:] or None)
    header = boxes.find_box(data, b"jp2h")
    for box in boxes.boxes(data, header.start, header.end) if header else ():
        body = data[box.start : box.end]
        if box.kind == b"colr" and body[0] == _ENUMERATED:
            space = struct.unpack_from(">L", body, 3)[0]
        elif box.kind == b"colr":
            meta = _coloured(meta, body)
        elif box.kind == b"cdef":
            channels = _channels(body)
    return meta, space, channels


def _channels(body: bytes) -> _Channels:
    """Return what a box of channel definitions says: of each its number, its kind and which colour it is."""
    stated = list(struct.iter_unpack(">HHH", body[2 : 2 + (len(body) - 2) // 6 * 6]))
    colours = sorted((colour, number) for number, kind, colour in stated if kind == _COLOUR)
    order = tuple(number for _, number in colours)
    order += tuple(number for number, kind, _ in stated if kind != _COLOUR)
    is_premultiplied = any(kind == _PREMULTIPLIED for _, kind, _ in stated)
    return _Channels(() if order == tuple(range(len(order))) else order, is_premultiplied)


def _coloured(meta: Metadata, body: bytes) -> Metadata:
    """Return the metadata with what a colour box states, if it is the first to do so."""
    if body[0] in _PROFILES and meta.icc is None and icc.device_space(body[3:]) != "CMYK":
        return replace(meta, icc=body[3:])
    if body[0] == _CODE_POINTS and meta.cicp is None:
        return replace(meta, cicp=Codes(*struct.unpack_from(">HH", body, 3)))
    return meta


def _encode(planes: Planes, quality: int | None, name: str) -> bytes:
    """Return the JP2 file: without a loss, unless a quality is given or the source had one."""
    meta = planes.metadata
    is_lossy = quality is not None or meta.lossless is False
    decibels = 25 + 0.25 * (DEFAULT_QUALITY if quality is None else quality)
    if planes.samples.dtype == np.uint16:
        codecs = extra("imagecodecs", name, "JPEG 2000 with deep colour")
        array = planes.samples[..., 0] if planes.samples.shape[2] == 1 else planes.samples
        options: dict[str, Any] = {"level": decibels + 24, "reversible": False} if is_lossy else {}
        encoded = bytes(codecs.jpeg2k_encode(np.ascontiguousarray(array), codecformat="jp2", **options))
    elif is_lossy:
        encoded = pillow.saved(
            planes.image(), "JPEG2000", irreversible=True, quality_mode="dB", quality_layers=[decibels]
        )
    else:
        encoded = pillow.saved(planes.image(), "JPEG2000")
    return _assembled(encoded, planes)


def _assembled(encoded: bytes, planes: Planes) -> bytes:
    """Return the file with profile and resolution in its header, and EXIF and XMP after it."""
    meta, out = planes.metadata, b""
    for box in boxes.boxes(encoded):
        body = encoded[box.start : box.end]
        if box.kind == b"jp2h":
            body = b"".join(
                boxes.made(b"colr", b"\2\0\0" + planes.icc)
                if inner.kind == b"colr" and planes.icc
                else boxes.made(inner.kind, encoded[inner.start : inner.end])
                for inner in boxes.boxes(encoded, box.start, box.end)
            )
            body += _resolution(meta)
        out += boxes.made(box.kind, body)
        if box.kind == b"jp2h":
            out += boxes.made(b"uuid", _EXIF + meta.exif) if meta.exif else b""
            out += boxes.made(b"uuid", _XMP + meta.xmp) if meta.xmp else b""
    return out


def _resolution(meta: Metadata) -> bytes:
    if meta.dpi is None:
        return b""
    across, down = (number / 0.0254 for number in meta.dpi)  # the format counts in metres
    power = 0
    while max(across, down) / 10**power >= 1 << 16:
        power += 1
    across, down = (max(1, round(number / 10**power)) for number in (across, down))
    resolution = struct.pack(">HHHHBB", down, 1, across, 1, power, power)
    return boxes.made(b"res ", boxes.made(b"resc", resolution))


CODEC = Codec(
    "JPEG2000",
    lambda head, _: head.startswith((_SIGNATURE, _STREAM)),
    _decode,
    suffixes=(".jp2",),
    read_suffixes=(".j2k", ".jpx", ".jpf", ".j2c", ".jpc"),
    holds=Holds(depth=16, alpha=True, grey=2, side=2**31 - 1, density=("resolution",)),
    encode=_encode,
)
