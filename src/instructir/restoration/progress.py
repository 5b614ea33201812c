"""How far the restoration of one picture is, in the steps of its plan."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from instructir.images import Photo
from instructir.inference.borders import runs_of
from instructir.inference.progress import report_progress
from instructir.restoration.enlarging import enlarged_size
from instructir.restoration.passes import Pass
from instructir.sizes import Size
from instructir.tasks import Task


class Progress(NamedTuple):
    """Where a restoration stands.

    Attributes:
        fraction: of all its steps that is done, in [0, 1].
        step: the step that is being done, from 1.
        steps: how many there are.
        task: what the step does; None of a model that takes no instruction.
    """

    fraction: float
    step: int
    steps: int
    task: Task | None = None


@contextmanager
def following(
    callback: Callable[[Progress], None] | None, photo: Photo, passes: Sequence[Pass], ensemble: int
) -> Iterator[Callable[[int], None] | None]:
    """Tell `callback` of a restoration within, block by block.

    What a second look adds to a step is not known before, so a step stands at its end until the next begins.

    Args:
        callback: receives it, more often than the fraction grows; nobody is told where it is None.
        photo: the picture.
        passes: its passes.
        ensemble: runs of each, 0 by the size.

    Yields:
        What is to be called with the number of each pass, from 0, when it begins.
    """
    if callback is None:
        yield None
        return
    costs = _costs(photo, passes, ensemble)
    total, current, done = sum(costs), 0, 0.0

    def tell() -> None:
        fraction = (sum(costs[:current]) + min(done, costs[current])) / total
        callback(Progress(fraction, current + 1, len(passes), passes[current].task))

    def begin(number: int) -> None:
        nonlocal current, done
        current, done = number, 0.0
        tell()

    def advance(pixels: float) -> None:
        nonlocal done
        done += pixels
        tell()

    with report_progress(advance):
        yield begin


def _costs(photo: Photo, passes: Sequence[Pass], ensemble: int) -> list[float]:
    """Pixels' worth of runs of the network that each pass takes; exact operations take next to nothing."""
    costs, (width, height) = [], (photo.width, photo.height)
    for one in passes:
        if one.scale:
            width, height = enlarged_size(photo, Size.parse(one.scale))
        runs = runs_of(ensemble, height, width)
        costs.append(1.0 if one.adjustment else float(width * height * runs))
    return costs
