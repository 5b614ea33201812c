"""What a decoder hands over: samples in the file's own space, and their way to a `Photo`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instructir.images import colour, exif, icc
from instructir.images.faults import refusal
from instructir.images.metadata import Metadata, xmp_orientation
from instructir.images.photo import Photo

Samples = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Raster:
    """Decoded samples and metadata of one picture.

    Attributes:
        samples: (H, W, C), C being 1 or 3; uint8, uint16 or float32.
        depth: 8, 16, or 32 for float.
        alpha: (H, W) in the type of the samples, or None.
        maximum: sample value of white.
        metadata: what else the file says, as read.
        is_upright: whether the decoder has turned the picture already.
    """

    samples: Samples
    depth: int
    alpha: Samples | None = None
    maximum: float = 255.0
    metadata: Metadata = field(default_factory=Metadata)
    is_upright: bool = False


def of_array(array: Samples, maximum: float | None = None) -> Raster:
    """Return a raster of an array (H, W) or (H, W, C) with C of 1 or 3, or 2 or 4 where the last is alpha.

    Args:
        array: uint8, uint16 or floats in either byte order.
        maximum: sample value of white if it is not that of the type; samples and alpha are then of fewer
            bits.
    """
    planes = array.reshape(*array.shape[:2], -1)
    if planes.dtype.kind == "f":
        planes = planes.astype(np.float32)
    planes = planes.astype(planes.dtype.newbyteorder("="), copy=False)
    depth = 8 * planes.dtype.itemsize
    top = 1.0 if depth == 32 else float((1 << depth) - 1)
    count = planes.shape[2]
    alpha = np.ascontiguousarray(planes[..., -1]) if count in (2, 4) else None
    if alpha is not None and maximum is not None and maximum != top:
        alpha = np.rint(alpha * (top / maximum)).astype(planes.dtype)
    return Raster(planes[..., : 1 if count < 3 else 3], depth, alpha, maximum or top)


def turned(array: Samples, orientation: int) -> Samples:
    """Return an array (H, W, ...) turned upright from EXIF `orientation` (1 to 8)."""
    if orientation > 4:
        array = array.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        array = array[:, ::-1]
    if orientation in (3, 4, 7, 8):
        array = array[::-1]
    return np.ascontiguousarray(array)


_ADMISSION: ContextVar[Callable[[int], None] | None] = ContextVar("admission", default=None)


@contextmanager
def admission(admit: Callable[[int], None]) -> Iterator[None]:
    """Have `admit` called with the pixels of each picture read meanwhile, before they take memory.

    It may wait until there is room. It may be called more than once for a picture.
    """
    token = _ADMISSION.set(admit)
    try:
        yield
    finally:
        _ADMISSION.reset(token)


def checked_size(name: str, width: int, height: int, max_pixels: int) -> None:
    """Refuse a picture that has no pixels or too many; wait for room where `admission` says so.

    Raises:
        ImageFileError: if it does.
    """
    if width < 1 or height < 1:
        raise refusal(name, f"has no pixels ({width} x {height})", "get a fresh copy")
    if width * height > max_pixels:
        size = f"{width} x {height} pixels, over the limit of {max_pixels / 1e6:g} megapixels"
        raise refusal(name, f"states {size}", "raise max_pixels if you trust it, or use a smaller picture")
    admit = _ADMISSION.get()
    if admit is not None:
        admit(width * height)


def photo_of(raster: Raster, kind: str) -> Photo:
    """Return the photo of a raster: upright, in sRGB, three channels.

    Args:
        raster: what the decoder made.
        kind: Pillow's name of the file's format.
    """
    meta = raster.metadata
    way = 1
    if not raster.is_upright:
        way = exif.orientation(meta.exif) or xmp_orientation(meta.xmp) or 1
    samples = turned(raster.samples, way)
    channels = samples.shape[2]
    profile = icc.parse(meta.icc, channels) if meta.icc else None
    pixels, excess = colour.to_srgb(samples, raster.maximum, profile)
    return Photo(
        pixels=pixels,
        alpha=None if raster.alpha is None else turned(raster.alpha, way),
        greyscale=channels == 1,
        depth=raster.depth,
        format=kind,
        metadata=meta.turned(way),
        out_of_gamut=excess,
    )


def with_metadata(raster: Raster, metadata: Metadata) -> Raster:
    """Return `raster` with other metadata."""
    return replace(raster, metadata=metadata)
