"""How much of the network's light a dark picture gets, and where.

The network learnt from pictures that are far too dark, and drives every picture to the same brightness. So
one that is only somewhat dark would get too much, and gets a fraction of it. And the network lifts all of a
picture: in a room before a window, or a street by night, lamps, skies and views burn out. Where a picture
reaches white, its bright parts have the light that they should have, and they keep it.

Too much light is undone the same way, whatever there is of it. So how much of that is kept goes by how strong
the fault network finds it: brightness alone hardly tells an over-exposed picture from one of a bright scene.
"""

import numpy as np
from numpy.typing import NDArray

from instructir.degradations.compression import TO_YCBCR
from instructir.images import Photo
from instructir.restoration.diagnosis import examine
from instructir.tasks import Task

_LUMA = np.array(TO_YCBCR[0], dtype=np.float32)
_WHITE, _FRACTION = 0.9, 0.01
"""Luma that a hundredth of the pixels must reach. Of 33 dark pictures of SICE six do: the mean of all falls
by 0.04 dB, scenes of dark and light parts gain 0.1 to 1.4 dB."""
_LIFTED, _KEPT = 0.5, 0.9
"""Luma up to which pixels are lifted as the network has it, and from which they stay as they are."""
_DARK, _SLOPE, _LEAST = 0.14, 1.4, 0.5
"""Mean luma up to which a picture gets all of the light, how the fraction falls from there, and what it never
falls below. By 195 pictures made 0.4 to 4.5 stops too dark, which gain 1.1 dB; 33 of SICE gain 0.5 dB."""
_EXCESS, _RISE, _LEAST_TAKEN = 0.55, 4.0, 0.6
"""Severity of too much light from which all of it is undone, how the fraction falls below that, and what it
never falls below. The fault network learnt half a stop as a severity of 0 and two and a half as 1."""
_SAMPLES = 1 << 18
"""Pixels that are looked at, evenly over the picture."""


def fraction_of_light(picture: NDArray[np.float32]) -> float:
    """How much of the network's light a picture (H, W, 3) in [0, 1] gets, in [0, 1]."""
    mean = float(picture.mean((0, 1), dtype=np.float64) @ _LUMA)
    return min(1.0, max(_LEAST, 1 - _SLOPE * (mean - _DARK)))


def fraction_of_excess(photo: Photo) -> float:
    """How much of the network's darkening a picture that is too bright gets, in [0, 1]."""
    severity = examine(photo).severities[Task.ENHANCEMENT]
    return min(1.0, max(_LEAST_TAKEN, 1 - _RISE * (_EXCESS - severity)))


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
