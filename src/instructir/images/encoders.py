"""From a `Photo` to the bytes of a file: what each format can hold, and how it is told to hold it."""

import contextlib
import io
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from instructir.images import colour, exif, icc, jpeg, png, tiff_file
from instructir.images.faults import encoding, extra, refusal
from instructir.images.formats import Target
from instructir.images.metadata import Metadata
from instructir.images.photo import Photo

DEFAULT_QUALITY = 90
"""For WebP, AVIF and HEIC: compression artefacts stay below what the eye sees at this quality."""

_LOSSLESS_ALPHA = {"a:lossless": "1"}
"""libaom's option that keeps the alpha of an AVIF file exact."""

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


@dataclass(frozen=True, eq=False)
class Planes:
    """Samples as a format takes them.

    Attributes:
        samples: (H, W, C), alpha last if there is any; uint8, uint16 or float32.
        colours: channels without alpha, 1 or 3.
        metadata: the photo's, with the size statements of its EXIF brought up to date.
        icc: the profile to embed, or None.
    """

    samples: NDArray[Any]
    colours: int
    metadata: Metadata
    icc: bytes | None

    def image(self) -> Image.Image:
        """Return 8-bit samples, or one channel of 16 bits, as Pillow's image."""
        array = self.samples[..., 0] if self.samples.shape[2] == 1 else self.samples
        return Image.fromarray(np.ascontiguousarray(array))


def planes_of(photo: Photo, target: Target) -> Planes:
    """Return the samples that the format `target` takes of `photo`.

    Depth is rounded down to what the format holds, but never raised. Without an alpha channel the picture is
    laid over white. Where the profile can be embedded, colours are converted back to it; elsewhere they stay
    sRGB.
    """
    pixels, excess = photo.pixels, photo.out_of_gamut
    alpha = photo.alpha
    if alpha is not None and not target.alpha:
        pixels = colour.over_white(pixels, alpha)
        excess = None if excess is None else excess * colour.alpha_of_depth(alpha, 32)[..., None]
        alpha = None
    if photo.greyscale:
        pixels = colour.luma(pixels)
    is_grey = photo.greyscale and target.grey >= (1 if alpha is None else 2)
    colours = 1 if is_grey else 3
    profile, conversion = _profile(photo, target, colours)
    depth = min(photo.depth, target.depth)
    samples = colour.from_srgb(pixels, excess if conversion else None, conversion, depth)
    if samples.shape[2] < colours:
        samples = np.repeat(samples, 3, axis=2)
    if alpha is not None:
        samples = np.concatenate([samples, colour.alpha_of_depth(alpha, depth)[..., None]], axis=2)
    block = exif.resized(photo.metadata.exif, photo.width, photo.height)
    return Planes(samples, colours, replace(photo.metadata, exif=block), profile)


def _profile(photo: Photo, target: Target, colours: int) -> tuple[bytes | None, icc.Profile | None]:
    """Return the profile to embed, and the conversion to it; two None if it cannot be embedded."""
    data = photo.metadata.icc
    is_grey_no_more = photo.greyscale and colours == 3 and icc.space(data) == "GRAY"
    if data is None or not target.profile or is_grey_no_more:
        return None, None
    return data, icc.parse(data, 1 if photo.greyscale else 3)


def encoded(photo: Photo, target: Target, quality: int | None, name: str) -> bytes:
    """Return the file of `photo` in the format `target`.

    Args:
        photo: the picture.
        target: the format.
        quality: 1 to 100 for JPEG, WebP, AVIF and HEIC; None for the source's own coding or a high default.
        name: what the user calls the file, for messages.

    Raises:
        ImageFileError: if the format cannot hold a picture of this size, the encoder fails, or the extra is
            missing.
    """
    if max(photo.width, photo.height) > target.side:
        problem = f"{target.name} holds at most {target.side} pixels a side"
        raise refusal(name, problem, "write a TIFF or PNG instead")
    codec = extra("pillow_heif", name, "HEIC") if target.name == "HEIF" else None
    needs_codecs = (
        target.name == "PNG" and photo.depth > 8 and (not photo.greyscale or photo.alpha is not None)
    )
    if needs_codecs:
        codec = extra("imagecodecs", name, "PNG with 16-bit colour")
    planes = planes_of(photo, target)
    with encoding(name, target.name):
        if target.name == "JPEG":
            return jpeg.encoded(planes.image(), planes.metadata, planes.icc, quality)
        if target.name == "PNG":
            return _png(planes, codec)
        if target.name == "TIFF":
            return tiff_file.encoded(planes.samples, planes.colours, planes.metadata, planes.icc)
        if target.name == "HEIF" and codec:
            return _heif(planes, codec, quality)
        return _other(planes, target.name, quality)


def _png(planes: Planes, codec: ModuleType | None) -> bytes:
    if codec is not None:
        body = bytes(codec.png_encode(planes.samples))
    else:
        stream = io.BytesIO()
        planes.image().save(stream, "PNG")
        body = stream.getvalue()
    return png.assembled(body, planes.metadata, planes.icc)


def _heif(planes: Planes, codec: ModuleType, quality: int | None) -> bytes:
    samples = planes.samples
    mode = _MODES[samples.shape[2]]
    meta = planes.metadata
    options: dict[str, Any] = {"nclx_profile": meta.nclx} if meta.nclx else {}
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


def _other(planes: Planes, kind: str, quality: int | None) -> bytes:
    """Return a WebP, AVIF or BMP file."""
    meta = planes.metadata
    options: dict[str, Any] = {"dpi": meta.dpi} if meta.dpi else {}
    if kind != "BMP":
        block = exif.without_orientation(meta.exif) if kind == "AVIF" else meta.exif
        options = {
            "quality": DEFAULT_QUALITY if quality is None else quality,
            "icc_profile": planes.icc,
            "exif": exif.PREFIX + block if block else b"",
            "xmp": meta.xmp or b"",
        }
    if kind == "WEBP":
        # Exact keeps the colour below full transparency.
        options |= {"lossless": meta.lossless and quality is None, "exact": True}
    image = planes.image()
    if kind == "AVIF" and image.mode != "L":
        options["subsampling"] = "4:4:4"
    stream = io.BytesIO()
    if kind == "AVIF" and planes.samples.shape[2] > 3:
        with contextlib.suppress(ValueError):  # another AV1 encoder than libaom, without this option
            image.save(stream, kind, codec="aom", advanced=_LOSSLESS_ALPHA, **options)
            return stream.getvalue()
    image.save(stream, kind, **options)
    return stream.getvalue()
