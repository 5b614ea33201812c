"""ONNX Runtime, on the CPU."""

import threading
from pathlib import Path

import torch
from torch import Tensor

from instructir.extras import require
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.runtimes.export import cached_onnx
from instructir.runtimes.whole import whole_bytes


class OnnxRuntime:
    """Runs the network's ONNX graph in float32."""

    dtype = torch.float32

    def __init__(self, network: ImageNetwork) -> None:
        """Export `network`, unless that was done before, and load the graph.

        Raises:
            ConfigError: if the extra ``onnx`` is not installed.
            CheckpointError: if the graph cannot be written.
        """
        self._open(cached_onnx(network), network.config)

    @classmethod
    def from_file(cls, path: Path, config: ImageConfig) -> "OnnxRuntime":
        """Load the graph at `path`."""
        runtime = cls.__new__(cls)
        runtime._open(path, config)
        return runtime

    def _open(self, path: Path, config: ImageConfig) -> None:
        onnxruntime = require("onnxruntime", "instructir[onnx]", "the runtime onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._config = config
        self._turn = threading.Lock()  # a run uses all cores, and memory is planned for one

    def __call__(self, image: Tensor, text_embedding: Tensor | None = None) -> Tensor:
        """See :class:`~instructir.runtimes.interface.Runtime`."""
        restored = torch.empty(image.shape)
        with self._turn:
            for index in range(len(image)):
                feed = {"image": image[index : index + 1].contiguous().numpy()}
                if text_embedding is not None and self._config.text_dim:
                    feed["text_embedding"] = text_embedding[index : index + 1].contiguous().numpy()
                restored[index] = torch.from_numpy(self._session.run(None, feed)[0][0])
        return restored

    def bytes_needed(self, batch: int, height: int, width: int) -> int:
        """See :class:`~instructir.runtimes.interface.Runtime`."""
        del batch  # one after the other
        return whole_bytes(self._config, height, width)
