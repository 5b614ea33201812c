"""A small random model with a stand-in encoder, for everything that does not need trained weights."""

import pytest
import torch

from instructir.models.checkpoint import Model
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.models.text_head import TextHead
from instructir.restoration import restorer as module
from instructir.restoration.restorer import Restorer


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Restorer:
    """A restorer whose every path is active; its instructions are understood by their letters."""

    def embed(sentences: list[str], encoder: str) -> torch.Tensor:
        seeds = [sum(map(ord, sentence)) for sentence in sentences]
        return torch.stack([torch.randn(16, generator=torch.Generator().manual_seed(seed)) for seed in seeds])

    monkeypatch.setattr(module, "embed", embed)
    torch.manual_seed(0)
    image = ImageNetwork(ImageConfig(4, (1, 1), 1, (1, 1), text_dim=8)).eval()
    with torch.no_grad():
        for name, value in image.named_parameters():
            if name.endswith(("beta", "gamma")):
                value.normal_(0, 0.3)
    return Restorer(Model("tiny", image, TextHead(16, 8, 7), "bge-micro-v2"), "cpu")
