"""Metrics of one picture, most of them against its reference.

PSNR, SSIM and delta E come from scikit-image, whose gaussian-weighted SSIM equals that of the reference
evaluation (Wang et al., TIP 2004: 11x11 window, sigma 1.5, borders left out); torchmetrics mirrors the
borders and gives other numbers. Pixels are (H, W, 3) or (H, W) float64.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instructir.errors import ConfigError, DataError
from instructir.evaluation.protocols import FloatPixels
from instructir.extras import scikit_image

PSNR_CEILING = 100.0
"""Reported for identical pictures, whose PSNR is infinite and would make every mean infinite."""
_WINDOW = 11
"""Side of the SSIM window in pixels; smaller pictures have no SSIM."""


@dataclass(frozen=True)
class Metric:
    """What tables need to know of a metric.

    Attributes:
        name: key in results.
        title: as printed.
        decimals: digits after the point in tables.
        higher_is_better: direction.
    """

    name: str
    title: str
    decimals: int
    higher_is_better: bool = True


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("psnr", "PSNR (dB)", 2),
        Metric("ssim", "SSIM", 3),
        Metric("psnr_y", "PSNR on Y (dB)", 2),
        Metric("ssim_y", "SSIM on Y", 3),
        Metric("delta_e", "ΔE*ab", 2, higher_is_better=False),
        Metric("lpips", "LPIPS", 3, higher_is_better=False),
        Metric("niqe", "NIQE", 2, higher_is_better=False),
        Metric("grid", "grid (levels)", 2, higher_is_better=False),
        Metric("grid_reference", "grid of the reference", 2, higher_is_better=False),
    )
}
"""All metrics by name."""
OPTIONAL = ("delta_e", "lpips", "niqe", "grid")
"""Those that are computed only when asked for."""
_PERIOD = 16
"""Pixels after which the pattern repeats that a network of this kind can weave: its size multiple."""
_LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in the luminance of BT.601, full range."""


def psnr(output: NDArray[Any], target: NDArray[Any], peak: float = 1.0) -> float:
    """Peak signal-to-noise ratio in dB, at most :data:`PSNR_CEILING`.

    Args:
        output: the restored picture.
        target: its reference, of the same shape.
        peak: the largest value: 1 for floats, 255 on the 8-bit scale.
    """
    if np.array_equal(output, target):
        return PSNR_CEILING
    measured = scikit_image("metrics").peak_signal_noise_ratio(target, output, data_range=peak)
    return min(float(measured), PSNR_CEILING)


def ssim(output: FloatPixels, target: FloatPixels, peak: float = 1.0) -> float:
    """Structural similarity with a gaussian window, the mean over channels; arguments as for :func:`psnr`.

    Raises:
        DataError: if the picture is smaller than the window.
    """
    if min(output.shape[:2]) < _WINDOW:
        raise DataError(
            f"{output.shape[1]}x{output.shape[0]} pixels are fewer than the {_WINDOW} that SSIM needs"
        )
    measured = scikit_image("metrics").structural_similarity(
        target,
        output,
        data_range=peak,
        channel_axis=2 if output.ndim == 3 else None,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
    )
    return float(measured)


def delta_e(output: FloatPixels, target: FloatPixels) -> float:
    """Mean colour difference in CIELAB, CIE 1976 (the paper's table 5), for sRGB in [0, 1] under D65."""
    colour = scikit_image("color")
    lab = [colour.rgb2lab(np.clip(picture, 0, 1)) for picture in (output, target)]
    return float(colour.deltaE_cie76(*lab).mean())


def grid(picture: FloatPixels) -> float:
    """How much of a picture repeats every :data:`_PERIOD` pixels, in levels of 255.

    The luminance, less its mean over a box one pixel wider than the period, is averaged over all places of
    equal phase; the standard deviation of the averages is the measure. Photographs have 0.1 to 0.4 of it by
    chance, the more the smaller they are; what a network adds is a grid that is seen on flat areas.

    Args:
        picture: (H, W, 3) in [0, 1], at least a period high and wide.

    Raises:
        DataError: if it is smaller.
    """
    height, width = (extent // _PERIOD * _PERIOD for extent in picture.shape[:2])
    if not height or not width:
        raise DataError(
            f"{picture.shape[1]}x{picture.shape[0]} pixels are fewer than the {_PERIOD} that the grid needs"
        )
    from scipy.ndimage import uniform_filter

    luma = 255 * picture @ np.array(_LUMA)
    fine = (luma - uniform_filter(luma, _PERIOD + 1, mode="mirror"))[:height, :width]
    phases = fine.reshape(height // _PERIOD, _PERIOD, width // _PERIOD, _PERIOD).mean((0, 2))
    return float(phases.std())


def check_names(names: tuple[str, ...]) -> None:
    """Refuse what is no optional metric.

    Raises:
        ConfigError: naming the first unknown one.
    """
    for name in names:
        if name not in OPTIONAL:
            raise ConfigError(
                f"unknown metric {name!r}: PSNR and SSIM are always there; add any of {', '.join(OPTIONAL)}"
            )
