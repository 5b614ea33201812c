"""Small random networks whose every path counts."""

import sys
from enum import Enum
from types import ModuleType

import pytest
import torch
import torch.nn.functional as F

from instructir.inference.borders import Surrounded
from instructir.models.image_network import ImageConfig, ImageNetwork, LayerNorm2d

SMALL = ImageConfig(8, (1, 2), 1, (1, 1), text_dim=16)
EXPORTED = ImageConfig(8, (1,), 1, (1,), text_dim=256)
"""For graphs, and the shipped text head: exporting takes seconds a block, and is done once for a shape."""


def random_network(config: ImageConfig = SMALL, scale: float = 0.3, seed: int = 0) -> ImageNetwork:
    """A network without the zeros and ones that new parameters have."""
    torch.manual_seed(seed)
    network = ImageNetwork(config).eval().requires_grad_(False)
    for name, value in network.named_parameters():
        if name.endswith(("beta", "gamma")):
            value.normal_(0, scale)
    for module in network.modules():
        if isinstance(module, LayerNorm2d):
            module.weight.uniform_(0.5, 1.5)
            module.bias.normal_(0, 0.2)
    return network


def random_input(config: ImageConfig, *size: int, batch: int = 1) -> tuple[torch.Tensor, torch.Tensor | None]:
    """A picture of that size and an embedding, none for a text-free network."""
    image = torch.rand(batch, 3, *size)
    text = F.normalize(torch.randn(batch, config.text_dim), dim=1) if config.text_dim else None
    return image, text


def exact(network: ImageNetwork, image: torch.Tensor, text: torch.Tensor | None) -> torch.Tensor:
    """What the plain module makes of pictures that are surrounded as execution surrounds them."""
    multiple = network.config.size_multiple
    seen = Surrounded(image, multiple)
    return seen.cut_out(network(seen.all(), text))


def spandrel_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spandrel, with the names that it imports from torchvision for networks not asked for here."""
    try:
        import torchvision.transforms.functional  # noqa: F401
    except ImportError:
        for name in ("torchvision", "torchvision.transforms", "torchvision.transforms.functional"):
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
        functional = vars(sys.modules["torchvision.transforms.functional"])
        functional |= {"InterpolationMode": Enum("Mode", "BILINEAR"), "rotate": None, "normalize": None}
    pytest.importorskip("spandrel", reason='needs the extra "networks"')
