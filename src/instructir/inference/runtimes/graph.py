"""What the runtimes of exported graphs share: whole pictures on the CPU, one after the other."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from instructir.inference.runtimes.whole import whole_bytes
from instructir.models.image_network import ImageConfig


class GraphRuntime(ABC):
    """Feeds pictures to a graph; see :class:`~instructir.inference.runtimes.interface.Runtime`."""

    def __init__(self, config: ImageConfig) -> None:
        self._config = config
        self._turn = threading.Lock()  # a run uses all cores, and memory is planned for one

    @abstractmethod
    def _compute(self, feed: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        """Run the graph on its named inputs, batches of one."""

    def __call__(self, image: Tensor, text_embedding: Tensor | None = None) -> Tensor:
        """See :class:`~instructir.inference.runtimes.interface.Runtime`."""
        restored = torch.empty(image.shape)
        with self._turn:
            for index in range(len(image)):
                feed = {"image": image[index : index + 1].contiguous().numpy()}
                if text_embedding is not None and self._config.text_dim:
                    feed["text_embedding"] = text_embedding[index : index + 1].contiguous().numpy()
                restored[index] = torch.from_numpy(self._compute(feed)[0])
        return restored

    def bytes_needed(self, batch: int, height: int, width: int) -> int:
        """See :class:`~instructir.inference.runtimes.interface.Runtime`."""
        del batch  # one after the other
        return whole_bytes(self._config, height, width)
