"""Random draws with an explicit generator, on the images' device."""

import torch
from torch import Generator, Tensor


def uniform(like: Tensor, low: float, high: float, generator: Generator, *shape: int) -> Tensor:
    """Draw uniformly from [low, high): one value a picture of `like` (B, 1, 1, 1), or `shape` if given."""
    size = shape or (len(like), 1, 1, 1)
    return torch.rand(size, generator=generator, device=like.device) * (high - low) + low


def normal(like: Tensor, generator: Generator, *shape: int) -> Tensor:
    """Draw from the standard normal distribution, in the shape of `like` unless `shape` is given."""
    return torch.randn(shape or tuple(like.shape), generator=generator, device=like.device)


def coin(like: Tensor, probability: float, generator: Generator) -> Tensor:
    """One boolean a picture (B, 1, 1, 1), true with `probability`."""
    return uniform(like, 0, 1, generator) < probability


def broadcast_strength(strength: Tensor) -> Tensor:
    """View a strength a picture (B,) so that it multiplies pictures."""
    return strength.view(-1, 1, 1, 1)


def smooth_field(like: Tensor, cells: int, generator: Generator) -> Tensor:
    """A smooth random field a picture in [0, 1], (B, 1, H, W), varying over about 1/`cells` of the frame."""
    coarse = torch.rand(len(like), 1, cells + 1, cells + 1, generator=generator, device=like.device)
    field = torch.nn.functional.interpolate(coarse, like.shape[-2:], mode="bicubic", align_corners=True)
    low, high = field.amin((2, 3), keepdim=True), field.amax((2, 3), keepdim=True)
    return (field - low) / (high - low).clamp_min(1e-6)
