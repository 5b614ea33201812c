"""Dull, flat, off-colour or too bright versions of good photos: what a retoucher would correct."""

import torch
from torch import Generator, Tensor

from instructir.degradations._random import broadcast_strength, coin, uniform
from instructir.degradations.exposure import overexpose

_LUMA = (0.299, 0.587, 0.114)
_TOO_BRIGHT = 0.4
"""Fraction of the pictures that are over-exposed instead of dull."""


def unfinished(images: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    """Make well-finished photos (B, 3, H, W) dull or, two in five, too bright, by `strength` (B,)."""
    bright = overexpose(images, strength, generator)
    return torch.where(coin(images, _TOO_BRIGHT, generator), bright, dull(images, strength, generator))


def dull(images: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    """Undo a retouch, as FiveK's expert C made them.

    Exposure, tone curve, contrast, saturation and white balance drift with `strength`.

    Args:
        images: well-finished photos (B, 3, H, W) in [0, 1].
        strength: (B,) in [0, 1].
        generator: on the images' device.
    """
    amount = 0.3 + 0.7 * broadcast_strength(strength)
    # Straight from the camera a photo is mostly too dark, now and then too bright.
    stops = uniform(images, -1.5, 0.35, generator) * amount
    curve = 1 + uniform(images, -0.1, 0.35, generator) * amount
    contrast = 1 - uniform(images, -0.05, 0.4, generator) * amount
    saturation = 1 - uniform(images, -0.05, 0.6, generator) * amount
    balance = 1 + uniform(images, -0.1, 0.1, generator, len(images), 3, 1, 1) * amount
    veil = uniform(images, -0.02, 0.06, generator) * amount

    exposed = (images.clamp(1e-4, 1) ** 2.2 * 2**stops * balance).clamp(0, 1) ** (curve / 2.2)
    pivot = exposed.mean((1, 2, 3), keepdim=True)
    flat = (exposed - pivot) * contrast + pivot
    weights = torch.tensor(_LUMA, device=images.device).view(1, 3, 1, 1)
    grey = (flat * weights).sum(1, keepdim=True)
    faded = grey + (flat - grey) * saturation
    return (((faded * (1 - veil) + veil).clamp(0, 1)) * 255).round() / 255
