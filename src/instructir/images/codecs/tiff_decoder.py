"""TIFF pages that Pillow reads wrongly or not at all, decoded by tifffile (the extra ``formats``)."""

import io
import logging
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from instructir.images.codecs import pillow
from instructir.images.raster import Raster, checked_size, of_array, unmultiplied
from instructir.images.refusals import decoding, extra, refusal

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _CMYK = 0, 1, 2, 3, 5
_COLOURS = {_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _PALETTE: 1, _CMYK: 4}
_MODELS = {
    _WHITE_IS_ZERO: "greyscale",
    _BLACK_IS_ZERO: "greyscale",
    _RGB: "RGB",
    _PALETTE: "a palette",
    4: "a mask",
    _CMYK: "inks",
    6: "YCbCr",
    8: "CIE Lab",
    9: "ICC Lab",
    10: "ITU Lab",
    32844: "LogL",
    32845: "LogLuv",
}
"""What messages call the colours of samples."""
_SAMPLES = ("u1", "u2", "f2", "f4", "f8")
_MOST_SAMPLES = 16
_ASSOCIATED, _UNASSOCIATED = 1, 2
FURTHER_CHANNELS = ("channels that are neither colour nor transparency are left out",)
"""What is said of a page that has them."""
_SILENT = logging.NullHandler()


def decode_tiff(data: bytes, name: str, max_pixels: int, icc: bytes | None) -> Raster:
    """Return the samples of the first page, of which `check_extent` has found all.

    Premultiplied colours are divided by their alpha; integers of 9 to 15 bits keep their own white; palettes
    are looked up; CMYK becomes sRGB, of 8 bits where a profile says how.

    Args:
        data: the whole file.
        name: what the user calls it.
        max_pixels: refuse pages that state more.
        icc: the page's profile, for CMYK.

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
        height, width, count = page.imagelength, page.imagewidth, page.samplesperpixel
        checked_size(name, width, height, max_pixels)
        photometric, dtype = int(page.photometric), np.dtype(page.dtype)
        _refuse_others(name, photometric, dtype, count)
        is_planar = page.planarconfig == 2 and count > 1
        array: NDArray[Any] = page.asarray(maxworkers=1)
        array = array.reshape((count, height, width) if is_planar else (height, width, count))
        bits, extras = int(page.bitspersample), [int(sample) for sample in page.extrasamples]
        palette = np.asarray(page.colormap) if photometric == _PALETTE else None
    if is_planar:
        array = np.moveaxis(array, 0, -1)
    maximum = 1.0 if array.dtype.kind == "f" else float((1 << bits) - 1)
    return _raster(array, photometric, maximum, extras, palette, icc)


def decode_ycbcr(data: bytes, name: str) -> Raster:
    """Return the samples of a first page of 8-bit YCbCr that is not compressed, as RGB, by libtiff.

    Args:
        data: the whole file, of which `check_extent` has found all of the page.
        name: what the user calls it.

    Raises:
        ImageFileError: if the extra is missing or the data are damaged.
    """
    codecs = extra("imagecodecs", name, "TIFF of YCbCr without compression")
    with decoding(name):
        return of_array(codecs.tiff_decode(data, index=0, asrgb=True)[..., :3])


def _refuse_others(name: str, photometric: int, dtype: np.dtype[Any], count: int) -> None:
    hint = "save it as 8-bit, 16-bit or float RGB or greyscale"
    if dtype.kind == "i":
        raise refusal(name, "has signed integer samples", hint)
    if dtype.kind == "u" and dtype.itemsize > 2:
        raise refusal(name, "has integer samples of more than 16 bits", hint)
    colours = _COLOURS.get(photometric)
    if colours is None or dtype.str[1:] not in _SAMPLES or not colours <= count <= _MOST_SAMPLES:
        model = _MODELS.get(photometric, "an unknown colour model")
        problem = f"has {count} samples a pixel of the type {dtype} for {model}, which is not read"
        raise refusal(name, problem, hint)


def _raster(
    array: NDArray[Any],
    photometric: int,
    maximum: float,
    extras: list[int],
    palette: NDArray[Any] | None,
    icc: bytes | None,
) -> Raster:
    colours = _COLOURS[photometric]
    # Files that do not say what their further samples are mean nothing by them.
    kinds = extras[: array.shape[2] - colours]
    at = next((i for i, kind in enumerate(kinds) if kind in (_ASSOCIATED, _UNASSOCIATED)), None)
    notes: tuple[str, ...] = ()
    if array.shape[2] - colours > (at is not None):
        notes = FURTHER_CHANNELS
    alpha = None if at is None else array[..., colours + at : colours + at + 1]
    array = array[..., :colours]
    if array.dtype.kind == "f":
        array = array.astype(np.float32)
        alpha = None if alpha is None else alpha.astype(np.float32)
    if photometric == _WHITE_IS_ZERO:
        array = (maximum - array).astype(array.dtype)
    if alpha is not None and at is not None and kinds[at] == _ASSOCIATED:
        array = unmultiplied(np.concatenate([array, alpha], axis=-1), maximum)[..., :-1]
    if palette is not None:
        table = np.rint(palette.T / (257 if palette.max() > 255 else 1)).astype(np.uint8)
        array, maximum = table[np.minimum(array[..., 0], len(table) - 1)], 255.0
        alpha = (
            None if alpha is None else np.rint(alpha * (255.0 / np.iinfo(alpha.dtype).max)).astype(np.uint8)
        )
    if photometric == _CMYK:
        array, notes = _rgb_of_inks(array, maximum, icc), (*notes, *pillow.INKS)
        alpha = None if alpha is None else _like(alpha, maximum, array)
        maximum = float(np.iinfo(array.dtype).max)
    if alpha is not None:
        array = np.concatenate([array, alpha], axis=-1)
    return replace(of_array(array, maximum), notes=notes)


def _rgb_of_inks(inks: NDArray[Any], maximum: float, icc: bytes | None) -> NDArray[Any]:
    """Return RGB (H, W, 3) of CMYK (H, W, 4): 8 bits through a profile, else in the depth of the inks."""
    fraction = inks.astype(np.float32) / np.float32(maximum)
    if icc is not None:
        image = Image.fromarray(np.rint(fraction * 255).astype(np.uint8), "CMYK")
        image.info["icc_profile"] = icc
        return np.asarray(pillow.inks_to_srgb(image))
    light = (1 - fraction[..., :3]) * (1 - fraction[..., 3:])
    kind = np.uint8 if inks.dtype.itemsize == 1 else np.uint16
    rgb: NDArray[Any] = np.rint(light * np.iinfo(kind).max).astype(kind)
    return rgb


def _like(alpha: NDArray[Any], maximum: float, array: NDArray[Any]) -> NDArray[Any]:
    scaled: NDArray[Any] = np.rint(alpha.astype(np.float64) * (np.iinfo(array.dtype).max / maximum))
    result: NDArray[Any] = scaled.astype(array.dtype)
    return result
