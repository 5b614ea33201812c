"""What the memory estimate promises, and that limits are seen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from instructir.inference import memory
from instructir.inference.memory import exact_bytes, free_bytes, largest_tile
from instructir.models.image_network import ImageConfig

CPU = torch.device("cpu")
GIB = 1024**3


def test_free_memory_is_a_plausible_number():
    assert 0 < free_bytes(CPU) < 2**50


def test_fallback_where_the_system_tells_nothing(monkeypatch):
    monkeypatch.setattr(memory, "_lines", lambda path: [])
    monkeypatch.delattr(os, "sysconf")
    assert free_bytes(CPU) == memory.FALLBACK


@pytest.mark.parametrize(
    ("line", "folder", "names"),
    [
        ("0::/docker/abc", "docker/abc", ("memory.max", "memory.current")),
        ("4:memory:/docker/abc", "memory/docker/abc", ("memory.limit_in_bytes", "memory.usage_in_bytes")),
    ],
    ids=["v2", "v1"],
)
def test_control_groups_limit(monkeypatch, line, folder, names):
    """The tightest of a group and those around it, cached files not counted."""
    root = Path("/sys/fs/cgroup")
    files = {
        Path("/proc/meminfo"): ["MemTotal: 1", f"MemAvailable: {8 * GIB // 1024} kB"],
        Path("/proc/self/cgroup"): ["1:cpu:/x", line],
        root / folder / names[0]: [str(3 * GIB)],
        root / folder / names[1]: [str(2 * GIB)],
        root / folder / "memory.stat": ["inactive_file 1024", "anon 5"],
        (root / folder).parent / names[0]: ["max"],
        (root / folder).parent / names[1]: [str(2 * GIB)],
    }
    monkeypatch.setattr(memory, "_lines", lambda path: files.get(path, []))
    assert free_bytes(CPU) == GIB + 1024


def test_address_space_limit_is_seen():
    code = (
        "import resource, torch; from instructir.inference.memory import free_bytes;"
        "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize();"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 2**28, used + 2**28));"
        "free = free_bytes(torch.device('cpu')); assert 2**27 < free <= 2**28, free"
    )
    assert Path("/proc/self/statm").exists() or pytest.skip("needs /proc")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_estimate_is_linear_in_pixels_and_rounds_up():
    config = ImageConfig()
    one, four = (exact_bytes(config, torch.float32, side, side) for side in (512, 1024))
    assert four == pytest.approx(4 * one)
    assert exact_bytes(config, torch.float32, 1, 1) == exact_bytes(config, torch.float32, 16, 16)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_four_k_is_within_its_bounds(dtype):
    needed = exact_bytes(ImageConfig(), dtype, 2160, 3840)
    assert needed < (4.5e9 if dtype == torch.float32 else 2.5e9)


@pytest.mark.parametrize("budget", [1e5, 1e7, 1e9])
def test_largest_tile_fits_and_a_larger_one_does_not(budget):
    config = ImageConfig()
    side = largest_tile(config, torch.bfloat16, budget)
    assert side == 1 or exact_bytes(config, torch.bfloat16, side, side) <= budget
    assert exact_bytes(config, torch.bfloat16, side + 16, side + 16) > budget


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_estimate_holds_for_a_real_run(dtype):
    """The peak of a process that restores a picture rises by no more than the estimate, and not much less."""
    code = f"""
import torch
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.inference.memory import exact_bytes
from instructir.inference.strips import StripExecutor

def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))

config = ImageConfig(16, (1, 1), 1, (1, 1), text_dim=0)
executor = StripExecutor(ImageNetwork(config), dtype=torch.{dtype})
executor(torch.rand(1, 3, 256, 256))
before = peak()
executor(torch.rand(1, 3, 1024, 1024))
print(peak() - before, exact_bytes(config, torch.{dtype}, 1024, 1024), executor.scratch_bytes)
"""
    assert Path("/proc/self/status").exists() or pytest.skip("needs /proc")
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    rise, needed, strips = map(int, out.split())
    assert 0.6 * needed < rise < needed + strips
