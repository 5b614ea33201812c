"""What every tree of files can do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class FileState:
    """What tells one version of a file from another.

    Attributes:
        size: in bytes.
        version: time of the last change in nanoseconds, or an object store's tag.
    """

    size: int
    version: str


@dataclass(frozen=True)
class StoredFile:
    """A file of a tree.

    Attributes:
        name: relative to the root.
        state: as it was listed, None for what cannot be read.
        fault: why it cannot be read, or "".
    """

    name: str
    state: FileState | None
    fault: str = ""


class Store(Protocol):
    """A tree of files."""

    root: str

    def entries(self, *, recursive: bool) -> Iterator[StoredFile]:
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

    def state(self, name: str) -> FileState | None:
        """What is there under this name, if anything."""

    def prepare(self) -> None:
        """Make the root.

        Raises:
            ImageFileError: if it cannot be written to.
        """

    def clean(self) -> None:
        """Remove what a killed job left half-written."""

    def write(self, name: str, data: bytes, complete: Callable[[FileState], None] | None = None) -> FileState:
        """Write a file.

        Args:
            name: where.
            data: its content.
            complete: called when the content is safe, just before it appears under its name.

        Raises:
            OSError: if that fails.
        """

    def settle(self, name: str, state: FileState) -> None:
        """Bring the move to an end before which a killed job was stopped, if that is where it was."""
