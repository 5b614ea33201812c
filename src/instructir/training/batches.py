"""Crops, and training batches of them: the faults are synthesised here, on the training device."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Generator, Tensor
from torch.utils.data import DataLoader, Dataset

from instructir.data.mixture import NO_TASK, CropBatch, CropMixture, CropPhase
from instructir.data.sources import Companion
from instructir.degradations import compound, degrade
from instructir.degradations.haze import haze
from instructir.errors import InstructIRError
from instructir.tasks import TASKS, Task
from instructir.training.options import TrainOptions

EarlierStep = Callable[[Task, Tensor], Tensor]
"""Removes the fault of a task from pictures (B, 3, H, W) in [0, 1], as a plan's earlier step does."""


class TrainingBatch(NamedTuple):
    """What one step learns from: pictures (B, 3, S, S) float32 and classes (B,)."""

    degraded: Tensor
    target: Tensor
    task: Tensor


def crop_batches(
    options: TrainOptions,
    phases: Sequence[CropPhase],
    step: int,
    *,
    rank: int = 0,
    world: int = 1,
    pinned: bool = False,
) -> Iterator[CropBatch]:
    """One process's crops from `step` on, decoded by other processes; what went wrong there is raised here.

    Args:
        options: the run.
        phases: crop sizes and batches, by first step.
        step: how many steps are done.
        rank: which of the processes this is.
        world: how many there are.
        pinned: keep them in memory that a GPU copies from faster.
    """
    workers = options.data.workers
    loader: DataLoader[Any] = DataLoader(
        _Handed(CropMixture(options.data, phases, options.seed, rank, world)),
        batch_size=None,
        sampler=range(step, options.steps),
        num_workers=workers,
        prefetch_factor=8 if workers else None,
        pin_memory=pinned,
    )
    return _taken(iter(loader))


class _Handed(Dataset[Any]):
    """Crops, or the error of those that cannot be made: PyTorch would hand it on as a traceback in a line."""

    def __init__(self, mixture: CropMixture) -> None:
        self._mixture = mixture

    def __getitem__(self, step: int) -> CropBatch | InstructIRError:
        try:
            return self._mixture[step]
        except InstructIRError as error:
            return error


def _taken(handed: Iterator[Any]) -> Iterator[CropBatch]:
    for found in handed:
        if isinstance(found, InstructIRError):
            raise found
        yield found


def synthesise(
    crops: CropBatch, generator: Generator, device: torch.device, earlier: EarlierStep | None = None
) -> TrainingBatch:
    """Degrade `crops` on `device` and cut their margins off; real pairs pass through.

    Args:
        crops: before degradation.
        generator: on `device`.
        device: where to degrade them.
        earlier: removes what is to be removed before, if anything is.
    """
    clean = crops["clean"].to(device, non_blocking=True).float() / 255
    other = crops["other"].to(device, non_blocking=True).float() / 255
    widest = int(crops["margin"].max())
    target = _inner(clean, widest).clone()
    degraded = target.clone()
    least, greatest = crops["strength"].to(device).unbind(1)
    strength = least + (greatest - least) * torch.rand(len(clean), generator=generator, device=device)
    weaker = 0.1 + 0.6 * torch.rand(2, len(clean), generator=generator, device=device)
    for (companion, margin, task, after, *further), rows in _groups(crops).items():
        index = torch.tensor(rows, device=device)
        images = _inner(clean[index], widest - margin)
        if companion == Companion.DEGRADED:
            degraded[index] = _inner(other[index], widest)
            continue
        if companion == Companion.DEPTH:
            depth = _inner(other[index, :1], widest - margin)
            mixed = haze(images, strength[index], generator, depth=depth)
        elif after != NO_TASK:
            assert earlier is not None  # or the run would not have begun
            strengths = torch.stack([strength[index], weaker[0, index]])
            mixed, _ = compound(images, [TASKS[task], TASKS[after]], strengths, generator, targets=0)
            mixed = earlier(Task(TASKS[after]), (mixed.clamp(0, 1) * 255).round() / 255)
        elif more := [TASKS[other] for other in further if other != NO_TASK]:
            strengths = torch.stack([strength[index] * 0.8, *weaker[: len(more), index]])
            mixed, (without,) = compound(images, [TASKS[task], *more], strengths, generator, targets=1)
            target[index] = _inner(without, margin)
        else:
            mixed = degrade(Task(TASKS[task]), images, strength[index], generator)
        degraded[index] = _inner(mixed, margin)
    return TrainingBatch(degraded, target, crops["task"].to(device))


def _inner(images: Tensor, margin: int) -> Tensor:
    height, width = images.shape[-2:]
    return images[..., margin : height - margin, margin : width - margin]


def _groups(crops: CropBatch) -> dict[tuple[int, ...], list[int]]:
    """Rows that get the same faults, so that each fault runs once a batch."""
    groups: dict[tuple[int, ...], list[int]] = {}
    columns = [crops["companion"], crops["margin"], crops["task"], crops["after"], crops["further"]]
    keys = map(tuple, torch.column_stack(columns).tolist())
    for row, key in enumerate(keys):
        if not crops["intact"][row]:
            groups.setdefault(key, []).append(row)
    return groups
