"""One small random network, exported once."""

from pathlib import Path

import pytest
import torch

from instructir.inference.runtimes.export import cached_onnx
from instructir.models.image_network import ImageConfig, ImageNetwork


@pytest.fixture(scope="session")
def network() -> ImageNetwork:
    torch.manual_seed(0)
    network = ImageNetwork(ImageConfig(4, (1, 1), 1, (1, 1), text_dim=8)).eval().requires_grad_(False)
    for name, value in network.named_parameters():
        if name.endswith(("beta", "gamma")):
            value.normal_(0, 0.3)
    return network


@pytest.fixture(scope="session")
def graph(network: ImageNetwork) -> Path:
    for module in ("onnxruntime", "onnx", "onnxscript"):
        pytest.importorskip(module)
    return cached_onnx(network)
