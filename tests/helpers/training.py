"""A tiny run on made-up pictures; ``python training.py FOLDER MODE`` does a part of it by itself."""

import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from PIL import Image

from instructir.data.mixture import CropMixture, DataOptions, MixtureEntry
from instructir.data.sources import SourceOptions
from instructir.models.checkpoint import Model
from instructir.training import bank, loop
from instructir.training.loop import Trainer
from instructir.training.options import (
    ModelOptions,
    OptimiserOptions,
    Phase,
    TrainOptions,
    ValidationOptions,
)
from instructir.training.run import train
from instructir.training.schedule import crop_phases


def stand_in_encoder(sentences: list[str], encoder: str) -> torch.Tensor:
    """Sentence vectors by hash: training must not depend on which encoder is installed."""
    seeds = [sum(map(ord, sentence)) for sentence in sentences]
    rows = [torch.randn(384, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    return torch.nn.functional.normalize(torch.stack(rows), dim=-1)


def make_pictures(folder: Path, count: int = 3, size: int = 48) -> None:
    """Smooth colourful pictures, the same at every call."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(count):
        small = Image.fromarray(rng.integers(0, 255, (6, 6, 3), dtype=np.uint8))
        small.resize((size, size)).save(folder / f"{index}.png")


def tiny_options(folder: Path) -> TrainOptions:
    """Twelve steps, two crop sizes, three tasks."""
    make_pictures(folder / "clean")
    return TrainOptions(
        name="tiny",
        out=str(folder / "run"),
        steps=12,
        precision="fp32",
        compile=False,
        log_every=2,
        save_every=4,
        threads=1,
        tensorboard=False,
        validation=ValidationOptions(every=6, size=24, crops=1),
        model=ModelOptions(4, [1, 1], 1, [1, 1], 8),
        phases=[Phase(0.5, 16, 8), Phase(1.0, 24, 4)],
        optimiser=OptimiserOptions(lr=2e-3, ema=0.9),
        data=DataOptions(
            root=str(folder),
            sources={"clean": SourceOptions("clean", ["clean"])},
            mixture=[
                MixtureEntry("denoising", "clean"),
                MixtureEntry("deraining", "clean"),
                MixtureEntry("low_light", "clean"),
            ],
            workers=0,
        ),
    )


def weights_of(model: Model) -> dict[str, torch.Tensor]:
    """All weights of a model, those of its text head too."""
    return {**model.image.state_dict(), **(model.text.state_dict() if model.text else {})}


def save_gradients(options: TrainOptions, path: Path) -> None:
    """Do one backward pass on this process's fraction of the crops and save the gradients."""
    trainer = Trainer(options)
    world, rank = trainer.accelerator.num_processes, trainer.accelerator.process_index
    crops = CropMixture(options.data, crop_phases(options, world), options.seed, rank, world)
    trainer.backward(crops[0])
    if trainer.main:
        torch.save({name: weights.grad for name, weights in trainer.trainee.named_parameters()}, path)


def hurry() -> None:
    """Have the loop's clock run half as fast again in all processes but the first."""
    if os.environ.get("RANK", "0") != "0":
        vars(loop)["time"] = SimpleNamespace(perf_counter=lambda: 1.5 * time.perf_counter())


def main() -> None:
    """Run a part in a process of its own."""
    folder, mode = Path(sys.argv[1]), sys.argv[2]
    vars(bank)["embed"] = stand_in_encoder
    options = tiny_options(folder)
    if mode == "gradients":
        save_gradients(options, folder / "gradients.pt")
    elif mode == "short":
        train(options)
    elif mode == "minutes":
        hurry()
        options.minutes, options.steps, options.validation.every = 0.05, 100_000, 0
        options.save_every = options.steps
        train(options)
    else:
        options.steps, options.log_every, options.save_every = 60, 3, 10
        options.validation.every = 0
        train(options, resume=True)


if __name__ == "__main__":
    main()
