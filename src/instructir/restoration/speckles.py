"""Speckles of colour, as a camera's noise leaves them in a JPEG file.

The fault network knows noise by its grain. What a camera stores has lost most of that: its noise is soft, and
coarser in colour than in light. But colour differences of natural scenes are smooth nearly everywhere, and
where they are not, two materials meet, and red and blue differences lie on one line. Noise goes in all
directions, and everywhere: so what counts is the weakest direction, in the smoothest parts.
"""

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from instructir.degradations.compression import TO_YCBCR

_FINE, _NEAR = 2, 5
"""Reach of the means, taken twice, that what is fine is told from, and over which it is measured."""
_EVERY = 4
"""Pixels from one place where it is measured to the next."""
_SMOOTHEST = 0.1
"""Fraction of the places that is smoother than what is measured."""
_WINDOW, _WINDOWS = 160, 4
"""Side of the windows that are looked at, and how many at most in a direction, evenly over the picture."""


def speckles(pixels: NDArray[np.float32]) -> float:
    """How strong fine differences of colour are even in the smoothest parts of a picture (H, W, 3) in [0, 1].

    A standard deviation on the 8-bit scale; 0 for a picture without colours, or too small for it.
    """
    if min(pixels.shape[:2]) <= 4 * _NEAR:
        return 0.0
    found = [
        _measured(pixels[rows, columns])
        for rows in _spans(len(pixels))
        for columns in _spans(pixels.shape[1])
    ]
    return float(torch.cat(found).quantile(_SMOOTHEST))


def _spans(size: int) -> list[slice]:
    """Where the windows lie along a side."""
    number = min(_WINDOWS, -(-size // _WINDOW))
    width = min(_WINDOW, size)
    starts = np.linspace(0, size - width, number).astype(int)
    return [slice(start, start + width) for start in starts]


def _measured(pixels: NDArray[np.float32]) -> Tensor:
    """Standard deviations, in the direction of colour where it is least, over a window (H, W, 3)."""
    channels = 255 * torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)[None]
    luma = torch.einsum("c,bchw->bhw", torch.tensor(TO_YCBCR[0]), channels)[:, None]
    colours = channels[:, ::2] - luma
    fine = colours - _smoothed(colours, _FINE)
    products = torch.cat([fine.square(), fine[:, :1] * fine[:, 1:]], 1)
    red, blue, both = _smoothed(products, _NEAR)[0, :, ::_EVERY, ::_EVERY]
    least = (red + blue) / 2 - (((red - blue) / 2).square() + both.square()).sqrt()
    deviations: Tensor = least.clamp_min(0).sqrt().flatten()
    return deviations


def _smoothed(planes: Tensor, reach: int) -> Tensor:
    """Planes (1, C, H, W) through a mean over so many pixels to each side, twice."""
    for _ in range(2):
        planes = F.avg_pool2d(F.pad(planes, [reach] * 4, mode="reflect"), 2 * reach + 1, 1)
    return planes
