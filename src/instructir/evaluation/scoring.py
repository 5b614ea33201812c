"""All metrics that a case asks for, measured on one picture under one protocol."""

from collections.abc import Callable

from torch import Tensor

from instructir.errors import ConfigError, DataError
from instructir.evaluation import metrics
from instructir.evaluation.niqe import niqe
from instructir.evaluation.protocols import PROTOCOLS, Protocol
from instructir.extras import require
from instructir.tasks import Task

Scores = dict[str, float]
"""Values by metric name."""


Perceptual = Callable[[Tensor, Tensor], float]
"""A function of the output and its reference, both (3, H, W)."""


def load_lpips() -> Perceptual:
    """LPIPS with AlexNet features (Zhang et al., CVPR 2018), by torchmetrics; 0 is identical.

    torchmetrics fetches its weights at first use.

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


class Scorer:
    """Measures pictures under one protocol."""

    def __init__(self, protocol: Protocol, optional: tuple[str, ...] = ()) -> None:
        """Load the optional metrics, so that a missing package is known before the first picture.

        Raises:
            ConfigError: if a metric is unknown, or its package or weights are missing.
        """
        metrics.check_names(optional)
        self.protocol = protocol
        self.optional = optional
        self._perceptual = {name: LOADERS[name]() for name in optional if name in LOADERS}

    def score(self, output: Tensor, target: Tensor, task: Task) -> Scores:
        """Measure `output` against `target`, both (3, H, W) in about [0, 1], on the CPU.

        Returns:
            PSNR and SSIM in RGB; for deraining also on Y; and the optional metrics.

        Raises:
            DataError: if the shapes differ, the output is not finite, or the picture is too small.
        """
        if output.shape != target.shape:
            raise DataError(f"the output is {tuple(output.shape)}, its reference {tuple(target.shape)}")
        if not output.isfinite().all():
            raise DataError("the output holds values that are not finite")
        restored, reference = self.protocol.measured(output), self.protocol.measured(target)
        scores = {"psnr": metrics.psnr(restored, reference), "ssim": metrics.ssim(restored, reference)}
        if task is Task.DERAINING:
            luma = self.protocol.measured_luma(output), self.protocol.measured_luma(target)
            scores["psnr_y"] = metrics.psnr(*luma, peak=255.0)
            scores["ssim_y"] = metrics.ssim(*luma, peak=255.0)
        if "delta_e" in self.optional:
            scores["delta_e"] = metrics.delta_e(restored, reference)
        if "grid" in self.optional:
            scores["grid"], scores["grid_reference"] = metrics.grid(restored), metrics.grid(reference)
        for name, measure in self._perceptual.items():
            scores[name] = measure(output, target)
        return scores
