"""Large groups of training batches, drawn, cut and degraded on the device."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from instructir.data.mixture import COMPANIONS_OF, NO_TASK, THIRD, CropBatch, proportional_draws
from instructir.tasks import TASKS
from instructir.training.resident.pictures import ResidentEntry

_KINDS = 10
"""Different mixtures of further faults a task in one group: each runs on many crops at once."""


class ResidentMixture:
    """Draws groups of batches, each balanced by itself, as :class:`~instructir.data.mixture.CropMixture`."""

    def __init__(
        self,
        entries: Sequence[ResidentEntry],
        device: torch.device,
        seed: int,
        *,
        compound: float = 0.15,
        identity: float = 0.02,
    ) -> None:
        self._entries, self._device = list(entries), device
        self._compound, self._identity = compound, identity
        self._rng = np.random.default_rng(seed)

    def group(self, size: int, batch: int, batches: int) -> CropBatch:
        """`batches` batches one after the other; pictures are on the device, what steers them is not."""
        rng, device = self._rng, self._device
        weights = [entry.weight for entry in self._entries]
        chosen = np.array(
            [number for _ in range(batches) for number in proportional_draws(weights, batch, rng)]
        )
        count = len(chosen)
        margins = np.array([self._entries[number].margin for number in chosen])
        widest = int(margins.max())
        side = size + 2 * widest
        clean = torch.zeros(count, 3, side, side, dtype=torch.uint8, device=device)
        other = torch.zeros_like(clean)
        for number in np.unique(chosen):
            entry = self._entries[number]
            rows = np.flatnonzero(chosen == number)
            index = torch.from_numpy(rows).to(device)
            wanted = size + 2 * entry.margin
            inside = slice(widest - entry.margin, side - widest + entry.margin)
            crops, companions = entry.pictures.crops(entry.places(len(rows), wanted, rng), wanted)
            clean[index, :, inside, inside] = crops
            if companions is not None:
                other[index, :, inside, inside] = companions
        for axis in (2, 3):
            flipped = torch.from_numpy(rng.random(count) < 0.5).to(device)[:, None, None, None]
            clean = torch.where(flipped, clean.flip(axis), clean)
            other = torch.where(flipped, other.flip(axis), other)
        tasks = np.array([self._entries[number].task for number in chosen])
        kinds = np.array([int(self._entries[number].pictures.companion) for number in chosen])
        fate = rng.random(count)
        strengths = np.array([self._entries[number].strength for number in chosen], np.float32)
        return CropBatch(
            clean=clean,
            other=other,
            companion=torch.from_numpy(kinds),
            margin=torch.from_numpy(margins),
            task=torch.from_numpy(tasks),
            strength=torch.from_numpy(strengths),
            further=self._further(tasks, (kinds == 0) & (fate > 1 - self._compound)),
            after=torch.full((count,), NO_TASK),
            intact=torch.from_numpy((kinds == 0) & (fate < self._identity)),
            words=torch.from_numpy(tasks),
        )

    def _further(self, tasks: "np.ndarray[tuple[int], np.dtype[np.int64]]", both: np.ndarray) -> Tensor:
        rng = self._rng
        further = np.full((len(tasks), 2), NO_TASK)
        for task in np.unique(tasks):
            others = [TASKS.index(other) for other in COMPANIONS_OF[TASKS[task]]]
            kinds = np.array([rng.permutation(others)[:2] for _ in range(_KINDS)])
            kinds[rng.random(_KINDS) >= THIRD, 1] = NO_TASK
            rows = np.flatnonzero(both & (tasks == task))
            further[rows] = kinds[rng.integers(_KINDS, size=len(rows))]
        return torch.from_numpy(further)
