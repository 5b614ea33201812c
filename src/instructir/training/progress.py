"""The training's progress on a terminal: losses, throughput, time left."""

from collections.abc import Mapping
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class StepBar:
    """One bar on standard error; nothing is drawn where that is no terminal, or in all but one process."""

    def __init__(self, steps: int, done: int, shown: bool = True) -> None:
        console = Console(stderr=True)
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        self.shown = shown and console.is_terminal
        self._progress = Progress(*columns, console=console, disable=not self.shown)
        self._task = self._progress.add_task("", total=steps, completed=done)

    def __enter__(self) -> "StepBar":
        self._progress.start()
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
        text = "loss {loss:.4f}  intent {intent:.3f}  {crops_per_second:.1f} crops/s".format(**line)
        self._progress.update(self._task, description=text)
