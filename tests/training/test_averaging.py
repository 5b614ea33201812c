"""Weights between two stages of a model."""

import pytest
import torch

from helpers.commands import call
from instructir.errors import CheckpointError
from instructir.models.checkpoint import Model, load_model, save_model
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.models.routing import route
from instructir.models.text_head import TextHead
from instructir.tasks import Task
from instructir.training.averaging import average


def model(seed: int, width: int = 8) -> Model:
    torch.manual_seed(seed)
    config = ImageConfig(
        width=width, encoder_blocks=(1, 1), middle_blocks=1, decoder_blocks=(1, 1), text_dim=16
    )
    return Model(f"m{seed}", ImageNetwork(config), TextHead(384, 16, 7), "all-MiniLM-L6-v2")


def test_every_weight_lies_between() -> None:
    one, other = model(0), model(1)
    expected = {
        name: 0.25 * value + 0.75 * other.image.state_dict()[name]
        for name, value in one.image.state_dict().items()
    }
    made = average(one, other, 0.75)
    torch.testing.assert_close(made.image.state_dict(), expected)
    assert made.name == "m1"
    torch.testing.assert_close(other.image.state_dict(), model(1).image.state_dict())


def test_others_do_not_fit() -> None:
    with pytest.raises(CheckpointError, match="not of one kind"):
        average(model(0), model(1, width=16), 0.5)


def test_routed_models_are_not_averaged() -> None:
    routed = route(model(0), {Task.DENOISING: model(0)})
    with pytest.raises(CheckpointError, match="m0 is routed; average models without deltas"):
        average(model(0), routed, 0.5)


def test_from_the_command_line(tmp_path) -> None:
    for seed in (0, 1):
        save_model(model(seed), tmp_path / f"{seed}.safetensors", torch.float32)
    average_two = ("models", "average", "0.safetensors")
    made = call(
        *average_two, "1.safetensors", "--weight", "1", "--output", "out.safetensors", folder=tmp_path
    )
    assert made.returncode == 0, made.stderr
    weights = load_model(tmp_path / "out.safetensors").image.state_dict()
    torch.testing.assert_close(weights, model(1).image.state_dict(), rtol=2e-3, atol=1e-4)
    missing = call(*average_two, "2.safetensors", "--output", "x.safetensors", folder=tmp_path)
    assert missing.returncode == 2
    assert "2.safetensors" in missing.stderr
    assert not (tmp_path / "x.safetensors").exists()
