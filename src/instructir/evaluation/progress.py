"""The evaluation's progress on a terminal."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from instructir.evaluation.suites import Case


class CaseBar:
    """A bar a case, on standard error; nothing is drawn where that is no terminal."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(stderr=True))
        self._task: TaskID | None = None

    def __enter__(self) -> "CaseBar":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def start(self, case: Case, pictures: int) -> None:
        """A case begins."""
        self._task = self._progress.add_task(case.title, total=pictures)

    def advance(self, pictures: int) -> None:
        """So many of its pictures are done."""
        if self._task is not None:
            self._progress.advance(self._task, pictures)
