"""Rain streaks, light to heavy, as in Rain100L/H (Yang et al., "Joint Rain Detection...", CVPR 2017).

Streaks are sparse seeds drawn out along one main direction. In Rain100H they are thin, hard-edged and grey,
and so many that they lie on more than eight tenths of a typical picture, several deep, and lift it by a fifth
of the range from black to white; the layers are simply added to it.
"""

import torch
from torch import Generator, Tensor

from instructir.degradations._random import broadcast_strength, coin, uniform
from instructir.degradations.convolution import convolve

_KERNEL = 61
"""Longest streak, in pixels."""
_LAYERS = 4
_VALUES = (0.2, 1.0)
"""Brightness of a layer's streaks, of the brightest."""
_LIFT = 0.5
"""Most that rain lifts a black picture, on average over its pixels."""


def _streak_kernels(angle: Tensor, length: Tensor, width: Tensor) -> Tensor:
    """Line segments (B, KERNEL, KERNEL) of value 1, their edges anti-aliased.

    Args:
        angle: radians from the vertical, (B,).
        length: length in pixels, (B,).
        width: thickness in pixels, (B,); below one, streaks are fainter instead of thinner.
    """
    axis = torch.arange(_KERNEL, device=angle.device, dtype=torch.float32) - _KERNEL // 2
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    cos, sin = angle.cos()[:, None, None], angle.sin()[:, None, None]
    along, across = y * cos + x * sin, x * cos - y * sin
    width = width[:, None, None]
    body = ((width + 1) / 2 - across.abs()).clamp(0, 1).minimum(width)
    return body * ((length[:, None, None] + 1) / 2 - along.abs()).clamp(0, 1)


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
    margin = _KERNEL - 1
    angle = uniform(images, -0.6, 0.6, generator, batch)
    # In most pictures the layers are nearly parallel, in some they cross.
    jitter = 0.05 + 0.4 * uniform(images, 0, 1, generator, batch) ** 3
    # How many times each layer's streaks would cover the picture, laid side by side.
    covers = uniform(images, 0.1, 1, generator, _LAYERS, batch) * (0.03 + 1.07 * strength**2)
    # Rain so dense that it is white all over has nothing behind it to restore.
    brightest = _LIFT / (covers.sum(0) * sum(_VALUES) / 2)
    brightness = uniform(images, 0.2, 0.7, generator).minimum(broadcast_strength(brightest))
    streaks = torch.zeros_like(images[:, :1])
    for cover in covers:
        length = uniform(images, 8, _KERNEL - 5, generator, batch)
        thickness = 0.6 + (0.6 + 1.3 * strength) * uniform(images, 0, 1, generator, batch)
        amount = broadcast_strength(cover / (length * thickness))
        value = uniform(images, *_VALUES, generator, batch, 1, height + margin, width + margin)
        seeds = torch.rand(value.shape, generator=generator, device=images.device) < amount
        kernels = _streak_kernels(
            angle + jitter * uniform(images, -1, 1, generator, batch), length, thickness
        )
        streaks = streaks + convolve(seeds * value, kernels, padding="valid")
    # Drops lit from behind take the sky's colour; most are nearly white.
    light = uniform(images, 0.92, 1, generator, batch, 3, 1, 1)
    added = images + streaks * brightness * light
    opacity = (streaks * (brightness + 0.3)).clamp(0, 1)
    blended = images * (1 - opacity) + opacity * light
    return torch.where(coin(images, 0.85, generator), added, blended).clamp(0, 1)
