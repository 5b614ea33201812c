"""Blur along a field of motion: what a frame's parts do while the shutter is open.

A camera that turns about its axis or comes nearer blurs the corners more than the middle, and things move on
their own before a background. The exposure is the average of the scene moved along the field, to and fro, as
GoPro (Nah et al., CVPR 2017) averages its frames; the sharp picture is the one half-way.
"""

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from instructir.degradations._random import coin, smooth_field, uniform

MOMENTS = 15
"""Moments of an exposure that are averaged; motion of more pixels shows single edges, as GoPro does."""
_GAMMA = 2.2


def motion_field(images: Tensor, extent: Tensor, generator: Generator) -> Tensor:
    """Where each pixel of (B, 3, H, W) moves during an exposure, (B, 2, H, W) in pixels, rows first.

    A shift of the whole, a turn and a zoom about a point of the frame, and a smooth wobble, scaled so that
    the longest way in the frame is `extent` (B,).
    """
    batch, _, height, width = images.shape
    y = torch.linspace(-1, 1, height, device=images.device).view(1, 1, height, 1)
    x = torch.linspace(-1, 1, width, device=images.device).view(1, 1, 1, width)
    y = y - uniform(images, -1, 1, generator)
    x = x - uniform(images, -1, 1, generator)
    turn, zoom = uniform(images, -1, 1, generator), uniform(images, -1, 1, generator)
    shift = uniform(images, -1.5, 1.5, generator, batch, 2, 1, 1)
    wobble = torch.cat([smooth_field(images, 2, generator) - 0.5 for _ in range(2)], 1)
    field = torch.cat([zoom * y - turn * x, turn * y + zoom * x], 1) + shift + wobble
    longest = field.norm(dim=1, keepdim=True).amax((2, 3), keepdim=True).clamp_min(1e-6)
    scaled: Tensor = field / longest * extent.view(-1, 1, 1, 1)
    return scaled


def exposed(images: Tensor, field: Tensor) -> Tensor:
    """Average of `images` (B, C, H, W) moved along `field` (B, 2, H, W) by -1/2 to 1/2 of it."""
    batch, _, height, width = images.shape
    rows = torch.arange(height, device=images.device).view(1, height, 1)
    columns = torch.arange(width, device=images.device).view(1, 1, width)
    total = torch.zeros_like(images)
    for moment in range(MOMENTS):
        fraction = moment / (MOMENTS - 1) - 0.5
        y = (rows + fraction * field[:, 0] + 0.5) * 2 / height - 1
        x = (columns + fraction * field[:, 1] + 0.5) * 2 / width - 1
        grid = torch.stack([x.expand(batch, height, width), y.expand(batch, height, width)], -1)
        # Borders are mirrored.
        total = total + F.grid_sample(images, grid, padding_mode="reflection", align_corners=False)
    return total / MOMENTS


def moved_scene(images: Tensor, extent: Tensor, generator: Generator) -> Tensor:
    """Blur (B, 3, H, W) in [0, 1] by motion over `extent` (B,) pixels; in two of five a thing moves apart."""
    light = torch.where(linear := coin(images, 0.3, generator), images.clamp_min(1e-4) ** _GAMMA, images)
    mixed = exposed(light, motion_field(images, extent, generator))
    apart = exposed(light, motion_field(images, extent, generator))
    # The edge of what moves apart is blurred as itself: it covers and uncovers what lies behind it.
    shape = (smooth_field(images, 2, generator) - 0.5) * 8 + 0.5
    where = shape.clamp(0, 1) * coin(images, 0.4, generator)
    mixed = torch.lerp(mixed, apart, where)
    return torch.where(linear, mixed.clamp_min(1e-6) ** (1 / _GAMMA), mixed).clamp(0, 1)
