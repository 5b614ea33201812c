"""The machine, the versions and the code that a result was measured or a model trained with."""

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from instructir._version import __version__

PACKAGES = ("torch", "numpy", "pillow", "scikit-image", "transformers", "accelerate")


def machine(device: str = "auto") -> dict[str, Any]:
    """What the numbers were measured on; no name of a host or a user.

    Args:
        device: where the model runs, as the command line names it.
    """
    import torch

    where = torch.device(("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device)
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
    return found | {package: release for package in PACKAGES if (release := _release(package))}


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
