"""NIQE: how far the statistics of a picture are from those of natural ones, without a reference.

Mittal, Soundararajan and Bovik, "Making a 'completely blind' image quality analyzer", SPL 2013. The model of
natural pictures is the one that its authors released, as it is distributed with BasicSR.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from instructir.degradations.resampling import bicubic
from instructir.errors import DataError
from instructir.extras import require

Floats = NDArray[np.float64]

_BLOCK = 96
"""Side of the blocks whose statistics are compared, in pixels, at the first of the two scales."""
MODEL = Path(__file__).with_name("niqe_parameters.npz")
_NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))


def niqe(luma: Floats) -> float:
    """NIQE of a picture; lower is more natural.

    Args:
        luma: Y of BT.601 on the 8-bit scale, rounded, (H, W).

    Raises:
        DataError: if fewer than two blocks fit into it.
        ConfigError: if scipy is missing.
    """
    rows, columns = (length // _BLOCK for length in luma.shape)
    if rows * columns < 2:
        raise DataError(f"{luma.shape[1]}x{luma.shape[0]} pixels hold fewer than the two blocks of NIQE")
    large = luma[: rows * _BLOCK, : columns * _BLOCK]
    half = bicubic(torch.from_numpy(large), large.shape[0] // 2, large.shape[1] // 2).numpy()
    features = np.concatenate([_features(large, _BLOCK), _features(half, _BLOCK // 2)], axis=1)
    usable = features[~np.isnan(features).any(axis=1)]
    with np.load(MODEL) as model:
        distance = model["mean"] - np.nanmean(features, axis=0)
        spread = (model["covariance"] + np.cov(usable, rowvar=False)) / 2
    return float(np.sqrt(distance @ np.linalg.pinv(spread) @ distance))


def _features(plane: Floats, side: int) -> Floats:
    """The eighteen features of every block, (N, 18): shapes of the contrasts and of neighbours' products."""
    rows, columns = (length // side for length in plane.shape)
    contrasts = _contrasts(plane)[: rows * side, : columns * side]
    blocks = contrasts.reshape(rows, side, columns, side).swapaxes(1, 2).reshape(-1, side, side)
    shape, left, right = _fit(blocks)
    features = [shape, (left + right) / 2]
    gamma = require("scipy.special", "instructir[evaluate]", "the metric niqe").gamma
    for shift in _NEIGHBOURS:
        shape, left, right = _fit(blocks * np.roll(blocks, shift, axis=(1, 2)))
        features += [shape, (right - left) * gamma(2 / shape) / gamma(1 / shape), left, right]
    return np.stack(features, axis=1)


def _contrasts(plane: Floats) -> Floats:
    """Pixels less their neighbourhood's mean, over its deviation (equation 1)."""
    gaussian = require("scipy.ndimage", "instructir[evaluate]", "the metric niqe").gaussian_filter

    def mean(values: Floats) -> Floats:
        smoothed: Floats = gaussian(values, sigma=7 / 6, radius=3, mode="nearest")
        return smoothed

    average = mean(plane)
    deviation = np.sqrt(np.abs(mean(plane**2) - average**2))
    contrasts: Floats = (plane - average) / (deviation + 1)
    return contrasts


def _fit(blocks: Floats) -> tuple[Floats, Floats, Floats]:
    """Shape, left and right scale of the asymmetric generalised gaussian of each block (equations 4 to 7)."""
    gamma = require("scipy.special", "instructir[evaluate]", "the metric niqe").gamma
    values = blocks.reshape(len(blocks), -1)
    squares = values**2
    with np.errstate(invalid="ignore", divide="ignore"):  # a flat block has no shape, and is left out
        left, right = (np.sqrt((squares * side).sum(1) / side.sum(1)) for side in (values < 0, values > 0))
        skew = left / right
        ratio = np.abs(values).mean(1) ** 2 / squares.mean(1)
        ratio *= (skew**3 + 1) * (skew + 1) / (skew**2 + 1) ** 2
    # The shape is looked up in a table, as in the authors' code, so that numbers agree with theirs.
    shapes = np.arange(0.2, 10.001, 0.001)
    ratios = gamma(2 / shapes) ** 2 / (gamma(1 / shapes) * gamma(3 / shapes))
    shape: Floats = shapes[np.searchsorted((ratios[1:] + ratios[:-1]) / 2, ratio)]
    scale = np.sqrt(gamma(1 / shape) / gamma(3 / shape))
    return shape, left * scale, right * scale
