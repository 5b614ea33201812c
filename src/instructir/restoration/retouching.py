"""What the picture decides of retouching: an exact cure where it is flat or has a cast, else the network.

"Dull", "washed out" and "make it pop" may be said of a picture whose black and white lie far from the ends,
as under a veil or in a faded print, or of one that has both and only looks dull. The network learnt the
second kind, and leaves the first as flat or makes it worse. "The colours are off" may be said of a cast, or
of whatever else displeases. And "the foreground is too dark" may be said of a picture that is so all over.
"""

import dataclasses

import numpy as np

from instructir.images import Photo
from instructir.images.colour.spaces import SRGB_CURVE
from instructir.instructions.plan import Plan, Step
from instructir.instructions.tone.adjustment import OF_PAPER, Adjustment, Operation
from instructir.restoration.fill_light import is_dark_in_parts
from instructir.restoration.inputs import ImageLike, to_photo
from instructir.restoration.pages import paper_of
from instructir.restoration.tone import luminance_weights, measured_cast, sampled
from instructir.tasks import Task

_ENDS = 0.002
"""Fraction of the pixels that lie below the black that is measured, and above the white."""
_LIFTED, _REACHED = 0.18, 0.98
"""Black from which a picture that has less than this white is flat, of luminance on the curve of sRGB. What
reaches white is not faded: its black is lifted by haze, or by too much light."""
_CAST = 2.0
"""Angle in degrees between the measured light and grey from which there is a cast. A weak cast that is missed
costs more, by what the network makes of the picture, than a correction of two degrees that nobody needs."""
_UNFADED, _BALANCED = Adjustment(Operation.FADE, -1.0), Adjustment(Operation.WHITE_BALANCE, 1.0)
_WHITENED = Adjustment(Operation.WHITE_BALANCE, 1.0, OF_PAPER)


def retouched(plan: Plan, image: ImageLike) -> Plan:
    """A plan with exact cures for what its words leave to retouching, where the picture has what they cure.

    Each operation is done once: a print that is said to be faded, and whose colours are to be brought back,
    wants one thing.
    """
    if plan.assumed or not any(_is_open(step) or _is_of_paper(step) for step in plan.steps):
        return plan
    photo = to_photo(image)
    plan = dataclasses.replace(plan, steps=tuple(_in_parts(step, photo) for step in plan.steps))
    coloured = Task.ENHANCEMENT not in plan.excluded  # else its colours are to be left alone
    if coloured and any(map(_is_of_paper, plan.steps)) and paper_of(photo) is not None:
        return _with_white_paper(plan)
    flat, steps = is_flat(photo), list[Step]()
    for step in plan.steps:
        if not _is_open(step):
            steps.append(step)
            continue
        cures: list[Adjustment | None] = [_UNFADED] if flat else []
        if step.light == "colours" and has_cast(photo):
            cures.append(_BALANCED)  # of what fading leaves: water lays a veil on, and a cast
        steps += [dataclasses.replace(step, adjustment=cure, light="") for cure in cures or [None]]
    done = [step.adjustment and step.adjustment.operation for step in steps]
    kept = [
        step
        for number, step in enumerate(steps)
        if step.adjustment not in (_UNFADED, _BALANCED) or done[number] not in done[:number]
    ]
    return dataclasses.replace(plan, steps=tuple(kept))


def _with_white_paper(plan: Plan) -> Plan:
    """A plan for a page, of which all that its paper is said to be is mended at once."""
    first = next(step for step in plan.steps if _is_of_paper(step))
    white = dataclasses.replace(first, task=Task.ENHANCEMENT, adjustment=_WHITENED, light="")
    steps = (
        white if step is first else step for step in plan.steps if step is first or not _is_of_paper(step)
    )
    return dataclasses.replace(plan, steps=tuple(steps))


def _in_parts(step: Step, photo: Photo) -> Step:
    """A step, left to the network where it is for the dark parts alone of a picture that is not such."""
    if step.light != "parts" or is_dark_in_parts(photo):
        return step
    return dataclasses.replace(step, light="")


def _is_of_paper(step: Step) -> bool:
    """Whether what a step is asked for may be that of a page: its light, its colour or its contrast."""
    if step.adjustment is None:
        return step.task in (Task.LOW_LIGHT, Task.ENHANCEMENT) and step.light != "less"
    return step.adjustment.operation is Operation.WHITE_BALANCE or step.adjustment == _UNFADED


def _is_open(step: Step) -> bool:
    """Whether a step is retouching of which the words leave open how it is done."""
    return step.task is Task.ENHANCEMENT and step.adjustment is None and step.light in ("", "colours")


def is_flat(photo: Photo) -> bool:
    """Whether a picture has neither black nor white, as under a veil or in a faded print."""
    light = sampled(photo) @ luminance_weights(photo)
    if not len(light):
        return False
    black, white = SRGB_CURVE.backward(np.quantile(light, (_ENDS, 1 - _ENDS)))
    return bool(black >= _LIFTED and white < _REACHED)


def has_cast(photo: Photo) -> bool:
    """Whether the light of a picture is measured as coloured."""
    if photo.neutral:
        return False
    colour = np.exp(measured_cast(photo))
    cosine = colour.sum() / np.sqrt(3) / np.linalg.norm(colour)
    return bool(np.degrees(np.arccos(min(1.0, float(cosine)))) >= _CAST)
