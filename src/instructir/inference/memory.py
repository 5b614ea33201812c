"""How much memory there is, and how much a picture takes.

On the CPU the system's own estimate counts, less what limits on the process leave (control groups, as
containers use them, and the address space); on CUDA, what the driver reports and what torch holds unused.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import torch

from instructir.models.image_network import ImageConfig

FALLBACK = 4 * 1024**3
"""Bytes assumed free where the system does not tell, as on macOS and Windows without ``sysconf``."""

MEMORY_FRACTION = 0.8
"""Fraction of the free memory that a run may plan with; the rest is for what else happens meanwhile."""

_UNLIMITED = 2**60
_CELL_COPIES = 3
"""How often the averages of cells are held: by strips as sums, averages and factors; the kernel has fewer."""


def free_bytes(device: torch.device) -> int:
    """Memory that `device` can still give to this process, in bytes."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(free + unused)
    available = _available()
    return min([FALLBACK if available is None else available, *_limits()])


def _available() -> int | None:
    """What the system says is available."""
    for line in _lines(Path("/proc/meminfo")):
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _limits() -> Iterator[int]:
    """What is left of each limit on this process."""
    root = Path("/sys/fs/cgroup")
    for line in _lines(Path("/proc/self/cgroup")):
        _, controllers, path = line.split(":", 2)
        if not controllers:
            yield from _left(root, path, "memory.max", "memory.current")
        elif "memory" in controllers.split(","):
            yield from _left(root / "memory", path, "memory.limit_in_bytes", "memory.usage_in_bytes")
    yield from _address_space()


def _left(root: Path, path: str, limit_name: str, usage_name: str) -> Iterator[int]:
    """Limit less usage of a control group and of all that contain it, cached files not counted as used."""
    inner = root / path.strip().lstrip("/")
    for folder in (inner, *inner.parents):
        limit, usage = _number(folder / limit_name), _number(folder / usage_name)
        if limit is not None and usage is not None and limit < _UNLIMITED:
            yield max(0, limit - usage + _reclaimable(folder))
        if folder == root:
            return


def _reclaimable(folder: Path) -> int:
    """Bytes of files in a control group's cache that the kernel drops before it refuses memory."""
    fields = dict(line.split()[:2] for line in _lines(folder / "memory.stat") if " " in line)
    return int(fields.get("total_inactive_file", fields.get("inactive_file", 0)))


def _address_space() -> Iterator[int]:
    """What ``ulimit -v`` leaves."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    used = next((line for line in _lines(Path("/proc/self/status")) if line.startswith("VmSize:")), None)
    if limit != resource.RLIM_INFINITY and used is not None:
        yield max(0, limit - int(used.split()[1]) * 1024)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _number(path: Path) -> int | None:
    lines = _lines(path)
    return int(lines[0]) if lines and lines[0].isdigit() else None


def exact_bytes(
    config: ImageConfig, dtype: torch.dtype, height: int, width: int, stream: torch.dtype = torch.float32
) -> int:
    """Most bytes that exact execution of one picture takes at a time, strips and weights not counted.

    Follows :class:`~instructir.inference.strips.StripExecutor`: the residual stream of each stage so far is
    kept as `stream`; beside it there is the gated map of the stage in hand, in working precision, and the
    averages of cells, if channel attention has windows; or the next stage's stream; and the picture three
    times: as given, padded, restored.
    """
    multiple = config.size_multiple
    pixels = (-(-height // multiple) * multiple) * (-(-width // multiple) * multiple)
    depths = range(len(config.encoder_blocks) + 1)
    # Per pixel of the picture: each stage has a quarter of the pixels and twice the channels.
    streams = [stream.itemsize * config.width / 2**depth for depth in depths]
    gated = [dtype.itemsize * config.width / 2**depth for depth in depths]
    copies = _CELL_COPIES if config.window else 0
    cells = [4 * copies * config.width * 2**depth / multiple**2 for depth in depths]
    peaks = [
        sum(streams[: depth + 1]) + max(gated[depth] + cells[depth], streams[depth] / 2) for depth in depths
    ]
    return int(pixels * (max(peaks) + 3 * 4 * config.channels))


def largest_tile(
    config: ImageConfig, dtype: torch.dtype, budget: float, stream: torch.dtype = torch.float32
) -> int:
    """Side in pixels of the largest square that exact execution fits into `budget` bytes, at least 1."""
    unit = exact_bytes(config, dtype, config.size_multiple, config.size_multiple, stream)
    units = max(0.0, budget) / unit
    return max(1, int(units**0.5) * config.size_multiple)


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether `error` is what torch or Python raise when memory runs out, on any device."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and ("out of memory" in text or "can't allocate memory" in text)
