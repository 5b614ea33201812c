"""The training's progress: on a terminal a bar with losses, throughput and time left, elsewhere lines."""

import logging
from collections.abc import Mapping
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_log = logging.getLogger(__name__)


class StepBar:
    """One bar on standard error, or lines of the log where that is no terminal; one process tells."""

    def __init__(self, steps: int, done: int, told: bool = True) -> None:
        console = Console(stderr=True)
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        shown = told and console.is_terminal
        self._lines, self._done = told and not shown, done
        self._progress = Progress(*columns, console=console, disable=not shown)
        self._task = self._progress.add_task("", total=steps, completed=done)

    def __enter__(self) -> "StepBar":
        self._progress.start()
        if self._lines:
            _log.info("training, from step %d on", self._done)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def advance(self) -> None:
        """A step is done."""
        self._progress.advance(self._task)

    def report(self, line: Mapping[str, float]) -> None:
        """Show the figures of a line of the log."""
        if self._lines:
            _log.info(
                "step %(step)d  loss %(loss).4f  intent %(intent).3f  %(crops_per_second).1f crops/s", line
            )
        text = "loss {loss:.4f}  intent {intent:.3f}  {crops_per_second:.1f} crops/s".format(**line)
        self._progress.update(self._task, description=text)
