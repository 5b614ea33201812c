"""Batches of crops for all tasks, drawn by declared weights, each a pure function of (seed, step).

Because a batch depends on nothing but its step, training resumes at any step with exactly the data that an
uninterrupted run would have seen, whatever the number of workers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from instructir.data.pictures import PictureCache
from instructir.data.sources import Source, SourceOptions
from instructir.errors import ConfigError
from instructir.tasks import TASKS, Task

NO_TASK = -1

COMPANIONS_OF: dict[Task, tuple[Task, ...]] = {
    Task.DENOISING: (Task.LOW_LIGHT, Task.DEHAZING, Task.DERAINING, Task.DEBLURRING, Task.SUPER_RESOLUTION),
    Task.DEBLURRING: (Task.DENOISING, Task.LOW_LIGHT, Task.ENHANCEMENT),
    Task.DERAINING: (Task.DEHAZING, Task.LOW_LIGHT, Task.DENOISING),
    Task.DEHAZING: (Task.DENOISING, Task.DERAINING),
    Task.LOW_LIGHT: (Task.DENOISING, Task.DERAINING, Task.DEBLURRING),
    Task.SUPER_RESOLUTION: (Task.DENOISING, Task.ENHANCEMENT),
    Task.ENHANCEMENT: (Task.DENOISING, Task.DEBLURRING),
}
"""Faults that come together in real photos; the instruction names the first and the others must stay."""


@dataclass
class Share:
    """One entry of the mixture.

    Attributes:
        task: what the instruction asks for.
        source: name of a source.
        weight: relative frequency.
    """

    task: str = ""
    source: str = ""
    weight: float = 1.0


@dataclass
class DataOptions:
    """Training data.

    Attributes:
        root: folder that the sources' folders are relative to.
        sources: sets of pictures by name.
        mixture: which task is trained on which source, how often.
        compound: share of synthetic crops that carry a second fault, which the target keeps.
        identity: share of synthetic crops without any fault, which must stay as they are.
        cache_mb: memory for decoded pictures, in MiB, for each worker.
        workers: decoding processes.
    """

    root: str = ""
    sources: dict[str, SourceOptions] = field(default_factory=dict)
    mixture: list[Share] = field(default_factory=list)
    compound: float = 0.15
    identity: float = 0.02
    cache_mb: int = 4096
    workers: int = 1


class CropBatch(TypedDict):
    """Crops before degradation.

    ``clean`` and ``other`` are uint8 (B, 3, S, S); ``other`` is the real degraded twin or the depth (repeated
    over the channels), by ``companion`` (B,), and zero where there is none. ``task`` and ``second`` are class
    indices (B,), ``second`` being ``NO_TASK`` for a single fault. ``intact`` (B,) marks crops without fault.
    """

    clean: Tensor
    other: Tensor
    companion: Tensor
    task: Tensor
    second: Tensor
    intact: Tensor


@dataclass(frozen=True)
class CropPhase:
    """From which step on batches have which shape."""

    start: int
    size: int
    batch: int


class CropMixture(Dataset[CropBatch]):
    """``mixture[step]`` is the batch of that step, for one of `world` processes."""

    def __init__(
        self, options: DataOptions, phases: Sequence[CropPhase], seed: int, rank: int = 0, world: int = 1
    ) -> None:
        cache = PictureCache(options.cache_mb)
        root = Path(options.root).expanduser()
        self._sources = {name: Source(source, root, cache) for name, source in options.sources.items()}
        unknown = {share.source for share in options.mixture} - set(self._sources)
        if unknown or not options.mixture:
            raise ConfigError(
                f"data.mixture names no known source: {', '.join(sorted(unknown)) or 'it is empty'}"
            )
        self._shares = [(Task.parse(share.task), self._sources[share.source]) for share in options.mixture]
        weights = np.array([share.weight for share in options.mixture])
        self._weights = weights / weights.sum()
        self._options, self._phases = options, phases
        self._seed, self._rank, self._world = seed, rank, world

    def phase(self, step: int) -> CropPhase:
        """The crop size and batch in force at `step`."""
        return next(phase for phase in reversed(self._phases) if phase.start <= step)

    def __getitem__(self, step: int) -> CropBatch:
        phase = self.phase(step)
        rng = np.random.default_rng([self._seed, step, self._rank])
        chosen = self._choose(phase.batch, rng)
        clean = np.zeros((phase.batch, 3, phase.size, phase.size), np.uint8)
        other = np.zeros_like(clean)
        for row, share in enumerate(chosen):
            crop, companion = self._shares[share][1].crop(phase.size, rng)
            clean[row] = crop
            if companion is not None:
                other[row] = companion
        tasks = [self._shares[share][0] for share in chosen]
        kinds = np.array([self._shares[share][1].companion for share in chosen])
        fate = rng.random(phase.batch)
        intact = (kinds == 0) & (fate < self._options.identity)
        compound = (kinds == 0) & (fate > 1 - self._options.compound)
        second = [
            self._second(task, rng) if both else NO_TASK for task, both in zip(tasks, compound, strict=True)
        ]
        return CropBatch(
            clean=torch.from_numpy(clean),
            other=torch.from_numpy(other),
            companion=torch.from_numpy(kinds),
            task=torch.tensor([task.class_index for task in tasks]),
            second=torch.tensor(second),
            intact=torch.from_numpy(intact),
        )

    def _choose(self, count: int, rng: np.random.Generator) -> list[int]:
        # Systematic sampling: every batch holds the tasks as nearly in their shares as its size allows.
        points = (np.arange(count) + rng.random()) / count
        picks = np.searchsorted(self._weights.cumsum(), points, side="right").clip(max=len(self._weights) - 1)
        return [int(pick) for pick in rng.permutation(picks)]

    @staticmethod
    def _second(task: Task, rng: np.random.Generator) -> int:
        others = COMPANIONS_OF[task]
        return TASKS.index(others[rng.integers(len(others))])
