"""Dehazing by the dark channel prior (He et al., CVPR 2009) with a guided filter (He et al., ECCV 2010)."""

import torch.nn.functional as F
from torch import Tensor

_PATCH = 15
"""Side of the neighbourhood whose darkest value is taken, in pixels."""
_KEPT_HAZE = 0.05
"""Fraction of the haze that stays, so that distance is still seen (the paper's omega is 0.95)."""
_LEAST_TRANSMISSION = 0.1
"""Bound below which noise would be amplified."""
RADIUS, SMOOTHNESS = 30, 1e-3
"""Of the guided filter."""


def dehaze(image: Tensor) -> Tensor:
    """Invert ``I = J t + A (1 - t)`` for J, (3, H, W) in [0, 1] to the same shape."""
    hazy = image.clamp(0, 1)
    airlight = _airlight(hazy)
    rough = 1 - (1 - _KEPT_HAZE) * _dark(hazy / airlight[:, None, None])
    grey = hazy.mean(0, keepdim=True)
    transmission = _guided(rough, grey).clamp(_LEAST_TRANSMISSION, 1)
    return (hazy - airlight[:, None, None]) / transmission + airlight[:, None, None]


def _dark(image: Tensor) -> Tensor:
    """Darkest value of any channel around each pixel, (1, H, W)."""
    return -F.max_pool2d(-image.amin(0, keepdim=True), _PATCH, stride=1, padding=_PATCH // 2)


def _airlight(image: Tensor) -> Tensor:
    """Mean colour of the haziest thousandth of the pixels."""
    dark = _dark(image).flatten()
    haziest = dark.topk(max(1, len(dark) // 1000)).indices
    return image.flatten(1)[:, haziest].mean(1).clamp_min(0.05)


def _guided(rough: Tensor, guide: Tensor) -> Tensor:
    def mean(plane: Tensor) -> Tensor:
        side = 2 * RADIUS + 1
        out: Tensor = F.avg_pool2d(plane[None], side, stride=1, padding=RADIUS, count_include_pad=False)[0]
        return out

    average, target = mean(guide), mean(rough)
    slope = (mean(guide * rough) - average * target) / (mean(guide * guide) - average**2 + SMOOTHNESS)
    return mean(slope) * guide + mean(target - slope * average)
