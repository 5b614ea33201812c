"""Execution in strips computes what the network computes."""

import copy
import dataclasses
import gc
import weakref

import pytest
import torch

from helpers.networks import SMALL, random_input, random_network
from helpers.tolerances import CLOSE, SHARE, error_share
from instructir.inference.strip_blocks import strips
from instructir.inference.strips import StripExecutor
from instructir.models.image_network import ImageConfig

TEXT_FREE = ImageConfig(8, (1, 1), 1, (1, 1), text_dim=0)
FOUR_STAGES = ImageConfig(8, (1, 1, 1, 1), 1, (1, 1, 1, 1), text_dim=16)
WINDOWS = dataclasses.replace(FOUR_STAGES, window=64)
SIZES = [(1, 1), (1, 17), (33, 5), (40, 56), (129, 67), (16, 16), (17, 300)]
TINY_STRIPS = 3000  # bytes: one or two rows of most of these


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "config", [SMALL, TEXT_FREE, FOUR_STAGES, WINDOWS], ids=["two", "text-free", "four", "windows"]
)
@pytest.mark.parametrize("strip_bytes", [TINY_STRIPS, None])
def test_float32_is_exact(size, config, strip_bytes):
    network = random_network(config)
    image, text = random_input(config, *size, batch=2)
    restored = StripExecutor(network, strip_bytes=strip_bytes)(image, text)
    expected = network(image, text)
    assert (expected - image).abs().mean() > 0.01, "the network does nothing"
    torch.testing.assert_close(restored, expected, **CLOSE[torch.float32])


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("size", [(1, 1), (33, 5), (65, 67)])
@pytest.mark.parametrize("config", [FOUR_STAGES, WINDOWS], ids=["whole", "windows"])
def test_half_precision_is_close(dtype, size, config):
    network = random_network(config)
    image, text = random_input(FOUR_STAGES, *size, batch=2)
    restored = StripExecutor(network, dtype=dtype, strip_bytes=TINY_STRIPS)(image, text)
    expected = network(image, text)
    assert restored.dtype == torch.float32
    assert error_share(restored, expected, image) < SHARE["strips", dtype]


def test_paper_network_in_both_precisions():
    config = ImageConfig()
    network = random_network(config, scale=0.1)
    image, text = random_input(config, 48, 80)
    expected = network(image, text)
    torch.testing.assert_close(StripExecutor(network)(image, text), expected, **CLOSE[torch.float32])
    low = StripExecutor(network, dtype=torch.bfloat16)(image, text)
    assert (low - expected).square().mean() < 1e-6  # 60 dB


def test_strips_leave_no_trace():
    network = random_network()
    image, text = random_input(SMALL, 64, 48)
    one, many = (StripExecutor(network, strip_bytes=size)(image, text) for size in (10**9, TINY_STRIPS))
    torch.testing.assert_close(one, many, atol=1e-6, rtol=0)


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 16, 17])
@pytest.mark.parametrize("height", [1, 2, 5, 16, 40])
def test_strips_are_ready_before_they_are_made(rows, height):
    ready = made = 0
    for start, stop, first, last in strips(rows, height):
        assert first == ready
        assert start == made
        ready, made = max(ready, last), stop
        assert ready >= min(stop + 1, rows)
        assert last - first <= height + 1
    assert ready == made == rows


def test_given_means_make_a_crop_agree_with_the_whole():
    network = random_network()
    executor = StripExecutor(network)
    image, text = random_input(SMALL, 160, 160)
    means: list[torch.Tensor] = []
    whole = executor(image, text, record=means)
    assert len(means) == sum(SMALL.encoder_blocks) + SMALL.middle_blocks + sum(SMALL.decoder_blocks) + 4
    crop = executor(image[..., 40:120, 40:120], text, means=means)
    torch.testing.assert_close(crop[..., 24:56, 24:56], whole[..., 64:96, 64:96], **CLOSE[torch.float32])
    alone = executor(image[..., 40:120, 40:120], text)
    assert (alone[..., 24:56, 24:56] - whole[..., 64:96, 64:96]).abs().max() > 1e-4


def test_recording_again_starts_afresh():
    executor = StripExecutor(random_network())
    means: list[torch.Tensor] = []
    for _ in range(2):
        executor(*random_input(SMALL, 8, 8), record=means)
    assert len(means) == 10


def test_later_changes_to_the_network_have_no_effect():
    network = random_network()
    image, text = random_input(SMALL, 12, 12)
    executor = StripExecutor(network)
    before = executor(image, text)
    for parameter in network.parameters():
        parameter.zero_()
    torch.testing.assert_close(executor(image, text), before)


def test_executor_leaves_network_and_input_alone():
    network = random_network()
    state = {name: value.clone() for name, value in network.state_dict().items()}
    image, text = random_input(SMALL, 12, 12)
    before = image.clone()
    StripExecutor(network, dtype=torch.bfloat16)(image, text)
    assert torch.equal(image, before)
    assert all(torch.equal(value, state[name]) for name, value in network.state_dict().items())


def test_the_weights_are_kept_once(monkeypatch):
    """Kept networks of a routed model would take twice their size."""
    copies = []
    deepcopy = copy.deepcopy

    def watched(network):
        made = deepcopy(network)
        copies.append(weakref.ref(made))
        return made

    monkeypatch.setattr(copy, "deepcopy", watched)
    executor = StripExecutor(random_network())
    gc.collect()
    assert [reference() for reference in copies] == [None]
    assert executor(*random_input(SMALL, 8, 8)).isfinite().all()


def test_conditioned_network_needs_text():
    with pytest.raises(ValueError, match="text_embedding"):
        StripExecutor(random_network())(torch.rand(1, 3, 8, 8))


def test_trained_network_with_parameters_that_need_gradients():
    network = random_network().requires_grad_(True)
    image, text = random_input(SMALL, 12, 12)
    restored = StripExecutor(network)(image, text)
    torch.testing.assert_close(restored, network(image, text).detach(), **CLOSE[torch.float32])
