"""PNG files: chunks are checked, those that we do not read carried, and put around encoded pixels.

Pillow decodes and encodes them, and imagecodecs (the extra ``formats``) where colour has 16 bits.
"""

import struct
import zlib
from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from instructir.images.codecs import pillow
from instructir.images.codecs.codec import Codec
from instructir.images.colour import cicp
from instructir.images.holding import Holds
from instructir.images.metadata import Metadata, exif, positive_pair, unequal
from instructir.images.planes import Planes
from instructir.images.raster import WITHOUT_CREDENTIALS, Raster, checked_size, full_range, of_array
from instructir.images.refusals import decoding, extra

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_XMP_KEYWORD = b"XML:com.adobe.xmp"
_LEGACY_EXIF = (b"Raw profile type exif", b"Raw profile type APP1")

_CARRIED: frozenset[bytes] = frozenset(
    {b"gAMA", b"cHRM", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"pHYs", b"tIME", b"oFFs", b"pCAL", b"sCAL"}
    | {b"sTER", b"tEXt", b"zTXt", b"iTXt"}
)
"""Chunks that stay true when pixels change and do not depend on the colour type."""


_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT")
_MOST_TEXT = 1 << 26
"""Bytes: no profile or text is larger."""
_STEP = 1 << 20
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples a pixel, by colour type."""
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Of interlacing: the first column and row, and the steps to the next ones."""


class Chunk(NamedTuple):
    """A chunk's type and data."""

    kind: bytes
    data: bytes


class _Header(NamedTuple):
    """What matters of IHDR and of the chunks before the pixels."""

    width: int
    height: int
    depth: int
    colour_type: int
    is_interlaced: bool
    frames: int


def chunks(data: bytes) -> tuple[list[Chunk], bool]:
    """Return the sound chunks of a PNG file, and whether others beside its pixels, or its end, are damaged.

    Raises:
        ValueError: if a chunk without which the picture is wrong has a bad checksum or is cut short.
    """
    position, found, is_whole = len(_SIGNATURE), [], True
    while position + 8 <= len(data):
        size, kind = struct.unpack_from(">L4s", data, position)
        body = data[position + 8 : position + 8 + size]
        is_critical = not kind[0] & 0x20 and kind != b"IEND"
        check = data[position + 8 + size : position + 12 + size]
        is_sound = len(check) == 4 and zlib.crc32(body, zlib.crc32(kind)) == struct.unpack(">L", check)[0]
        if not is_sound and is_critical:
            raise ValueError(f"bad checksum in chunk {kind!r}")
        is_whole &= is_sound
        if is_sound:
            found.append(Chunk(kind, body))
        if kind == b"IEND":
            return found, is_whole
        position += 12 + size
    return found, False


def header(parts: list[Chunk]) -> _Header:
    """Return what the chunks say about the form of the pixels.

    Raises:
        ValueError: if the header chunk is not there or too short.
    """
    if not parts or parts[0].kind != b"IHDR" or len(parts[0].data) != 13:
        raise ValueError("no header chunk")
    width, height, depth, colour_type = struct.unpack_from(">LLBB", parts[0].data)
    by_kind = dict(parts)
    animation = by_kind.get(b"acTL", b"")
    frames = struct.unpack_from(">L", animation)[0] if len(animation) == 8 else 1
    return _Header(width, height, depth, colour_type, parts[0].data[12] == 1, frames)


def metadata(parts: list[Chunk]) -> Metadata:
    """Return what the chunks say beside the pixels. Broken ones are left out.

    XMP and EXIF are taken in whatever form they were stored; the other chunks of `_CARRIED` are kept as they
    are.
    """
    by_kind = dict(parts)
    return Metadata(
        exif=exif.stripped(by_kind.get(b"eXIf")) or _legacy_exif(parts),
        xmp=_xmp(parts),
        icc=_unzipped(by_kind[b"iCCP"].split(b"\0", 1)[-1]) if b"iCCP" in by_kind else None,
        dpi=_dpi(by_kind.get(b"pHYs", b"")),
        aspect=_aspect(by_kind.get(b"pHYs", b"")),
        parameters=_parameters(parts),
        cicp=_codes(by_kind.get(b"cICP", b"")),
        chunks=tuple(
            (part.kind, part.data)
            for part in parts
            if part.kind in _CARRIED and _keyword(part) not in (_XMP_KEYWORD, *_LEGACY_EXIF)
        ),
    )


def _assembled(encoded: bytes, metadata: Metadata, icc: bytes | None) -> bytes:
    """Return the PNG file `encoded` with the metadata's chunks after its header.

    Args:
        encoded: a file of header and pixels.
        metadata: EXIF, XMP, resolution, code points and carried chunks.
        icc: the profile to embed, or None.
    """
    own = [(kind, _density(metadata, body) if kind == b"pHYs" else body) for kind, body in metadata.chunks]
    kinds = {kind for kind, _ in own}
    if icc:
        own.insert(0, (b"iCCP", b"ICC Profile\0\0" + zlib.compress(icc, 9)))
    if metadata.cicp and metadata.cicp.is_specified and b"cICP" not in kinds:
        own.insert(0, (b"cICP", bytes([*metadata.cicp, 0, 1])))
    if metadata.parameters and not kinds & {b"gAMA", b"cHRM", b"sRGB"}:
        own[:0] = _stating(metadata.parameters)
    if (metadata.dpi or metadata.aspect) and b"pHYs" not in kinds:
        own.append((b"pHYs", _density(metadata, b"")))
    if metadata.exif:
        own.append((b"eXIf", metadata.exif))
    if metadata.xmp:
        own.append((b"iTXt", _XMP_KEYWORD + b"\0\0\0\0\0" + metadata.xmp))
    split = len(_SIGNATURE) + 25
    return encoded[:split] + b"".join(_packed(kind, data) for kind, data in own) + encoded[split:]


def _density(metadata: Metadata, stated: bytes) -> bytes:
    """Return the content of a pHYs chunk; `stated` where the metadata say nothing."""
    if metadata.dpi:
        across, down = (round(number / 0.0254) for number in metadata.dpi)
        return struct.pack(">LLB", across, down, 1)
    if metadata.aspect:
        ratio = Fraction(metadata.aspect[0] / metadata.aspect[1]).limit_denominator(1000)
        return struct.pack(">LLB", ratio.numerator, ratio.denominator, 0)
    return stated


def _decode(data: bytes, name: str, max_pixels: int) -> Raster:
    with decoding(name):
        parts, is_whole = chunks(data)
        about = header(parts)
    checked_size(name, about.width, about.height, max_pixels)
    if about.frames > 1:
        raise pillow.animated(name, about.frames)
    # Decoders stumble over flaws of chunks that have nothing to do with the pixels.
    needed = [part for part in parts if part.kind in _PIXELS]
    bare = _SIGNATURE + b"".join(_packed(*part) for part in [*needed, Chunk(b"IEND", b"")])
    with decoding(name):
        _check_rows(parts, about)
    if about.depth == 16 and about.colour_type != 0:
        codecs = extra("imagecodecs", name, "PNG with 16-bit colour")
        with decoding(name):
            array: NDArray[Any] = codecs.png_decode(bare)
        raster = of_array(array)
    else:
        raster = _with_key(pillow.decoded(pillow.opened(bare, name, "PNG", max_pixels), name), parts, about)
    notes: tuple[str, ...] = (
        () if is_whole else ("a part of the file is damaged, but all of the picture is there",)
    )
    if any(part.kind == b"caBX" for part in parts):
        notes += (WITHOUT_CREDENTIALS,)
    meta = metadata(parts)
    if meta.cicp is not None and dict(parts)[b"cICP"][3] == 0:
        raster = replace(raster, samples=full_range(raster.samples, raster.maximum))
        # The range is the one thing in which what is written differs from what was stated.
        full = ((k, body[:3] + b"\1" if k == b"cICP" else body) for k, body in meta.chunks)
        meta = replace(meta, chunks=tuple(full))
    return replace(raster, metadata=meta, notes=notes)


def _check_rows(parts: list[Chunk], about: _Header) -> None:
    """Refuse a picture of which rows are missing, though its data are whole; Pillow leaves them black.

    Raises:
        ValueError: if it is one.
    """
    needed, engine = _size(about), zlib.decompressobj()
    for part in parts:
        rest = part.data if part.kind == b"IDAT" else b""
        while rest and needed > 0:
            needed -= len(engine.decompress(rest, _STEP))
            rest = engine.unconsumed_tail
    if needed > 0 and engine.eof:
        raise ValueError("rows of the picture are missing")


def _size(about: _Header) -> int:
    """Return the bytes of the pixels, each row with the number of its filter."""
    bits = about.depth * _CHANNELS.get(about.colour_type, 1)
    size = 0
    for left, top, across, down in _PASSES if about.is_interlaced else ((0, 0, 1, 1),):
        columns, rows = ceil((about.width - left) / across), ceil((about.height - top) / down)
        if columns > 0 and rows > 0:
            size += rows * (1 + ceil(columns * bits / 8))
    return size


def _with_key(raster: Raster, parts: list[Chunk], about: _Header) -> Raster:
    """Return a grey picture of 2 or 4 bits with its transparent level, which Pillow misreads."""
    key = dict(parts).get(b"tRNS", b"")
    if about.colour_type != 0 or about.depth not in (2, 4) or len(key) != 2:
        return raster
    top = (1 << about.depth) - 1
    level = (key[1] & top) * 255 // top
    return replace(raster, alpha=np.where(raster.samples[..., 0] == level, 0, 255).astype(np.uint8))


def _codes(data: bytes) -> cicp.Codes | None:
    codes = cicp.Codes(data[0], data[1]) if len(data) == 4 and data[2] == 0 else None
    return codes if codes is not None and codes.is_specified else None


def _parameters(parts: list[Chunk]) -> cicp.Parameters | None:
    """Return what gAMA and cHRM state, which counts where no sRGB chunk says that it is an approximation."""
    by_kind = dict(parts)
    gamma, chromaticities = by_kind.get(b"gAMA", b""), by_kind.get(b"cHRM", b"")
    if b"sRGB" in by_kind:
        return None
    exponent = struct.unpack(">L", gamma)[0] / 100_000 if len(gamma) == 4 else None
    points = None
    if len(chromaticities) == 32:
        x_and_y = [number / 100_000 for number in struct.unpack(">8L", chromaticities)]
        white, *primaries = zip(x_and_y[::2], x_and_y[1::2], strict=True)
        points = (*primaries, white)
    return cicp.Parameters(exponent, points) if exponent or points else None


def _stating(parameters: cicp.Parameters) -> list[tuple[bytes, bytes]]:
    """Return gAMA and cHRM; the curve of sRGB is approached by 1/2.2, as everybody does."""
    found = [(b"gAMA", struct.pack(">L", round(100_000 * (parameters.gamma or 0.45455))))]
    if parameters.points:
        *primaries, white = parameters.points
        numbers = [max(0, round(100_000 * number)) for point in (white, *primaries) for number in point]
        found.append((b"cHRM", struct.pack(">8L", *numbers)))
    return found


def _encode(planes: Planes, quality: int | None, name: str) -> bytes:  # noqa: ARG001 - lossless
    if planes.samples.dtype == np.uint16 and planes.samples.shape[2] > 1:
        codecs = extra("imagecodecs", name, "PNG with 16-bit colour")
        body = bytes(codecs.png_encode(planes.samples))
    else:
        body = pillow.saved(planes.image(), "PNG")
    return _assembled(body, planes.metadata, planes.icc)


def _packed(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(data, zlib.crc32(kind)))


def _keyword(part: Chunk) -> bytes:
    return part.data.split(b"\0", 1)[0] if part.kind in (b"tEXt", b"zTXt", b"iTXt") else b""


def _unzipped(data: bytes) -> bytes | None:
    """Return the text behind a compression byte, or None if it is broken or as large as only a bomb is."""
    try:
        engine = zlib.decompressobj()
        text = engine.decompress(data[1:], _MOST_TEXT)
    except zlib.error:
        return None
    return None if engine.unconsumed_tail or not text else text


def _xmp(parts: list[Chunk]) -> bytes | None:
    for part in parts:
        if _keyword(part) != _XMP_KEYWORD or part.kind != b"iTXt":
            continue
        flag, rest = (
            part.data[len(_XMP_KEYWORD) + 1 : len(_XMP_KEYWORD) + 2],
            part.data[len(_XMP_KEYWORD) + 2 :],
        )
        text = rest[1:].split(b"\0", 2)[-1]  # after the method, the language and the translated keyword
        return (_unzipped(b"\0" + text) if flag == b"\1" else text) or None
    return None


def _dpi(data: bytes) -> tuple[float, float] | None:
    if len(data) != 9 or data[8] != 1:
        return None
    across, down = struct.unpack_from(">LL", data)
    return positive_pair((across * 0.0254, down * 0.0254))


def _aspect(data: bytes) -> tuple[float, float] | None:
    return unequal(struct.unpack_from(">LL", data)) if len(data) == 9 and data[8] == 0 else None


def _legacy_exif(parts: list[Chunk]) -> bytes | None:
    """Return the EXIF block that older programs stored as a text of hexadecimal digits, or None."""
    for part in parts:
        if _keyword(part) not in _LEGACY_EXIF:
            continue
        rest = part.data.split(b"\0", 1)[-1]
        text = _unzipped(rest) if part.kind == b"zTXt" else rest
        try:
            # A blank line, the profile's name, its length, then the digits.
            return exif.stripped(bytes.fromhex("".join((text or b"").decode("ascii").split("\n")[3:])))
        except ValueError:
            continue
    return None


CODEC = Codec(
    "PNG",
    lambda head, _: head.startswith(_SIGNATURE),
    _decode,
    suffixes=(".png",),
    holds=Holds(
        depth=16,
        alpha=True,
        grey=2,
        side=2**31 - 1,
        states=("icc", "cicp", "parameters"),
        own="chunks",
        density=("resolution", "aspect"),
    ),
    encode=_encode,
)
