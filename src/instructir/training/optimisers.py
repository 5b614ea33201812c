"""What turns gradients into steps: AdamW as in the paper, or Muon for the matrices among the weights."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn

from instructir.training.options import OptimiserOptions


class MuonAdamW(torch.optim.Optimizer):
    """Muon (Jordan et al., 2024) for dense layers and 1x1 convolutions, AdamW for all other weights.

    Muon gives every direction of a matrix a step of one size, so that a task of small gradients is heard
    beside those of large ones. Its steps are scaled to the size of AdamW's, and share their learning rate.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], options: OptimiserOptions) -> None:
        """Take over `parameters`, which have to stay where they are in memory from here on."""
        weights = list(parameters)
        self._matrices = [weight for weight in weights if _is_matrix(weight)]
        others = [weight for weight in weights if not _is_matrix(weight)]
        super().__init__([{"params": self._matrices}, {"params": others}], {"lr": options.lr})
        # Muon takes matrices alone: these share the weights' memory.
        self._flat = [nn.Parameter(weight.detach().view(len(weight), -1)) for weight in self._matrices]
        self._muon = torch.optim.Muon(
            self._flat, lr=options.lr, weight_decay=options.weight_decay, adjust_lr_fn="match_rms_adamw"
        )
        self._adamw = _adamw(others, options)

    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Make one step with the learning rates of the groups.

        Raises:
            ValueError: if a closure is given.
        """
        if closure is not None:
            raise ValueError("this optimiser takes no closure")
        for flat, weight in zip(self._flat, self._matrices, strict=True):
            flat.grad = None if weight.grad is None else weight.grad.reshape(flat.shape)
        for inner, group in zip((self._muon, self._adamw), self.param_groups, strict=True):
            inner.param_groups[0]["lr"] = group["lr"]
            inner.step()

    def state_dict(self) -> dict[str, Any]:
        """The states of both."""
        return {"muon": self._muon.state_dict(), "adamw": self._adamw.state_dict()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from :meth:`state_dict`'s."""
        self._muon.load_state_dict(state_dict["muon"])
        self._adamw.load_state_dict(state_dict["adamw"])


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
