"""Motion and defocus blur.

Motion follows a camera that shakes: a random trajectory with inertia, integrated over the exposure (after
Kupyn et al., DeblurGAN, CVPR 2018). As in GoPro (Nah et al., CVPR 2017), whose blur is the average of the
frames as they are stored, most shakes are gentle arcs, and most are averaged in stored intensities; a real
exposure averages light. Near and far parts of the frame move differently.
"""

import math

import torch
from torch import Generator, Tensor

from instructir.degradations._random import coin, normal, smooth_field, uniform
from instructir.degradations.convolution import convolve

KERNEL = 39
"""Largest extent of a blur, in pixels."""
SAMPLES = 48
"""Points of a trajectory."""
GAMMA = 2.2


def motion_kernels(length: Tensor, generator: Generator) -> Tensor:
    """Kernels (B, KERNEL, KERNEL), each of sum 1, of shakes that extend over `length` (B,) pixels."""
    batch = len(length)
    # An arc, and on top of it a restless hand, in most pictures hardly any.
    restless = uniform(length, 0, 1, generator, batch, 1) ** 3
    turns = normal(length, generator, batch, SAMPLES) * 0.18 * restless
    bend = normal(length, generator, batch, 1) * 0.6 / SAMPLES
    heading = uniform(length, 0, 2 * math.pi, generator, batch, 1) + (turns + bend).cumsum(1)
    speed = uniform(length, 0.6, 1, generator, batch, SAMPLES)
    path = torch.stack([(speed * heading.sin()).cumsum(1), (speed * heading.cos()).cumsum(1)], dim=-1)
    low, high = path.amin(1, keepdim=True), path.amax(1, keepdim=True)
    extent = (high - low).amax(-1, keepdim=True).clamp_min(1e-6)
    path = (path - (low + high) / 2) / extent * length.view(-1, 1, 1) + KERNEL // 2
    axis = torch.arange(KERNEL, device=length.device, dtype=torch.float32)
    splat = (1 - (path[..., None] - axis).abs()).clamp_min(0)
    kernels = torch.einsum("bti,btj->bij", splat[:, :, 0], splat[:, :, 1])
    return kernels / kernels.sum((1, 2), keepdim=True)


def defocus_kernels(radius: Tensor) -> Tensor:
    """Discs (B, KERNEL, KERNEL) of `radius` (B,) pixels with soft edges, each of sum 1."""
    axis = torch.arange(KERNEL, device=radius.device, dtype=torch.float32) - KERNEL // 2
    distance = torch.hypot(axis[:, None], axis[None, :])
    discs = (radius.view(-1, 1, 1) + 0.5 - distance).clamp(0, 1)
    return discs / discs.sum((1, 2), keepdim=True)


def blur(images: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    """Blur by camera shake (four in five) or defocus.

    Args:
        images: (B, 3, H, W) in [0, 1].
        strength: (B,) in [0, 1]: shakes over 3 to 35 pixels, discs of radius 0.8 to 6.
        generator: on the images' device.
    """
    batch = len(images)
    length = 3 + 32 * strength
    near = motion_kernels(length, generator)
    discs = defocus_kernels(0.8 + 5.2 * strength)
    moved = coin(images, 0.8, generator)[:, 0]
    kernels = torch.where(moved, near, discs)
    # Farther parts of the scene move less, in the same direction. One crop of two holds both.
    shrink = uniform(images, 0.4, 1, generator, batch)
    far = torch.where(moved, _shrunk(near, shrink), discs)
    where = torch.where(coin(images, 0.5, generator), smooth_field(images, 2, generator), 1.0)
    linear = coin(images, 0.3, generator)
    light = torch.where(linear, images.clamp_min(1e-4) ** GAMMA, images)
    mixed = convolve(light, kernels) * where + convolve(light, far) * (1 - where)
    out = torch.where(linear, mixed.clamp_min(1e-6) ** (1 / GAMMA), mixed)
    grain = normal(images, generator) * uniform(images, -1 / 255, 1 / 255, generator).clamp_min(0)
    return (out + grain).clamp(0, 1)


def _shrunk(kernels: Tensor, scale: Tensor) -> Tensor:
    """Kernels drawn together towards their centre by `scale` (B,) in (0, 1]."""
    theta = torch.zeros(len(kernels), 2, 3, device=kernels.device)
    theta[:, 0, 0] = theta[:, 1, 1] = 1 / scale
    grid = torch.nn.functional.affine_grid(theta, [len(kernels), 1, KERNEL, KERNEL], align_corners=False)
    small = torch.nn.functional.grid_sample(kernels[:, None], grid, align_corners=False)[:, 0]
    return small / small.sum((1, 2), keepdim=True).clamp_min(1e-6)
