"""OpenVINO, on the CPU."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray

from instructir.extras import require
from instructir.inference.runtimes.export import cached_onnx
from instructir.inference.runtimes.graph import GraphRuntime
from instructir.models.image_network import ImageConfig, ImageNetwork


class OpenVINORuntime(GraphRuntime):
    """Runs the network's graph in float32 or bfloat16.

    In bfloat16 the whole of it is, residual stream included: faster than PyTorch, and less accurate.
    """

    def __init__(self, network: ImageNetwork, dtype: torch.dtype) -> None:
        """Export `network`, unless that was done before, and compile the graph.

        Raises:
            ConfigError: if the extra ``openvino`` is not installed.
            CheckpointError: if the graph cannot be written.
        """
        self._open(cached_onnx(network), network.config, dtype)

    @classmethod
    def from_file(cls, path: Path, config: ImageConfig, dtype: torch.dtype) -> "OpenVINORuntime":
        """Load the graph at `path`, an ``.xml`` or ``.onnx`` file."""
        runtime = cls.__new__(cls)
        runtime._open(path, config, dtype)
        return runtime

    def _open(self, path: Path, config: ImageConfig, dtype: torch.dtype) -> None:
        super().__init__(config)
        core = require("openvino", "instructir[openvino]", "the runtime openvino").Core()
        choices = {
            "INFERENCE_PRECISION_HINT": "bf16" if dtype == torch.bfloat16 else "f32",
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),
            "PERFORMANCE_HINT": "LATENCY",
        }
        self.dtype = dtype
        self._compiled = core.compile_model(core.read_model(path), "CPU", choices)

    def _compute(self, feed: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        output: NDArray[Any] = self._compiled(feed)[0]
        return output
