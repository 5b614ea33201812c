"""JPEG compression, as cameras and phones store what they took (ITU-T T.81, annexes A and K)."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from instructir.degradations._random import broadcast_strength

_BLOCK = 8

_LUMA = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)
_CHROMA = (
    (17, 18, 24, 47, 99, 99, 99, 99),
    (18, 21, 26, 66, 99, 99, 99, 99),
    (24, 26, 56, 99, 99, 99, 99, 99),
    (47, 66, 99, 99, 99, 99, 99, 99),
    *((99,) * 8,) * 4,
)
"""Quantisation steps at quality 50, of the annex K that all encoders start from."""

TO_YCBCR = (
    (0.299, 0.587, 0.114),
    (-0.168736, -0.331264, 0.5),
    (0.5, -0.418688, -0.081312),
)
"""Rec. 601 luma and chroma, chroma around zero, as JFIF has them."""


def jpeg(images: Tensor, quality: Tensor, subsampled: Tensor) -> Tensor:
    """What a JPEG file of each picture decodes to.

    Args:
        images: (B, 3, H, W) in [0, 1]; of any size.
        quality: (B,) in [1, 100], on the scale of libjpeg.
        subsampled: (B,), true where colour is stored at half the resolution (4:2:0).

    Returns:
        (B, 3, H, W) in [0, 1], rounded to 8 bits.
    """
    height, width = images.shape[-2:]
    matrix = torch.tensor(TO_YCBCR, device=images.device)
    unit = 2 * _BLOCK
    stored = (images.clamp(0, 1) * 255).round()
    padded = F.pad(stored, [0, -width % unit, 0, -height % unit], mode="replicate")
    ycc = torch.einsum("ij,bjhw->bihw", matrix, padded).round()
    luma = _quantised(ycc[:, :1] - 128, _LUMA, quality) + 128
    full = _quantised(ycc[:, 1:], _CHROMA, quality)
    half = _quantised(F.avg_pool2d(ycc[:, 1:], 2), _CHROMA, quality)
    half = F.interpolate(half, scale_factor=2, mode="bilinear", align_corners=False)
    chroma = torch.where(broadcast_strength(subsampled), half, full)
    decoded = torch.einsum("ij,bjhw->bihw", torch.linalg.inv(matrix), torch.cat([luma, chroma], 1))
    return (decoded[..., :height, :width].round() / 255).clamp(0, 1)


def tables_at(quality: float) -> Tensor:
    """Steps (2, 8, 8) of luma and chroma at a quality of libjpeg, low frequencies first."""
    return _scaled(torch.tensor([_LUMA, _CHROMA], dtype=torch.float32), torch.tensor(float(quality)))


def _scaled(table: Tensor, quality: Tensor) -> Tensor:
    """Steps at quality 50 (..., 8, 8) at another, or at several (B,)."""
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)[..., None, None]
    return ((table * scale + 50) / 100).floor().clamp(1, 255)


def _quantised(planes: Tensor, steps: tuple[tuple[int, ...], ...], quality: Tensor) -> Tensor:
    """Planes (B, C, H, W) after their cosine transform was rounded to multiples of the steps."""
    table = _scaled(torch.tensor(steps, dtype=torch.float32, device=planes.device), quality)[
        :, None, None, None
    ]
    batch, channels, height, width = planes.shape
    blocks = planes.view(batch, channels, height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK).transpose(3, 4)
    waves = cosines(planes.device)
    spectrum = waves @ blocks @ waves.T
    rounded = waves.T @ ((spectrum / table).round() * table) @ waves
    return rounded.transpose(3, 4).reshape(planes.shape)


def cosines(device: torch.device) -> Tensor:
    """The orthonormal cosine transform of eight values, (8, 8)."""
    rank = torch.arange(_BLOCK, device=device, dtype=torch.float32)
    waves = torch.cos(math.pi / _BLOCK * (rank + 0.5) * rank[:, None]) * math.sqrt(2 / _BLOCK)
    waves[0] /= math.sqrt(2)
    return waves
