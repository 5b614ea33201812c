"""The network as PyTorch runs it: channels last, in mixed precision, compiled if wanted.

For accelerators, whose memory is fast and whose kernels want the whole picture; and for batches of equal
size, for which compiling pays. Products run in the working precision, while the layer norms and the residual
stream stay float32 (the scales of the residuals are float32, and PyTorch's promotion does the rest).
"""

import copy
import os
import shutil
import threading
from collections.abc import Callable

import torch
from torch import Tensor

from instructir.errors import ConfigError
from instructir.inference.runtimes.captured import CapturedForward
from instructir.models.image_network import ImageConfig, ImageNetwork

_MAPS = 14
"""Float32 maps of the first stage that are held at the busiest moment, libraries' scratch space included."""


class WholeNetwork:
    """Runs an image network on whole pictures with PyTorch.

    Args:
        network: trained network; its weights are copied.
        dtype: precision of the products.
        device: where to compute.
        compiled: fuse the layers with ``torch.compile``: takes a minute or more, once for all sizes on the
            CPU, and once for each size on CUDA, where graphs are captured
            (see :mod:`instructir.inference.runtimes.captured`).

    Raises:
        ConfigError: if it is to be compiled on a CPU and there is no C++ compiler.
    """

    def __init__(
        self, network: ImageNetwork, dtype: torch.dtype, device: torch.device, *, compiled: bool = False
    ) -> None:
        self.dtype = dtype
        self.device = device
        self._config = network.config
        ready = copy.deepcopy(network).requires_grad_(False).eval()
        ready = ready.to(device, torch.float32, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._module = ready
        self._forward: Callable[..., Tensor] = self._compile(ready) if compiled else ready
        self._weights = dict(network.state_dict())
        self._loaded = [self._weights]  # in the module; shared with all variants, as the module is
        self._turn = threading.Lock()

    def variant(self, network: ImageNetwork) -> "WholeNetwork":
        """The same for other weights, which take the module's place while they run: nothing is compiled anew.

        Args:
            network: one of the same shape, which must not change from now on.
        """
        other = copy.copy(self)
        other._config, other._weights = network.config, dict(network.state_dict())
        return other

    def _compile(self, network: ImageNetwork) -> Callable[..., Tensor]:
        if self.device.type == "cuda":
            return CapturedForward(network, self.dtype)
        if not _has_cpp_compiler():
            raise ConfigError("the runtime compiled needs a C++ compiler: install g++ or clang, or use torch")
        return torch.compile(network, dynamic=True)

    def __call__(self, image: Tensor, text_embedding: Tensor | None = None) -> Tensor:
        """See :class:`~instructir.inference.runtimes.interface.Runtime`."""
        pictures = image.to(self.device, torch.float32, memory_format=torch.channels_last)
        text = None if text_embedding is None else text_embedding.to(self.device, torch.float32)
        with self._turn, torch.no_grad():
            if self._loaded[0] is not self._weights:
                self._module.load_state_dict(self._weights)
                self._module.attend_within(self._config.window)
                self._loaded[0] = self._weights
            restored = self._computed(pictures, text)
            # A copy, because CUDA graphs write their next result to the same place.
            return restored.to(image.device, torch.float32, copy=True)

    def _computed(self, pictures: Tensor, text: Tensor | None) -> Tensor:
        if isinstance(self._forward, CapturedForward):
            try:
                return self._forward(pictures, text)
            except RuntimeError:  # whoever runs out of memory tries something else, and needs it
                self._forward.forget()
                raise
        with torch.autocast(self.device.type, self.dtype, enabled=self.dtype != torch.float32):
            return self._forward(pictures, text)

    def bytes_needed(self, batch: int, height: int, width: int) -> int:
        """See :class:`~instructir.inference.runtimes.interface.Runtime`."""
        return batch * whole_bytes(self._config, height, width)


def whole_bytes(config: ImageConfig, height: int, width: int) -> int:
    """Most bytes that a runtime takes which holds whole feature maps, for one picture."""
    multiple = config.size_multiple
    rows, columns = (-(-extent // multiple) * multiple for extent in (height, width))
    return 4 * rows * columns * (_MAPS * config.width + 3 * config.channels)


def _has_cpp_compiler() -> bool:
    """Whether a compiler is there that ``torch.compile`` can use on the CPU."""
    return any(map(shutil.which, (os.environ.get("CXX") or "g++", "g++", "clang++", "cl")))
