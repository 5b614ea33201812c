"""Where things run: the device, and the machine, versions and code that a result was measured with."""

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from instructir._version import __version__
from instructir.errors import ConfigError

if TYPE_CHECKING:
    import torch

_PACKAGES = ("torch", "numpy", "pillow", "scikit-image", "transformers", "accelerate")


def find_device(name: str) -> "torch.device":
    """The device called `name`; ``auto`` is CUDA where it is there, else the CPU.

    Raises:
        ConfigError: if it is unknown or not there.
    """
    import torch

    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError):
        raise ConfigError(f"device {name!r} is not available here: use auto, cpu, cuda or mps") from None
    return device


def machine(device: str = "auto") -> dict[str, Any]:
    """What the numbers were measured on; no name of a host or a user.

    Args:
        device: where the model runs, as the command line names it.
    """
    import torch

    where = find_device(device)
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "processor": _processor(),
        "cpus": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "device": where.type,
        "accelerator": torch.cuda.get_device_name(where) if where.type == "cuda" else None,
    }


def versions() -> dict[str, str]:
    """Versions of what the numbers depend on."""
    found = {"instructir": __version__, "python": platform.python_version()}
    return found | {package: release for package in _PACKAGES if (release := _release(package))}


def revision() -> str:
    """Git revision of the code, ``-dirty`` appended where it was changed; empty outside a checkout of it."""
    here = Path(__file__)
    if not _git(here.parent, "ls-files", here.name):
        return ""
    return _git(here.parent, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _release(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()
