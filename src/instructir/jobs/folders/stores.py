"""Trees of files, local or in an object store, as a folder job sees them: names, bytes, and what is there.

Names are relative to the tree's root, with forward slashes. A file appears under its name complete or not at
all: locally it is written under another name and moved, and object stores do the same by themselves.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class State:
    """What tells one version of a file from another.

    Attributes:
        size: in bytes.
        version: time of the last change in nanoseconds, or an object store's tag.
    """

    size: int
    version: str


@dataclass(frozen=True)
class Entry:
    """A file of a tree.

    Attributes:
        name: relative to the root.
        state: as it was listed, None for what cannot be read.
        fault: why it cannot be read, or "".
    """

    name: str
    state: State | None
    fault: str = ""


class Store(Protocol):
    """A tree of files."""

    root: str

    def entries(self, *, recursive: bool) -> Iterator[Entry]:
        """Files, sorted by name, hidden ones left out.

        Raises:
            ImageFileError: if the root is not there or may not be read.
        """

    def shown(self, name: str) -> str:
        """What the user calls a file."""

    def open(self, name: str) -> str | BinaryIO:
        """What `instructir.images.read` takes.

        Raises:
            OSError: if it cannot be read.
        """

    def head(self, name: str, count: int) -> bytes:
        """The first bytes of a file whose suffix says nothing; none where looking costs a request."""

    def state(self, name: str) -> State | None:
        """What is there under this name, if anything."""

    def prepare(self) -> None:
        """Make the root.

        Raises:
            ImageFileError: if it cannot be written to.
        """

    def clean(self) -> None:
        """Remove what a killed job left half-written."""

    def write(self, name: str, data: bytes, complete: Callable[[State], None] | None = None) -> State:
        """Write a file.

        Args:
            name: where.
            data: its content.
            complete: called when the content is safe, just before it appears under its name.

        Raises:
            OSError: if that fails.
        """

    def settle(self, name: str, state: State) -> None:
        """Bring the move to an end before which a killed job was stopped, if that is where it was."""


def is_url(path: str) -> bool:
    """Whether a path names an object store, such as ``s3://bucket/folder``."""
    return "://" in path


def open_store(path: str) -> Store:
    """The tree at a local path or URL.

    Raises:
        ConfigError: if no package for this kind of URL is installed.
    """
    from instructir.jobs.folders.local_store import LocalStore
    from instructir.jobs.folders.remote_store import RemoteStore

    return RemoteStore(path) if is_url(path) else LocalStore(path)


def same_tree(a: str, b: str) -> bool:
    """Whether two roots are one."""
    return _real(a) == _real(b)


def below(inner: str, outer: str) -> str | None:
    """What the names in `outer` begin with that lie in `inner`; None if it does not lie within."""
    outer, inner = _real(outer).rstrip("/") + "/", _real(inner) + "/"
    return inner[len(outer) :] if inner != outer and inner.startswith(outer) else None


def _real(root: str) -> str:
    return root.rstrip("/") if is_url(root) else os.path.realpath(root).replace(os.sep, "/")
