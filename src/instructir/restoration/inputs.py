"""Whatever a caller has, as a :class:`Photo`: a path, a Pillow image, an array."""

from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from instructir.errors import ImageFileError
from instructir.images import Photo, read

ImageLike = str | PathLike[str] | Image.Image | NDArray[Any] | Photo


_PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}
"""Pillow's modes of colours that are multiplied by their alpha, and the modes that they come from."""
_BRIGHTEST = 64.0
"""Largest value of floats that are light above white; beyond it they are 8- or 16-bit numbers."""


def to_photo(image: ImageLike) -> Photo:
    """Turn `image` into a photo.

    Args:
        image: a file; a Pillow image of any mode (its EXIF orientation is applied); or an array (H, W),
            (H, W, 1), (H, W, 3) or (H, W, 4) of uint8, uint16, or floats in [0, 1], the fourth channel alpha.

    Raises:
        ImageFileError: if a file cannot be read, or an array is not a picture.
    """
    if isinstance(image, Photo):
        return image
    if isinstance(image, str | PathLike):
        return read(Path(image))
    if isinstance(image, Image.Image):
        return _from_pillow(image)
    return _from_array(np.asarray(image))


def _from_pillow(image: Image.Image) -> Photo:
    upright = ImageOps.exif_transpose(image)
    if upright.mode in _PREMULTIPLIED:
        upright = upright.convert(_PREMULTIPLIED[upright.mode])
    if upright.mode.startswith(("I", "F")):
        return _from_array(np.asarray(upright))
    transparent = upright.has_transparency_data
    grey = upright.mode in ("1", "L", "LA")
    mode = {(True, True): "LA", (True, False): "L", (False, True): "RGBA", (False, False): "RGB"}[
        grey, transparent
    ]
    return _from_array(np.asarray(upright.convert(mode)))


def _from_array(array: NDArray[Any]) -> Photo:
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[2] not in (1, 2, 3, 4) or 0 in array.shape:
        raise ImageFileError(
            f"an array of shape {array.shape} is not a picture: give (H, W), (H, W, 3) or (H, W, 4)"
        )
    if array.dtype == np.int32 and array.min() >= 0 and array.max() <= 65535:
        array = array.astype(np.uint16)  # Pillow's 16-bit greyscale
    if array.dtype.kind == "f":
        scale, depth = 1.0, 32
        if np.isfinite(array).all() and float(array.max()) > _BRIGHTEST:
            raise ImageFileError(
                f"an array of floats up to {float(array.max()):g} is not a picture: give floats in [0, 1]"
            )
    elif array.dtype in (np.uint8, np.uint16):
        scale, depth = float(np.iinfo(array.dtype).max), 8 * array.dtype.itemsize
    else:
        raise ImageFileError(
            f"an array of {array.dtype} is not a picture: give uint8, uint16 or floats in [0, 1]"
        )
    pixels = (array.astype(np.float32) / np.float32(scale)).astype(np.float32)
    if not np.isfinite(pixels).all():
        raise ImageFileError("the array holds values that are not finite: replace them first")
    colours = pixels[..., :3] if pixels.shape[2] >= 3 else pixels[..., :1].repeat(3, axis=2)
    alpha = array[..., -1].copy() if array.shape[2] in (2, 4) else None
    return Photo(np.ascontiguousarray(colours), alpha=alpha, greyscale=array.shape[2] < 3, depth=depth)
