"""The kernel that trains: compiled for a precision, and called by as many threads as torch would use."""

import ctypes
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from instructir.inference.native.compiler import compiled

_SOURCE = Path(__file__).with_name("kernel.cpp")
_INT, _POINTER = ctypes.c_int32, ctypes.c_void_p
_MACROS = {torch.float32: (), torch.bfloat16: ("BF16_MAPS", "BF16_PRODUCTS")}
_FILLED = {torch.float32: (1, 1), torch.bfloat16: (16, 32)}  # outputs and inputs, to multiples of these
BLOCK_WEIGHTS = ("w1", "b1", "w2", "b2", "attention", "attention_bias", "w3", "b3", "w4", "b4", "w5", "b5")
MAPS = {"norm1": 1, "hidden1": 2, "gated": 1, "norm2": 1}
"""What is kept for the gradients, and how many times as many planes as the block has channels it has."""


class WeightsCall(ctypes.Structure):
    """``Weights`` of the kernel."""

    _fields_ = tuple((name, _POINTER) for name in BLOCK_WEIGHTS)

    @classmethod
    def of(cls, values: tuple[Tensor, ...]) -> "WeightsCall":
        """Where `values` are; they must stay there, and be contiguous."""
        return cls(*(value.data_ptr() for value in values))


class FactorsCall(ctypes.Structure):
    """``Factors`` of the kernel."""

    _fields_ = tuple(
        (name, _POINTER) for name in ("w1", "w4", "w5", "w1_turned", "w4_turned", "w5_turned", "w3_turned")
    )


class PictureCall(ctypes.Structure):
    """``Picture`` of the kernel."""

    _fields_ = (
        *((name, _INT) for name in ("rows", "width", "channels", "stride")),
        ("eps", ctypes.c_float),
        *((name, _POINTER) for name in ("product", "x", *MAPS)),
        *((name, _POINTER) for name in ("deviation1", "deviation2", "mean", "factors")),
    )


class Kernel:
    """The kernel's functions, and the threads that call them.

    Attributes:
        dtype: of the factors of its products and of the maps that it keeps: float32, or bfloat16 where the
            processor has a matrix unit for it. What enters and leaves is float32, and so are sums.
    """

    def __init__(self, library: ctypes.CDLL, torch_library: ctypes.CDLL, dtype: torch.dtype) -> None:
        self.dtype = dtype
        self.product = ctypes.cast(torch_library.sgemm_, _POINTER)
        self._alone = getattr(torch_library, "MKL_Set_Num_Threads_Local", None)
        self.forward, self.backward = library.forward, library.backward
        self.forward.argtypes, self.backward.argtypes = (_POINTER,) * 4, (_POINTER,) * 6
        self.forward.restype = self.backward.restype = None
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, initializer=self._compute_alone)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Kernel":
        """The same: networks that are copied share it."""
        return self

    def _compute_alone(self) -> None:
        """Have MKL not divide this thread's products among others."""
        if self._alone is not None:
            self._alone(1)

    def factors(self, matrix: Tensor) -> Tensor:
        """Weights (outputs, inputs) as its products take them."""
        outputs, inputs = (
            -extent % part for extent, part in zip(matrix.shape, _FILLED[self.dtype], strict=True)
        )
        return F.pad(matrix, (0, inputs, 0, outputs)).to(self.dtype).contiguous()

    def share(self, work: Callable[[range], Any], count: int) -> list[Any]:
        """Have as many threads as torch would use each do `work` for some of `count` pictures."""
        workers = min(torch.get_num_threads(), count)
        return list(self._pool.map(work, (range(worker, count, workers) for worker in range(workers))))


@cache
def training_kernel(dtype: torch.dtype = torch.float32) -> Kernel | None:
    """The kernel, compiled now if it was not yet.

    Returns:
        None without a C++ compiler, PyTorch's BLAS, or a matrix unit if it takes one.
    """
    library = compiled(_SOURCE, *_MACROS[dtype])
    folder = Path(torch.__file__).parent / "lib"
    found = [ctypes.CDLL(str(path)) for path in folder.glob("libtorch_cpu.*")]
    products = [each for each in found if hasattr(each, "sgemm_")]
    if library is None or not products or not library.usable():
        return None
    return Kernel(library, products[0], dtype)
