"""What the codecs that Pillow computes have in common: opening, decoding, metadata, saving."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from instructir.errors import ImageFileError
from instructir.images.codecs import libtiff
from instructir.images.colour import icc
from instructir.images.colour.spaces import lcms_to_srgb
from instructir.images.metadata import Metadata, exif, positive_pair, unequal
from instructir.images.raster import Raster, checked_size, of_array
from instructir.images.refusals import SharedContext, decoding, refusal

_READERS: dict[str, type[ImageFile.ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
    "JPEG2000": Jpeg2KImagePlugin.Jpeg2KImageFile,
}
"""Called directly instead of through ``Image.open``, which would take the JPEG files of phones that carry a
second picture for animations."""


@contextmanager
def _own_rules() -> Iterator[None]:
    """Replace Pillow's process-wide settings while decoding.

    Its size limit is lower than ours. Leniency with truncated files, which other libraries switch on, would
    let pictures through that are half grey.
    """
    limit, leniency = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = None, False
    try:
        with libtiff.silent():
            yield
    finally:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = limit, leniency


_OWN_RULES = SharedContext(_own_rules)


def opened(data: bytes, name: str, kind: str, max_pixels: int) -> ImageFile.ImageFile:
    """Return Pillow's image of a file with its header read and its size checked, but not decoded.

    Raises:
        ImageFileError: if the header is broken, the picture too large, or a part of an animation.
    """
    with decoding(name), _OWN_RULES:
        image = _READERS[kind](io.BytesIO(data))
        width, height = image.size
    checked_size(name, width, height, max_pixels)
    if kind != "TIFF":  # whose pages are counted by our own walk, which knows previews from pages
        with decoding(name):
            frames = int(getattr(image, "n_frames", 1))
        if frames > 1:
            raise animated(name, frames)
    return image


def animated(name: str, frames: int) -> ImageFileError:
    """Return the refusal of a file that holds `frames` pictures."""
    problem = f"holds {frames} frames or pages and only single pictures can be restored"
    return refusal(name, problem, "export one of them to a file of its own")


def decoded(image: Image.Image, name: str) -> Raster:
    """Return the samples of an opened image.

    Palettes are looked up, a transparent colour becomes an alpha channel, bits become bytes. CMYK and CIE Lab
    become sRGB, through the file's profile where there is one, and are written back as RGB: a way back to
    CMYK would choose another black plate than the file's.

    Raises:
        ImageFileError: if the data are damaged or cut short, or the samples of a type that is no picture.
    """
    with decoding(name), _OWN_RULES:
        image.load()
        transparency = image.info.get("transparency")
    mode = image.mode
    if mode.startswith("I;16"):
        return _deep_grey(np.asarray(image), transparency)
    if mode == "F":
        return of_array(np.asarray(image))
    if mode == "I":
        raise refusal(name, "has integer samples of more than 16 bits", "save it with 16 bits or as float")
    with decoding(name):
        flat = _flattened(image, image.has_transparency_data)
        raster = of_array(np.asarray(flat))
    return replace(raster, notes=INKS) if mode in ("CMYK", "LAB") else raster


INKS = ("its colour model is not RGB: converted to sRGB",)
"""What is said of CMYK and Lab."""


def metadata_of(image: Image.Image, fields: bytes | None = None) -> Metadata:
    """Return what Pillow has read of an opened image beside its pixels.

    Args:
        image: the image.
        fields: the EXIF block of a file that has it elsewhere than where most formats have it.
    """
    info = image.info
    profile = info.get("icc_profile") or None
    is_rgb_now = image.mode in ("CMYK", "LAB") or icc.device_space(profile) in ("CMYK", "Lab")
    block = exif.stripped(info.get("exif")) or fields
    # For JPEG and TIFF files that state no resolution Pillow makes one up.
    may_be_made_up = image.format in ("JPEG", "MPO", "TIFF") and not info.get("jfif_unit")
    states_none = may_be_made_up and exif.resolution(block) is None
    return Metadata(
        exif=block,
        xmp=info.get("xmp") or None,
        icc=None if is_rgb_now else profile,
        dpi=None if states_none else positive_pair(info.get("dpi")),
        aspect=unequal(info.get("jfif_density")) if states_none else None,
    )


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return the file that Pillow writes."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def _flattened(image: Image.Image, has_key: bool) -> Image.Image:
    """Return `image` in the mode L, LA, RGB or RGBA that loses nothing."""
    mode = image.mode
    if mode in ("CMYK", "LAB"):
        return inks_to_srgb(image)
    if mode in ("1", "L"):
        return image.convert("LA") if has_key else image.convert("L")
    if mode in ("P", "RGB"):
        return image.convert("RGBA") if has_key else image.convert("RGB")
    if mode in ("LA", "La"):
        return image.convert("LA")
    return image.convert("RGBA" if mode in ("PA", "RGBA", "RGBa") else "RGB")


def inks_to_srgb(image: Image.Image) -> Image.Image:
    """Return a CMYK or Lab image in sRGB, through its profile where it has one that fits."""
    source = ImageCms.createProfile("LAB") if image.mode == "LAB" else image.info.get("icc_profile")
    return (lcms_to_srgb(image, source) if source else None) or image.convert("RGB")


def _deep_grey(array: NDArray[Any], transparency: object) -> Raster:
    grey = array.astype(np.uint16)
    if not isinstance(transparency, int):
        return of_array(grey)
    alpha = np.where(grey == transparency, 0, 0xFFFF).astype(np.uint16)
    return of_array(np.stack([grey, alpha], axis=-1))
