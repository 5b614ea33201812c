"""Blotches of colour that are left of a camera's noise: removed at sizes at which the network knows them.

Cameras interpolate colours, smooth them and store them at half the size, so that their noise is coarser in
colour than the network looks for. In the picture at half the size it is finer, and at a quarter finer again.
There the network is run once more, and what it changes of the colours is carried up. Noise whose neighbouring
pixels have nothing to do with each other leaves no blotches and costs no second run.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from instructir.degradations.compression import TO_YCBCR

Denoise = Callable[[Tensor], Tensor]
"""Removes noise from a picture (1, 3, H, W)."""

_COARSE = 0.15
"""Correlation of neighbours from which noise is coarse: white noise has none, cameras' a quarter or more."""
_SIZES = 2
"""How often the size is halved: blotches four pixels wide are what film and cameras have."""
_SEEN = 2 / 255
"""Change of colour that counts at half the size; less may be the network's own error."""
_GROWTH = 1.5
"""How much more has to change for each further size: larger places of colour may be the picture's own."""
_NOTHING = 0.2 / 255
"""Colour that was removed at least, on average: less is rounding."""
_SMALLEST = 64
_AROUND = 11
"""Side of the places that a change is judged over, which are taken twice."""
_ENOUGH = 1_000_000
"""Pixels that tell how coarse noise is."""


def without_blotches(
    run: Denoise, noisy: Tensor, made: Tensor, seen: float = _SEEN, sizes: int = _SIZES
) -> Tensor:
    """What the network `made` of a noisy picture, less the blotches of colour that it left.

    Args:
        run: the network.
        noisy: (3, H, W) in [0, 1].
        made: of the same shape; itself where there is nothing to do.
        seen: change of colour that counts.
        sizes: how often the size may be halved.
    """
    height, width = (side - side % 2 for side in noisy.shape[1:])
    if not sizes or min(height, width) < _SMALLEST or _correlation(noisy, made) < _COARSE:
        return made
    given = _halved(noisy[:, :height, :width])
    small = without_blotches(run, given, run(given[None])[0], _GROWTH * seen, sizes - 1)
    change = _colours(small.clamp(0, 1) - _halved(made[:, :height, :width]).clamp(0, 1))[None]
    energy = change.square().sum(1, keepdim=True)
    for _ in range(2):
        energy = F.avg_pool2d(energy, _AROUND, 1, _AROUND // 2, count_include_pad=False)
    change = change * (1 - seen**2 / energy.clamp_min(1e-9)).clamp(0, 1)
    carried = F.interpolate(change, scale_factor=2.0, mode="bicubic")[0]
    result = made.clone()
    result[:, :height, :width] += _pixels(carried)
    return result


def _correlation(noisy: Tensor, made: Tensor) -> float:
    """How far the colour of what was removed goes on from one pixel to the next, in [-1, 1]."""
    apart = max(1, noisy[0].numel() // _ENOUGH)
    removed = _colours(noisy[:, ::apart] - made[:, ::apart].clamp(0, 1))
    if removed.square().mean() < _NOTHING**2:
        return 0.0
    return float((removed[..., :-1] * removed[..., 1:]).sum() / removed.square().sum())


def _halved(picture: Tensor) -> Tensor:
    return F.avg_pool2d(picture[None], 2)[0]


def _colours(picture: Tensor) -> Tensor:
    """Chroma (2, H, W) of (3, H, W)."""
    return torch.einsum("ij,jhw->ihw", torch.tensor(TO_YCBCR[1:]), picture)


def _pixels(colours: Tensor) -> Tensor:
    """(3, H, W) of chroma (2, H, W), of no luma."""
    return torch.einsum("ij,jhw->ihw", torch.linalg.inv(torch.tensor(TO_YCBCR))[:, 1:], colours)
