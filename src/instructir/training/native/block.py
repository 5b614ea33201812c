"""A NAFBlock with gradients, computed by the compiled kernel on the CPU in float32, a picture a thread."""

import ctypes
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.autograd import Function

from instructir.inference.native.compiler import compiled
from instructir.models.image_network import ImageNetwork, LayerNorm2d, NAFBlock

_logger = logging.getLogger(__name__)

_SOURCE = Path(__file__).with_name("kernel.cpp")
_INT, _POINTER = ctypes.c_int32, ctypes.c_void_p
_ROUNDING = 1e-3
_GAP = 16  # floats between the planes of a map, see the kernel
_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # of glibc's malloc.h
_WEIGHTS = ("w1", "b1", "w2", "b2", "attention", "attention_bias", "w3", "b3", "w4", "b4", "w5", "b5")
_MAPS = {"norm1": 1, "hidden1": 2, "gated": 1, "norm2": 1, "hidden2": 2}
"""What is kept for the gradients, and how many times as many planes as the block has channels it has."""


class _Weights(ctypes.Structure):
    """``Weights`` of the kernel."""

    _fields_ = tuple((name, _POINTER) for name in _WEIGHTS)

    @classmethod
    def of(cls, values: tuple[Tensor, ...]) -> "_Weights":
        """Where `values` are; they must stay there, and be contiguous."""
        return cls(*(value.data_ptr() for value in values))


class _Picture(ctypes.Structure):
    """``Picture`` of the kernel."""

    _fields_ = (
        *((name, _INT) for name in ("rows", "width", "channels", "stride")),
        ("eps", ctypes.c_float),
        *((name, _POINTER) for name in ("product", "x", *_MAPS)),
        *((name, _POINTER) for name in ("deviation1", "deviation2", "mean", "factors")),
    )


class Kernel:
    """The kernel's functions, and the threads that call them."""

    def __init__(self, library: ctypes.CDLL, torch_library: ctypes.CDLL) -> None:
        self.product = ctypes.cast(torch_library.sgemm_, _POINTER)
        self._alone = getattr(torch_library, "MKL_Set_Num_Threads_Local", None)
        self.forward, self.backward = library.forward, library.backward
        self.forward.argtypes, self.backward.argtypes = (_POINTER,) * 3, (_POINTER,) * 5
        self.forward.restype = self.backward.restype = None
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, initializer=self._compute_alone)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Kernel":
        """The same: networks that are copied share it."""
        return self

    def _compute_alone(self) -> None:
        """Have MKL not divide this thread's products among others."""
        if self._alone is not None:
            self._alone(1)

    def share(self, work: Callable[[range], Any], count: int) -> list[Any]:
        """Have as many threads as torch would use each do `work` for some of `count` pictures."""
        workers = min(torch.get_num_threads(), count)
        return list(self._pool.map(work, (range(worker, count, workers) for worker in range(workers))))


@cache
def training_kernel() -> Kernel | None:
    """The kernel, compiled now if it was not yet; None without a compiler, or PyTorch's BLAS."""
    library = compiled(_SOURCE)
    folder = Path(torch.__file__).parent / "lib"
    found = [ctypes.CDLL(str(path)) for path in folder.glob("libtorch_cpu.*")]
    products = [each for each in found if hasattr(each, "sgemm_")]
    return Kernel(library, products[0]) if library is not None and products else None


@cache
def usable_training_kernel() -> Kernel | None:
    """The kernel, if there is one and its gradients are those of PyTorch."""
    kernel = training_kernel()
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
    if error < _ROUNDING:  # not if it is NaN
        return kernel
    _logger.warning(
        "the kernel that trains differs from PyTorch by %.2g on this processor and is not used", error
    )
    return None


class _Kept:
    """Maps that the gradients are made of, in memory that steps leave to each other."""

    _unused: ClassVar[dict[tuple[int, int, int], list[Tensor]]] = {}

    def __init__(self, batch: int, channels: int, pixels: int) -> None:
        self.stride = pixels + _GAP
        planes = channels * sum(_MAPS.values()) + 2
        self._shape = batch, planes, self.stride
        unused = self._unused.get(self._shape)
        self.values = unused.pop() if unused else torch.empty(self._shape)
        self.means, self.factors = torch.empty(2, batch, channels)

    def leave(self) -> None:
        """Leave the memory to the next who wants as much."""
        self._unused.setdefault(self._shape, []).append(self.values)

    @classmethod
    def release(cls) -> None:
        """Give back what was left."""
        cls._unused.clear()

    def picture(self, index: int, rows: int, width: int, channels: int) -> _Picture:
        """What the kernel is called with, all but its input."""
        picture = _Picture(rows=rows, width=width, channels=channels, stride=self.stride)
        at = self.values[index].data_ptr()
        sizes = {name: channels * planes for name, planes in _MAPS.items()} | {
            "deviation1": 1,
            "deviation2": 1,
        }
        for name, planes in sizes.items():
            setattr(picture, name, at)
            at += planes * self.stride * self.values.itemsize
        picture.mean, picture.factors = self.means[index].data_ptr(), self.factors[index].data_ptr()
        return picture


release_step_memory = _Kept.release
"""Give back what steps of another size have left."""


class _NAFBlock(Function):
    """The block as a function of pictures (B, C, H, W) and of the weights of ``_WEIGHTS``."""

    @staticmethod
    def forward(ctx: Any, kernel: Kernel, x: Tensor, eps: float, *weights: Tensor) -> Tensor:
        """Map (B, C, H, W) to the same."""
        x, weights = x.contiguous(), tuple(weight.contiguous() for weight in weights)
        batch, channels, rows, width = x.shape
        kept, y, place = _Kept(batch, channels, rows * width), torch.empty_like(x), _Weights.of(weights)
        pictures = []
        for index in range(batch):
            picture = kept.picture(index, rows, width, channels)
            picture.eps, picture.product, picture.x = eps, kernel.product, x[index].data_ptr()
            pictures.append(picture)

        def work(indices: range) -> None:
            for index in indices:
                kernel.forward(
                    ctypes.addressof(pictures[index]), ctypes.addressof(place), y[index].data_ptr()
                )

        kernel.share(work, batch)
        ctx.kernel, ctx.kept, ctx.pictures = kernel, kept, pictures
        ctx.save_for_backward(*weights)
        return y

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Gradients of the pictures and the weights."""
        kernel, weights = ctx.kernel, ctx.saved_tensors
        dy = gradients[0].contiguous()
        dx, place = torch.empty_like(dy), _Weights.of(weights)

        def work(indices: range) -> list[Tensor]:
            made = tuple(torch.zeros_like(weight) for weight in weights)
            into = _Weights.of(made)
            for index in indices:
                kernel.backward(
                    ctypes.addressof(ctx.pictures[index]),
                    ctypes.addressof(place),
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


def compute_natively(network: ImageNetwork) -> bool:
    """Have the kernel compute the blocks of `network`, float32 on the CPU and without windows, from now on.

    Returns:
        Whether there is a kernel; otherwise the network stays as it was.
    """
    kernel = usable_training_kernel()
    if kernel is None:
        return False
    for block in network.modules():
        if isinstance(block, NAFBlock):
            block.forward = partial(naf_block, kernel, block)  # type: ignore[method-assign]
    return True
