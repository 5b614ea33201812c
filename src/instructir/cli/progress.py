"""A progress bar with count, rate and time left, on stderr, on terminals only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(unit: str) -> Iterator[Callable[..., None]]:
    """Show a bar.

    Args:
        unit: what is counted, in the plural.

    Yields:
        What to call with the number done, the number expected (0 if that is not known), and a remark.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.2f} {unit}/s" if task.speed else "")

    console = Console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)

        def update(done: int, expected: int, remark: str = "") -> None:
            progress.update(task, completed=done, total=expected or None, description=remark)

        yield update
