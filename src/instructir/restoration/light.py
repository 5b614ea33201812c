"""How much of the network's light a dark picture gets, and where.

The network learnt from pictures that are far too dark, and drives every picture to the same brightness. So
one that is only somewhat dark would get too much, and gets a fraction of it. And the network lifts all of a
picture: in a room before a window, or a street by night, lamps, skies and views burn out. Where a picture
reaches white, its bright parts have the light that they should have, and they keep it.

Too much light is undone the same way, whatever there is of it. So how much of that is kept goes by how strong
the fault network finds it: brightness alone hardly tells an over-exposed picture from one of a bright scene.

And who calls a picture dull says nothing of its light. The network, which learnt to retouch dark and
over-exposed pictures, changes it all the same: what it does to colours and contrast is kept, and the light of
a picture that has enough is put back.
"""

import numpy as np
from numpy.typing import NDArray

from instructir.degradations.compression import TO_YCBCR
from instructir.images import Photo
from instructir.images.colour.spaces import SRGB_CURVE
from instructir.instructions.tone.adjustment import Adjustment, Operation
from instructir.restoration.diagnosis import examine
from instructir.restoration.margins import inner
from instructir.restoration.tone import adjusted
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
_ENOUGH = 0.46
"""Mean luma from which a picture has enough light: grey that reflects 18 % of it, on the curve of sRGB."""
_SEEN = 2 / 255
"""Mean change of pixels in [0, 1] from which a picture is darker or brighter for the eye."""
_STOPS, _HALVINGS = 3.0, 12
"""Most stops by which light is put back, and how often what lies between is halved to find how many."""
_SAMPLES = 1 << 18
"""Pixels that are looked at, evenly over the picture."""


def fraction_of_light(picture: NDArray[np.float32]) -> float:
    """How much of the network's light a picture (H, W, 3) in [0, 1] gets, in [0, 1]."""
    mean = float(picture.mean((0, 1), dtype=np.float64) @ _LUMA)
    return min(1.0, max(_LEAST, 1 - _SLOPE * (mean - _DARK)))


def lit(before: NDArray[np.float32], made: NDArray[np.float32], asked: float = 0.0) -> NDArray[np.float32]:
    """A brightened picture with the light that it should have, where it should have it.

    Args:
        before: (H, W, 3) in [0, 1].
        made: the same as the network has it.
        asked: fraction of that light that is applied afterwards, in (0, 1]; 0 where all of it stays.
    """
    share = min(1.0, fraction_of_light(before) / asked) if asked else 1.0
    return with_highlights(before, before + share * (made - before) if share < 1 else made)


def fraction_of_excess(photo: Photo) -> float:
    """How much of the network's darkening a picture that is too bright gets, in [0, 1]."""
    severity = examine(photo).severities[Task.ENHANCEMENT]
    return min(1.0, max(_LEAST_TAKEN, 1 - _RISE * (_EXCESS - severity)))


def is_darker(after: Photo, before: Photo) -> bool:
    """Whether a step took light away, enough to be seen."""
    return float(after.visible.mean()) < float(before.visible.mean()) - _SEEN


def with_light_of(before: Photo, after: Photo) -> Photo:
    """A retouched picture with the mean luma of the picture before, by exposure.

    One with too little light keeps what it gained.
    """
    own = inner(before)
    given = own.of(before.visible)
    every = max(1, int(np.sqrt(given.shape[0] * given.shape[1] / _SAMPLES)))
    made = own.of(after.visible)[::every, ::every]
    was, now = (float((part @ _LUMA).mean()) for part in (given[::every, ::every], made))
    wanted = was if was >= _ENOUGH else max(was, now)
    if abs(wanted - now) < _SEEN:
        return after
    light, low, high = SRGB_CURVE.forward(made.clip(0, 1)), -_STOPS, _STOPS
    for _ in range(_HALVINGS):
        stops = (low + high) / 2
        darker = float((SRGB_CURVE.backward((light * 2**stops).clip(0, 1)) @ _LUMA).mean()) < wanted
        low, high = (stops, high) if darker else (low, stops)
    return adjusted(after, Adjustment(Operation.EXPOSURE, (low + high) / 2))[0]


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
