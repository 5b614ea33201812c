"""How well the fault network sees single faults in photos that it was not trained on."""

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from instructir.data.pictures import decode_file
from instructir.degradations import degrade, gaussian_noise
from instructir.degradations.noise import sigma_at
from instructir.errors import DataError
from instructir.restoration.diagnosis import examine
from instructir.tasks import TASKS, Task

_STRENGTHS = (0.3, 0.5, 0.7, 0.9)
"""Strengths of the synthetic faults, in turn from photo to photo."""
_CLEAN = ("CBSD68", "*/target")
"""Where a folder of benchmarks keeps its clean photos."""
_TWICE = "SICE-over/target"
"""Holds the photos of another folder once more."""
_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")

REAL: dict[str, Task] = {
    "Rain100H/input": Task.DERAINING,
    "Rain100L/input": Task.DERAINING,
    "SOTS-indoor/input": Task.DEHAZING,
    "SOTS-outdoor/input": Task.DEHAZING,
    "GoPro/input": Task.DEBLURRING,
    "SICE-low/input": Task.LOW_LIGHT,
    "LOL-inputs": Task.LOW_LIGHT,
    "FiveK/input": Task.ENHANCEMENT,
}
"""Folders of pictures with real or benchmark-made faults."""


def pictures(folder: Path) -> list[Path]:
    """Pictures right in `folder`, by name."""
    return sorted(path for path in folder.glob("*") if path.suffix.lower() in _SUFFIXES)


def clean_photos(data: Path) -> list[Path]:
    """The clean photos of a folder of benchmarks.

    Raises:
        DataError: if there are none.
    """
    found = [
        path
        for pattern in _CLEAN
        for folder in sorted(data.glob(pattern))
        if folder != data / _TWICE
        for path in pictures(folder)
    ]
    if not found:
        raise DataError(
            f"{data}: holds no clean photos; it needs folders such as CBSD68 or SOTS-outdoor/target"
        )
    return found


def measure_blind(data: Path, limit: int | None = None) -> dict[str, Any]:
    """Every figure of the fault network, as plain JSON types.

    Args:
        data: folder of benchmark sets.
        limit: only so many clean photos.
    """
    photos = clean_photos(data)[:limit]
    alone = [not examine(decode_file(path)).faults for path in photos]
    tasks = {task.value: _faults(task, photos) for task in TASKS}
    total = sum(row["of"] for row in tasks.values())
    sets = {
        name: _real(pictures(data / name)[:limit], task)
        for name, task in REAL.items()
        if pictures(data / name)
    }
    return {
        "photos": len(photos),
        "strengths": list(_STRENGTHS),
        "clean_left_alone": round(sum(alone) / len(alone), 4),
        "top_one": round(sum(row["first"] for row in tasks.values()) / total, 4),
        "top_two": round(sum(row["second"] for row in tasks.values()) / total, 4),
        "severity_error": round(sum(row["severity_error"] for row in tasks.values()) / len(tasks), 4),
        "by_task": tasks,
        "real": sets,
    }


def _faults(task: Task, photos: Sequence[Path]) -> dict[str, Any]:
    first = second = found = 0
    errors = []
    for number, path in enumerate(photos):
        strength = _STRENGTHS[(number + task.class_index) % len(_STRENGTHS)]
        seed = zlib.crc32(f"{path.name} {task.value}".encode())
        clean = torch.from_numpy(decode_file(path)).permute(2, 0, 1)[None].float() / 255
        generator, level = torch.Generator().manual_seed(seed), torch.tensor([strength])
        if task is Task.DENOISING:
            # What training makes of it is now and then no noise, but what a JPEG file of any quality leaves.
            spoilt = gaussian_noise(clean, sigma_at(level), generator)
        else:
            spoilt = degrade(task, clean, level, generator)
        stored = (spoilt.clamp(0, 1) * 255).round().byte()[0].permute(1, 2, 0).numpy()
        findings = examine(stored)
        ranked = sorted(findings.probabilities, key=lambda t: -findings.probabilities[t])
        first += ranked[0] is task
        second += task in ranked[:2]
        found += task in findings.faults
        errors.append(abs(findings.severities[task] - strength))
    return {
        "first": first,
        "second": second,
        "found": found,
        "of": len(photos),
        "severity_error": round(sum(errors) / len(errors), 4),
    }


def _real(paths: Sequence[Path], task: Task) -> dict[str, Any]:
    second = found = 0
    for path in paths:
        findings = examine(decode_file(path))
        ranked = sorted(findings.probabilities, key=lambda t: -findings.probabilities[t])
        second += task in ranked[:2]
        found += task in findings.faults
    return {"task": task.value, "second": second, "found": found, "of": len(paths)}
