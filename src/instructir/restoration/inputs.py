"""Whatever a caller has, as a :class:`Photo`: a path, a Pillow image, an array."""

from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from instructir.errors import ImageFileError
from instructir.images import NamedBytes, Photo, read
from instructir.images.codecs import pillow
from instructir.images.metadata import exif
from instructir.images.raster import of_array, photo_of
from instructir.images.refusals import decoding, refusal, shown

ImageLike = str | PathLike[str] | bytes | BinaryIO | Image.Image | NDArray[Any] | Photo


_BRIGHTEST = 64.0
"""Largest value of floats that are light above white; beyond it they are 8- or 16-bit numbers."""
_ACCEPTED = "give a path, the bytes of a file, a file opened in binary mode, a Pillow image or an array"


def to_photo(image: ImageLike) -> Photo:
    """Turn `image` into a photo.

    Args:
        image: a file, by its path, its bytes, or open in binary mode (it is read to its end); a Pillow image
            of any mode, whose EXIF orientation, colour profile and metadata count as those of a file do, and
            whose mode I is 16 bits; or an array (H, W), (H, W, C) with C from 1 to 4, of uint8, uint16, bool,
            or floats in [0, 1], in either byte order; the second of two channels and the fourth are alpha.
            What looks like samples of another range is said in the notes, floats beyond 64 are refused, and
            alpha is clipped.

    Raises:
        ImageFileError: if a file or a Pillow image cannot be read, or `image` is not a picture.
    """
    if isinstance(image, Photo):
        return image
    if isinstance(image, str) and "://" in image:
        raise ImageFileError(f"{image}: is a URL, and only files are read: download it, and name the file")
    if isinstance(image, str | PathLike):
        return read(Path(image))
    if isinstance(image, bytes | bytearray | memoryview):
        return read(NamedBytes(image, "picture"))
    if isinstance(image, Image.Image):
        return _from_pillow(image)
    if hasattr(image, "read"):
        return read(cast(BinaryIO, image))
    if not isinstance(image, list) and not hasattr(image, "__array__"):
        raise ImageFileError(f"{type(image).__name__} is not a picture: {_ACCEPTED}")
    try:
        array = np.asarray(image)
    except (TypeError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise ImageFileError(f"{type(image).__name__} is not an array ({reason}): {_ACCEPTED}") from error
    return _from_array(array)


def _from_pillow(image: Image.Image) -> Photo:
    name = getattr(image, "filename", "") or "picture"
    if 0 in image.size:
        raise refusal(name, f"has no pixels ({image.width} x {image.height})", "give one that has")
    with decoding(name):
        image.load()
        fields = exif.from_tiff(image.getexif().tobytes().removeprefix(exif.PREFIX))
    if image.mode == "F":
        _refuse_numbers(np.asarray(image))
    raster = of_array(_sixteen_bits(image, name)) if image.mode == "I" else pillow.decoded(image, name)
    raster = replace(raster, metadata=pillow.metadata_of(image, fields))
    return photo_of(raster, image.format or "PNG", str(name))


def _sixteen_bits(image: Image.Image, name: str) -> NDArray[np.uint16]:
    """Samples of 16-bit greyscale, which some versions of Pillow hold in 32 bits."""
    array = np.asarray(image)
    if array.size and (array.min() < 0 or array.max() > 65535):
        raise refusal(name, "has integer samples of more than 16 bits", "save it with 16 bits or as float")
    return array.astype(np.uint16)


def _refuse_numbers(array: NDArray[Any]) -> None:
    """Refuse floats that are 8- or 16-bit numbers.

    Raises:
        ImageFileError: if they are.
    """
    finite = np.isfinite(array)
    low, high = float(array.min(where=finite, initial=0)), float(array.max(where=finite, initial=0))
    if max(-low, high) > _BRIGHTEST:
        raise ImageFileError(f"floats from {low:g} to {high:g} are not a picture: give floats in [0, 1]")


def _from_array(array: NDArray[Any]) -> Photo:
    if 0 in array.shape:
        raise ImageFileError(f"an array of shape {array.shape} has no pixels: give one that has")
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 2, 3, 4)):
        raise ImageFileError(
            f"an array of shape {array.shape} is not a picture: give (H, W), (H, W, 3) or (H, W, 4)"
        )
    if array.dtype == np.bool_:
        array = array.astype(np.uint8) * np.uint8(255)
    if array.dtype.kind == "f":
        _refuse_numbers(array)
    elif array.dtype.newbyteorder("=") not in (np.uint8, np.uint16):
        raise ImageFileError(
            f"an array of {array.dtype} is not a picture: give uint8, uint16, bool or floats in [0, 1]"
        )
    return photo_of(of_array(array), "PNG", "array")


def refuse_single(images: object) -> None:
    """Refuse one picture where several are asked for.

    Raises:
        ImageFileError: if it is one, or nothing that pictures can be taken from.
    """
    if isinstance(images, str | PathLike):
        what = fspath(images)
    elif getattr(images, "ndim", None) in (2, 3):
        what = f"an array of shape {tuple(images.shape)}"  # type: ignore[attr-defined]
    elif isinstance(images, bytes | bytearray | memoryview) or hasattr(images, "read"):
        what = "a file"
    elif not hasattr(images, "__iter__") and not hasattr(images, "__getitem__"):
        what = type(images).__name__
    else:
        return
    raise ImageFileError(f"{shown(what)} is not several pictures: give a list of pictures")


def with_wish(
    entry: ImageLike | tuple[ImageLike, str | None], instruction: str | None
) -> tuple[ImageLike, str | None]:
    """A picture and its instruction, which is `instruction` where it comes without its own.

    Raises:
        ImageFileError: if it is neither.
    """
    if not isinstance(entry, tuple):
        return entry, instruction
    if len(entry) != 2:
        raise ImageFileError(f"a tuple of {len(entry)} is no picture: give (picture, instruction)")
    return entry
