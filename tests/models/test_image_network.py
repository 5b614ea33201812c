"""The image network against the reference implementation, and its own properties."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from instructir.errors import CheckpointError
from instructir.models.image_network import ImageConfig, ImageNetwork, LayerNorm2d

ORACLE = Path(__file__).parents[1] / "oracle"
SMALL = ImageConfig(width=4, encoder_blocks=(1, 1), middle_blocks=1, decoder_blocks=(1, 1), text_dim=8)


@pytest.fixture(scope="module")
def oracle() -> dict[str, torch.Tensor]:
    return load_file(ORACLE / "instructir_small.safetensors")


@pytest.fixture(scope="module")
def network(oracle: dict[str, torch.Tensor]) -> ImageNetwork:
    state = {name[6:]: value for name, value in oracle.items() if name.startswith("param.")}
    network = ImageNetwork(ImageConfig.from_state_dict(state))
    network.load_state_dict(state)
    return network.eval()


def randomised(config: ImageConfig) -> ImageNetwork:
    """A network whose zero-initialised scales are not zero, so that every path counts."""
    torch.manual_seed(0)
    network = ImageNetwork(config).eval()
    with torch.no_grad():
        for name, value in network.named_parameters():
            if name.endswith(("beta", "gamma")):
                value.normal_(0, 0.5)
    return network


def test_names_and_shapes_are_those_of_the_released_7d_model() -> None:
    expected = json.loads((ORACLE / "instructir_7d_keys.json").read_text())
    network = ImageNetwork(ImageConfig())
    assert {name: list(value.shape) for name, value in network.state_dict().items()} == expected
    assert sum(value.numel() for value in network.parameters()) == 15_843_363


@torch.inference_mode()
def test_output_is_the_reference_output_at_a_size_that_needs_padding(
    network: ImageNetwork, oracle: dict[str, torch.Tensor]
) -> None:
    assert any(side % 16 for side in oracle["image"].shape[-2:])
    output = network(oracle["image"], oracle["text_embedding"])
    torch.testing.assert_close(output, oracle["output"], atol=1e-5, rtol=1e-5)


@torch.inference_mode()
def test_compiled_graph_equals_the_eager_network(
    network: ImageNetwork, oracle: dict[str, torch.Tensor]
) -> None:
    exported = torch.export.export(network, (oracle["image"], oracle["text_embedding"])).module()
    output = exported(oracle["image"], oracle["text_embedding"])
    torch.testing.assert_close(output, oracle["output"], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("size", [(1, 1), (1, 19), (16, 16), (17, 31)])
@torch.inference_mode()
def test_any_size_comes_back_unchanged_in_shape(size: tuple[int, int]) -> None:
    image = torch.rand(2, 3, *size)
    assert randomised(SMALL)(image, torch.rand(2, 8)).shape == image.shape


@torch.inference_mode()
def test_padding_is_zeros_on_the_right_and_bottom() -> None:
    network, image, text = randomised(SMALL), torch.rand(1, 3, 5, 6), torch.rand(1, 8)
    padded = torch.zeros(1, 3, 8, 8)
    padded[..., :5, :6] = image
    assert torch.equal(network(image, text), network(padded, text)[..., :5, :6])


@torch.inference_mode()
def test_instruction_changes_the_result() -> None:
    network, image = randomised(SMALL), torch.rand(1, 3, 16, 16)
    first, second = (network(image, torch.eye(8)[row : row + 1]) for row in (0, 1))
    assert (first - second).abs().max() > 1e-3


@pytest.mark.parametrize(
    "config",
    [SMALL, ImageConfig(), ImageConfig(8, (1, 2, 1), 2, (1, 1, 3), text_dim=0)],
    ids=["small", "7d", "free"],
)
def test_configuration_is_inferred_from_the_state_dict(config: ImageConfig) -> None:
    with torch.device("meta"):
        state = ImageNetwork(config).state_dict()
    assert ImageConfig.from_state_dict(state) == config


def test_foreign_state_dict_is_refused() -> None:
    with pytest.raises(CheckpointError, match="not the weights"):
        ImageConfig.from_state_dict({"conv.weight": torch.zeros(1)})


def test_conditioned_network_demands_an_embedding() -> None:
    with pytest.raises(ValueError, match="text_embedding"):
        randomised(SMALL)(torch.rand(1, 3, 8, 8))


def test_new_network_is_a_plain_projection_of_its_input() -> None:
    """Zero scales make all blocks the identity, so an instruction cannot matter yet."""
    network = ImageNetwork(SMALL)
    image = torch.rand(1, 3, 8, 8)
    first, second = (network(image, torch.rand(1, 8)) for _ in range(2))
    assert torch.allclose(first, second)


def test_layer_norm_is_that_of_pytorch_over_channels() -> None:
    norm = LayerNorm2d(6)
    with torch.no_grad():
        norm.weight.normal_()
        norm.bias.normal_()
    x = torch.randn(2, 6, 5, 4)
    expected = torch.nn.functional.layer_norm(x.permute(0, 2, 3, 1), (6,), norm.weight, norm.bias, norm.eps)
    assert torch.allclose(norm(x), expected.permute(0, 3, 1, 2), atol=1e-6)
    assert norm(x.bfloat16()).dtype == torch.bfloat16
