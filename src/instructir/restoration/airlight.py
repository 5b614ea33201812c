"""The colour of warm haze, which is taken out before haze is removed.

Haze adds the light of the air to what lies behind it: ``J t + A (1 - t)`` (He, Sun and Tang, "Single Image
Haze Removal Using Dark Channel Prior", CVPR 2009). The network learnt haze that is mostly grey, and what it
leaves of dust and evening light is brown. Divided by its colour, haze is grey. Half of the colour is given
back to the result: what is far shines in it, what is near does not.
"""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from instructir.inference.execution import Outcome
from instructir.tasks import Task

_SIDE, _PATCH = 320, 15
"""Longer side at which haze is looked at, and side of a patch in which something is dark, in its pixels."""
_HAZIEST, _CLEAREST = 0.1, 0.25
"""Fractions of the patches whose haze is the densest and the thinnest."""
_THIN, _DENSE = 0.15, 0.35
"""Mean of the dark channel up to which patches show the colours of things, and from which the haze's."""
_GREY, _WARM = 0.1, 0.2
"""How far red and blue of the densest haze are apart, as a logarithm, up to which it counts as grey, and from
which all of its colour is taken out."""
_OF_THINGS = 2.5
"""How many times as far apart they are where haze is thinnest, if things are coloured and not the haze."""
_RETURNED = 0.5
"""How much of the colour the result gets back, as a power."""


def with_grey_haze(
    execute: Callable[[Tensor, Sequence[str], Sequence[Task | None]], Outcome],
    pixels: Tensor,
    words: Sequence[str],
    tasks: Sequence[Task | None],
    fits: Sequence[bool],
) -> Outcome:
    """What `execute` makes of pictures (B, 3, H, W) in [0, 1], the warm haze of which was made grey before.

    Args:
        execute: the network.
        pixels: the pictures.
        words: what conditions the network, for each picture.
        tasks: what it is to do.
        fits: whether that is fitted to the picture.
    """
    colours = torch.ones(len(pixels), 3, 1, 1)
    for index, (task, fitted) in enumerate(zip(tasks, fits, strict=True)):
        if task is Task.DEHAZING and fitted:
            colours[index, :, 0, 0] = colour_of_haze(pixels[index])
    if bool((colours == 1).all()):
        return execute(pixels, words, tasks)
    outcome = execute((pixels / colours).clamp(0, 1), words, tasks)
    return outcome._replace(restored=outcome.restored * colours**_RETURNED)


def colour_of_haze(pixels: Tensor) -> Tensor:
    """By what (3,) a picture (3, H, W) in [0, 1] is divided to make its haze grey.

    Red is 1, the others at most 1. All are 1 where the haze is grey or blue, too thin to tell, or less
    coloured than what is near.
    """
    every = max(1, max(pixels.shape[1:]) // _SIDE)
    small = F.pad(pixels[:, ::every, ::every][None], [_PATCH // 2] * 4, mode="replicate")
    darkest = -F.max_pool2d(-small, _PATCH, 1)[0].flatten(1)
    veil = darkest.amin(0)
    densest, thinnest = (
        darkest[:, veil.topk(max(1, int(len(veil) * part)), largest=most).indices].mean(1)
        for part, most in ((_HAZIEST, True), (_CLEAREST, False))
    )
    chroma = (densest + 1e-3).log()
    red, green, blue = chroma.tolist()
    if not red >= green >= blue:
        return torch.ones(3)
    near = (thinnest + 1e-3).log()
    apart, apart_near = red - blue, float(near.amax() - near.amin())
    share = _within((apart - _GREY) / (_WARM - _GREY))
    share *= _within(_OF_THINGS - apart_near / (apart + 1e-3))
    share *= _within((float(veil.mean()) - _THIN) / (_DENSE - _THIN))
    colour: Tensor = ((chroma - red) * share).exp()
    return colour


def _within(value: float) -> float:
    return min(1.0, max(0.0, value))
