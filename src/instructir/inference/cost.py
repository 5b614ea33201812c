"""What a call costs on this machine: time of the clock and of the cores, and memory."""

import ctypes
import gc
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import torch

Call = Callable[[], object]


def timed(call: Call, runs: int) -> tuple[float, float]:
    """Median seconds of the clock, and of all cores together, that `call` takes.

    The result has to be back on the CPU when `call` returns, or an accelerator is not waited for.
    """
    clocks = [_clocked(call) for _ in range(runs)]
    clock, cores = (median(times) for times in zip(*clocks, strict=True))
    return clock, cores


def peak_growth(call: Call, device: torch.device) -> int | None:
    """Most bytes that `call` takes beside what is held already; None where it cannot be told.

    On CUDA that is what the accelerator allocates, on a CPU under Linux what the process grows by.
    """
    gc.collect()
    if device.type == "cuda":
        held = torch.cuda.memory_allocated(device)
        torch.cuda.reset_peak_memory_stats(device)
        call()
        return torch.cuda.max_memory_allocated(device) - held
    before = settled_memory() if device.type == "cpu" else None
    if before is None:
        return None
    call()
    return growth_since(before)


def growth_since(before: int | None) -> int | None:
    """Bytes from `before` to the most that this process held since :func:`settled_memory` told it."""
    peak = _memory("VmHWM")
    return None if peak is None or before is None else max(0, peak - before)


def settled_memory() -> int | None:
    """Bytes this process holds, after what is free was given back and the record of the peak was cleared.

    None where the system is not Linux with glibc.
    """
    gc.collect()
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5", "utf-8")
    except (OSError, AttributeError):
        return None
    return _memory("VmRSS")


def _clocked(call: Call) -> tuple[float, float]:
    clock, cores = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - clock, time.process_time() - cores


def _memory(field: str) -> int | None:
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:")), None)
