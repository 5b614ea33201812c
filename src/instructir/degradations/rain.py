"""Rain streaks, light to heavy, as in Rain100L/H (Yang et al., "Joint Rain Detection...", CVPR 2017).

Streaks are sparse seeds drawn out along one main direction. In Rain100H they are thin, hard-edged and grey,
and so many that they lie on more than eight tenths of a typical picture, several deep, and lift it by a fifth
of the range from black to white; the layers are simply added to it. In Rain100L, and where a camera saw it
rain, they are drops out of focus: long, soft-edged, fading at both ends and made of finer threads.
"""

import torch
from torch import Generator, Tensor

from instructir.degradations._random import broadcast_strength, coin, normal, uniform
from instructir.degradations.convolution import convolve

_KERNEL = 101
"""Longest streak, in pixels."""
_HARD = 56
"""Longest streak with hard edges."""
_LAYERS = 4
_VALUES = (0.2, 1.0)
"""Brightness of a layer's streaks, of the brightest."""
_LIFT = 0.5
"""Most that rain lifts a black picture, on average over its pixels."""


def _axes(angle: Tensor) -> tuple[Tensor, Tensor]:
    """Distance along and across streaks of `angle` (B,) from the middle of a kernel, (B, KERNEL, KERNEL)."""
    axis = torch.arange(_KERNEL, device=angle.device, dtype=torch.float32) - _KERNEL // 2
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    cos, sin = angle.cos()[:, None, None], angle.sin()[:, None, None]
    return y * cos + x * sin, x * cos - y * sin


def _streak_kernels(angle: Tensor, length: Tensor, width: Tensor) -> Tensor:
    """Line segments (B, KERNEL, KERNEL) of value 1, their edges anti-aliased.

    Args:
        angle: radians from the vertical, (B,).
        length: length in pixels, (B,).
        width: thickness in pixels, (B,); below one, streaks are fainter instead of thinner.
    """
    along, across = _axes(angle)
    width = width[:, None, None]
    body = ((width + 1) / 2 - across.abs()).clamp(0, 1).minimum(width)
    return body * ((length[:, None, None] + 1) / 2 - along.abs()).clamp(0, 1)


def _soft_kernels(angle: Tensor, length: Tensor, width: Tensor) -> Tensor:
    """Streaks (B, KERNEL, KERNEL) that fade towards their ends and sides; arguments as above."""
    along, across = _axes(angle)
    profile = torch.exp(-0.5 * (across / (width[:, None, None] / 2)) ** 2)
    phase = (2 * along / length[:, None, None]).clamp(-1, 1)
    return profile * (0.5 + 0.5 * (torch.pi * phase).cos())


def _threads(images: Tensor, angle: Tensor, generator: Generator) -> Tensor:
    """What soft streaks are made of: a field (B, 1, H, W) of mean 1, drawn out along `angle`."""
    batch, _, height, width = images.shape
    length = uniform(images, 6, _HARD, generator, batch)
    kernels = _streak_kernels(angle, length, uniform(images, 0.7, 1.2, generator, batch))
    grains = normal(images, generator, batch, 1, height + _KERNEL - 1, width + _KERNEL - 1)
    field = convolve(grains, kernels, padding="valid") / kernels.square().sum((1, 2)).sqrt().view(-1, 1, 1, 1)
    return (1 + uniform(images, 0.2, 0.9, generator) * field).clamp_min(0)


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
    threads = _threads(images, angle, generator)
    # In some pictures all streaks are sharp, in some none; those of a downpour are, as in Rain100H.
    softness = uniform(images, -0.5, 1.5, generator) * (1 - 0.8 * broadcast_strength(strength))
    for cover in covers:
        tilt = angle + jitter * uniform(images, -1, 1, generator, batch)
        length = uniform(images, 8, _HARD, generator, batch)
        thickness = 0.6 + (0.6 + 1.3 * strength) * uniform(images, 0, 1, generator, batch)
        kernels = _streak_kernels(tilt, length, thickness)
        soft = uniform(images, 0, 1, generator) < softness
        longer = uniform(images, 16, 2 * _KERNEL, generator, batch).clamp_max(_KERNEL - 1)
        thicker = 0.8 + 5 * uniform(images, 0, 1, generator, batch) ** 3
        kernels = torch.where(soft[:, 0], _soft_kernels(tilt, longer, thicker), kernels)
        amount = broadcast_strength(cover / kernels.sum((1, 2)))
        value = uniform(images, *_VALUES, generator, batch, 1, height + margin, width + margin)
        value = torch.where(soft, value**2, value)
        seeds = torch.rand(value.shape, generator=generator, device=images.device) < amount
        layer = convolve(seeds * value, kernels, padding="valid")
        streaks = streaks + layer * torch.where(soft, threads, 1.0)
    # Drops lit from behind take the sky's colour; most are nearly white.
    light = uniform(images, 0.92, 1, generator, batch, 3, 1, 1)
    added = images + streaks * brightness * light
    opacity = (streaks * (brightness + 0.3)).clamp(0, 1)
    blended = images * (1 - opacity) + opacity * light
    return torch.where(coin(images, 0.85, generator), added, blended).clamp(0, 1)
