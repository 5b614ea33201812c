"""The passes of a plan: runs of the network, or exact operations, that are done one after the other."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from instructir.images import Photo
from instructir.inference.execution import Outcome
from instructir.instructions.tone.adjustment import Adjustment
from instructir.tasks import Task

Execute = Callable[[Tensor, Sequence[str], Sequence[Task | None]], Outcome]
"""Runs the network on (B, 3, H, W) with words for each picture, and the task that they were planned for."""

ArtefactHandling = Literal["leave", "coarse", "lit", "also", "only"]
"""What becomes of those of the JPEG file that a picture comes from: they are left; removed where the file is
coarse; removed before the network adds light that would show them; removed in any case; or removed alone, so
that it runs only on pictures of other files."""


@dataclass(frozen=True)
class Pass:
    """One run of the network.

    Attributes:
        words: what conditions it.
        fraction: of its result that is applied, in [0, 1].
        task: what it is to do; none of a text-free network, whose passes nobody judges.
        clears: faults that are removed as well where it shows them.
        asked: whether somebody asked for it, and not the picture alone.
        adjustment: the exact operation that is done instead of running the network; nobody judges it.
        scale: how far the picture is enlarged before.
        artefacts: what becomes of those of JPEG.
        darkens: whether there was said to be too much light, so that it must not become brighter.
        keeps_light: whether nothing was said of the light, so that a picture that has enough keeps its own.
        fits: whether the network's light and what it leaves of noise are fitted to the picture, as those of
            the model itself are; what others compute stays as it is.
        fills: whether light is added to the dark parts alone, without the network.
    """

    words: str
    fraction: float = 1.0
    task: Task | None = None
    clears: Collection[Task] = ()
    asked: bool = True
    adjustment: Adjustment | None = None
    scale: str = ""
    artefacts: ArtefactHandling = "leave"
    darkens: bool = False
    keeps_light: bool = False
    fits: bool = False
    fills: bool = False


@dataclass(frozen=True)
class Stages:
    """What became of a picture.

    Attributes:
        photos: after each of its passes.
        notes: what the user should know of it, a sentence each.
    """

    photos: tuple[Photo, ...]
    notes: tuple[str, ...]
