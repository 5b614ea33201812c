"""Two faults in one picture: one compound sentence against the best sentence that names a single task."""

import statistics
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from instructir.data.pictures import decode_file
from instructir.degradations import compound
from instructir.evaluation.blind import clean_photos
from instructir.restoration.restorer import Restorer
from instructir.tasks import PLAIN_INSTRUCTIONS, Task

_STRENGTHS = (0.35, 0.5, 0.65)
"""Strengths of both faults, in turn from photo to photo."""


@dataclass(frozen=True)
class Couple:
    """Two faults and the sentence that names both."""

    tasks: tuple[Task, Task]
    sentence: str

    @property
    def name(self) -> str:
        """Such as ``denoising+low_light``."""
        return "+".join(task.value for task in self.tasks)


COUPLES: tuple[Couple, ...] = (
    Couple((Task.DENOISING, Task.LOW_LIGHT), "My photo is dark and full of grain, please repair both"),
    Couple((Task.DERAINING, Task.DEHAZING), "Take the rain off this photo and clear the haze"),
    Couple((Task.DEBLURRING, Task.DENOISING), "This picture is blurry and noisy, sharpen and clean it"),
    Couple((Task.DEHAZING, Task.DENOISING), "Remove the fog from my picture, and the noise as well"),
    Couple(
        (Task.DERAINING, Task.LOW_LIGHT), "It was raining and far too dark: remove the rain and brighten it"
    ),
)
"""The pairs of faults that people most often have together."""


def _psnr(restored: NDArray[Any], clean: NDArray[Any]) -> float:
    """PSNR in dB of 8-bit pictures, RGB, full frame."""
    error = np.square(restored.astype(np.float64) - clean.astype(np.float64)).mean()
    return float(10 * np.log10(255**2 / max(error, 1e-10)))


def spoilt(path: Path, couple: Couple, number: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A photo with both faults, and the photo, as 8-bit pictures (H, W, 3)."""
    clean = decode_file(path)
    seed = zlib.crc32(f"{path.name} {couple.name}".encode())
    strength = torch.full((2, 1), _STRENGTHS[number % len(_STRENGTHS)])
    images = torch.from_numpy(clean).permute(2, 0, 1)[None].float() / 255
    worse, _ = compound(images, couple.tasks, strength, torch.Generator().manual_seed(seed))
    return (worse.clamp(0, 1) * 255).round().byte()[0].permute(1, 2, 0).numpy(), clean


def measure_chained(restorer: Restorer, data: Path, limit: int = 20) -> dict[str, Any]:
    """PSNR of the input, each single-task sentence, and the compound sentence, for every pair of faults.

    Args:
        restorer: the model.
        data: folder of benchmark sets; its clean photos are taken in order, evenly.
        limit: so many photos a pair.
    """
    photos = clean_photos(data)
    photos = photos[:: max(1, len(photos) // limit)][:limit]
    rows = {couple.name: _couple(restorer, couple, photos) for couple in COUPLES}
    return {
        "model": restorer.name,
        "photos": len(photos),
        "strengths": list(_STRENGTHS),
        "pairs": rows,
        "gain": round(statistics.fmean(row["gain"] for row in rows.values()), 3),
    }


def _couple(restorer: Restorer, couple: Couple, photos: Sequence[Path]) -> dict[str, Any]:
    sentences = {task.value: PLAIN_INSTRUCTIONS[task] for task in couple.tasks} | {"both": couple.sentence}
    scores: dict[str, list[float]] = {name: [] for name in ("input", *sentences)}
    for number, path in enumerate(photos):
        worse, clean = spoilt(path, couple, number)
        scores["input"].append(_psnr(worse, clean))
        for name, sentence in sentences.items():
            restored = np.asarray(restorer.restore(worse, sentence).image)
            scores[name].append(_psnr(restored, clean))
    means = {name: round(statistics.fmean(values), 3) for name, values in scores.items()}
    best = max(means[task.value] for task in couple.tasks)
    return {
        "sentence": couple.sentence,
        "plan": [step.task.value for step in restorer.plan(couple.sentence).steps],
        "psnr": means,
        "gain": round(means["both"] - best, 3),
    }
