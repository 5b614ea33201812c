"""LPIPS (Zhang et al., CVPR 2018), by torchmetrics, which fetches its weights at first use, and NIQE."""

from collections.abc import Callable

from torch import Tensor

from instructir.errors import ConfigError
from instructir.evaluation.niqe import niqe
from instructir.evaluation.protocols import PROTOCOLS
from instructir.extras import require

Perceptual = Callable[[Tensor, Tensor], float]
"""A function of the output and its reference, both (3, H, W)."""


def load_lpips() -> Perceptual:
    """LPIPS with AlexNet features; 0 is identical.

    Raises:
        ConfigError: if torchmetrics or torchvision is missing, or the network's weights cannot be fetched.
    """
    require("torchvision", "instructir[perceptual]", "the metric lpips")
    module = require("torchmetrics.image.lpip", "instructir[evaluate]", "the metric lpips")
    try:
        network = module.LearnedPerceptualImagePatchSimilarity(net_type="alex", normalize=True)
    except OSError as error:
        raise _unfetched("lpips", error) from None
    return lambda output, target: float(network(output[None].clamp(0, 1), target[None].clamp(0, 1)))


def load_niqe() -> Perceptual:
    """NIQE of the output alone, of Y of 8-bit values; lower is more natural."""
    luma = PROTOCOLS["strict"].measured_luma
    return lambda output, _: niqe(luma(output).round())


LOADERS: dict[str, Callable[[], Perceptual]] = {"lpips": load_lpips, "niqe": load_niqe}


def _unfetched(name: str, error: OSError) -> ConfigError:
    reason = str(error).split("\n")[0][:160]
    return ConfigError(
        f"the weights of {name} cannot be fetched ({reason}): run once with a network, or leave it out"
    )
