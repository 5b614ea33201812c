"""OpenVINO, on the CPU."""

import threading
from pathlib import Path

import torch
from torch import Tensor

from instructir.extras import require
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.runtimes.export import cached_onnx
from instructir.runtimes.whole import whole_bytes


class OpenVINORuntime:
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
        core = require("openvino", "instructir[openvino]", "the runtime openvino").Core()
        choices = {
            "INFERENCE_PRECISION_HINT": "bf16" if dtype == torch.bfloat16 else "f32",
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),
            "PERFORMANCE_HINT": "LATENCY",
        }
        self.dtype = dtype
        self._compiled = core.compile_model(core.read_model(path), "CPU", choices)
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
                restored[index] = torch.from_numpy(self._compiled(feed)[0][0])
        return restored

    def bytes_needed(self, batch: int, height: int, width: int) -> int:
        """See :class:`~instructir.runtimes.interface.Runtime`."""
        del batch  # one after the other
        return whole_bytes(self._config, height, width)
