"""One restoration that waits or runs."""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from instructir.images import Photo
from instructir.instructions.plan import Plan
from instructir.restoration.result import Restoration
from instructir.settings import Settings
from instructir.tasks import Task


class BrokenOffError(Exception):
    """Nobody waits for the result any more."""


@dataclass(eq=False)
class RestoreRequest:
    """What is to be done to a picture, and the future that will hold the result.

    Attributes:
        photo: the picture.
        instruction: what is wrong with it; None lets the picture decide.
        settings: how.
        plan: what to do, where it was planned before.
        experts: that compute its tasks, of those that the server has; None for all of them.
        deadline: reading of the monotonic clock after which nobody wants it; None if somebody always does.
        reserved: whether it may wait even where the queue is full.
        alone: whether it must not share a batch.
        pixels_done: pixels' worth of passes done, of `passes` times the picture.
        enlarged: pixels of the result, where it is known to be larger.
    """

    photo: Photo
    instruction: str | None = None
    settings: Settings = Settings()
    plan: Plan | None = None
    experts: Mapping[Task, str] | None = None
    deadline: float | None = None
    reserved: bool = False
    alone: bool = False
    passes: int = 1
    pixels_done: float = 0.0
    enlarged: int = 0
    future: "Future[Restoration]" = field(default_factory=Future)
    _broken_off: threading.Event = field(default_factory=threading.Event)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the picture."""
        return self.photo.height, self.photo.width

    def can_join(self, other: "RestoreRequest") -> bool:
        """Whether both can be computed in one batch."""
        mine, theirs = (replace(request.settings, strength=1.0, quality=None) for request in (self, other))
        fits = self.size == other.size and mine == theirs and self.experts == other.experts
        return fits and not (self.alone or other.alone)

    @property
    def pixels(self) -> int:
        """Pixels of the picture, or of the larger one that it becomes."""
        return max(self.enlarged, self.photo.height * self.photo.width)

    @property
    def cost(self) -> int:
        """Pixels' worth of passes that it takes."""
        return self.pixels * max(1, self.passes)

    @property
    def progress(self) -> float:
        """Fraction that is done, in [0, 1]; 1 only when the result is there."""
        if self.future.done():
            return 1.0
        return min(0.99, self.pixels_done / self.cost)

    @property
    def wanted(self) -> bool:
        """Whether somebody still waits for it in time."""
        late = self.deadline is not None and time.monotonic() > self.deadline
        return not (late or self._broken_off.is_set())

    def break_off(self) -> None:
        """Give it up: if it runs, the run ends at the next block."""
        self._broken_off.set()
