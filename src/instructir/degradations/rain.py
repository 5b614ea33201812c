"""Rain streaks, light to heavy, as in Rain100L/H (Yang et al., "Joint Rain Detection...", CVPR 2017).

Streaks are sparse seeds drawn out along one main direction; several layers of nearer and farther drops are
added to the picture.
"""

import math

import torch
from torch import Generator, Tensor

from instructir.degradations._random import coin, per_picture, uniform
from instructir.degradations.convolution import convolve

KERNEL = 55
"""Longest streak, in pixels."""
LAYERS = 3
JITTER = math.radians(4)
"""How far a layer's direction may stray from the main one."""


def streak_kernels(angle: Tensor, length: Tensor, width: Tensor) -> Tensor:
    """Soft line segments (B, KERNEL, KERNEL) with a peak of 1.

    Args:
        angle: radians from the vertical, (B,).
        length: length in pixels, (B,).
        width: standard deviation across the streak in pixels, (B,).
    """
    axis = torch.arange(KERNEL, device=angle.device, dtype=torch.float32) - KERNEL // 2
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    cos, sin = angle.cos()[:, None, None], angle.sin()[:, None, None]
    along, across = y * cos + x * sin, x * cos - y * sin
    body = torch.exp(-0.5 * (across / width[:, None, None]) ** 2)
    ends = torch.sigmoid(length[:, None, None] / 2 - along.abs())
    return body * ends


def rain(images: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    """Let it rain.

    Args:
        images: (B, 3, H, W) in [0, 1].
        strength: (B,) in [0, 1]: 0 is a drizzle like Rain100L's lightest, 1 a downpour like Rain100H.
        generator: on the images' device.

    Returns:
        Pictures in [0, 1].
    """
    batch, _, height, width = images.shape
    margin = KERNEL - 1
    angle = uniform(images, -0.6, 0.6, generator, batch)
    streaks = torch.zeros_like(images[:, :1])
    for layer in range(LAYERS):
        size = 1 - 0.25 * layer
        seeds = torch.rand(
            batch, 1, height + margin, width + margin, generator=generator, device=images.device
        )
        amount = uniform(images, 0.5, 1.5, generator) * (0.0006 + 0.0045 * per_picture(strength) ** 1.5)
        value = uniform(images, 0.3, 1, generator, *seeds.shape)
        length = uniform(images, 10, 50, generator, batch) * size
        thickness = (uniform(images, 0.35, 0.9, generator, batch) + 0.3 * strength) * size
        kernels = streak_kernels(
            angle + uniform(images, -JITTER, JITTER, generator, batch), length, thickness
        )
        streaks = streaks + convolve((seeds < amount) * value, kernels, padding="valid")
    # Drops lit from behind take the sky's colour; most are nearly white.
    light = uniform(images, 0.85, 1, generator, batch, 3, 1, 1)
    opacity = uniform(images, 0.35, 0.65, generator) + 0.3 * per_picture(strength)
    streaks = streaks.clamp(0, 1.3) * opacity
    added = images + streaks * light
    blended = images * (1 - streaks.clamp(0, 1)) + streaks * light
    return torch.where(coin(images, 0.75, generator), added, blended).clamp(0, 1)
