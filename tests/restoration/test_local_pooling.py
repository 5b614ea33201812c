"""The test-time local converter against its reference implementation."""

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from instructir.models.image_network import ImageConfig, ImageNetwork, NAFBlock
from instructir.restoration.local_pooling import WindowMean, localise, window_mean

ORACLE = Path(__file__).parents[1] / "oracle" / "nafnet_local_small.safetensors"


@pytest.fixture(scope="module")
def oracle() -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    with safe_open(ORACLE, "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()  # noqa: SIM118


@pytest.fixture(scope="module")
def network(oracle) -> ImageNetwork:
    state = {name[6:]: value for name, value in oracle[0].items() if name.startswith("param.")}
    network = ImageNetwork(ImageConfig.from_state_dict(state))
    network.load_state_dict(state)
    return network.eval().requires_grad_(False)


def test_global_output_is_the_reference(oracle, network):
    tensors, _ = oracle
    torch.testing.assert_close(network(tensors["image"]), tensors["output_global"], atol=1e-5, rtol=0)


def test_local_output_and_kernels_are_the_reference(oracle, network):
    tensors, metadata = oracle
    local = localise(
        network, tuple(json.loads(metadata["train_size"])[2:]), tuple(json.loads(metadata["base_size"]))
    )
    found = {name: list(m.kernel) for name, m in local.named_modules() if isinstance(m, WindowMean)}
    assert found == json.loads(metadata["pool_kernels"])
    torch.testing.assert_close(local(tensors["image"]), tensors["output_local"], atol=1e-5, rtol=0)
    assert (tensors["output_local"] - tensors["output_global"]).abs().max() > 1e-3, (
        "the oracle proves nothing"
    )


def test_default_window_is_one_and_a_half_crops(network):
    local = localise(network, (32, 32))
    assert local.encoders[0][0].sca[0].kernel == (48, 48)


def test_localise_leaves_the_network_alone(network):
    localise(network, (16, 16))
    assert not any(isinstance(module, WindowMean) for module in network.modules())


def test_localise_reaches_the_condition_blocks():
    network = ImageNetwork(ImageConfig(4, (1, 1), 1, (1, 1), text_dim=8))
    local = localise(network, (16, 16))
    blocks = [module for module in local.modules() if isinstance(module, NAFBlock)]
    assert len(blocks) == 9
    assert all(isinstance(block.sca[0], WindowMean) for block in blocks)


@pytest.mark.parametrize("kernel", [(3, 3), (2, 5), (4, 4), (1, 1), (9, 3), (20, 3)])
def test_window_mean_is_the_mean_of_the_nearest_window_inside(kernel):
    x = torch.randn(1, 2, 9, 11)
    rows, columns = min(kernel[0], 9), min(kernel[1], 11)
    out = window_mean(x, kernel)
    for y in range(9):
        for column in range(11):
            top = min(max(y - (rows - 1) // 2, 0), 9 - rows)
            left = min(max(column - (columns - 1) // 2, 0), 11 - columns)
            expected = x[..., top : top + rows, left : left + columns].mean((-2, -1))
            torch.testing.assert_close(out[..., y, column], expected)


def test_window_over_everything_is_the_global_mean():
    x = torch.randn(2, 3, 5, 7)
    torch.testing.assert_close(window_mean(x, (5, 9)), x.mean((-2, -1), keepdim=True))


def test_sums_of_a_large_picture_keep_their_precision():
    x = 100 + torch.rand(1, 1, 600, 600)
    expected = x[..., 550:553, 550:553].mean()
    torch.testing.assert_close(window_mean(x, (3, 3))[0, 0, 551, 551], expected, atol=1e-5, rtol=0)
