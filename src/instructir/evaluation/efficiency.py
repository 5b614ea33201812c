"""What a network costs: parameters, multiply-adds, time and memory (paper, table 11)."""

import ctypes
import gc
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from instructir.errors import ConfigError
from instructir.evaluation.methods import Method, with_unique_names
from instructir.evaluation.results import Cost, Results
from instructir.evaluation.runner import empty_results
from instructir.evaluation.session import load_methods
from instructir.restoration.restorer import find_device

INSTRUCTION = "Remove the noise from this photo"
SIZE = (256, 256)
"""Height and width at which the field counts multiply-adds."""
TITLE = "What one picture costs"
SUMMARY = "one picture, in the precision that the device is fastest in"


def measure(
    methods: Sequence[Method], device: torch.device, size: tuple[int, int] = SIZE, runs: int = 5
) -> list[Cost]:
    """Measure every method on one picture of `size`.

    Multiply-adds are half of the floating-point operations that torch counts in convolutions and matrix
    products, the sentence encoder left out because its embedding is kept. The time is the median of `runs`
    after one that warms up. Memory is what the accelerator allocates, or what the process grows by on Linux,
    in the busiest moment of a run.

    Args:
        methods: networks; anything else counts no operations.
        device: where they were loaded.
        size: height and width in pixels.
        runs: how often they are timed.
    """
    image = torch.rand((1, 3, *size), generator=torch.Generator().manual_seed(0))
    return [_measure(method, image, device, runs) for method in methods]


def evaluate_costs(models: tuple[str, ...], baselines: tuple[str, ...], side: int, device: str) -> Results:
    """Load networks by name and measure what they cost on a square picture; see :func:`measure`.

    Raises:
        InstructIRError: if one cannot be loaded.
        ConfigError: if `side` is no size.
    """
    if side < 1:
        raise ConfigError(f"--size {side}: give 1 or more pixels")
    methods = with_unique_names(load_methods(models, baselines, device=device))
    results = empty_results("efficiency", TITLE, {"name": "cost", "summary": SUMMARY}, methods, device)
    results.costs += measure(methods, find_device(device), (side, side))
    return results


def _measure(method: Method, image: Tensor, device: torch.device, runs: int) -> Cost:
    method.restore(image, INSTRUCTION)
    counter = FlopCounterMode(display=False)
    with counter:
        method.restore(image, INSTRUCTION)
    peak = _peak_memory(method, image, device)
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        # The result comes back to the CPU, so the clock stops after the work is done on any device.
        method.restore(image, INSTRUCTION)
        times.append(time.perf_counter() - start)
    size = (image.shape[-2], image.shape[-1])
    return Cost(method.name, size, counter.get_total_flops() // 2, 1000 * median(times), peak)


def _peak_memory(method: Method, image: Tensor, device: torch.device) -> float | None:
    """Most memory in MiB that one run takes beside what is held already; None where it cannot be told."""
    gc.collect()
    if device.type == "cuda":
        held = torch.cuda.memory_allocated(device)
        torch.cuda.reset_peak_memory_stats(device)
        method.restore(image, INSTRUCTION)
        return (torch.cuda.max_memory_allocated(device) - held) / 2**20
    _return_free_memory()
    held_kib = _resident("VmRSS")
    if device.type != "cpu" or held_kib is None or not _reset_peak():
        return None
    method.restore(image, INSTRUCTION)
    peak_kib = _resident("VmHWM")
    return None if peak_kib is None else max(0, peak_kib - held_kib) / 1024


def _resident(field: str) -> int | None:
    """A field of this process's memory status in KiB, on Linux."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{field}:")), None)


def _return_free_memory() -> None:
    """Hand freed memory back to the system, or the process would not be seen to grow (glibc only)."""
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):
        return


def _reset_peak() -> bool:
    """Let Linux forget the highest memory use of this process so far."""
    try:
        Path("/proc/self/clear_refs").write_text("5", "utf-8")
    except OSError:
        return False
    return True
