"""From the bytes of a picture file to samples and metadata: which decoder does what."""

from dataclasses import replace

from PIL import ImageFile, JpegImagePlugin

from instructir.images import bitmap, deep, exif, heif, icc, jpeg, png, raw, tiff
from instructir.images.faults import decoding
from instructir.images.metadata import Metadata, positive_pair
from instructir.images.raster import Raster, checked_size, with_metadata


def decode(data: bytes, name: str, kind: str, max_pixels: int) -> tuple[Raster, str]:
    """Return the samples and metadata of a file, and its format, which may turn out to be "RAW".

    Args:
        data: the whole file.
        name: what the user calls it.
        kind: the format by its first bytes.
        max_pixels: refuse pictures that state more.

    Raises:
        ImageFileError: if it is damaged, too large, animated, or needs the extra that is missing.
    """
    if kind == "PNG":
        return _png(data, name, max_pixels), kind
    if kind == "TIFF":
        directory = tiff.first_directory(data, name)
        if not tiff.is_camera_raw(directory):
            return tiff.decode(data, name, max_pixels, directory), kind
        kind = "RAW"
    if kind == "RAW":
        return raw.decode(data, name, max_pixels), kind
    if kind == "HEIF":
        return heif.decode(data, name, max_pixels), kind
    image = bitmap.opened(data, name, kind, max_pixels)
    raster = bitmap.decoded(image, name)
    is_upright = kind == "AVIF" and exif.orientation(exif.stripped(image.info.get("exif"))) is None
    return replace(raster, metadata=_metadata(image, data, kind), is_upright=is_upright), kind


def _png(data: bytes, name: str, max_pixels: int) -> Raster:
    with decoding(name):
        parts = list(png.chunks(data))
        header = png.header(parts)
    checked_size(name, header.width, header.height, max_pixels)
    if header.frames > 1:
        raise bitmap.animated(name, header.frames)
    is_deep_colour = header.depth == 16 and header.colour_type != 0
    if is_deep_colour:
        raster = deep.decode_png(data, name)
    else:
        raster = bitmap.decoded(bitmap.opened(data, name, "PNG", max_pixels), name)
    return with_metadata(raster, png.metadata(parts))


def _metadata(image: ImageFile.ImageFile, data: bytes, kind: str) -> Metadata:
    info = image.info
    profile = info.get("icc_profile") or None
    is_rgb_now = image.mode == "CMYK" or icc.space(profile) == "CMYK"
    return Metadata(
        exif=exif.stripped(info.get("exif")),
        xmp=info.get("xmp") or None,
        icc=None if is_rgb_now else profile,
        dpi=positive_pair(info.get("dpi")),
        jpeg=jpeg.coding(image) if isinstance(image, JpegImagePlugin.JpegImageFile) else None,
        lossless=kind == "WEBP" and _is_lossless_webp(data),
    )


def _is_lossless_webp(data: bytes) -> bool:
    """Return whether the picture's chunk is the lossless one; its place depends on the metadata before it."""
    position = 12
    while position + 8 <= len(data):
        chunk = data[position : position + 4]
        if chunk in (b"VP8 ", b"VP8L"):
            return chunk == b"VP8L"
        position += 8 + (int.from_bytes(data[position + 4 : position + 8], "little") + 1) // 2 * 2
    return False
