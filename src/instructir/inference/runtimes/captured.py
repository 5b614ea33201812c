"""The network on a GPU as graphs that are captured once a size and then launched as a whole.

Launched one by one, the hundreds of kernels of a picture keep a fast GPU waiting for Python: of the plain
module, 1920x1080 took 57 ms on an H200 in every precision. The blocks are those that training compiles, in
channels-last layout.
"""

from collections import OrderedDict
from collections.abc import Callable

import torch
from torch import Tensor

from instructir.models.channels_last.network import ChannelsLast
from instructir.models.image_network import ImageNetwork, zero_padded

_KEPT = 4
"""Sizes whose graphs are kept, each with the memory that it runs in."""
_WARM_UP = 3
"""Runs before a graph is captured, in which kernels are compiled and memory is found."""
_VERSIONS = 256
"""Versions of a block that may be compiled, one for each number of channels and size of a map."""


class CapturedForward:
    """Calls an image network, whose weights are read where they lie.

    Args:
        network: on the device that computes, float32; new values of its parameters count from the next call.
        dtype: what is computed in, the residual stream included.
        compiled: fuse each block; without, a graph of the same kernels that PyTorch would launch.
    """

    def __init__(self, network: ImageNetwork, dtype: torch.dtype, *, compiled: bool = True) -> None:
        self._multiple = network.config.size_multiple
        self._forward = ChannelsLast(network, dtype, compiled=compiled)
        self._graphs: OrderedDict[tuple[torch.Size, bool, int], _Graph] = OrderedDict()

    @torch.no_grad()
    def __call__(self, image: Tensor, text: Tensor | None = None) -> Tensor:
        """Restore (B, 3, H, W) in [0, 1], any size, as `text` (B, text_dim) says.

        Returns:
            (B, 3, H, W) float32, in memory that the next call of this size writes to.
        """
        height, width = image.shape[-2:]
        padded = zero_padded(image, self._multiple)
        key = padded.shape, text is None, self._forward.network.config.window
        if key not in self._graphs:
            # Without this the first to go would still hold its memory while the new one looks for its own.
            while len(self._graphs) >= _KEPT:
                self._graphs.popitem(last=False)
            self._graphs[key] = _Graph(self._forward, padded, text)
        self._graphs.move_to_end(key)
        return self._graphs[key](padded, text)[..., :height, :width]

    def forget(self) -> None:
        """Let go of all graphs and their memory."""
        self._graphs.clear()


class _Graph:
    """The forward pass of one size, with the memory that it reads from and writes to."""

    def __init__(self, forward: ChannelsLast, image: Tensor, text: Tensor | None) -> None:
        self._forward = forward
        self._image, self._text = image.clone(), None if text is None else text.clone()
        self._restored: Tensor | None = None
        self._run: Callable[[], object] = self._capture() if image.is_cuda else self._eager

    def __call__(self, image: Tensor, text: Tensor | None) -> Tensor:
        self._image.copy_(image)
        if self._text is not None and text is not None:
            self._text.copy_(text)
        self._run()
        assert self._restored is not None
        return self._restored

    def _eager(self) -> None:
        self._restored = self._forward(self._image, self._text)

    def _capture(self) -> Callable[[], object]:
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside), torch._dynamo.config.patch(recompile_limit=_VERSIONS):
            for _ in range(_WARM_UP):
                self._eager()
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):
            self._eager()
        return graph.replay
