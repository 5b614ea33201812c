"""Files that are being written under another name, for whoever has to end the process at once.

The command line imports this before it can hear Ctrl-C, so that it takes no module that loads slowly.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_paths: set[str] = set()


@contextmanager
def removed_at_end(path: str | os.PathLike[str]) -> Iterator[None]:
    """Have the file at `path` removed at the end of this block, unless it was moved to its place."""
    name = os.fspath(path)
    _paths.add(name)
    try:
        yield
    finally:
        _remove(name)
        _paths.discard(name)


def remove_unfinished() -> None:
    """Remove all that is being written at this moment."""
    for name in tuple(_paths):
        _remove(name)


def _remove(name: str) -> None:
    with suppress(OSError):  # it was moved, or the folder is closed
        os.remove(name)  # noqa: PTH107 (pathlib takes a while to import)
