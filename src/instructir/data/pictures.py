"""Decoded training pictures, kept in memory up to a stated budget."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from instructir.errors import DataError, ImageFileError
from instructir.images import read_srgb

BytePixels = NDArray[np.uint8]
"""An 8-bit picture, (H, W, C) with one or three channels."""


class PictureCache:
    """Decodes pictures once and keeps them until the budget is full; the rest is decoded at every use."""

    def __init__(self, budget_mb: int = 4096) -> None:
        self._budget = budget_mb * 2**20
        self._kept: dict[Path, BytePixels] = {}

    def load(self, path: Path, *, grey: bool = False) -> BytePixels:
        """Return the picture at `path` as RGB, or as one grey channel.

        Raises:
            DataError: if the file cannot be decoded.
        """
        if path in self._kept:
            return self._kept[path]
        pixels = decode_file(path, grey=grey)
        if pixels.nbytes <= self._budget:
            self._budget -= pixels.nbytes
            self._kept[path] = pixels
        return pixels


def decode_file(path: Path, *, grey: bool = False) -> BytePixels:
    """Decode one file to (H, W, 3), or (H, W, 1) if `grey`: upright, sRGB, without transparency.

    It is read as a picture to be restored is, so training and evaluation see what users' files look like.

    Raises:
        DataError: if it cannot be decoded.
    """
    from PIL import Image

    try:
        pixels = np.array(read_srgb(path))  # a copy, which tensors may share
    except ImageFileError as error:
        reason = str(error).removeprefix(f"{path}: ")
        raise DataError(
            f"{path}: cannot be decoded ({reason}); replace it or take it out of the set"
        ) from None
    if not grey:
        return pixels if pixels.shape[2] == 3 else np.repeat(pixels, 3, axis=2)
    if pixels.shape[2] == 3:
        pixels = np.array(Image.fromarray(pixels).convert("L"))[..., None]
    return pixels


def scaled(pixels: BytePixels, size: int) -> BytePixels:
    """Scale a square picture to (size, size), bicubic, and anti-aliased on the way down."""
    from PIL import Image

    grey = pixels.shape[2] == 1
    picture = Image.fromarray(pixels[..., 0] if grey else pixels)
    small = np.asarray(picture.resize((size, size), Image.Resampling.BICUBIC))
    return small[..., None] if grey else small
