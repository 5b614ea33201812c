"""Progress on stderr, on terminals only: how far it is, and the time left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn


@contextmanager
def bar(unit: str) -> Iterator[Callable[..., None]]:
    """Show a bar with count and rate.

    Args:
        unit: what is counted, in the plural.

    Yields:
        What to call with the number done, the number expected (0 if that is not known), and a remark.
    """
    from rich.progress import MofNCompleteColumn, ProgressColumn, Task
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.2f} {unit}/s" if task.speed else "")

    with _shown(MofNCompleteColumn(), Rate()) as progress:
        task = progress.add_task("", total=None)

        def update(done: int, expected: int, remark: str = "") -> None:
            progress.update(task, completed=done, total=expected or None, description=remark)

        yield update


@contextmanager
def progress_bar(remark: str) -> Iterator[Callable[[float | None, str], None]]:
    """Show a bar for one thing that takes a while, first with `remark`.

    Yields:
        What to call with the fraction that is done, in [0, 1], None until that can be known, and a remark.
    """
    from rich.progress import TaskProgressColumn

    with _shown(TaskProgressColumn()) as progress:
        task = progress.add_task(remark, total=None)

        def update(fraction: float | None, remark: str) -> None:
            total = None if fraction is None else 1.0
            progress.update(task, completed=fraction or 0.0, total=total, description=remark)

        yield update


@contextmanager
def _shown(*columns: "ProgressColumn") -> "Iterator[Progress]":
    """A bar with those columns, time left and remark; it is gone at the end."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    # A remark holds words of the user's and of files, which are no markup.
    around = (BarColumn(), *columns, TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*around, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress
