"""What turns gradients into steps: AdamW as in the paper, or Muon for the matrices among the weights."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from instructir.inference.runtimes.precision import has_fast_bf16
from instructir.training.options import OptimiserOptions

_MOMENTUM = 0.95
_ITERATION = (3.4445, -4.775, 2.0315)
"""Coefficients of the polynomial that takes singular values towards one, in five rounds."""


class MuonAdamW(torch.optim.Optimizer):
    """Muon (Jordan et al., 2024) for dense layers and 1x1 convolutions, AdamW for all other weights.

    Muon gives every direction of a matrix a step of one size, so that a task of small gradients is heard
    beside those of large ones. Its steps are scaled to the size of AdamW's, and share their learning rate.
    They are those of ``torch.optim.Muon``, which takes one matrix after the other, in bfloat16 whatever the
    device. Here matrices of one shape go together, in bfloat16 where the device has instructions for it:
    half of the time on a processor with a matrix unit.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], options: OptimiserOptions) -> None:
        """Take over `parameters`, which have to stay where they are in memory from here on."""
        weights = list(parameters)
        self._matrices = [weight for weight in weights if _is_matrix(weight)]
        others = [weight for weight in weights if not _is_matrix(weight)]
        super().__init__([{"params": self._matrices}, {"params": others}], {"lr": options.lr})
        self._decay = options.weight_decay
        self._momentum = [torch.zeros_like(weight) for weight in self._matrices]
        self._adamw = _adamw(others, options)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Make one step with the learning rates of the groups.

        Raises:
            ValueError: if a closure is given.
        """
        if closure is not None:
            raise ValueError("this optimiser takes no closure")
        rate = self.param_groups[0]["lr"]
        alike: dict[tuple[int, int], list[tuple[Tensor, Tensor]]] = {}
        for weight, momentum in zip(self._matrices, self._momentum, strict=True):
            if weight.grad is None:
                continue
            momentum.lerp_(weight.grad, 1 - _MOMENTUM)
            matrix = weight.grad.lerp(momentum, _MOMENTUM).flatten(1)
            alike.setdefault((matrix.shape[0], matrix.shape[1]), []).append((weight, matrix))
        for shape, pairs in alike.items():
            scale = 0.2 * max(shape) ** 0.5  # to the size of AdamW's steps
            steps = _orthogonal(torch.stack([matrix for _, matrix in pairs]))
            for (own, _), step in zip(pairs, steps, strict=True):
                own.mul_(1 - rate * self._decay).sub_(step.view_as(own), alpha=rate * scale)
        self._adamw.param_groups[0]["lr"] = self.param_groups[1]["lr"]
        self._adamw.step()

    def state_dict(self) -> dict[str, Any]:
        """The states of both."""
        return {"muon": self._momentum, "adamw": self._adamw.state_dict()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from :meth:`state_dict`'s."""
        for momentum, saved in zip(self._momentum, state_dict["muon"], strict=True):
            momentum.copy_(saved)
        self._adamw.load_state_dict(state_dict["adamw"])


def _orthogonal(matrices: Tensor) -> Tensor:
    """Matrices (N, rows, columns) with singular values near one, by Newton and Schulz's iteration."""
    lying = matrices.shape[1] <= matrices.shape[2]
    wide = matrices if lying else matrices.mT
    first, second, third = _ITERATION
    wide = wide / wide.norm(dim=(1, 2), keepdim=True).clamp_min(1e-7)
    wide = wide.to(torch.bfloat16 if has_fast_bf16(wide.device) else torch.float32)
    for _ in range(5):
        square = wide @ wide.mT
        polynomial = torch.baddbmm(square, square, square, beta=second, alpha=third)
        wide = torch.baddbmm(wide, polynomial, wide, beta=first)
    found = wide.to(matrices.dtype)
    return (found if lying else found.mT).contiguous()


def optimiser(parameters: Iterable[nn.Parameter], options: OptimiserOptions) -> torch.optim.Optimizer:
    """The optimiser that `options` ask for."""
    return MuonAdamW(parameters, options) if options.kind == "muon" else _adamw(parameters, options)


def _adamw(parameters: Iterable[nn.Parameter], options: OptimiserOptions) -> torch.optim.AdamW:
    first, second = options.betas
    return torch.optim.AdamW(
        parameters, lr=options.lr, betas=(first, second), weight_decay=options.weight_decay, fused=True
    )


def _is_matrix(weight: nn.Parameter) -> bool:
    # A 1x1 convolution is a matrix; a depthwise one has a single column per channel.
    return weight.ndim == 2 or (weight.ndim == 4 and weight.shape[2:] == (1, 1) and weight.shape[1] > 1)
