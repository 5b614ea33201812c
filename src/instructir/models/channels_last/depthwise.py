"""The depthwise 3x3 convolution in channels-last layout, as sums of shifted pictures.

A compiler fuses the nine sums with what stands before and behind them, which cuDNN's kernels for bfloat16 in
this layout do not do and are several times slower than. The gradient of the weights, a sum over all pixels of
nine products, has a Triton kernel where there is Triton.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

try:
    from instructir.models.channels_last.kernels import kernel_gradients
except ImportError:  # a machine without a GPU has no Triton, and needs none
    kernel_gradients = None  # type: ignore[assignment]

TAPS = 9


def depthwise(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Convolve (B, H, W, C) with a 3x3 kernel a channel (C, 1, 3, 3), zeros beyond the border."""
    convolved: Tensor = _Depthwise.apply(x, weight, bias)  # type: ignore[no-untyped-call]
    return convolved


def weight_gradients(x: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients of the weights (C, 9) and of the bias (C,), float32, of a convolution of `x`.

    Args:
        x: what was convolved, (B, H, W, C).
        gradient: of what came out, of the same shape.
    """
    wide = gradient.float()
    taps = [(wide * tap.float()).sum((0, 1, 2)) for tap in _taps(x)]
    return torch.stack(taps, 1), wide.sum((0, 1, 2))


def _taps(x: Tensor) -> list[Tensor]:
    height, width = x.shape[1:3]
    padded = F.pad(x, (0, 0, 1, 1, 1, 1))
    return [padded[:, row : row + height, column : column + width] for row in range(3) for column in range(3)]


def _summed(x: Tensor, kernels: Tensor, bias: Tensor | None, *, mirrored: bool = False) -> Tensor:
    total: Tensor | None = None if bias is None else bias.float()
    for place, tap in enumerate(_taps(x)):
        term = tap.float() * kernels[:, TAPS - 1 - place if mirrored else place]
        total = term if total is None else total + term
    assert total is not None
    return total.to(x.dtype)


class _Depthwise(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        return _summed(x, weight.view(-1, TAPS).float(), bias)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x, weight = ctx.saved_tensors
        gradient = gradients[0]
        # As sums autograd would keep a picture a tap; the input's gradient is the mirrored convolution.
        to_input = _summed(gradient, weight.view(-1, TAPS).float(), None, mirrored=True)
        measure = kernel_gradients if kernel_gradients is not None and x.is_cuda else weight_gradients
        to_weight, to_bias = measure(x, gradient)
        return to_input, to_weight.view(weight.shape).to(weight.dtype), to_bias.to(weight.dtype)
