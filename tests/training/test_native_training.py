"""The kernel that trains computes what the network computes, with its gradients."""

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from instructir.models.image_network import ImageConfig, ImageNetwork, NAFBlock
from instructir.training import initial
from instructir.training.initial import native_precision
from instructir.training.native import block as module
from instructir.training.native import library
from instructir.training.native.block import (
    compute_natively,
    naf_block,
    release_step_memory,
    usable_training_kernel,
)
from instructir.training.native.library import Kernel, training_kernel
from instructir.training.options import TrainOptions

CONFIG = ImageConfig(4, (1, 1), 1, (1, 1), text_dim=8)


@pytest.fixture(scope="module", params=[torch.float32, torch.bfloat16], ids=["float32", "bfloat16"])
def kernel(request: pytest.FixtureRequest) -> Kernel:
    """The kernel; where there is no compiler or no matrix unit, what needs it is skipped."""
    found = training_kernel(request.param)
    if found is None:
        pytest.skip(
            "no C++ compiler, PyTorch's BLAS was not found, or the processor has no unit for bfloat16"
        )
    return found


def filled(made: Any) -> Any:
    torch.manual_seed(0)
    for parameter in made.parameters():
        parameter.data.add_(torch.randn_like(parameter), alpha=0.1)
    return made


def learnt(made: Tensor, towards: Tensor, wanted: list[Tensor]) -> list[Tensor]:
    """What was made, and the gradients of an error that all of it has a part in."""
    return [made.detach(), *torch.autograd.grad((made * towards).sum(), wanted)]


def assert_same(ours: list[Tensor], theirs: list[Tensor], kernel: Kernel, rounding: float = 0.02) -> None:
    """Up to what rounding does: a factor of bfloat16 is off by up to 2^-9, sums that cancel by more."""
    for one, two in zip(ours, theirs, strict=True):
        if kernel.dtype == torch.float32:
            torch.testing.assert_close(one, two, rtol=1e-4, atol=1e-4 * two.abs().max().item())
        else:
            assert (one - two).norm() <= rounding * two.norm()


# Sizes of less and more than a vector, a run and a chunk of pixels, and channels that fill none.
@pytest.mark.parametrize(
    ("channels", "size"),
    [
        (1, (1, 1)),
        (3, (7, 5)),
        (5, (1, 70)),
        (6, (33, 1)),
        (8, (40, 48)),
        (16, (37, 61)),
        (130, (8, 8)),
        (16, (128, 128)),
    ],
)
def test_a_block_and_its_gradients_are_exact(kernel: Kernel, channels: int, size: tuple[int, int]) -> None:
    block = filled(NAFBlock(channels))
    x = torch.randn(3, channels, *size, requires_grad=True)
    towards, wanted = torch.randn(x.shape), [x, *block.parameters()]
    assert_same(
        learnt(naf_block(kernel, block, x), towards, wanted), learnt(block(x), towards, wanted), kernel
    )


def test_pictures_and_gradients_that_are_not_contiguous(kernel: Kernel) -> None:
    block = filled(NAFBlock(6)).to(memory_format=torch.channels_last)
    x = torch.randn(2, 6, 9, 12).contiguous(memory_format=torch.channels_last).requires_grad_()
    towards, wanted = torch.randn(2, 6, 12, 9).transpose(-1, -2), [x, *block.parameters()]
    assert_same(
        learnt(naf_block(kernel, block, x), towards, wanted), learnt(block(x), towards, wanted), kernel
    )


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_share_the_pictures(kernel: Kernel, threads: int) -> None:
    block, before = filled(NAFBlock(8)), torch.get_num_threads()
    x = torch.randn(4, 8, 10, 10, requires_grad=True)
    towards, wanted = torch.randn(x.shape), [x, *block.parameters()]
    torch.set_num_threads(threads)
    try:
        ours = learnt(naf_block(kernel, block, x), towards, wanted)
    finally:
        torch.set_num_threads(before)
    assert_same(ours, learnt(block(x), towards, wanted), kernel)


def test_memory_of_earlier_steps_is_used_again_whatever_is_in_it(kernel: Kernel) -> None:
    block = filled(NAFBlock(7))
    x = torch.randn(2, 7, 6, 11, requires_grad=True)
    towards, wanted = torch.randn(x.shape), [x, *block.parameters()]
    expected = learnt(naf_block(kernel, block, x), towards, wanted)
    release_step_memory()
    assert not module._Kept._unused
    learnt(naf_block(kernel, block, x), towards, wanted)
    (left,) = module._Kept._unused[kernel.dtype, 2, 7 * 5, 66 + 16]
    left.fill_(float("nan"))
    # Two blocks at once do not share memory.
    two = [naf_block(kernel, block, x) for _ in range(2)]
    for made in two:
        for one, other in zip(learnt(made, towards, wanted), expected, strict=True):
            assert torch.equal(one, other)
    assert len(module._Kept._unused[kernel.dtype, 2, 7 * 5, 66 + 16]) == 2


def test_a_network_is_trained_by_it(kernel: Kernel) -> None:
    network = filled(ImageNetwork(CONFIG))
    plain = copy.deepcopy(network)
    image, text, towards = torch.rand(2, 3, 24, 32), torch.randn(2, 8), torch.randn(2, 3, 24, 32)
    assert compute_natively(network, kernel.dtype)
    ours, theirs = (learnt(each(image, text), towards, list(each.parameters())) for each in (network, plain))
    assert_same(ours, theirs, kernel, rounding=0.05)
    assert list(network.state_dict()) == list(plain.state_dict())
    assert_same([copy.deepcopy(network)(image, text).detach()], [plain(image, text).detach()], kernel)
    with torch.no_grad():
        assert_same([network(image, text)], [plain(image, text)], kernel)


@pytest.mark.parametrize("wrong", [0.1, float("nan")])
def test_a_kernel_that_computes_something_else_is_not_used(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, wrong: float
) -> None:
    assert usable_training_kernel.__wrapped__(kernel.dtype) is not None

    def naf_block(kernel: Kernel, block: nn.Module, x: Tensor) -> Tensor:
        made: Tensor = block(x)
        return made * (1 + wrong)

    monkeypatch.setattr(module, "naf_block", naf_block)
    assert usable_training_kernel.__wrapped__(kernel.dtype) is None
    assert "is not used" in caplog.text


def test_without_a_kernel_the_network_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "compiled", lambda source: None)
    monkeypatch.setattr(module, "usable_training_kernel", training_kernel.__wrapped__)
    network = ImageNetwork(CONFIG)
    assert not compute_natively(network)
    assert all("forward" not in vars(each) for each in network.modules())


@pytest.mark.parametrize(
    ("precision", "there", "wanted"),
    [
        ("auto", {torch.bfloat16, torch.float32}, torch.bfloat16),
        ("auto", {torch.float32}, torch.float32),
        ("fp32", {torch.bfloat16, torch.float32}, torch.float32),
        ("bf16", {torch.float32}, None),
        ("auto", set(), None),
    ],
)
def test_the_precision_is_the_fastest_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, precision: Any, there: set[torch.dtype], wanted: torch.dtype | None
) -> None:
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: False)
    monkeypatch.setattr(initial, "usable_training_kernel", lambda dtype: dtype if dtype in there else None)
    assert native_precision(TrainOptions(precision=precision)) == wanted
    assert native_precision(TrainOptions(precision=precision, native=False)) is None
