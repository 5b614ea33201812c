"""Routed weights: a task's own change to the image network's weights, merged in as the sentence asks.

A model may hold, beside its base W0, a delta dW for each task, and restores with ``W = W0 + sum_k p_k dW_k``
(merging of experts: Muqeeth, Liu, Raffel, "Soft Merging of Experts with Adaptive Routing", TMLR 2024; here
the sentence routes). What is asked for is one task at a time, so its weight p is 1. The weights are merged
before a picture is seen, so a picture costs what it costs without deltas.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from instructir.models.image_network import ImageNetwork
from instructir.tasks import Task

Named = tuple[str, Tensor]

PARTS = ("codes", "small", "scales", "vectors")
"""Names of a delta's tensors."""

Route = tuple[tuple[Task, float], ...]
"""The deltas that are merged into the base, and the weight of each: what a merged network is known by."""

BASE: Route = ()
"""The route of no delta at all."""

_SURE = 0.75
"""Probability from which the text head alone decides on a task."""

BITS = 4
"""Bits a weight of a large matrix. docs/routed_weights.md says what is lost."""

_DEVIATIONS = 8
"""Standard deviations of a large matrix that its codes reach either way: hardly anything is cut off, and
a few codes are so common that the compression of a wheel nearly halves them."""

# Small matrices, those of the full resolution among them, make most of the error and little of the size.
_SMALL, _SMALL_BITS = 8192, 8
_SHORTEST_ROW = 16  # weights; for less, a scale of 16 bits a row is dear and rounding is coarse
_CLIPS = np.linspace(0.4, 1.0, 25, dtype=np.float32)  # of a row's largest weight, tried as its largest code


@dataclass(frozen=True)
class Delta:
    """What a task adds to the parameters of a base, packed.

    Attributes:
        bits: a weight of a large matrix: 4 or 8.
        codes: (bytes,) uint8, the weights of the large matrices as unsigned integers of so many bits, sorted
            by the parameters' names, highest bit first. A code of ``2 ** (bits - 1)`` is zero.
        small: (weights,) uint8, those of the small matrices likewise, in 8 bits.
        scales: (rows,) float16, what a step of the codes is worth in each row, the large matrices' first.
        vectors: (weights,) float16, the other parameters, which are few.
        provenance: how it was made.
        window: that channel attention averages over with it, as in
            :class:`~instructir.models.image_network.ImageConfig`.
    """

    bits: int
    codes: Tensor
    small: Tensor
    scales: Tensor
    vectors: Tensor
    provenance: dict[str, Any] = field(default_factory=dict)
    window: int = 0

    @property
    def bytes(self) -> int:
        """Size in a file."""
        return sum(part.numel() * part.element_size() for part in self.parts().values())

    def parts(self) -> dict[str, Tensor]:
        """The tensors that a file holds, by name."""
        return {name: getattr(self, name) for name in PARTS}

    def differences(self, base: nn.Module) -> Iterator[tuple[str, Tensor]]:
        """Names of the parameters of `base` and what is added to each, float32 of their shapes."""
        large, small, vectors = _split(base)
        steps = [
            _unpacked(self.codes, self.bits, _count(large)) - 2.0 ** (self.bits - 1),
            self.small - 2.0 ** (_SMALL_BITS - 1),
        ]
        matrices = [*large, *small]
        parts = torch.split(torch.cat(steps), [weights.numel() for _, weights in matrices])
        scales = torch.split(self.scales.float(), [len(weights) for _, weights in matrices])
        for (name, weights), part, scale in zip(matrices, parts, scales, strict=True):
            yield name, part.view(len(weights), -1).mul_(scale[:, None]).view(weights.shape)
        others = torch.split(self.vectors.float(), [weights.numel() for _, weights in vectors])
        for (name, weights), part in zip(vectors, others, strict=True):
            yield name, part.view(weights.shape)

    def misfit(self, base: nn.Module) -> str:
        """Why this is no delta of a network like `base`, as the end of a sentence; empty if it is one."""
        if self.bits not in (4, 8):
            return f"has {self.bits} bits a weight, not 4 or 8"
        large, small, vectors = _split(base)
        wanted = {
            "codes": (torch.uint8, -(-self.bits * _count(large) // 8)),
            "small": (torch.uint8, _count(small)),
            "scales": (torch.float16, sum(len(weights) for _, weights in (*large, *small))),
            "vectors": (torch.float16, _count(vectors)),
        }
        for name, part in self.parts().items():
            dtype, length = wanted[name]
            if part.dtype != dtype or part.shape != (length,):
                return f"does not fit the image network ({name})"
            if not part.isfinite().all():
                return f"holds values that are not finite ({name})"
        return ""


def delta_between(
    base: ImageNetwork, tuned: ImageNetwork, *, bits: int = BITS, provenance: Mapping[str, Any] | None = None
) -> Delta:
    """The delta that turns `base` into `tuned`, a network of the same shape, to rounding."""
    ends = dict(tuned.named_parameters())
    large, small, vectors = (
        [(ends[name].detach().float() - weights.detach().float()).cpu() for name, weights in group]
        for group in _split(base)
    )
    rounded = [_spread(matrix.flatten(1).numpy(), bits) for matrix in large]
    fine = [_fitted(matrix.flatten(1).numpy(), _SMALL_BITS) for matrix in small]
    return Delta(
        bits,
        _packed(_joined([codes.ravel() for codes, _ in rounded], np.uint8), bits),
        torch.from_numpy(_joined([codes.ravel() for codes, _ in fine], np.uint8)),
        torch.from_numpy(_joined([scales for _, scales in (*rounded, *fine)], np.float16)),
        torch.cat([vector.flatten() for vector in vectors]).half(),
        dict(provenance or {}),
        tuned.config.window,
    )


def merged(base: ImageNetwork, deltas: Mapping[Task, Delta], route: Route) -> ImageNetwork:
    """The network that `route` leads to: a copy of `base` with its deltas, or `base` itself."""
    if not route:
        return base
    made = copy.deepcopy(base)
    weights = dict(made.named_parameters())
    with torch.no_grad():
        for task, weight in route:
            for name, difference in deltas[task].differences(base):
                weights[name].add_(difference.to(weights[name].device), alpha=weight)
    heaviest, _ = max(route, key=lambda part: part[1])
    made.attend_within(deltas[heaviest].window)
    return made


def route_to(task: Task | None, deltas: Mapping[Task, Delta]) -> Route:
    """Where a task leads: to its delta, or to the base if it has none or there is no task."""
    return BASE if task is None or task not in deltas else ((task, 1.0),)


def clear_task(probabilities: Sequence[float], tasks: Sequence[Task]) -> Task | None:
    """The task that the text head is sure of; None where it hesitates."""
    best, task = max(zip(probabilities, tasks, strict=True), key=lambda pair: pair[0])
    return task if best >= _SURE else None


def _split(network: nn.Module) -> tuple[list[Named], list[Named], list[Named]]:
    """Parameters that are packed as large and as small matrices, and the others, sorted by name."""
    large: list[Named] = []
    small: list[Named] = []
    vectors: list[Named] = []
    for name, weights in sorted(network.named_parameters()):
        if weights[0].numel() < _SHORTEST_ROW:
            vectors.append((name, weights))
        else:
            (small if weights.numel() <= _SMALL else large).append((name, weights))
    return large, small, vectors


def _count(group: Sequence[Named]) -> int:
    return sum(weights.numel() for _, weights in group)


def _joined(arrays: Sequence[NDArray[Any]], dtype: type) -> NDArray[Any]:
    """Concatenate; a network may have no matrix of a kind."""
    return np.concatenate([*arrays, np.empty(0, dtype)])


def _spread(rows: NDArray[np.float32], bits: int) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Codes of (N, M) rows that reach `_DEVIATIONS` standard deviations, and the scales (N,), all alike."""
    zero = 2 ** (bits - 1)
    scale = np.float16(np.sqrt(np.square(rows).mean()) * _DEVIATIONS / zero)
    steps = np.rint(rows / np.maximum(np.float32(scale), np.finfo(np.float32).tiny))
    codes = (np.clip(steps, -zero, zero - 1) + zero).astype(np.uint8)
    return codes, np.full(len(rows), scale)


def _fitted(rows: NDArray[np.float32], bits: int) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Codes of (N, M) rows and the scales (N,) with which their squared error is least."""
    zero = 2 ** (bits - 1)
    peaks = np.abs(rows).max(1)
    best = np.full(len(rows), np.inf, np.float32)
    codes, scales = np.full(rows.shape, zero, np.uint8), np.zeros(len(rows), np.float16)
    for clip in _CLIPS:
        scale = (peaks * clip / (zero - 1)).astype(np.float16)
        step = np.maximum(scale.astype(np.float32), np.finfo(np.float32).tiny)[:, None]
        steps = np.clip(np.rint(rows / step), -zero, zero - 1)
        error = np.square(steps * scale.astype(np.float32)[:, None] - rows).sum(1)
        better = error < best
        best[better], scales[better] = error[better], scale[better]
        codes[better] = (steps[better] + zero).astype(np.uint8)
    return codes, scales


def _packed(codes: NDArray[np.uint8], bits: int) -> Tensor:
    shifts = _shifts(bits)
    whole = np.pad(codes, (0, -len(codes) % len(shifts))).reshape(-1, len(shifts))
    return torch.from_numpy(np.bitwise_or.reduce(whole << shifts, axis=1))


def _unpacked(packed: Tensor, bits: int, count: int) -> Tensor:
    codes = (packed.numpy()[:, None] >> _shifts(bits)) & np.uint8(2**bits - 1)
    return torch.from_numpy(codes.ravel()[:count])


def _shifts(bits: int) -> NDArray[np.uint8]:
    """How far the codes in a byte are shifted, the first the farthest."""
    return np.arange(8 - bits, -1, -bits, dtype=np.uint8)
