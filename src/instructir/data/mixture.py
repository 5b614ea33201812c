"""Batches of crops for all tasks, drawn by declared weights, each a pure function of (seed, step).

Because a batch depends on nothing but its step, training resumes at any step with exactly the data that an
uninterrupted run would have seen, whatever the number of workers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypedDict

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from instructir.data.pictures import PictureCache
from instructir.data.sources import Source, SourceOptions, companion_of
from instructir.errors import ConfigError
from instructir.tasks import TASKS, Task

NO_TASK = -1
THIRD = 0.25
"""Fraction of the crops with two faults that get a third."""

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
class MixtureEntry:
    """One entry of the mixture.

    Attributes:
        task: what the instruction asks for.
        source: name of a source.
        weight: relative frequency.
        strength: least and greatest strength of the fault, in [0, 1].
        margin: pixels round the crop that the fault is made with and that are cut off after it, because what
            lies beyond a picture's border is blurred into it.
        after: a task whose fault the crops have as well, until the model that training begins with has
            removed it, as the step before does in a plan of two; none if empty.
        name: by which other configurations can change the entry.
    """

    task: str = ""
    source: str = ""
    weight: float = 1.0
    strength: list[float] = field(default_factory=lambda: [0.0, 1.0])
    margin: int = 0
    after: str = ""
    name: str = ""


@dataclass
class DataOptions:
    """Training data.

    Attributes:
        root: folder that the sources' folders are relative to.
        sources: sets of pictures by name.
        mixture: which task is trained on which source, how often; in a configuration a mapping by name, or a
            list.
        compound: fraction of synthetic crops with a second fault, and one in four of these a third, which
            the target keeps.
        identity: fraction of synthetic crops without any fault, which must stay as they are.
        held_out: one picture in so many is kept from training, to validate on; 0 for none.
        cache_mb: memory for decoded pictures, in MiB, all workers of a process together.
        workers: decoding processes.
    """

    root: str = ""
    sources: dict[str, SourceOptions] = field(default_factory=dict)
    mixture: list[MixtureEntry] = field(default_factory=list)
    compound: float = 0.15
    identity: float = 0.02
    held_out: int = 0
    cache_mb: int = 4096
    workers: int = 1


class CropBatch(TypedDict):
    """Crops before degradation.

    ``clean`` and ``other`` are uint8 (B, 3, S, S); ``other`` is the real degraded version or the depth
    (repeated over the channels), by ``companion`` (B,), and zero where there is none. S has room for the
    widest of the margins, ``margin`` (B,); crops with a narrower one lie in the middle. ``task`` (B,) and
    ``further`` (B, 2) are class indices, ``NO_TASK`` where there is no further fault. ``strength`` (B, 2)
    are the bounds of the fault's strength. ``after`` (B,) is the class index of a fault that is removed
    before the crop is seen, or ``NO_TASK``. ``intact`` (B,) marks crops without fault. ``words`` (B,) is the
    list that the instruction is drawn from: the task's class index, or beyond them the place of the source
    among those that bring instructions of their own.
    """

    clean: Tensor
    other: Tensor
    companion: Tensor
    margin: Tensor
    task: Tensor
    strength: Tensor
    further: Tensor
    after: Tensor
    intact: Tensor
    words: Tensor


@dataclass(frozen=True)
class CropPhase:
    """From which step on batches have which shape."""

    start: int
    size: int
    batch: int


class CropMixture(Dataset[CropBatch]):
    """``mixture[step]`` is the batch of that step, for one of `world` processes."""

    def __init__(
        self,
        options: DataOptions,
        phases: Sequence[CropPhase],
        seed: int,
        rank: int = 0,
        world: int = 1,
        *,
        kept: bool = False,
    ) -> None:
        """List the pictures of all sources.

        Args:
            options: the sources, and the entries of the mixture.
            phases: crop sizes and batches, by first step.
            seed: of everything that is drawn.
            rank: which of the processes this is.
            world: how many there are.
            kept: draw from the pictures that are kept from training.

        Raises:
            ConfigError: if the mixture names a source that is not there, is empty, or asks for strengths or
                margins that cannot be.
            DataError: if pictures are missing.
        """
        check_mixture(options)
        cache = PictureCache(options.cache_mb // max(1, options.workers))
        root = Path(options.root).expanduser()
        self._sources = {
            name: Source(options.sources[name], root, cache, options.held_out, kept)
            for name in dict.fromkeys(entry.source for entry in options.mixture)
        }
        self._entries = [(Task.parse(entry.task), self._sources[entry.source]) for entry in options.mixture]
        self._margins = np.array([entry.margin for entry in options.mixture])
        self._strengths = torch.tensor([entry.strength for entry in options.mixture])
        self._after = torch.tensor(
            [Task.parse(entry.after).class_index if entry.after else NO_TASK for entry in options.mixture]
        )
        spoken = sources_with_words(options)
        self._words = [
            len(TASKS) + spoken.index(entry.source) if entry.source in spoken else task.class_index
            for entry, (task, _) in zip(options.mixture, self._entries, strict=True)
        ]
        self._weights = [entry.weight for entry in options.mixture]
        self._options, self._phases = options, phases
        self._seed, self._rank, self._world = seed, rank, world

    def phase(self, step: int) -> CropPhase:
        """The crop size and batch in force at `step`."""
        return next(phase for phase in reversed(self._phases) if phase.start <= step)

    def __getitem__(self, step: int) -> CropBatch:
        phase = self.phase(step)
        rng = np.random.default_rng([self._seed, step, self._rank])
        chosen = proportional_draws(self._weights, phase.batch, rng)
        margins = self._margins[chosen]
        widest = int(margins.max())
        side = phase.size + 2 * widest
        clean = np.zeros((phase.batch, 3, side, side), np.uint8)
        other = np.zeros_like(clean)
        for row, (entry, margin) in enumerate(zip(chosen, margins.tolist(), strict=True)):
            crop, companion = self._entries[entry][1].crop(phase.size + 2 * margin, rng)
            inside = slice(widest - margin, side - widest + margin)
            clean[row, :, inside, inside] = crop
            if companion is not None:
                other[row, :, inside, inside] = companion
        tasks = [self._entries[entry][0] for entry in chosen]
        kinds = np.array([self._entries[entry][1].companion for entry in chosen])
        after = self._after[chosen]
        alone = (kinds == 0) & (after == NO_TASK).numpy()
        fate = rng.random(phase.batch)
        intact = alone & (fate < self._options.identity)
        compound = alone & (fate > 1 - self._options.compound)
        further = [
            self._further(task, rng) if both else (NO_TASK, NO_TASK)
            for task, both in zip(tasks, compound, strict=True)
        ]
        return CropBatch(
            clean=torch.from_numpy(clean),
            other=torch.from_numpy(other),
            companion=torch.from_numpy(kinds),
            margin=torch.from_numpy(margins),
            task=torch.tensor([task.class_index for task in tasks]),
            strength=self._strengths[chosen],
            further=torch.tensor(further),
            after=after,
            intact=torch.from_numpy(intact),
            words=torch.tensor([self._words[entry] for entry in chosen]),
        )

    @staticmethod
    def _further(task: Task, rng: np.random.Generator) -> tuple[int, int]:
        others = COMPANIONS_OF[task]
        second, third = (TASKS.index(others[index]) for index in rng.permutation(len(others))[:2])
        return second, third if rng.random() < THIRD else NO_TASK


def proportional_draws(weights: Sequence[float], count: int, rng: np.random.Generator) -> list[int]:
    """`count` numbers of entries in random order, each as often as its weight says, as nearly as can be.

    Systematic sampling: every batch holds the tasks by their weights, as nearly as its size allows.
    """
    bounds = (np.asarray(weights) / np.sum(weights)).cumsum()
    points = (np.arange(count) + rng.random()) / count
    picks = np.searchsorted(bounds, points, side="right").clip(max=len(weights) - 1)
    return [int(pick) for pick in rng.permutation(picks)]


def check_mixture(options: DataOptions) -> None:
    """Refuse a mixture that cannot be drawn from, whatever pictures there are.

    Raises:
        ConfigError: if it is empty, names a source that is not there, or asks for strengths or margins that
            cannot be.
    """
    if not options.mixture:
        raise ConfigError("data.mixture is empty; name a task and one of data.sources")
    if complaint := unknown_source(options):
        raise ConfigError(f"data: {complaint}")
    for entry in options.mixture:
        _check(entry)
        if entry.after and companion_of(options.sources[entry.source]):
            raise ConfigError(
                f"data.mixture: after: {entry.source} has pairs; name a source of clean pictures"
            )


def unknown_source(options: DataOptions) -> str:
    """The complaint about an entry whose source is not there; empty if all are."""
    for number, entry in enumerate(options.mixture, start=1):
        if entry.source not in options.sources:
            known = ", ".join(options.sources) or "none yet: describe it in data.sources"
            return f"mixture.{entry.name or number}: source is {entry.source!r}; use one of {known}"
    return ""


def _check(entry: MixtureEntry) -> None:
    Task.parse(entry.task)
    bounds = entry.strength
    if len(bounds) != 2 or not 0 <= bounds[0] <= bounds[1] <= 1:
        raise ConfigError(f"data.mixture: strength: {bounds}; give [LEAST, GREATEST] within 0 and 1")
    if entry.after and Task.parse(entry.after) is Task.parse(entry.task):
        raise ConfigError(f"data.mixture: after: {entry.after} is the entry's own task; name another")
    if entry.margin < 0:
        raise ConfigError(f"data.mixture: margin: {entry.margin}; give 0 or more pixels")


def sources_with_words(options: DataOptions) -> list[str]:
    """Names of the sources that bring instructions of their own, in their order."""
    return [name for name, source in options.sources.items() if source.instructions]


def validation_crops(options: DataOptions, size: int, count: int, seed: int) -> CropBatch:
    """`count` crops of `size` pixels for every entry of the mixture, of pictures kept from training.

    Where none are kept, they are of training pictures. The crops are the same whenever they are asked for.
    """
    even = [replace(entry, weight=1) for entry in options.mixture]
    single = replace(options, mixture=even, compound=0, identity=0, cache_mb=0)
    return CropMixture(single, [CropPhase(0, size, count * len(even))], seed, kept=True)[0]
