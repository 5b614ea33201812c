"""A tree of local files."""

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from instructir.errors import ImageFileError
from instructir.jobs.folders.stores.interface import FileState, StoredFile

PART = ".instructir-part"
"""Suffix of files that are being written; the job that finds one left over removes it."""


class LocalStore:
    """A tree below a folder.

    Symbolic links to files and folders are followed, each folder once, so that circles end.
    """

    def __init__(self, path: str) -> None:
        self.root = path
        self._path = Path(path)

    def entries(self, *, recursive: bool) -> Iterator[StoredFile]:
        """Files, sorted by name, hidden ones left out."""
        if not self._path.is_dir():
            raise ImageFileError(f"{self.root}: is no folder; check the path")
        yield from self._within("", recursive, set())

    def _within(self, folder: str, recursive: bool, seen: set[tuple[int, int]]) -> Iterator[StoredFile]:
        try:
            here = (self._path / folder).stat()
            names = sorted(os.listdir(self._path / folder))  # noqa: PTH208 (names alone, not paths)
        except OSError as error:
            if not folder:
                raise ImageFileError(
                    f"{self.root}: cannot be listed ({error.strerror}); change its permissions"
                ) from error
            yield StoredFile(folder, None, f"cannot be listed ({error.strerror}); change its permissions")
            return
        if (here.st_dev, here.st_ino) in seen:
            return
        seen.add((here.st_dev, here.st_ino))
        for name in names:
            if not name.startswith("."):
                yield from self._entry(f"{folder}/{name}" if folder else name, recursive, seen)

    def _entry(self, name: str, recursive: bool, seen: set[tuple[int, int]]) -> Iterator[StoredFile]:
        try:
            status = (self._path / name).stat()
        except OSError as error:
            yield StoredFile(name, None, f"cannot be reached ({error.strerror}); check where the link leads")
            return
        if stat.S_ISDIR(status.st_mode):
            if recursive:
                yield from self._within(name, recursive, seen)
            return
        state = _local_state(status)
        yield StoredFile(
            name, state, "" if state else "is no file of bytes but a device or a pipe; leave it out"
        )

    def shown(self, name: str) -> str:
        """What the user calls a file."""
        return str(self._path / name)

    def open(self, name: str) -> str:
        """Its path."""
        return self.shown(name)

    def head(self, name: str, count: int) -> bytes:
        """The first bytes of a file, none if it cannot be read."""
        try:
            with (self._path / name).open("rb") as stream:
                return stream.read(count)
        except OSError:
            return b""

    def state(self, name: str) -> FileState | None:
        """What is there under this name, if anything."""
        try:
            return _local_state((self._path / name).stat())
        except OSError:
            return None

    def prepare(self) -> None:
        """Make the root."""
        try:
            self._path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ImageFileError(
                f"{self.root}: cannot be made a folder ({error.strerror}); choose another"
            ) from error
        if not os.access(self._path, os.W_OK | os.X_OK):
            raise ImageFileError(f"{self.root}: is read-only; choose another folder or change permissions")

    def clean(self) -> None:
        """Remove what a killed job left half-written."""
        for folder, _, names in os.walk(self._path):
            for name in names:
                if name.endswith(PART):
                    with contextlib.suppress(OSError):
                        Path(folder, name).unlink()

    def write(self, name: str, data: bytes, complete: Callable[[FileState], None] | None = None) -> FileState:
        """Write a file under another name, make it last, and move it into place."""
        place = self._path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        part = _part(place)
        try:
            with part.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            with contextlib.suppress(OSError):  # a file that is replaced passes its permissions on
                part.chmod(stat.S_IMODE(place.stat().st_mode))
            status = part.stat()
            state = FileState(status.st_size, str(status.st_mtime_ns))
            if complete is not None:
                complete(state)
            part.replace(place)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()
            raise
        return state

    def settle(self, name: str, state: FileState) -> None:
        """Move a complete file that a killed job had not moved yet."""
        part = _part(self._path / name)
        with contextlib.suppress(OSError):
            if _local_state(part.stat()) == state:
                part.replace(self._path / name)


def _part(place: Path) -> Path:
    """Where a file is written first: always the same, and never too long a name."""
    digest = hashlib.sha256(os.fsencode(place.name)).hexdigest()[:16]
    return place.with_name(f".{digest}{PART}")


def _local_state(status: os.stat_result) -> FileState | None:
    """State of a regular file, None of anything else."""
    if not stat.S_ISREG(status.st_mode):
        return None
    return FileState(status.st_size, str(status.st_mtime_ns))
