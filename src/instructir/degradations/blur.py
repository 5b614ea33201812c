"""Motion and defocus blur.

Motion follows a camera that shakes: a random trajectory with inertia, integrated over the exposure (after
Kupyn et al., DeblurGAN, CVPR 2018). In GoPro (Nah et al., CVPR 2017) the blur is the average of 7 to 13
frames as they are stored, and the sharp picture is the middle one of them. So most shakes are gentle arcs,
half are sums of frames, most are averaged in stored intensities, and the sharp picture lies where the camera
was half-way. A real exposure averages light, all along the way. Near and far parts of the frame move
differently.
"""

import math

import torch
from torch import Generator, Tensor

from instructir.degradations._random import coin, normal, smooth_field, uniform
from instructir.degradations.convolution import convolve
from instructir.degradations.motion import moved_scene

_KERNEL = 45
"""Largest extent of a blur, in pixels."""
SAMPLES = 49
"""Points of a trajectory; the one in the middle is where the sharp picture is."""
_FRAME_STEPS = (1, 1, 1, 4, 4, 6)
"""Of how many points one is exposed: all, or those that make 13 or 9 frames."""
_GAMMA = 2.2


def shakes(length: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    """Trajectories that extend over `length` (B,) pixels.

    Returns:
        Points (B, SAMPLES, 2), the middle one (0, 0), and the fraction of the exposure spent at each of them,
        (B, SAMPLES).
    """
    batch = len(length)
    # An arc, and on top of it a restless hand, in most pictures hardly any.
    restless = uniform(length, 0, 1, generator, batch, 1) ** 3
    turns = normal(length, generator, batch, SAMPLES) * 0.18 * restless
    bend = normal(length, generator, batch, 1) * 0.8 / SAMPLES
    heading = uniform(length, 0, 2 * math.pi, generator, batch, 1) + (turns + bend).cumsum(1)
    pace = uniform(length, -0.4, 0.4, generator, batch, 1)
    time = torch.linspace(-1, 1, SAMPLES, device=length.device)
    speed = uniform(length, 0.8, 1.2, generator, batch, SAMPLES) + pace * time
    path = torch.stack([(speed * heading.sin()).cumsum(1), (speed * heading.cos()).cumsum(1)], dim=-1)
    extent = (path.amax(1, keepdim=True) - path.amin(1, keepdim=True)).amax(-1, keepdim=True).clamp_min(1e-6)
    middle = SAMPLES // 2
    path = (path - path[:, middle : middle + 1]) / extent * length.view(-1, 1, 1)
    steps = torch.tensor(_FRAME_STEPS, device=length.device)
    steps = steps[uniform(length, 0, len(_FRAME_STEPS), generator, batch, 1).long()]
    exposed = (torch.arange(SAMPLES, device=length.device) - middle) % steps == 0
    return path, exposed / exposed.sum(1, keepdim=True)


def motion_kernels(path: Tensor, exposed: Tensor) -> Tensor:
    """Kernels (B, KERNEL, KERNEL), each of sum 1, of trajectories as :func:`shakes` draws them."""
    axis = torch.arange(_KERNEL, device=path.device, dtype=torch.float32) - _KERNEL // 2
    splat = (1 - (path[..., None] - axis).abs()).clamp_min(0)
    kernels = torch.einsum("bt,bti,btj->bij", exposed, splat[:, :, 0], splat[:, :, 1])
    return kernels / kernels.sum((1, 2), keepdim=True)


def defocus_kernels(radius: Tensor) -> Tensor:
    """Discs (B, KERNEL, KERNEL) of `radius` (B,) pixels with soft edges, each of sum 1."""
    axis = torch.arange(_KERNEL, device=radius.device, dtype=torch.float32) - _KERNEL // 2
    distance = torch.hypot(axis[:, None], axis[None, :])
    discs = (radius.view(-1, 1, 1) + 0.5 - distance).clamp(0, 1)
    return discs / discs.sum((1, 2), keepdim=True)


def blur(images: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    """Blur by camera shake (half), motion along a field (a third) or defocus.

    Args:
        images: (B, 3, H, W) in [0, 1].
        strength: (B,) in [0, 1]: shakes over 3 to 35 pixels, discs of radius 0.8 to 6.
        generator: on the images' device.
    """
    batch = len(images)
    length = 3 + 32 * strength
    path, exposed = shakes(length, generator)
    discs = defocus_kernels(0.8 + 5.2 * strength)
    moved = coin(images, 0.8, generator)[:, 0]
    kernels = torch.where(moved, motion_kernels(path, exposed), discs)
    # Farther parts of the scene move less, in the same direction or on their own. One crop of two holds both.
    alone = coin(images, 0.3, generator)[:, 0]
    own_path, own_exposed = shakes(length, generator)
    far_path = torch.where(alone, own_path, path) * uniform(images, 0.4, 1, generator, batch, 1, 1)
    far_exposed = torch.where(alone[:, 0], own_exposed, exposed)
    far = torch.where(moved, motion_kernels(far_path, far_exposed), discs)
    where = torch.where(coin(images, 0.5, generator), smooth_field(images, 2, generator), 1.0)
    linear = coin(images, 0.3, generator)
    light = torch.where(linear, images.clamp_min(1e-4) ** _GAMMA, images)
    mixed = convolve(light, kernels) * where + convolve(light, far) * (1 - where)
    out = torch.where(linear, mixed.clamp_min(1e-6) ** (1 / _GAMMA), mixed)
    # In a third the camera turns or comes nearer, or things move apart.
    fielded = (moved & coin(images, 0.4, generator)[:, 0]).flatten().nonzero().flatten()
    if len(fielded):
        out[fielded] = moved_scene(images[fielded], length[fielded], generator)
    grain = normal(images, generator) * uniform(images, -1 / 255, 1 / 255, generator).clamp_min(0)
    return (out + grain).clamp(0, 1)
