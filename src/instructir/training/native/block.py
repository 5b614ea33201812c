"""A NAFBlock with gradients, computed by the compiled kernel on the CPU, a picture a thread."""

import ctypes
import logging
from contextlib import suppress
from functools import cache, partial
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.autograd import Function

from instructir.models.image_network import ImageNetwork, InstructionConditionBlock, LayerNorm2d, NAFBlock
from instructir.training.native.library import (
    BLOCK_WEIGHTS,
    MAPS,
    FactorsCall,
    Kernel,
    PictureCall,
    WeightsCall,
    training_kernel,
)

_logger = logging.getLogger(__name__)

_ROUNDING = {torch.float32: 1e-3, torch.bfloat16: 0.05}
_GAP = 16  # values between the planes of a map, see the kernel
_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # of glibc's malloc.h


@cache
def usable_training_kernel(dtype: torch.dtype = torch.float32) -> Kernel | None:
    """The kernel, if there is one and its gradients are those of PyTorch."""
    kernel = training_kernel(dtype)
    if kernel is None:
        return None
    with torch.random.fork_rng(devices=[]), torch.enable_grad():  # whoever seeds torch must not see this
        torch.manual_seed(0)
        block, x = NAFBlock(6), torch.randn(2, 6, 5, 11, requires_grad=True)
        for parameter in block.parameters():
            parameter.data.add_(torch.randn_like(parameter), alpha=0.1)
        wanted = [x, *block.parameters()]
        ours, plain = (
            [made.detach(), *torch.autograd.grad(made.square().sum(), wanted)]
            for made in (naf_block(kernel, block, x), block(x))
        )
    error = max(
        ((one - two).abs().max() / two.abs().max()).item() for one, two in zip(ours, plain, strict=True)
    )
    if error < _ROUNDING[dtype]:  # not if it is NaN
        return kernel
    _logger.warning(
        "the kernel that trains differs from PyTorch by %.2g on this processor and is not used", error
    )
    return None


class _Kept:
    """Maps that the gradients are made of, in memory that steps leave to each other."""

    _unused: ClassVar[dict[tuple[torch.dtype, int, int, int], list[Tensor]]] = {}

    def __init__(self, dtype: torch.dtype, batch: int, channels: int, pixels: int) -> None:
        self.stride = pixels + _GAP
        planes = channels * sum(MAPS.values())
        self._kind = dtype, batch, planes, self.stride
        unused = self._unused.get(self._kind)
        self.maps = unused.pop() if unused else torch.empty(batch, planes, self.stride, dtype=dtype)
        self.means, self.factors = torch.empty(2, batch, channels)
        self.deviations = torch.empty(batch, 2, pixels)

    def leave(self) -> None:
        """Leave the memory to the next who wants as much."""
        self._unused.setdefault(self._kind, []).append(self.maps)

    @classmethod
    def release(cls) -> None:
        """Give back what was left."""
        cls._unused.clear()

    def picture(self, index: int, rows: int, width: int, channels: int) -> PictureCall:
        """What the kernel is called with, all but its input."""
        picture = PictureCall(rows=rows, width=width, channels=channels, stride=self.stride)
        at = self.maps[index].data_ptr()
        for name, planes in MAPS.items():
            setattr(picture, name, at)
            at += channels * planes * self.stride * self.maps.itemsize
        picture.deviation1, picture.deviation2 = (row.data_ptr() for row in self.deviations[index])
        picture.mean, picture.factors = self.means[index].data_ptr(), self.factors[index].data_ptr()
        return picture


release_step_memory = _Kept.release
"""Give back what steps of another size have left."""


class _NAFBlock(Function):
    """The block as a function of pictures (B, C, H, W) and of the weights of ``BLOCK_WEIGHTS``."""

    @staticmethod
    def forward(ctx: Any, kernel: Kernel, x: Tensor, eps: float, *weights: Tensor) -> Tensor:
        """Map (B, C, H, W) to the same."""
        x, weights = x.contiguous(), tuple(weight.contiguous() for weight in weights)
        batch, channels, rows, width = x.shape
        kept, y = _Kept(kernel.dtype, batch, channels, rows * width), torch.empty_like(x)
        place, matrices = WeightsCall.of(weights), _matrices(kernel, weights)
        factors = FactorsCall(*(matrix.data_ptr() for matrix in matrices))
        pictures = []
        for index in range(batch):
            picture = kept.picture(index, rows, width, channels)
            picture.eps, picture.product, picture.x = eps, kernel.product, x[index].data_ptr()
            pictures.append(picture)

        def work(indices: range) -> None:
            for index in indices:
                kernel.forward(
                    ctypes.addressof(pictures[index]),
                    ctypes.addressof(place),
                    ctypes.addressof(factors),
                    y[index].data_ptr(),
                )

        kernel.share(work, batch)
        ctx.kernel, ctx.kept, ctx.pictures = kernel, kept, pictures
        ctx.matrices, ctx.factors = matrices, factors
        ctx.save_for_backward(*weights)
        return y

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Gradients of the pictures and the weights."""
        kernel, weights = ctx.kernel, ctx.saved_tensors
        dy = gradients[0].contiguous()
        dx, place = torch.empty_like(dy), WeightsCall.of(weights)

        def work(indices: range) -> list[Tensor]:
            made = tuple(torch.zeros_like(weight) for weight in weights)
            into = WeightsCall.of(made)
            for index in indices:
                kernel.backward(
                    ctypes.addressof(ctx.pictures[index]),
                    ctypes.addressof(place),
                    ctypes.addressof(ctx.factors),
                    dy[index].data_ptr(),
                    dx[index].data_ptr(),
                    ctypes.addressof(into),
                )
            return list(made)

        first, *others = kernel.share(work, len(dy))
        for other in others:
            torch._foreach_add_(first, other)
        ctx.kept.leave()
        return None, dx, None, *first


def _matrices(kernel: Kernel, weights: tuple[Tensor, ...]) -> list[Tensor]:
    """What ``FactorsCall`` are."""
    one, three, four, five = (weights[BLOCK_WEIGHTS.index(name)] for name in ("w1", "w3", "w4", "w5"))
    matrices = (one, four, five, one.t(), four.t(), five.t())
    return [*(kernel.factors(matrix) for matrix in matrices), three.t().contiguous()]


def naf_block(kernel: Kernel, block: NAFBlock, x: Tensor) -> Tensor:
    """What `block`, which has no windows, makes of `x` (B, C, H, W) float32 on the CPU, with gradients.

    The affine part of a layer norm goes into the convolution behind it, beta and gamma into those before.
    """
    attention, attention_bias = block.sca.parameters()
    result: Tensor = _NAFBlock.apply(  # type: ignore[no-untyped-call]
        kernel,
        x,
        block.norm1.eps,
        *_affine(block.conv1, block.norm1),
        block.conv2.weight.flatten(1),
        _bias(block.conv2),
        attention.flatten(1),
        attention_bias,
        *_scaled(block.conv3, block.beta),
        *_affine(block.conv4, block.norm2),
        *_scaled(block.conv5, block.gamma),
    )
    return result


class _Modulation(Function):
    """Channels (B, C, H, W) times a scale, and a shift (B, C, 1, 1) added, in as few passes as can be."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        """Map (B, C, H, W) to the same."""
        ctx.save_for_backward(x, scale)
        return torch.addcmul(shift, x, scale)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, ...]:
        """Gradients of all three."""
        gradient, (x, scale) = gradients[0], ctx.saved_tensors
        of_scale = gradient.flatten(2)[:, :, None] @ x.flatten(2)[..., None]
        return gradient * scale, of_scale, gradient.sum((2, 3), keepdim=True)


def _conditioned(condition: InstructionConditionBlock, x: Tensor, text_embedding: Tensor) -> Tensor:
    mask = condition.mask(text_embedding)
    opened: Tensor = _Modulation.apply(x, condition.gamma * mask, condition.beta * mask)  # type: ignore[no-untyped-call]
    made: Tensor = x + condition.block(opened)
    return made


def _affine(conv: nn.Conv2d, norm: LayerNorm2d) -> tuple[Tensor, Tensor]:
    """Weight and bias of a 1x1 convolution with the affine part of the norm before it."""
    weight = conv.weight.flatten(1)
    return weight * norm.weight, weight @ norm.bias + _bias(conv)


def _scaled(conv: nn.Conv2d, scale: Tensor) -> tuple[Tensor, Tensor]:
    """Weight and bias of a 1x1 convolution whose channels are scaled."""
    scale = scale.flatten()
    return scale[:, None] * conv.weight.flatten(1), scale * _bias(conv)


def _bias(conv: nn.Conv2d) -> Tensor:
    assert conv.bias is not None
    return conv.bias


def keep_freed_memory() -> None:
    """Have glibc keep memory that is freed: pages that are new to the process are dear."""
    with suppress(OSError, AttributeError):  # another C library
        library = ctypes.CDLL(None)
        for parameter, value in ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, 2**31 - 1)):
            library.mallopt(parameter, value)


def compute_natively(network: ImageNetwork, dtype: torch.dtype = torch.float32) -> bool:
    """Have the kernel compute the blocks of a network from now on.

    Args:
        network: float32 on the CPU, without windows.
        dtype: of factors and maps (see :class:`~instructir.training.native.library.Kernel`).

    Returns:
        Whether there is a kernel; otherwise the network stays as it was.
    """
    kernel = usable_training_kernel(dtype)
    if kernel is None:
        return False
    for block in network.modules():
        if isinstance(block, NAFBlock):
            block.forward = partial(naf_block, kernel, block)  # type: ignore[method-assign]
        elif isinstance(block, InstructionConditionBlock):
            block.forward = partial(_conditioned, block)  # type: ignore[method-assign]
    return True
