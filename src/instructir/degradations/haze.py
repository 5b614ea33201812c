"""Haze by the atmospheric scattering model, as in RESIDE (Li et al., TIP 2019): ``I t + A (1 - t)``."""

import torch
from torch import Generator, Tensor

from instructir.degradations._random import broadcast_strength, coin, smooth_field, uniform

_BETA_RANGE = (0.2, 3.2)
"""Scattering coefficient, for depths in [0, 1], at strength 0 and 1. RESIDE has 0.6 to 1.8 indoors, for
depths that reach beyond one."""
_AIRLIGHT_RANGE = (0.65, 1.0)
"""Brightness of the haze; RESIDE has 0.7 to 1 indoors and 0.8 to 1 outdoors. Bright haze is drawn more often:
the indoor pairs that could be measured have 1."""
_TINT = 0.03
"""A channel's largest departure from it, in one picture of two; RESIDE's haze is grey."""
_DUST = (0.02, 0.15)
"""How much less green and, by twice as much, less blue than red the haze of dust and evenings is."""
_DUSTY, _OUTDOORS, _IN_LINEAR_LIGHT = 0.12, 0.5, 0.4
"""Fractions of the pictures in such haze; with the depth of a landscape, where none is known; and with haze
that adds up as light does. RESIDE adds it to stored values."""
_GAMMA = 2.2
_FAR = 2.0
"""Depth of a landscape's sky."""


def scatter(images: Tensor, depth: Tensor, beta: Tensor, airlight: Tensor) -> Tensor:
    """Apply ``I t + A (1 - t)`` with ``t = exp(-beta depth)``.

    Args:
        images: (B, 3, H, W) in [0, 1].
        depth: (B, 1, H, W), 0 is near.
        beta: (B, 1, 1, 1).
        airlight: colour of the haze, (B, 3, 1, 1) or (B, 1, 1, 1).
    """
    transmission = torch.exp(-beta * depth)
    return images * transmission + airlight * (1 - transmission)


def _procedural_depth(images: Tensor, generator: Generator) -> Tensor:
    """Plausible depth (B, 1, H, W) in [0, 1.2]: a tilted plane, smooth hills and a fraction of the luminance.

    A crop sees a part of a scene, so the offset decides most: near crops are clear, far ones veiled.
    """
    height = images.shape[-2]
    rows = torch.linspace(1, 0, height, device=images.device).view(1, 1, height, 1)
    plane = rows * uniform(images, 0, 0.6, generator)
    hills = smooth_field(images, 3, generator) * uniform(images, 0, 0.4, generator)
    offset = uniform(images, 0.1, 0.9, generator)
    return (plane + hills + offset).clamp(0, 1.2)


def _landscape_depth(images: Tensor, generator: Generator) -> Tensor:
    """Depth (B, 1, H, W) up to `_FAR` of ground that goes to a horizon, uneven and with the sky above it.

    A crop may show the ground alone, as the horizon may lie above it.
    """
    height = images.shape[-2]
    rows = torch.linspace(0, 1, height, device=images.device).view(1, 1, height, 1)
    uneven = (smooth_field(images, 6, generator) - 0.5) * uniform(images, 0, 0.3, generator)
    below = rows + uneven - uniform(images, -0.6, 0.7, generator)
    nearest = uniform(images, 0.02, 0.25, generator)
    return torch.where(below > 0, nearest / below.clamp_min(nearest / _FAR), _FAR)


def haze(images: Tensor, strength: Tensor, generator: Generator, depth: Tensor | None = None) -> Tensor:
    """Veil pictures in haze.

    Args:
        images: (B, 3, H, W) in [0, 1].
        strength: (B,) in [0, 1].
        generator: on the images' device.
        depth: (B, 1, H, W) in [0, 1] where it is known; procedural otherwise.
    """
    low, high = _BETA_RANGE
    beta = low + broadcast_strength(strength) * (high - low)
    dim, bright = _AIRLIGHT_RANGE
    airlight = bright - uniform(images, 0, 1, generator) ** 3 * (bright - dim)
    tint = uniform(images, -_TINT, _TINT, generator, len(images), 3, 1, 1) * coin(images, 0.5, generator)
    warm = uniform(images, *_DUST, generator) * coin(images, _DUSTY, generator)
    tint = tint - warm * images.new_tensor([0.0, 1.0, 2.0]).view(1, 3, 1, 1)
    colour = (airlight + tint).clamp(0, 1)
    if depth is None:
        outdoors = coin(images, _OUTDOORS, generator)
        far = _landscape_depth(images, generator)
        depth = torch.where(outdoors, far, _procedural_depth(images, generator))
    stored = scatter(images, depth, beta, colour)
    lit = scatter(images.pow(_GAMMA), depth, beta, colour.pow(_GAMMA)).clamp_min(0).pow(1 / _GAMMA)
    return torch.where(coin(images, _IN_LINEAR_LIGHT, generator), lit, stored).clamp(0, 1)
