"""Grain: a fraction of what denoising took away, put back so that the result does not look waxy.

What is put back is the photo's own: the luminance that denoising removed, less its slow part and its colour,
which are blotches that nobody misses. It is scaled so that its standard deviation is the stated fraction of
noise that was removed, where that shows its strength.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from instructir.images import Photo
from instructir.images.colour.samples import luma
from instructir.restoration.enlarging import enlarge_bicubic

_Field = NDArray[np.float32]

_REACH = 4
"""Pixels beyond which a change counts as slow."""
CLIPPED = 0.06
"""Distance to black and white within which they cut noise off."""


def with_grain(photo: Photo, noisy: Photo, clean: Photo, fraction: float) -> tuple[Photo, str]:
    """`photo` with some of the grain that denoising took away, and what was measured.

    Args:
        photo: what is to have grain; it may be larger than the two others.
        noisy: the picture before it was denoised; it may be smaller than it was after.
        clean: the same after.
        fraction: of the noise's standard deviation, in [0, 1].
    """
    taken = luma(_sized(noisy.visible, clean.height, clean.width) - clean.visible)[..., 0]
    fine, told = _fast(taken), tells_noise(luma(clean.visible)[..., 0])
    level, own = float(taken[told].std()), float(fine[told].std())
    if level <= 0 or own <= 0:
        return photo, "grain: no noise was removed, so none is put back"
    field = fine * np.float32(fraction * level / own)
    field = _sized(field[..., None], photo.height, photo.width)[..., 0]
    said = (
        f"grain: the noise had a standard deviation of {255 * level:.1f} levels; "
        f"{255 * fraction * level:.1f} were put back"
    )
    return photo.with_visible(photo.visible + field[..., None]), said


def _sized(pixels: _Field, height: int, width: int) -> _Field:
    """Pixels (H, W, C) as (height, width, C)."""
    if pixels.shape[:2] == (height, width):
        return pixels
    return enlarge_bicubic(pixels, height, width)


def tells_noise(clean: _Field) -> NDArray[np.bool_]:
    """Where noise shows its strength: away from black and white, and from edges, some of which went too."""
    between = (clean > CLIPPED) & (clean < 1 - CLIPPED)
    if between.mean() < 0.01:
        between = np.ones_like(between)
    steps = np.hypot(_slope(clean, 0), _slope(clean, 1))
    told: NDArray[np.bool_] = between & (steps <= np.median(steps[between]))
    return told


def _slope(field: _Field, axis: int) -> NDArray[np.floating[Any]]:
    """How `field` rises along an axis: not at all along one pixel."""
    return np.gradient(field, axis=axis) if field.shape[axis] > 1 else np.zeros_like(field)


def _fast(field: _Field) -> _Field:
    """`field` less its mean over squares of a few pixels."""
    height, width = field.shape
    small = (max(1, width // _REACH), max(1, height // _REACH))
    image = Image.fromarray(np.ascontiguousarray(field))
    slow = image.resize(small, Image.Resampling.BOX).resize((width, height), Image.Resampling.BICUBIC)
    fast: _Field = field - np.asarray(slow, dtype=np.float32)
    return fast
