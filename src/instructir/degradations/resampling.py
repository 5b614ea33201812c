"""Low resolution: bicubic down, then up again, since the network does not upsample (paper, section 4.1)."""

import math
from functools import lru_cache

import torch
from torch import Generator, Tensor

_FACTORS = (2, 3, 4)


def bicubic(images: Tensor, height: int, width: int) -> Tensor:
    """Resize (..., H, W) with the antialiased bicubic kernel as MATLAB's imresize does, not clamped.

    The kernel is Keys' (1981, a = -0.5), widened by the factor when shrinking, and the border is mirrored:
    Pillow's and torch's cut the kernel off there instead.
    """
    rows = _weights(images.shape[-2], height).to(images)
    columns = _weights(images.shape[-1], width).to(images)
    return rows @ images @ columns.T


@lru_cache(maxsize=64)
def _weights(length: int, wanted: int) -> Tensor:
    """What each of `length` pixels gives to each of `wanted` ones, (wanted, length), rows of sum 1."""
    places, weights = taps(length, wanted)
    matrix = torch.zeros(wanted, length, dtype=torch.float64).scatter_add_(1, places, weights)
    return matrix / matrix.sum(1, keepdim=True)


def taps(length: int, wanted: int) -> tuple[Tensor, Tensor]:
    """The pixels (wanted, n) of `length` that each of `wanted` is made of, and their weights."""
    factor = length / wanted
    width = max(1.0, factor)
    centres = (torch.arange(wanted, dtype=torch.float64) + 0.5) * factor - 0.5
    reach = math.ceil(2 * width) + 1
    places = centres.floor().long()[:, None] + torch.arange(-reach, reach + 1)
    weights = _keys((centres[:, None] - places) / width)
    mirrored = places % (2 * length)
    mirrored = torch.where(mirrored < length, mirrored, 2 * length - 1 - mirrored)
    return mirrored, weights


def _keys(x: Tensor) -> Tensor:
    x = x.abs()
    near, far = (1.5 * x - 2.5) * x * x + 1, ((-0.5 * x + 2.5) * x - 4) * x + 2
    return torch.where(x <= 1, near, torch.where(x < 2, far, torch.zeros_like(x)))


def down_up(images: Tensor, factor: float) -> Tensor:
    """Shrink by `factor`, round to 8 bits and enlarge to the original size, (B, 3, H, W) in [0, 1]."""
    height, width = images.shape[-2:]
    small = bicubic(images, max(1, round(height / factor)), max(1, round(width / factor)))
    stored = (small.clamp(0, 1) * 255).round() / 255
    return bicubic(stored, height, width).clamp(0, 1)


def low_resolution(images: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    """Lower the resolution by 2, 3 or 4, chosen by `strength` (B,) in [0, 1] (4 from a half up)."""
    del generator
    choice = (strength * 4).floor().clamp(0, 2).long()
    out = images.clone()
    for index, factor in enumerate(_FACTORS):
        chosen = (choice == index).nonzero().flatten()
        if len(chosen):
            out[chosen] = down_up(images[chosen], factor)
    return torch.as_tensor(out)
