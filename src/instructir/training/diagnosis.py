"""Train the fault network on synthetic faults: ``python -m instructir.training.diagnosis --data DIR``.

DIR holds folders of clean pictures, and may hold real pairs (``pairs.csv`` with ``lq`` and ``kind``). A tenth
of the pictures, by name, is kept aside to set the thresholds from which faults count.
"""

import argparse
import csv
import json
import sys
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Generator, Tensor

from instructir.data.mixture import COMPANIONS_OF
from instructir.data.pictures import decode
from instructir.degradations import PHYSICAL_ORDER, degrade
from instructir.models.fault_network import WINDOW, FaultNetwork, views_of
from instructir.restoration.diagnosis import WEIGHTS
from instructir.tasks import TASKS, Task

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
SIZE = 224
"""Side of the training pictures."""
WEAKEST = 0.12
"""Least strength that counts as a fault; weaker ones cannot be told from a clean picture."""
FALSE_ALARMS = 0.012
"""Share of the clean pictures kept aside in which each fault may be seen all the same."""
LEAST, MOST = 0.15, 0.9
"""Between these a threshold has to lie."""

Pixels = NDArray[np.uint8]


def held_aside(path: Path) -> bool:
    """Whether a picture is kept for the threshold."""
    return zlib.crc32(path.stem.encode()) % 10 == 0


def clean_pictures(root: Path) -> list[Path]:
    """Pictures in the folders of `root` whose names start with ``clean``."""
    return sorted(p for d in root.glob("clean*") for p in d.rglob("*") if p.suffix.lower() in SUFFIXES)


def real_faults(root: Path) -> list[tuple[Path, Task]]:
    """Real under- and over-exposed pictures of the ``pairs.csv`` files in `root`."""
    found = []
    for table in sorted(root.glob("*/pairs.csv")):
        named = {name: path for path in table.parent.iterdir() for name in (path.stem, path.name)}
        with table.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                task = Task.LOW_LIGHT if row["kind"] == "low" else Task.ENHANCEMENT
                found.append((named[row["lq"]], task))
    return found


def crop(pixels: Pixels, rng: np.random.Generator, size: int = SIZE) -> Tensor:
    """A random square of a picture, at times shrunk and mirrored, (3, size, size) in [0, 1]."""
    picture = torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)[None].float() / 255
    least = size / min(picture.shape[-2:])
    if rng.random() < 0.4 or least > 1:
        # People's pictures come in all sizes: the same scene must do at another sharpness.
        scale = least if least > 1 else rng.uniform(least, 1)
        picture = F.interpolate(picture, scale_factor=scale, mode="bicubic", antialias=True).clamp(0, 1)
    height, width = picture.shape[-2:]
    y, x = (int(rng.integers(0, max(1, side - size + 1))) for side in (height, width))
    square = picture[0, :, y : y + size, x : x + size]
    square = F.pad(square[None], [0, size - square.shape[2], 0, size - square.shape[1]], mode="replicate")[0]
    return square.flip(2) if rng.random() < 0.5 else square


def draw_faults(rng: np.random.Generator) -> dict[Task, float]:
    """None (one in four), one, or two faults that come together, with their strengths."""
    fate = rng.random()
    if fate < 0.25:
        return {}
    task = TASKS[rng.integers(len(TASKS))]
    faults = {task: float(rng.uniform(WEAKEST, 1))}
    if fate > 0.8:
        second = COMPANIONS_OF[task][rng.integers(len(COMPANIONS_OF[task]))]
        faults[second] = float(rng.uniform(WEAKEST, 1))
    return faults


def spoil(picture: Tensor, faults: dict[Task, float], generator: Generator) -> Tensor:
    """Give one picture (3, H, W) its faults, in physical order."""
    out = picture[None]
    for task in sorted(faults, key=PHYSICAL_ORDER.index):
        out = degrade(task, out, torch.tensor([faults[task]]), generator)
    # Files hold eight bits.
    return (out.clamp(0, 1) * 255).round()[0] / 255


class Sampler:
    """Batches of spoilt pictures with their labels."""

    def __init__(self, pictures: Sequence[Path], real: Sequence[tuple[Path, Task]], seed: int) -> None:
        self._pixels = [decode(path) for path in pictures]
        self._real = [(decode(path), task) for path, task in real]
        self._rng = np.random.default_rng(seed)
        self._generator = torch.Generator().manual_seed(seed)

    def batch(self, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures (B, 3, SIZE, SIZE), presence (B, 7) and strength (B, 7), NaN where unknown."""
        rng = self._rng
        pictures, strengths = [], torch.zeros(count, len(TASKS))
        for row in range(count):
            if self._real and rng.random() < 0.08:
                pixels, task = self._real[rng.integers(len(self._real))]
                pictures.append(crop(pixels, rng))
                strengths[row, task.class_index] = torch.nan
                continue
            faults = draw_faults(rng)
            clean = crop(self._pixels[rng.integers(len(self._pixels))], rng)
            pictures.append(spoil(clean, faults, self._generator))
            for task, strength in faults.items():
                strengths[row, task.class_index] = strength
        return torch.stack(pictures), (strengths != 0).float(), strengths

    def corners(self, count: int = 3) -> list[tuple[int, int]]:
        """Random places of windows."""
        return [(int(y), int(x)) for y, x in self._rng.integers(0, SIZE - WINDOW + 1, (count, 2))]


def loss_of(presence: Tensor, severity: Tensor, present: Tensor, strengths: Tensor) -> Tensor:
    """Cross-entropy of presence, and squared error of severity where the fault has a known one."""
    known = (present > 0) & ~strengths.isnan()
    error = (severity - strengths.nan_to_num()).square()[known]
    return F.binary_cross_entropy_with_logits(presence, present) + (error.mean() if known.any() else 0.0)


def train(network: FaultNetwork, sampler: Sampler, steps: int, batch: int, budget: float) -> int:
    """Train for `steps`, or fewer in `budget` seconds; the rate falls to zero either way. Steps done."""
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-3)
    network.train()
    start = time.process_time()
    for step in range(steps):
        progress = max(step / steps, (time.process_time() - start) / budget)
        if progress >= 1:
            return step
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * min(1, (step + 1) / 50) * 0.5 * (1 + float(np.cos(np.pi * progress)))
        pictures, present, strengths = sampler.batch(batch)
        presence, severity = network(views_of(pictures, sampler.corners()))
        loss = loss_of(presence, severity, present, strengths)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if step % 50 == 0:
            sys.stdout.write(f"step {step}: loss {loss.item():.3f}, {time.process_time() - start:.0f} s\n")
            sys.stdout.flush()
    return steps


@torch.inference_mode()
def thresholds_of(network: FaultNetwork, pictures: Sequence[Path]) -> dict[str, float]:
    """For each task the probability that all but `FALSE_ALARMS` of the clean `pictures` stay below."""
    network.eval()
    seen = [
        network(views_of(torch.from_numpy(decode(path)).permute(2, 0, 1)[None].float() / 255))[0].sigmoid()
        for path in pictures
    ]
    levels = torch.cat(seen).quantile(1 - FALSE_ALARMS, dim=0).clamp(LEAST, MOST)
    return {task.value: round(level, 4) for task, level in zip(TASKS, levels.tolist(), strict=True)}


def main() -> None:
    """Train and write the weights into the package, or elsewhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with folders of clean pictures")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument(
        "--minutes", type=float, default=60, help="of processor time, within which it cools down"
    )
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    pictures = clean_pictures(options.data)
    aside = [path for path in pictures if held_aside(path)]
    real = [(path, task) for path, task in real_faults(options.data) if not held_aside(path)]
    sampler = Sampler([path for path in pictures if not held_aside(path)], real, options.seed)
    network = FaultNetwork()
    done = train(network, sampler, options.steps, options.batch, options.minutes * 60)
    thresholds = thresholds_of(network, aside)
    tensors = {
        name: value.half() if value.is_floating_point() else value
        for name, value in network.state_dict().items()
    }
    about = {"thresholds": thresholds, "steps": done, "batch": options.batch, "seed": options.seed}
    save_file(tensors, options.output, metadata={"diagnosis": json.dumps(about)})
    sys.stdout.write(f"{options.output}: {done} steps, thresholds {thresholds}\n")


if __name__ == "__main__":
    main()
