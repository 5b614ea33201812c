"""Gaussian noise, as in the paper's denoising benchmarks (section 4.1), and what files make of it."""

import torch
from torch import Generator, Tensor

from instructir.degradations._random import broadcast_strength, coin, normal, uniform
from instructir.degradations.compression import jpeg

_SIGMA_RANGE = (5.0, 55.0)
"""Standard deviations on the 8-bit scale at strength 0 and 1; the benchmarks use 15, 25 and 50."""
_QUALITY_RANGE = (5.0, 95.0)
"""JPEG qualities of photos that were stored."""


def gaussian_noise(images: Tensor, sigma: Tensor | float, generator: Generator) -> Tensor:
    """Add white gaussian noise, not clipped, as the benchmarks do.

    Args:
        images: (B, 3, H, W) in [0, 1].
        sigma: standard deviation on the 8-bit scale, one for all or one a picture (B,).
        generator: on the images' device.
    """
    level = torch.as_tensor(sigma, dtype=images.dtype, device=images.device).expand(len(images))
    return images + broadcast_strength(level) / 255 * normal(images, generator)


def sigma_at(strength: Tensor) -> Tensor:
    """Standard deviation on the 8-bit scale that a strength in [0, 1] stands for."""
    low, high = _SIGMA_RANGE
    return low + strength * (high - low)


def noise(images: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    """Add noise of `strength` (B,) in [0, 1].

    Two in five are clipped and rounded to 8 bits, as files are. As many have been through a JPEG file, most
    with colour at half resolution, some through two: noise that is no longer white, which a network that
    knows only white noise takes for texture and keeps. Half of these have no noise, so that blocks and
    ringing are what is to be removed. The rest is as the unclipped benchmarks have it.
    """
    noisy = gaussian_noise(images, sigma_at(strength), generator)
    stored = (noisy.clamp(0, 1) * 255).round() / 255
    compressed = torch.where(coin(images, 0.5, generator), images, noisy)
    for fraction in (1.0, 0.25):
        quality = uniform(images, *_QUALITY_RANGE, generator, len(images))
        again = jpeg(compressed, quality, coin(images, 0.75, generator)[:, 0, 0, 0])
        compressed = torch.where(coin(images, fraction, generator), again, compressed)
    fate = uniform(images, 0, 1, generator)
    return torch.where(fate < 0.4, stored, torch.where(fate < 0.8, compressed, noisy))
