"""OpenVINO, on the CPU."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray

from instructir.extras import require
from instructir.inference.runtimes.graph import GraphRuntime
from instructir.models.image_network import ImageConfig


@cache
def core() -> Any:
    """The core that all networks of this process share, for as long as it lives.

    OpenVINO's CPU plugin gives the thread that loads it a stack for signals, and takes that away in whichever
    thread the last of it is released: the first one's next signal, be it Ctrl-C or the end of a child, would
    kill the process. So it is never released.

    Raises:
        ConfigError: if the extra ``openvino`` is not installed.
    """
    return require("openvino", "instructir[openvino]", "the runtime openvino").Core()


class OpenVINORuntime(GraphRuntime):
    """Runs the network's graph in float32 or bfloat16.

    In bfloat16 the whole of it is, residual stream included: faster than PyTorch, and less accurate.
    """

    def __init__(self, path: Path, config: ImageConfig, dtype: torch.dtype) -> None:
        """Compile the graph at `path`, an ``.xml`` or ``.onnx`` file.

        Raises:
            ConfigError: if the extra ``openvino`` is not installed.
        """
        super().__init__(config)
        shared = core()
        choices = {
            "INFERENCE_PRECISION_HINT": "bf16" if dtype == torch.bfloat16 else "f32",
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),
            "PERFORMANCE_HINT": "LATENCY",
        }
        self.dtype = dtype
        self._compiled = shared.compile_model(shared.read_model(path), "CPU", choices)

    def _compute(self, feed: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        output: NDArray[Any] = self._compiled(feed)[0]
        return output
