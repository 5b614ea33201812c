"""What turns gradients into steps: AdamW as in the paper, or Muon for the matrices among the weights."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from instructir.training.options import OptimiserOptions

_MOMENTUM = 0.95
_ITERATION = (3.4445, -4.775, 2.0315)
"""Coefficients of the polynomial that takes singular values towards one, in five rounds."""


class MuonAdamW(torch.optim.Optimizer):
    """Muon (Jordan et al., 2024) for dense layers and 1x1 convolutions, AdamW for all other weights.

    Muon gives every direction of a matrix a step of one size, so that a task of small gradients is heard
    beside those of large ones. Its steps are scaled to the size of AdamW's, and share their learning rate.
    They are those of ``torch.optim.Muon``, which computes in bfloat16 whatever the device: a processor that
    has none takes longer for that than for the rest of a training step.
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
        for weight, momentum in zip(self._matrices, self._momentum, strict=True):
            if weight.grad is None:
                continue
            momentum.lerp_(weight.grad, 1 - _MOMENTUM)
            step = _orthogonal(weight.grad.lerp(momentum, _MOMENTUM).flatten(1)).view_as(weight)
            scale = 0.2 * max(len(weight), weight[0].numel()) ** 0.5  # to the size of AdamW's steps
            weight.mul_(1 - rate * self._decay).sub_(step, alpha=rate * scale)
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


def _orthogonal(matrix: Tensor) -> Tensor:
    """`matrix` with its singular values near one, by Newton and Schulz's iteration."""
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.t()
    first, second, third = _ITERATION
    wide = wide / wide.norm().clamp_min(1e-7)
    for _ in range(5):
        square = wide @ wide.t()
        wide = torch.addmm(
            wide, torch.addmm(square, square, square, beta=second, alpha=third), wide, beta=first
        )
    return wide if matrix.shape[0] <= matrix.shape[1] else wide.t()


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
