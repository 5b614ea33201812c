"""The kernel's library: compiled once for this processor, kept in the user's cache, and called from threads.

A library that is made on the machine that runs it may use all that the processor has, and the package stays
pure Python. It takes a C++ compiler, a few seconds, and no header but the standard library's.
"""

import ctypes
import hashlib
import logging
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor

from instructir.models.embedding_cache import cache_folder

_logger = logging.getLogger(__name__)

_SOURCE, _HEADER = (Path(__file__).with_name(name) for name in ("kernel.cpp", "tiles.h"))
_COMPILERS = ("c++", "g++", "clang++")
_FLAGS = (
    "-std=c++17",
    "-O3",
    "-ffp-contract=fast",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-shared",
    "-fPIC",
)
_PATIENCE = 300  # seconds that a compiler may take

_INT, _POINTER = ctypes.c_int32, ctypes.c_void_p


class BlockCall(ctypes.Structure):
    """``Block`` of the kernel."""

    _fields_ = (
        *((name, _INT) for name in ("rows", "width", "channels", "band", "chunk")),
        ("eps", ctypes.c_float),
        ("cell", _INT),
        *((name, _POINTER) for name in ("x", "gated", "columns", "factors", "attention", "scale", "shift")),
        *((name, _POINTER) for name in ("w1", "b1", "w2", "b2", "w3", "b3", "w4", "b4", "w5", "b5")),
    )


class CellsCall(ctypes.Structure):
    """``Cells`` of the kernel."""

    _fields_ = (
        *((name, _INT) for name in ("rows", "width", "channels", "cell", "band")),
        *((name, _POINTER) for name in ("map", "cells")),
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
        *((name, _INT) for name in ("rows", "width", "inputs", "outputs", "out_rows", "out_width")),
        *((name, _INT) for name in ("band", "add_width", "add_rows")),
        *((name, _POINTER) for name in ("x", "y", "add", "w", "b")),
    )


class Library:
    """The compiled kernel.

    Attributes:
        group: outputs that its products compute together, by which their weights are packed.
        tile: neighbouring pixels of a row whose channels lie together in memory.
    """

    def __init__(self, path: Path) -> None:
        self._functions = ctypes.CDLL(str(path))
        self.group: int = self._functions.outputs_in_group()
        self.tile: int = self._functions.pixels_in_tile()
        for name in ("gate", "average_cells", "spread_cells", "finish", "down", "up", "convolve"):
            function = getattr(self._functions, name)
            function.argtypes, function.restype = (_POINTER, _POINTER, _POINTER), None

    def run(self, name: str, call: ctypes.Structure, channels: int = 0) -> Tensor | None:
        """Have as many threads as torch would use share the tasks of one call.

        Args:
            name: of the function.
            call: its arguments.
            channels: of the sums that it makes, if it makes any.

        Returns:
            The sums (channels,), float64.
        """
        workers = torch.get_num_threads()
        sums = torch.zeros(workers, channels, dtype=torch.float64) if channels else None
        function, counter = getattr(self._functions, name), _INT(0)

        def work(worker: int) -> None:
            target = None if sums is None else sums[worker].data_ptr()
            function(ctypes.addressof(call), ctypes.addressof(counter), target)

        helpers = [_pool().submit(work, worker) for worker in range(1, workers)]
        work(0)
        for helper in helpers:
            helper.result()
        return None if sums is None else sums.sum(0)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="instructir-kernel")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # the threads do not come along


def compiled_kernel() -> Library | None:
    """The kernel, compiled now if it is not in the cache yet; None where that cannot be done.

    That is: no compiler, caches turned off, or a compiler that failed, which is remembered until the kernel
    or the compiler changes.
    """
    return _compiled(cache_folder())


@cache
def _compiled(folder: Path | None) -> Library | None:
    compiler = _compiler()
    if folder is None or compiler is None:
        return None
    command = [*compiler, *_FLAGS, _tuning()]
    identity = hashlib.sha256(_SOURCE.read_bytes() + _HEADER.read_bytes())
    identity.update("\n".join([*command, platform.machine(), processor()]).encode())
    path = folder / "kernels" / f"{identity.hexdigest()[:32]}{'.dll' if os.name == 'nt' else '.so'}"
    failed = path.with_suffix(".failed")
    try:
        if not path.exists() and not failed.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _compile(command, path, failed)
        return Library(path) if path.exists() else None
    except OSError as error:  # a cache that cannot be written to, or a library that cannot be loaded
        _logger.info("the compiled kernel cannot be used: %s", error)
        return None


def _compile(command: Sequence[str], path: Path, failed: Path) -> None:
    _logger.info("compiling the network's kernel for this processor, once")
    with TemporaryDirectory(dir=path.parent) as draft:
        made = Path(draft) / path.name
        try:
            subprocess.run(
                [*command, str(_SOURCE), "-o", str(made)],
                check=True,
                capture_output=True,
                text=True,
                timeout=_PATIENCE,
            )
        except subprocess.TimeoutExpired as error:
            _logger.info("the network's kernel was not compiled: %s", error)
        except subprocess.CalledProcessError as error:
            failed.write_text(f"{error}\n{error.stderr}", encoding="utf-8")
            _logger.info("the network's kernel was not compiled, see %s", failed)
        else:
            made.replace(path)


def _compiler() -> list[str] | None:
    """The command of a C++ compiler: what ``CXX`` names, the system's, or that of the extra ``fast``."""
    for name in filter(None, (os.environ.get("CXX"), *_COMPILERS)):
        found = shutil.which(name)
        if found:
            return [found]
    if find_spec("ziglang") is None:
        return None
    # The kernel needs no C++ library, which that compiler would build first, in minutes.
    return [sys.executable, "-m", "ziglang", "c++", "-nostdlib++"]


def _tuning() -> str:
    """The option by which a compiler may use all that this processor has."""
    return "-mcpu=native" if platform.machine() in ("arm64", "aarch64") else "-march=native"


def processor() -> str:
    """What tells processors apart that share a folder of caches, as the machines of a cluster do."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return "\n".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))
