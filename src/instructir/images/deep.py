"""Decoding of 16-bit and float colour, which Pillow cuts down to 8 bits (the extra ``formats``)."""

import io
import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instructir.images.faults import decoding, extra, refusal
from instructir.images.raster import Raster, checked_size, of_array

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB = 0, 1, 2
_SAMPLES = ("u1", "u2", "f2", "f4", "f8")
_MOST_SAMPLES = 16
_SILENT = logging.NullHandler()


def decode_png(data: bytes, name: str) -> Raster:
    """Return the samples of a PNG file of 16 bits.

    Raises:
        ImageFileError: if the extra is missing or the data are damaged.
    """
    codecs = extra("imagecodecs", name, "PNG with 16-bit colour")
    with decoding(name):
        array: NDArray[Any] = codecs.png_decode(data)
    return of_array(array)


def decode_tiff(data: bytes, name: str, max_pixels: int) -> Raster:
    """Return the samples of the first page of a TIFF file of more than 8 bits a sample.

    Premultiplied colours are divided by their alpha; integers of 9 to 15 bits keep their own white.

    Raises:
        ImageFileError: if the extra is missing, the data are damaged, or the samples of a type that is no
            picture.
    """
    tifffile = extra("tifffile", name, "TIFF with deep colour")
    extra("imagecodecs", name, "TIFF with deep colour")
    # Its remarks on damaged files would reach the terminal of programs that set up no logging.
    logging.getLogger("tifffile").addHandler(_SILENT)
    with decoding(name, tifffile.TiffFileError), tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages[0]
        height, width, samples = page.imagelength, page.imagewidth, page.samplesperpixel
        checked_size(name, width, height * page.imagedepth, max_pixels)
        photometric, bits = int(page.photometric), int(page.bitspersample)
        extras = [int(sample) for sample in page.extrasamples]
        is_planar = page.planarconfig == 2 and samples > 1
        dtype = np.dtype(page.dtype)
        colours = 3 if photometric == _RGB else 1
        is_picture = photometric in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB) and dtype.str[1:] in _SAMPLES
        if not is_picture or not colours <= samples <= _MOST_SAMPLES:
            problem = f"has {samples} {dtype} samples a pixel, of photometric kind {photometric}"
            raise refusal(name, problem, "save it as 16-bit or float RGB or greyscale")
        array: NDArray[Any] = page.asarray(maxworkers=1)
        array = array.reshape((samples, height, width) if is_planar else (height, width, samples))
    if is_planar:
        array = np.moveaxis(array, 0, -1)
    return _raster(array, photometric, bits, extras)


def _raster(array: NDArray[Any], photometric: int, bits: int, extras: list[int]) -> Raster:
    colours = 3 if photometric == _RGB else 1
    has_alpha = array.shape[2] > colours and bool(extras) and extras[0] in (1, 2)
    array = array[..., : colours + has_alpha]
    if array.dtype.kind == "f":
        maximum = 1.0
        array = array.astype(np.float32)
    else:
        maximum = float((1 << bits) - 1)
    if photometric == _WHITE_IS_ZERO:
        array = np.concatenate([(maximum - array[..., :1]).astype(array.dtype), array[..., 1:]], axis=-1)
    if has_alpha and extras[0] == 1:
        array = unmultiplied(array, maximum)
    return of_array(array, maximum)


def unmultiplied(array: NDArray[Any], maximum: float) -> NDArray[Any]:
    """Return samples (H, W, C) whose last channel is alpha with their colours divided by it.

    Args:
        array: integers from 0 to `maximum`, or floats.
        maximum: the sample value of white and of full opacity.
    """
    alpha = array[..., -1:].astype(np.float64)
    straight = np.divide(
        array[..., :-1] * np.float64(maximum), alpha, out=np.zeros(array[..., :-1].shape), where=alpha > 0
    )
    if array.dtype.kind == "u":
        straight = np.rint(np.minimum(straight, maximum))
    return np.concatenate([straight.astype(array.dtype), array[..., -1:]], axis=-1)
