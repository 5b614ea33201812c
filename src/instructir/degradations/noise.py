"""Gaussian noise, as in the paper's denoising benchmarks (section 4.1), and what cameras make of it."""

import torch
from torch import Generator, Tensor

from instructir.degradations._random import broadcast_strength, coin, normal, uniform
from instructir.degradations.compression import jpeg
from instructir.degradations.convolution import convolve

_SIGMA_RANGE = (5.0, 55.0)
"""Standard deviations on the 8-bit scale at strength 0 and 1; the benchmarks use 15, 25 and 50."""
_QUALITY_RANGE = (5.0, 95.0)
"""JPEG qualities of photos that were stored."""
_SOFTNESS = (0.4, 1.2)
"""Standard deviations in pixels of the blur that noise has been through in a camera or a scanner."""
_REACH = 7
"""Pixels to either side that blurred noise is made of."""
_FROM_CAMERAS = 1 / 3
"""Fraction of the pictures with a camera's noise instead of white noise."""


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


def camera_noise(images: Tensor, sigma: Tensor, generator: Generator) -> Tensor:
    """Add noise as cameras, scanners and film leave it: soft, coarser in colour than in light, or grey.

    Args:
        images: (B, 3, H, W) in [0, 1].
        sigma: standard deviation on the 8-bit scale (B,), of white noise; what is soft has half of it.
        generator: on the images' device.
    """
    batch, _, height, width = images.shape
    grey, colours = normal(images, generator, batch, 1, height, width), normal(images, generator)
    share = torch.where(coin(images, 0.35, generator), 1.0, uniform(images, 0, 1, generator))
    soft = coin(images, 0.7, generator)
    softness = torch.where(soft, uniform(images, *_SOFTNESS, generator), 0.0)
    coarseness = softness * uniform(images, 1, 2, generator)
    grain = share.sqrt() * _softened(grey, softness) + (1 - share).sqrt() * _softened(colours, coarseness)
    # Photons come in random numbers: in the light there is more noise, in the square root of it.
    light = (2 * images.mean(1, keepdim=True)).clamp_min(0.05).sqrt()
    level = torch.where(coin(images, 0.5, generator), light, 1.0) * torch.where(soft, 0.5, 1.0)
    return images + broadcast_strength(sigma) / 255 * level * grain


def _softened(white: Tensor, softness: Tensor) -> Tensor:
    """White noise (B, C, H, W) blurred by gaussians of `softness` (B, 1, 1, 1) pixels, and as strong."""
    at = torch.arange(-_REACH, _REACH + 1, device=white.device, dtype=white.dtype)
    line = (-at.square() / (2 * softness.view(-1, 1).clamp_min(0.1).square())).exp()
    kernels = line[:, :, None] * line[:, None]
    return convolve(white, kernels / kernels.square().sum((1, 2), keepdim=True).sqrt())


def noise(images: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    """Add noise of `strength` (B,) in [0, 1].

    Two in five are clipped and rounded to 8 bits, as files are. As many have been through a JPEG file, most
    with colour at half resolution, some through two: noise that is no longer white, which a network that
    knows only white noise takes for texture and keeps. Half of these have no noise, so that blocks and
    ringing are what is to be removed. The rest is as the unclipped benchmarks have it. In a third of all
    pictures the noise is a camera's.
    """
    sigma = sigma_at(strength)
    noisy = gaussian_noise(images, sigma, generator)
    from_camera = camera_noise(images, sigma, generator)
    noisy = torch.where(coin(images, _FROM_CAMERAS, generator), from_camera, noisy)
    stored = (noisy.clamp(0, 1) * 255).round() / 255
    compressed = torch.where(coin(images, 0.5, generator), images, noisy)
    for fraction in (1.0, 0.25):
        quality = uniform(images, *_QUALITY_RANGE, generator, len(images))
        again = jpeg(compressed, quality, coin(images, 0.75, generator)[:, 0, 0, 0])
        compressed = torch.where(coin(images, fraction, generator), again, compressed)
    fate = uniform(images, 0, 1, generator)
    return torch.where(fate < 0.4, stored, torch.where(fate < 0.8, compressed, noisy))
