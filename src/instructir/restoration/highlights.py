"""What is bright already stays so while the dark is lifted.

A room before a window, a street by night: the network lifts all of a dark picture, and lamps, skies and views
burn out. It learnt from pictures that are dark all over, in which bright parts are few and too dark as well.
Where a picture reaches white, its bright parts have the light that they should have.
"""

import numpy as np
from numpy.typing import NDArray

from instructir.degradations.compression import TO_YCBCR

_LUMA = np.array(TO_YCBCR[0], dtype=np.float32)
_WHITE, _FRACTION = 0.9, 0.01
"""Luma that a hundredth of the pixels must reach. Of 33 dark pictures of SICE six do: the mean of all falls
by 0.04 dB, scenes of dark and light parts gain 0.1 to 1.4 dB."""
_LIFTED, _KEPT = 0.5, 0.9
"""Luma up to which pixels are lifted as the network has it, and from which they stay as they are."""
_SAMPLES = 1 << 18
"""Pixels that are looked at, evenly over the picture."""


def with_highlights(before: NDArray[np.float32], lifted: NDArray[np.float32]) -> NDArray[np.float32]:
    """A brightened picture with the bright parts that it had.

    Args:
        before: (H, W, 3) in [0, 1].
        lifted: the same after light was added.
    """
    luma = before @ _LUMA
    every = max(1, int(np.sqrt(luma.size / _SAMPLES)))
    if np.quantile(luma[::every, ::every], 1 - _FRACTION) < _WHITE:
        return lifted
    share = ((luma - _LIFTED) / (_KEPT - _LIFTED)).clip(0, 1)
    kept = (share * share * (3 - 2 * share))[..., None]
    held: NDArray[np.float32] = lifted + kept * (before - lifted)
    return held
