"""The kernel's functions, called from as many threads as torch would use."""

import ctypes
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from instructir.inference.native.compiler import compiled

_SOURCE = Path(__file__).with_name("kernel.cpp")
_INT, _POINTER = ctypes.c_int32, ctypes.c_void_p


class BlockCall(ctypes.Structure):
    """``Block`` of the kernel."""

    _fields_ = (
        *((name, _INT) for name in ("rows", "width", "channels", "band", "chunk")),
        ("eps", ctypes.c_float),
        ("cell", _INT),
        *((name, _POINTER) for name in ("x", "gated", "cells", "attention", "scale", "shift")),
        *((name, _POINTER) for name in ("w1", "b1", "w2", "b2", "w3", "b3", "w4", "b4", "w5", "b5")),
    )


class ResampleCall(ctypes.Structure):
    """``Resample`` of the kernel."""

    _fields_ = (
        *((name, _INT) for name in ("rows", "width", "channels", "wide_tiles", "band")),
        *((name, _POINTER) for name in ("wide", "deep", "w", "b")),
    )


class ConvolutionCall(ctypes.Structure):
    """``Convolution`` of the kernel."""

    _fields_ = (
        *((name, _INT) for name in ("rows", "width", "picture_rows", "picture_width")),
        *((name, _INT) for name in ("inputs", "outputs", "band")),
        *((name, _POINTER) for name in ("x", "y", "add", "w", "b")),
    )


class Library:
    """The compiled kernel.

    Attributes:
        group: outputs that its products compute together, by which their biases are filled up.
        convolution_group: the same of its 3x3 convolutions, by which their weights are packed.
        tile: neighbouring pixels of a row whose channels lie together in memory.
        dtype: what it computes in: float32; float16, which is what maps are kept in; or bfloat16, to which
            the factors of products are rounded beside.
    """

    def __init__(self, functions: ctypes.CDLL, dtype: torch.dtype) -> None:
        self._functions = functions
        self.group: int = self._functions.outputs_in_group()
        self.convolution_group: int = self._functions.outputs_of_convolution()
        self.tile: int = self._functions.pixels_in_tile()
        self.dtype = dtype
        self._functions.packed_size.restype = ctypes.c_int64
        self._functions.pack.argtypes = (_POINTER, _INT, _INT, _POINTER)
        for name in ("gate", "finish", "down", "up", "convolve"):
            function = getattr(self._functions, name)
            function.argtypes, function.restype = (_POINTER, _POINTER, _POINTER), None

    @property
    def stream(self) -> torch.dtype:
        """Of the maps."""
        return torch.float32 if self.dtype == torch.float32 else torch.float16

    def packed(self, matrix: Tensor) -> Tensor:
        """Weights of a product (outputs, inputs), float32, as the kernel takes them: bytes."""
        packed = torch.zeros(self._functions.packed_size(*matrix.shape), dtype=torch.uint8)
        matrix = matrix.contiguous()
        self._functions.pack(matrix.data_ptr(), *matrix.shape, packed.data_ptr())
        return packed

    def run(self, name: str, call: ctypes.Structure, channels: int = 0, tasks: int = 0) -> Tensor | None:
        """Have as many threads as torch would use share the tasks of one call.

        Args:
            name: of the function.
            call: its arguments.
            channels: of the sums that it makes, if it makes any.
            tasks: that make them.

        Returns:
            The sums (channels,), float64.
        """
        workers = torch.get_num_threads()
        sums = torch.zeros(tasks, channels, dtype=torch.float64) if channels else None
        target = None if sums is None else sums.data_ptr()
        function, counter = getattr(self._functions, name), _INT(0)

        def work() -> None:
            function(ctypes.addressof(call), ctypes.addressof(counter), target)

        helpers = [_pool().submit(work) for _ in range(1, workers)]
        work()
        for helper in helpers:
            helper.result()
        return None if sums is None else sums.sum(0)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="instructir-kernel")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # the threads do not come along


_MACROS = {
    torch.float32: (),
    torch.float16: ("HALF_MAPS",),
    torch.bfloat16: ("HALF_MAPS", "BF16_PRODUCTS"),
}


def compiled_kernel(dtype: torch.dtype = torch.float32) -> Library | None:
    """The kernel for a precision: compiled now if it is not in the cache yet; None where that cannot be done.

    Args:
        dtype: float32, float16 or, where the processor has a matrix unit for it, bfloat16.
    """
    functions = compiled(_SOURCE, *_MACROS[dtype])
    return Library(functions, dtype) if functions is not None and functions.usable() else None
