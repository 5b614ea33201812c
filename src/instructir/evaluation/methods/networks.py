"""Other people's networks, through ``spandrel``, which tells dozens of architectures by their weights."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from instructir.environment import find_device
from instructir.errors import DataError
from instructir.evaluation.methods.method import Method
from instructir.models.foreign import build, read_weights


class ForeignNetwork:
    """A network that spandrel loaded: it sees pictures clamped to [0, 1], one by one, and reads no text.

    spandrel clamps what comes out as well, so these numbers are of clamped floats under every protocol.
    """

    def __init__(self, network: Callable[[Tensor], Tensor], name: str, device: torch.device) -> None:
        self.name = name
        self._network = network
        self._device = device

    @torch.inference_mode()
    def __call__(self, images: Tensor, instruction: str) -> Tensor:
        """Restore `images`.

        Raises:
            DataError: if the network gives another size back.
        """
        del instruction
        outputs = [self._network(image[None].clamp(0, 1).to(self._device)).cpu() for image in images]
        restored = torch.cat(outputs)
        if restored.shape != images.shape:
            raise DataError(f"{self.name} gave {tuple(restored.shape[1:])} for {tuple(images.shape[1:])}")
        return restored


def load_foreign(path: Path, device: str = "auto") -> Method:
    """Load a network of another project.

    Raises:
        ConfigError: if spandrel is not installed.
        CheckpointError: if it does not know the file, or the network enlarges, or is not for RGB.
    """
    place = find_device(device)
    descriptor = build(read_weights(path), path, place)
    return Method(
        ForeignNetwork(descriptor, f"{path.stem} ({descriptor.architecture.name})", place),
        hashlib.sha256(path.read_bytes()).hexdigest(),
        "baseline",
        reads_text=False,
        parameters=sum(weights.numel() for weights in descriptor.model.parameters()),
    )
