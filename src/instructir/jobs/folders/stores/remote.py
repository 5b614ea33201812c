"""A tree of files in an object store, or in whatever else fsspec can reach."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from instructir.errors import ConfigError, ImageFileError
from instructir.images import NamedBytes
from instructir.jobs.folders.stores.interface import FileState, StoredFile


class RemoteStore:
    """A tree in whatever fsspec can reach."""

    def __init__(self, url: str) -> None:
        """Connect.

        Raises:
            ConfigError: if no package for this kind of URL is installed.
        """
        from fsspec.core import url_to_fs

        try:
            self._system, path = url_to_fs(url)
        except (ImportError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise ConfigError(f"{url}: {reason}: check the address, or install what it needs") from None
        self.root = url.rstrip("/")
        self._path = path.rstrip("/")

    def entries(self, *, recursive: bool) -> Iterator[StoredFile]:
        """Files, sorted by name, hidden ones left out."""
        try:
            found = self._system.find(self._path, maxdepth=None if recursive else 1, detail=True)
        except OSError as error:
            raise ImageFileError(f"{self.root}: cannot be listed ({error}); check the address") from error
        if not found:
            raise ImageFileError(f"{self.root}: there is nothing under this address; check it")
        for path, info in sorted(found.items()):
            name = path[len(self._path) :].lstrip("/")
            if not any(part.startswith(".") for part in name.split("/")):
                yield StoredFile(name, _remote_state(info))

    def shown(self, name: str) -> str:
        """What the user calls a file."""
        return f"{self.root}/{name}"

    def open(self, name: str) -> BinaryIO:
        """The file's bytes, fetched whole."""
        return NamedBytes(self._system.cat_file(f"{self._path}/{name}"), self.shown(name))

    def head(self, name: str, count: int) -> bytes:
        """Nothing: a request for each file that is no picture would cost more than it finds."""
        del name, count
        return b""

    def state(self, name: str) -> FileState | None:
        """What is there under this name, if anything."""
        try:
            return _remote_state(self._system.info(f"{self._path}/{name}"))
        except FileNotFoundError:
            return None

    def prepare(self) -> None:
        """Make the root, where the store has folders."""
        self._system.makedirs(self._path, exist_ok=True)

    def clean(self) -> None:
        """Nothing: an object is never half-written."""

    def write(self, name: str, data: bytes, complete: Callable[[FileState], None] | None = None) -> FileState:
        """Put an object; it appears when it is complete."""
        path = f"{self._path}/{name}"
        self._system.makedirs(self._system._parent(path), exist_ok=True)
        self._system.pipe_file(path, data)
        state = _remote_state(self._system.info(path))
        if complete is not None:
            complete(state)
        return state

    def settle(self, name: str, state: FileState) -> None:
        """Nothing: there is no move."""


_VERSIONS = ("ETag", "etag", "mtime", "LastModified", "last_modified", "updated", "created")


def _remote_state(info: dict[str, object]) -> FileState:
    version = next((str(info[key]) for key in _VERSIONS if info.get(key)), "")
    return FileState(int(str(info.get("size") or 0)), version)
