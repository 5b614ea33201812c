"""Crops a second of the training loop, without its kernel, and plain: eager, float32, contiguous memory.

    python benchmarks/training_speed.py --size 128 --batch 8 --width 16 --json speed.json
    torchrun --nproc-per-node 2 benchmarks/training_speed.py      (two processes that train together)
    python benchmarks/training_speed.py --resident --batch 64 --width 32 --steps 200   (two minutes of a GPU)

All run the same :class:`~instructir.training.loop.Trainer` on the same crops, decoded by a worker and
degraded in the batch, so that only the switches differ: the kernel, or ``torch.compile`` and channels-last,
in bf16 where that is fast. They take turns. The first steps, in which a loop compiles, are not counted. The
data are measured apart too: how
fast one worker cuts crops, and the fraction of the time that training waits for them.

``--resident`` measures the loop of ``resident: true`` instead: crops a second of the whole loop; the floor,
what its captured steps alone would do on batches that are there; and the duty, the one by the other.
"""

import argparse
import itertools
import json
import os
import statistics
import tempfile
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from PIL import Image

from instructir.data.mixture import CropBatch, CropMixture, DataOptions, MixtureEntry
from instructir.data.sources import SourceOptions
from instructir.environment import machine, versions
from instructir.tasks import TASKS
from instructir.training.loop import Trainer
from instructir.training.options import ModelOptions, Phase, TextOptions, TrainOptions
from instructir.training.resident.trainer import ResidentTrainer
from instructir.training.schedule import crop_phases

WARM_UP = 2


def make_pictures(folder: Path, count: int = 24) -> None:
    """Noise over smooth colours, 480 by 360 pixels, as JPEG: about what a photo costs to decode."""
    rng = np.random.default_rng(0)
    for index in range(count):
        smooth = Image.fromarray(rng.integers(0, 255, (9, 12, 3), dtype=np.uint8)).resize((480, 360))
        grain = rng.normal(0, 12, (360, 480, 3))
        pixels = np.clip(np.asarray(smooth) + grain, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{index}.jpg", quality=92)


def settings(arguments: argparse.Namespace, root: str) -> dict[str, TrainOptions]:
    """The loops by name."""
    ours = TrainOptions(
        steps=10_000,
        tensorboard=False,
        out=f"{root}/run",
        model=ModelOptions(width=arguments.width),
        text=TextOptions(limit=8),
        phases=[Phase(1.0, arguments.size, arguments.batch)],
        data=DataOptions(
            root=root,
            sources={"photos": SourceOptions("clean", ["."])},
            mixture=[MixtureEntry(task.value, "photos") for task in TASKS],
            workers=1,
        ),
    )
    compiled = replace(ours, native=False)
    plain = replace(compiled, precision="fp32", compile=False, channels_last=False)
    return {"plain": plain, "compiled": compiled, "ours": ours}


class Loop:
    """A trainer and its crops, one step at a time."""

    def __init__(self, options: TrainOptions) -> None:
        self.trainer = Trainer(options)
        self.batches: Iterator[CropBatch] = self.trainer._batches()
        self.steps: list[float] = []
        self.waits: list[float] = []

    def run(self) -> None:
        """Time one step, the wait for its crops included."""
        start = time.perf_counter()
        crops = next(self.batches)
        waited = time.perf_counter()
        self.trainer._train_step(crops)
        self.trainer.step += 1
        self.steps.append(time.perf_counter() - start)
        self.waits.append(waited - start)


def loading_speed(options: TrainOptions, batches: int = 30) -> float:
    """Crops a second that one worker cuts, its pictures decoded once before."""
    mixture = CropMixture(options.data, crop_phases(options, 1), seed=0)
    for step in range(10):
        mixture[step]
    start = time.perf_counter()
    for step in range(batches):
        mixture[step]
    return batches * options.phases[0].batch / (time.perf_counter() - start)


def resident(arguments: argparse.Namespace, root: str) -> dict[str, object]:
    """Time the loop whose pictures are on the device, and its steps alone."""
    options = replace(settings(arguments, root)["ours"], resident=True)
    trainer = ResidentTrainer(options)
    batches = cast(Generator[Any, None, None], trainer._batches())
    held = next(batches)

    def timed(crops: Iterator[Any]) -> float:
        start = time.perf_counter()
        for batch in itertools.islice(crops, arguments.steps):
            trainer._train_step(batch)  # waits for the device, since it returns the losses
            trainer.step += 1
        return arguments.steps * arguments.batch / (time.perf_counter() - start)

    start = time.perf_counter()
    trainer._train_step(held)
    compiled = time.perf_counter() - start
    floor, loop = timed(itertools.repeat(held)), timed(batches)
    batches.close()
    cuda = trainer.device.type == "cuda"
    return {
        "crops_per_second": round(loop, 1),
        "floor_crops_per_second": round(floor, 1),
        "duty": round(loop / floor, 3),
        "first_step_seconds": round(compiled, 1),
        "gigabytes": round(torch.cuda.max_memory_allocated() / 1e9, 1) if cuda else None,
        "settings": {"width": arguments.width, "size": arguments.size, "batch": arguments.batch},
        "steps": arguments.steps,
        "machine": machine(trainer.device.type),
        "versions": versions(),
    }


def measure(arguments: argparse.Namespace, root: str) -> dict[str, object]:
    """Time the loops in turns."""
    chosen = settings(arguments, root)
    loops = {name: Loop(options) for name, options in chosen.items()}
    for loop in loops.values():
        for _ in range(WARM_UP):
            loop.run()
        loop.steps, loop.waits = [], []
    for _ in range(arguments.steps):
        for loop in loops.values():
            loop.run()
    speed = {name: arguments.batch / statistics.median(loop.steps) for name, loop in loops.items()}
    ours = loops["ours"]
    return {
        "crops_per_second": {name: round(value, 2) for name, value in speed.items()},
        "ratio": round(speed["ours"] / speed["plain"], 2),
        "loader_crops_per_second": round(loading_speed(chosen["ours"]), 1),
        "share_of_time_waiting_for_data": round(sum(ours.waits) / sum(ours.steps), 4),
        "settings": {"width": arguments.width, "size": arguments.size, "batch": arguments.batch},
        "processes": int(os.environ.get("WORLD_SIZE", "1")),
        "steps": arguments.steps,
        "machine": machine("cpu"),
        "versions": versions(),
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--resident", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        make_pictures(Path(root))
        result = (resident if arguments.resident else measure)(arguments, root)
    if os.environ.get("RANK", "0") != "0":
        return  # the first of the processes speaks for all
    text = json.dumps(result, indent=2)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
