"""What a decoder hands over: samples in the file's own space, and their way to a `Photo`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instructir.images.colour import cicp, icc
from instructir.images.colour.samples import to_working
from instructir.images.colour.spaces import Space
from instructir.images.filling import repaired
from instructir.images.metadata import Metadata, exif, positive_pair, xmp
from instructir.images.photo import Photo
from instructir.images.refusals import refusal

_Samples = NDArray[Any]

WITHOUT_COMPANIONS = "the gain map, film or further pictures behind this one are left out"
"""What is said of a file whose main picture alone is written again."""

WITHOUT_CREDENTIALS = "the signed content credentials are void for a changed picture and left out"
"""What is said of a file that says by whom it was made, signed for these very pixels (C2PA)."""

WITHOUT_PROFILE = "the colour profile is damaged and left out: the colours are taken for sRGB"
"""What is said of a file of whose profile a part is missing."""

_NOT_TURNED = (
    "the picture is turned upright; regions, a map or a panorama stated for it as it lay are left out"
)
"""What is said where metadata cannot be turned with the pixels."""

_LARGEST = 1e6
"""Light in a float file beyond this is a defect of whatever wrote it, in units of white."""


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
        turned_from: the EXIF orientation (1 to 8) from which it did so, and which the metadata still state.
        notes: what the user should know, a sentence each.
        format: the file's format where it is another than its first bytes say.
    """

    samples: _Samples
    depth: int
    alpha: _Samples | None = None
    maximum: float = 255.0
    metadata: Metadata = field(default_factory=Metadata)
    is_upright: bool = False
    turned_from: int = 1
    notes: tuple[str, ...] = ()
    format: str = ""


def of_array(array: _Samples, maximum: float | None = None) -> Raster:
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


def unmultiplied(array: _Samples, maximum: float) -> _Samples:
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


def full_range(samples: _Samples, maximum: float) -> _Samples:
    """Return integer samples of the narrow range of television (16 to 235 of 255) stretched to the full one.

    Args:
        samples: from 0 to `maximum`.
        maximum: the sample value of white in the full range, 255 or 65535.
    """
    unit = (maximum + 1) / 256
    light = (samples.astype(np.float32) - np.float32(16 * unit)) * np.float32(maximum / (219 * unit))
    stretched: _Samples = np.rint(np.clip(light, 0, maximum)).astype(samples.dtype)
    return stretched


def turned(array: _Samples, orientation: int) -> _Samples:
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
        problem = f"states {width} x {height} pixels, over the limit of {max_pixels / 1e6:g} megapixels"
        raise refusal(name, problem, "use a smaller picture")
    admit = _ADMISSION.get()
    if admit is not None:
        admit(width * height)


def photo_of(raster: Raster, kind: str, name: str) -> Photo:
    """Return the photo of a raster: upright, in the working space, three channels.

    Args:
        raster: what the decoder made.
        kind: Pillow's name of the file's format.
        name: what the user calls the file.

    Raises:
        ImageFileError: if most of its samples are no numbers.
    """
    meta = raster.metadata.readable().believable()
    raster = replace(raster, metadata=meta)
    if meta.dpi is None and meta.aspect is None:
        meta = replace(meta, dpi=positive_pair(exif.resolution(meta.exif)))
    way = _orientation(raster)
    raster, notes = _possible(raster, name)
    samples = turned(raster.samples, way)
    space = _space(raster, samples)
    pixels = to_working(samples, raster.maximum, space)
    packet, has_lost = xmp.without_companions(meta.xmp)
    if has_lost:
        notes += (WITHOUT_COMPANIONS,)
        meta = replace(meta, xmp=packet)
    from_where = raster.turned_from if raster.is_upright else way
    if from_where != 1:
        meta, has_lost = meta.turnable()
        notes += (_NOT_TURNED,) if has_lost else ()
    return Photo(
        pixels=pixels,
        alpha=None if raster.alpha is None else turned(raster.alpha, way),
        greyscale=samples.shape[2] == 1,
        depth=raster.depth,
        format=raster.format or kind,
        metadata=meta.turned(from_where, samples.shape[1], samples.shape[0]),
        space=space,
        notes=tuple(dict.fromkeys((*raster.notes, *notes))),
    )


def srgb_of(raster: Raster, kind: str, name: str) -> NDArray[np.uint8]:
    """Return the upright 8-bit sRGB samples (H, W, C) of a raster, without transparency; see `photo_of`."""
    raster = replace(raster, metadata=raster.metadata.readable().believable())
    if raster.depth == 8 and raster.maximum == 255 and _space(raster, raster.samples) is None:
        return turned(raster.samples, _orientation(raster))
    photo = photo_of(raster, kind, name)
    channels = 1 if photo.greyscale else 3
    levels: NDArray[np.uint8] = np.rint(photo.srgb[..., :channels] * np.float32(255)).astype(np.uint8)
    return levels


def _orientation(raster: Raster) -> int:
    """Return the orientation (1 to 8) that the samples are still to be turned from."""
    if raster.is_upright:
        return 1
    meta = raster.metadata
    return exif.exif_orientation(meta.exif) or xmp.xmp_orientation(meta.xmp) or 1


def _space(raster: Raster, samples: _Samples) -> Space | None:
    """Return what the samples stand for: by code points, else by a profile, else by numbers."""
    meta, channels = raster.metadata, samples.shape[2]
    found: Space | None
    if meta.cicp is not None and meta.cicp.is_specified:
        found = cicp.cicp_space(meta.cicp, channels)
    elif meta.icc:
        found = icc.parse_profile(meta.icc, channels)
    else:
        found = cicp.space_of(meta.parameters, channels) if meta.parameters else None
    if found is None or not found.is_hdr:
        return found
    return cicp.fitted(found, float(samples.max()) / raster.maximum)


def _possible(raster: Raster, name: str) -> tuple[Raster, tuple[str, ...]]:
    """Return a raster without impossible floats, and what was done about them or is odd of its samples."""
    if raster.depth != 32:
        return raster, _faintness(raster)
    try:
        samples, count = repaired(raster.samples, _LARGEST)
    except ValueError as error:
        problem = f"{error} are no numbers that stand for light"
        raise refusal(name, problem, "use values from 0 to 1") from error
    alpha = raster.alpha
    if alpha is not None:
        alpha = np.clip(np.nan_to_num(alpha, nan=1.0), 0, 1)
    notes: tuple[str, ...] = ()
    if count:
        was, were = ("pixel was", "it was") if count == 1 else ("pixels were", "they were")
        notes += (f"{count} {was} no finite light; {were} filled from around",)
    beyond = max(float(samples.max()) - 1, -float(samples.min()))
    if beyond > 1e-3:
        said = f"values go from {samples.min():.3g} to {samples.max():.3g}; "
        if samples.max() <= 0:
            said += "none is above 0, so that all of the picture is black: give values from 0 to 1"
        else:
            said += "what lies outside 0 to 1 is not restored but added again where the output holds floats"
        notes += (said,)
    return replace(raster, samples=samples, alpha=alpha), notes


def _faintness(raster: Raster) -> tuple[str, ...]:
    """Return what is to be said where the samples look like those of fewer bits."""
    if raster.depth == 8:
        return ()
    brightest = int(raster.samples.max())
    if not 0 < brightest <= raster.maximum / 257:
        return ()
    return (
        f"16-bit samples reach only {brightest} of {raster.maximum:.0f}, which is nearly black; "
        "if they are of 8 bits, give them as such",
    )
