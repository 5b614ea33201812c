"""Convolution of each picture with a large kernel of its own."""

import torch
import torch.nn.functional as F
from torch import Tensor


def convolve(images: Tensor, kernels: Tensor, padding: str = "reflect") -> Tensor:
    """Convolve (B, C, H, W) with one kernel a picture (B, K, K), K odd.

    By way of the Fourier transform, which for these kernels is several times faster than summing.

    Args:
        images: pictures.
        kernels: applied to all channels of their picture.
        padding: a mode of ``torch.nn.functional.pad``, or ``"valid"`` to lose K - 1 rows and columns.

    Returns:
        (B, C, H, W), or smaller by K - 1 for ``"valid"``.
    """
    size = kernels.shape[-1]
    if padding != "valid":
        # Reflection needs a picture larger than the margin; tiny ones repeat their edge.
        mode = padding if min(images.shape[-2:]) > size // 2 else "replicate"
        images = F.pad(images, [size // 2] * 4, mode=mode)
    height, width = images.shape[-2:]
    # Only what does not wrap around is kept, so no padding beyond a size that transforms fast.
    frame = (_fast_length(height), _fast_length(width))
    spectrum = torch.fft.rfft2(images, s=frame) * torch.fft.rfft2(kernels[:, None], s=frame)
    convolved: Tensor = torch.fft.irfft2(spectrum, s=frame)
    return convolved[..., size - 1 : height, size - 1 : width]


def _fast_length(length: int) -> int:
    """Smallest length from `length` up with no prime factor above 5."""
    while True:
        rest = length
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return length
        length += 1
