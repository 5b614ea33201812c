"""The interface that all runtimes have."""

from typing import Protocol

import torch
from torch import Tensor


class Runtime(Protocol):
    """Computes the image network on whole pictures."""

    @property
    def dtype(self) -> torch.dtype:
        """Precision of the products."""

    def __call__(self, image: Tensor, text_embedding: Tensor | None = None) -> Tensor:
        """Map pictures (B, 3, H, W), float32 in [0, 1], and embeddings (B, text_dim) to (B, 3, H, W) float32.

        The result is on the device of `image` and is not clamped.
        """

    def bytes_needed(self, batch: int, height: int, width: int) -> int:
        """Most bytes that such a call takes at a time, weights apart."""
