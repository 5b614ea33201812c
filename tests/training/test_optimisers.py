"""The optimisers: each kind of weight gets the step of the library's own optimiser for it."""

import copy
from typing import Any

import pytest
import torch
from torch import nn

from instructir.training.optimisers import MuonAdamW, optimiser
from instructir.training.options import OptimiserOptions

OPTIONS = OptimiserOptions(kind="muon", lr=1e-2, weight_decay=1e-3)


def layers() -> Any:
    torch.manual_seed(0)
    made: Any = nn.ModuleDict(
        {
            "dense": nn.Linear(6, 4),
            "pointwise": nn.Conv2d(6, 4, 1, bias=False),
            "depthwise": nn.Conv2d(6, 6, 1, groups=6, bias=False),
            "spatial": nn.Conv2d(6, 4, 3, bias=False),
        }
    )
    return made.to(memory_format=torch.channels_last)


def give_gradients(module: nn.Module, seed: int) -> None:
    torch.manual_seed(seed)
    for weight in module.parameters():
        weight.grad = torch.randn_like(weight)  # laid out as the weight, as autograd does


def test_matrices_get_muons_steps_and_the_rest_adamws() -> None:
    ours, theirs = layers(), layers()
    chosen = optimiser(ours.parameters(), OPTIONS)
    flat = nn.Parameter(theirs["pointwise"].weight.detach().reshape(4, 6).clone())
    muon = torch.optim.Muon(
        [theirs["dense"].weight, flat], lr=1e-2, weight_decay=1e-3, adjust_lr_fn="match_rms_adamw"
    )
    others = [theirs["dense"].bias, theirs["depthwise"].weight, theirs["spatial"].weight]
    adamw = torch.optim.AdamW(others, lr=1e-2, betas=(0.9, 0.9), weight_decay=1e-3)
    for step in range(3):
        for module in (ours, theirs):
            give_gradients(module, step)
        flat.grad = theirs["pointwise"].weight.grad.reshape(4, 6)
        for each in (chosen, muon, adamw):
            each.step()
    # The library's computes in bfloat16: three steps of 0.01 agree to a hundredth of that.
    for mine, its in (
        (ours["pointwise"].weight.reshape(4, 6), flat),
        (ours["dense"].weight, theirs["dense"].weight),
    ):
        torch.testing.assert_close(mine, its, atol=5e-4, rtol=0)
    for name in ("dense.bias", "depthwise.weight", "spatial.weight"):
        assert torch.allclose(ours.get_parameter(name), theirs.get_parameter(name)), name


def test_the_groups_learning_rate_counts_and_gradients_are_cleared() -> None:
    module = layers()
    before = copy.deepcopy(module.state_dict())
    chosen = optimiser(module.parameters(), OPTIONS)
    give_gradients(module, 0)
    for group in chosen.param_groups:
        group["lr"] = 0.0
    chosen.step()
    chosen.zero_grad()
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert all(weight.grad is None for weight in module.parameters())


def test_every_weight_belongs_to_one_group() -> None:
    module = layers()
    groups = optimiser(module.parameters(), OPTIONS).param_groups
    assert sorted(id(weight) for group in groups for weight in group["params"]) == sorted(
        map(id, module.parameters())
    )


def test_a_closure_is_refused() -> None:
    with pytest.raises(ValueError, match="closure"):
        MuonAdamW(layers().parameters(), OPTIONS).step(lambda: 0.0)
