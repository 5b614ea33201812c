"""A region: where a mask is white the picture is restored, where it is black not a pixel changes."""

from os import PathLike, fspath
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from instructir.errors import ImageFileError
from instructir.images import NamedBytes, Photo, read
from instructir.images.colour.samples import alpha_of_depth
from instructir.restoration.inputs import ImageLike, to_photo

Mask = NDArray[np.float32]
"""Opacities (H, W) in [0, 1] of what is done at each pixel."""

_EDGE = 0.004
"""Width of the soft edge, as a fraction of the shorter side."""
_FAINT = 1.5 / 255
"""Below it nobody means a fraction: what is white is 1, or 255 in 16 bits."""
_OWN_EDGE = 0.02
"""Fraction of grey among what is not black from which a mask has a soft edge of its own."""


def soft_mask(mask: ImageLike, photo: Photo) -> Mask:
    """What of a picture a mask lets be restored.

    The edge is softened inwards: what is black stays 0. Grey is a fraction, and a mask that has a soft edge
    keeps it. Where the mask is transparent it counts as black.

    Args:
        mask: a file, upright as the picture is shown (its EXIF orientation counts), the bytes of one, a
            Pillow image or an array, which may be of truth values. Integers that reach one level of 8 bits at
            most, as zeros and ones do, count as white where they are greatest.
        photo: the picture.

    Raises:
        ImageFileError: if it cannot be read, has another size than the picture, or is black throughout.
    """
    name = fspath(mask) if isinstance(mask, str | PathLike) else "mask"
    given = _given(mask)
    if (given.width, given.height) != (photo.width, photo.height):
        raise ImageFileError(
            f"{name}: has {given.width}x{given.height} pixels, but the picture has "
            f"{photo.width}x{photo.height}; give a mask of the picture's size"
        )
    white: NDArray[np.floating[Any]] = given.srgb.mean(axis=2)
    brightest = float(white.max())
    if given.depth < 32 and 0 < brightest < _FAINT:
        white = white / brightest
    if given.alpha is not None:
        white = white * np.clip(alpha_of_depth(given.alpha, 32), 0, 1)
    soft = _softened(white.astype(np.float32))
    if not soft.any():
        raise ImageFileError(f"{name}: is black throughout; paint white what is to be restored")
    return soft


def _given(mask: ImageLike) -> Photo:
    """The photo that a mask is; what is wrong with one that has no name is told of the mask."""
    if isinstance(mask, bytes):
        return read(NamedBytes(mask, "mask"))
    try:
        return to_photo(mask)
    except ImageFileError as error:
        if isinstance(mask, str | PathLike):
            raise
        raise ImageFileError(f"mask: {error}") from error


def _softened(white: Mask) -> Mask:
    lit = white > 0
    # Lossy files leave a grey fringe, which is no edge that somebody meant.
    between = (white > 0.1) & (white < 0.9)
    if between.sum() > _OWN_EDGE * max(1, int(lit.sum())):
        return white
    radius = max(1.0, _EDGE * min(white.shape))
    blurred = Image.fromarray((white * 255 + 0.5).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius))
    inwards = np.clip(np.asarray(blurred) / 127.5 - 1, 0, 1)
    soft: Mask = (white * inwards).astype(np.float32)
    # Strokes thinner than the edge would vanish.
    return soft if soft.max() > 0.5 else white
