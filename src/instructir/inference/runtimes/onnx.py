"""ONNX Runtime, on the CPU."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray

from instructir.extras import require
from instructir.inference.runtimes.graph import GraphRuntime
from instructir.models.image_network import ImageConfig


class OnnxRuntime(GraphRuntime):
    """Runs the network's ONNX graph in float32."""

    dtype = torch.float32

    def __init__(self, path: Path, config: ImageConfig) -> None:
        """Load the graph at `path`.

        Raises:
            ConfigError: if the extra ``onnx`` is not installed.
        """
        super().__init__(config)
        onnxruntime = require("onnxruntime", "instructir[onnx]", "the runtime onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def _compute(self, feed: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        output: NDArray[Any] = self._session.run(None, feed)[0]
        return output
