"""Channel attention over windows: against naive loops, and in what is saved, merged and routed."""

import copy
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from helpers.networks import SMALL, random_input, random_network
from instructir.errors import CheckpointError
from instructir.models.channels_last.network import ChannelsLast
from instructir.models.checkpoint import Model, load_model, save_model
from instructir.models.deltas import merged, route_to
from instructir.models.image_network import ChannelAttention, ImageConfig, window_means
from instructir.models.routing import route
from instructir.models.text_head import TextHead
from instructir.tasks import Task

BLUR, HAZE = Task.DEBLURRING, Task.DEHAZING


@pytest.mark.parametrize("reach", [1, 2, 30])
@pytest.mark.parametrize("shape", [(5, 7), (1, 1), (3, 1), (12, 2)])
def test_window_means_are_those_of_a_naive_loop(shape: tuple[int, int], reach: int) -> None:
    cells = torch.randn(2, 3, *shape, generator=torch.Generator().manual_seed(0))
    found = window_means(cells, reach)
    reach = max(reach, int(0.3 * max(shape)))
    for row in range(shape[0]):
        for column in range(shape[1]):
            rows, columns = (slice(max(at - reach, 0), at + reach + 1) for at in (row, column))
            near = cells[..., rows, columns]
            torch.testing.assert_close(found[..., row, column], near.mean((-2, -1)))


def test_a_window_that_holds_the_picture_is_the_whole_mean() -> None:
    attention = ChannelAttention(4).requires_grad_(False)
    x = torch.randn(2, 4, 24, 16, generator=torch.Generator().manual_seed(0))
    whole = attention(x)
    assert whole.shape == (2, 4, 1, 1)
    attention.cell, attention.reach = 8, 3
    torch.testing.assert_close(attention(x), whole.expand_as(x))


def test_each_place_goes_by_what_is_near_and_changes_smoothly() -> None:
    attention = ChannelAttention(1).requires_grad_(False)
    for parameter, value in zip(attention.parameters(), (1.0, 0.0), strict=True):
        parameter.fill_(value)
    attention.cell, attention.reach = 4, 1
    x = torch.zeros(1, 1, 4, 40)
    x[..., 20:] = 1
    factors = attention(x)[0, 0, 1]
    # Of ten cells, windows reach three either way.
    torch.testing.assert_close(factors[:6], torch.zeros(6))
    torch.testing.assert_close(factors[34:], torch.ones(6))
    assert 0.1 < factors[15] < factors[24] < 0.9
    steps = factors.diff()
    assert steps.min() >= 0
    assert steps.max() < 0.1


def test_windows_make_another_result_and_none_brings_the_first_back() -> None:
    network = random_network()
    image, text = random_input(SMALL, 60, 90)
    before = network(image, text)
    names = set(network.state_dict())
    network.attend_within(16)
    assert (network(image, text) - before).abs().max() > 1e-4
    assert network.config == replace(SMALL, window=16)
    assert network.config.shape == SMALL
    assert set(network.state_dict()) == names
    network.attend_within(0)
    assert torch.equal(network(image, text), before)


@pytest.mark.parametrize("window", [8, 24])
def test_channels_last_has_the_same_windows(window: int) -> None:
    config = ImageConfig(4, (1, 1), 1, (1, 1), text_dim=8, window=window)
    plain = random_network(config)
    fast = ChannelsLast(plain, torch.float32, compiled=False)
    image, text = random_input(config, 32, 48, batch=2)
    torch.testing.assert_close(fast(image, text), plain(image, text), atol=1e-5, rtol=1e-5)


@pytest.fixture(scope="module")
def routed() -> Model:
    base = Model("base", random_network(), TextHead(12, 16, 7), "bge-micro-v2")
    tuned = copy.deepcopy(base)
    for parameter in tuned.image.parameters():
        parameter.mul_(1.01)
    return route(base, {BLUR: tuned, HAZE: tuned}, windows={BLUR: 384})


def test_a_route_has_its_deltas_window_and_the_base_its_own(routed: Model, tmp_path: Path) -> None:
    save_model(routed, tmp_path / "routed.safetensors")
    for model in (routed, load_model(tmp_path / "routed.safetensors")):
        for task, window in ((BLUR, 384), (HAZE, 0), (Task.DENOISING, 0)):
            network = merged(model.image, model.deltas, route_to(task, model.deltas))
            assert network.config == replace(SMALL, window=window)
        mixture = merged(model.image, model.deltas, ((HAZE, 0.3), (BLUR, 0.7)))
        assert mixture.config.window == 384


def test_a_networks_own_window_comes_back(tmp_path: Path) -> None:
    model = Model("own", random_network(replace(SMALL, window=64)), None, "bge-micro-v2")
    save_model(model, tmp_path / "own.safetensors")
    assert load_model(tmp_path / "own.safetensors").image.config == replace(SMALL, window=64)


def test_training_a_delta_on_keeps_its_window(routed: Model) -> None:
    """What is trained sees crops, and knows of no window."""
    tuned = replace(routed, image=copy.deepcopy(routed.image), deltas={}, name="tuned")
    again = route(routed, {BLUR: tuned})
    assert again.deltas[BLUR] is not routed.deltas[BLUR]
    assert again.deltas[BLUR].window == 384
    assert route(again, {}, windows={BLUR: 0, HAZE: 128}).deltas[HAZE].window == 128


def test_a_window_needs_a_delta(routed: Model) -> None:
    with pytest.raises(CheckpointError, match="base has no delta of denoising whose window could be set"):
        route(routed, {}, windows={Task.DENOISING: 384})
