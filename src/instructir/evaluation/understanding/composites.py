"""One to three faults in a picture: a sentence that names all, the best of one, and no words at all."""

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
from instructir.evaluation.metrics import psnr
from instructir.evaluation.understanding.blind import clean_photos
from instructir.restoration.restorer import Restorer
from instructir.tasks import PLAIN_INSTRUCTIONS, Task

_STRENGTHS = (0.35, 0.5, 0.65)
"""Strengths of all faults, in turn from photo to photo."""
BLIND = "make this photo look right"
"""Names no fault: the picture decides."""


@dataclass(frozen=True)
class Composite:
    """Faults that come together, and the sentence that names them all."""

    tasks: tuple[Task, ...]
    sentence: str

    @property
    def name(self) -> str:
        """Such as ``denoising+low_light``."""
        return "+".join(task.value for task in self.tasks)


COMPOSITES: tuple[Composite, ...] = (
    Composite((Task.LOW_LIGHT,), "This photo is too dark, brighten it"),
    Composite((Task.DEHAZING,), "Clear the haze from my picture"),
    Composite((Task.DERAINING,), "Take the rain off this photo"),
    Composite((Task.DENOISING, Task.LOW_LIGHT), "My photo is dark and full of grain, please repair both"),
    Composite((Task.DERAINING, Task.DEHAZING), "Take the rain off this photo and clear the haze"),
    Composite((Task.DEBLURRING, Task.DENOISING), "This picture is blurry and noisy, sharpen and clean it"),
    Composite((Task.DEHAZING, Task.DENOISING), "Remove the fog from my picture, and the noise as well"),
    Composite(
        (Task.DERAINING, Task.LOW_LIGHT), "It was raining and far too dark: remove the rain and brighten it"
    ),
    Composite((Task.LOW_LIGHT, Task.DEHAZING), "Dark and foggy: brighten the photo and clear the fog"),
    Composite(
        (Task.DERAINING, Task.DEHAZING, Task.LOW_LIGHT),
        "Remove the rain and the haze from this photo, and brighten it",
    ),
    Composite(
        (Task.DENOISING, Task.DEHAZING, Task.LOW_LIGHT),
        "It is noisy, hazy and dark, please clean, clear and brighten it",
    ),
)
"""CDD-11's faults without its snow (Guo et al., OneRestore, ECCV 2024), with noise and blur in its place, and
the pairs that people most often have together."""


def spoilt(path: Path, composite: Composite, number: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A photo with all faults, and the photo, as 8-bit pictures (H, W, 3)."""
    clean = decode_file(path)
    seed = zlib.crc32(f"{path.name} {composite.name}".encode())
    strength = torch.full((len(composite.tasks), 1), _STRENGTHS[number % len(_STRENGTHS)])
    images = torch.from_numpy(clean).permute(2, 0, 1)[None].float() / 255
    worse, _ = compound(images, composite.tasks, strength, torch.Generator().manual_seed(seed), targets=0)
    return (worse.clamp(0, 1) * 255).round().byte()[0].permute(1, 2, 0).numpy(), clean


def measure_composites(restorer: Restorer, data: Path, limit: int = 20) -> dict[str, Any]:
    """PSNR of the input, the best sentence of one task, the sentence of all, and a sentence of none.

    Args:
        restorer: the model.
        data: folder of benchmark sets; its clean photos are taken in order, evenly.
        limit: so many photos a composite.
    """
    photos = clean_photos(data)
    photos = photos[:: max(1, len(photos) // limit)][:limit]
    rows = {composite.name: _row(restorer, composite, photos) for composite in COMPOSITES}
    pairs = [rows[composite.name]["gain"] for composite in COMPOSITES if len(composite.tasks) == 2]
    return {
        "model": restorer.name,
        "photos": len(photos),
        "strengths": list(_STRENGTHS),
        "composites": rows,
        "gain": round(statistics.fmean(pairs), 3),
    }


def _row(restorer: Restorer, composite: Composite, photos: Sequence[Path]) -> dict[str, Any]:
    sentences = {task.value: PLAIN_INSTRUCTIONS[task] for task in composite.tasks}
    sentences |= {"planned": composite.sentence, "blind": BLIND}
    scores: dict[str, list[float]] = {name: [] for name in ("input", *sentences)}
    for number, path in enumerate(photos):
        worse, clean = spoilt(path, composite, number)
        scores["input"].append(psnr(worse, clean, peak=255))
        for name, sentence in sentences.items():
            restored = np.asarray(restorer.restore(worse, sentence).image)
            scores[name].append(psnr(restored, clean, peak=255))
    means = {name: round(statistics.fmean(values), 3) for name, values in scores.items()}
    best = max(composite.tasks, key=lambda task: means[task.value])
    return {
        "sentence": composite.sentence,
        "plan": [step.task.value for step in restorer.plan(composite.sentence).steps],
        "psnr": means,
        "best": best.value,
        "gain": round(means["planned"] - means[best.value], 3),
    }
