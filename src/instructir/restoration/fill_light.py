"""More light for the dark parts of a picture that is not dark on the whole, as before a window or the sun.

The network lifts all of a picture, and burns the bright parts of one that is only dark in front. So light is
filled in as a darkroom would: by how dark a pixel's surroundings are, so that texture keeps its contrast, and
not across edges, so that none glows. The surroundings are the mean of a guided filter (He, Sun and Tang, IEEE
Transactions on Pattern Analysis and Machine Intelligence 2013), computed on a small picture.
"""

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from instructir.degradations.compression import TO_YCBCR
from instructir.images import Photo
from instructir.images.colour.spaces import SRGB_CURVE
from instructir.restoration.margins import inner

_GREY, _SHARE = 0.18, 1 / 3
"""Light of middle grey, and the part of the stops below it by which surroundings are lifted: a third of three
stops is one."""
_DARKEST = 0.001
"""Light below which surroundings count as no darker: noise is not worth more than two and a half stops."""
_ALL_OVER = 0.25
"""Mean of the pixels below which a picture is dark all over."""
_ENDS, _BRIGHT, _APART = 0.05, 2 * _GREY, 3.0
"""Fraction of the surroundings that are the darkest, or the brightest, of a picture; the light that the
brightest have where it is dark in parts alone, a stop above middle grey, and the stops between the two.
Pictures that are too dark all over keep their contrast, but lack such light. Of 87 photos 75 are such with a
subject two stops too dark before what is a stop too bright, and 13 a stop too dark as a whole."""
_SIDE, _WINDOW = 384, 8
"""Longer side in pixels at which surroundings are measured, and what fraction of the shorter they span."""
_EDGE = 0.03
"""Variance of luma within the window from which it is an edge, which surroundings do not cross."""


def is_dark_in_parts(photo: Photo) -> bool:
    """Whether parts of a picture are far darker than others, which have the light that they should have.

    One that is dark all over is a matter for the network, whatever is said of its parts.
    """
    given = inner(photo).of(photo.visible)
    if float(given.mean()) < _ALL_OVER:
        return False
    light = _surroundings(_reduced(_luma(given)))
    dark, bright = np.quantile(light, (_ENDS, 1 - _ENDS))
    return bool(bright >= max(_BRIGHT, dark * 2**_APART))


def with_fill_light(photo: Photo) -> Photo:
    """A photo with more light where it is dark: at most what is darker than middle grey changes."""
    part = inner(photo)
    given = part.of(photo.visible)
    gain = np.maximum(1, (_GREY / _surroundings(_luma(given))) ** _SHARE)[..., None]
    made = SRGB_CURVE.backward((SRGB_CURVE.forward(given.astype(np.float32)) * gain).clip(0, 1))
    return photo.with_visible(part.put(photo.visible, made.astype(np.float32)))


def _luma(pixels: NDArray[np.float32]) -> Tensor:
    """Luma (1, 1, H, W) of pixels (H, W, 3) in [0, 1]."""
    return torch.from_numpy(pixels @ np.array(TO_YCBCR[0], dtype=np.float32))[None, None]


def _reduced(luma: Tensor) -> Tensor:
    """Luma at the size at which surroundings are measured."""
    factor = max(1.0, max(luma.shape[2:]) / _SIDE)
    height, width = (max(1, round(side / factor)) for side in luma.shape[2:])
    return F.interpolate(luma, (height, width), mode="area")


def _surroundings(luma: Tensor) -> NDArray[np.float32]:
    """Light around each pixel, (H, W) in [_DARKEST, 1], of luma (1, 1, H, W)."""
    small = _reduced(luma)
    radius = max(1, min(small.shape[2:]) // _WINDOW // 2)

    def mean(plane: Tensor) -> Tensor:
        return F.avg_pool2d(plane, 2 * radius + 1, 1, radius, count_include_pad=False)

    middle = mean(small)
    variance = (mean(small * small) - middle * middle).clamp(min=0)
    slope = variance / (variance + _EDGE)
    slope, offset = (
        F.interpolate(mean(plane), luma.shape[2:], mode="bilinear")
        for plane in (slope, middle - slope * middle)
    )
    light = SRGB_CURVE.forward((slope * luma + offset)[0, 0].clamp(0, 1).numpy())
    around: NDArray[np.float32] = light.clip(_DARKEST, 1).astype(np.float32)
    return around
