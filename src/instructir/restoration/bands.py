"""Parts of a large picture that tell what all of it is like."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_ROWS = 64


def bands_of(pixels: NDArray[np.float32], enough: int) -> Iterator[NDArray[np.float32]]:
    """Bands of rows of a picture, at even distances; the whole of a small one.

    Args:
        pixels: (H, W, 3).
        enough: pixels that suffice; there are up to twice as many.

    Yields:
        (h, W, 3), 64 rows or what is left.
    """
    height, width = pixels.shape[:2]
    apart = max(1, height * width // enough)
    tall = _ROWS if apart > 1 else max(1, height)
    for top in range(0, height, tall * apart):
        yield pixels[top : top + tall]
