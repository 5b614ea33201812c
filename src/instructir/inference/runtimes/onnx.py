"""ONNX Runtime, on the CPU."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray

from instructir.extras import require
from instructir.inference.runtimes.export import cached_onnx
from instructir.inference.runtimes.graph import GraphRuntime
from instructir.models.image_network import ImageConfig, ImageNetwork


class OnnxRuntime(GraphRuntime):
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
        super().__init__(config)
        onnxruntime = require("onnxruntime", "instructir[onnx]", "the runtime onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def _compute(self, feed: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        output: NDArray[Any] = self._session.run(None, feed)[0]
        return output
