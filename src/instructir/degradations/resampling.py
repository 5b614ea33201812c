"""Low resolution: bicubic down, then up again, since the network does not upsample (paper, section 4.1)."""

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

FACTORS = (2, 3, 4)


def bicubic(images: Tensor, height: int, width: int) -> Tensor:
    """Resize with the antialiased bicubic kernel (a = -0.5), as MATLAB's imresize and Pillow do."""
    return F.interpolate(images, (height, width), mode="bicubic", antialias=True, align_corners=False)


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
    for index, factor in enumerate(FACTORS):
        chosen = (choice == index).nonzero().flatten()
        if len(chosen):
            out[chosen] = down_up(images[chosen], factor)
    return torch.as_tensor(out)
