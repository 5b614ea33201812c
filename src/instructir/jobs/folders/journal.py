"""What a folder job has finished, beside its outputs, so that a killed job goes on where it stopped.

One JSON object a line. A picture is entered when its file is complete but has not yet its name; so after a
kill every complete file is known, and nothing is done twice. A line that was cut off counts as not there.
"""

import json
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol

from instructir.errors import ConfigError
from instructir.jobs.folders.stores import FileState, Store
from instructir.jobs.locking import take

NAME = ".instructir-journal.jsonl"
_PARTS = ".instructir-journal"
PART_RECORDS, PART_SECONDS = 200, 10.0
"""When a further part is put."""


@dataclass(frozen=True)
class Record:
    """A finished picture.

    Attributes:
        source: its name.
        target: name of its output.
        key: digest of the instruction and all settings.
        before: the source as it was read.
        after: the output as it was written.
    """

    source: str
    target: str
    key: str
    before: FileState
    after: FileState


class FolderJournal(Protocol):
    """Records by target; threads may add."""

    def __enter__(self) -> "FolderJournal": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def get(self, target: str) -> Record | None:
        """The last record of an output."""

    def add(self, record: Record) -> None:
        """Enter a finished picture."""


def open_journal(targets: Store) -> FolderJournal:
    """The journal of the jobs that write to `targets`; its root must be there.

    Raises:
        ConfigError: if another job is writing there, or the journal cannot be used.
    """
    from instructir.jobs.folders.stores.local import LocalStore

    return (
        FileJournal(Path(targets.root) / NAME) if isinstance(targets, LocalStore) else PartsJournal(targets)
    )


def outputs_of_earlier_runs(targets: Store) -> frozenset[str]:
    """Names of all outputs in the journal of `targets`, which need not be there and is only read.

    Raises:
        ConfigError: if there is a journal that cannot be read.
    """
    from instructir.jobs.folders.stores.local import LocalStore

    if not isinstance(targets, LocalStore):
        return PartsJournal(targets).targets()
    path = Path(targets.root) / NAME
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()
    except OSError as error:
        raise _unusable(path, error) from None
    return frozenset(record.target for record in _records(text.splitlines()))


class FileJournal:
    """A journal that grows line by line, held by one job at a time."""

    def __init__(self, path: Path) -> None:
        """Open it, new or old.

        Raises:
            ConfigError: if another job holds it, or it cannot be read or written.
        """
        self._lock = threading.Lock()
        try:
            self._stream: IO[bytes] = path.open("ab+")
            if not take(self._stream):
                self._stream.close()
                hint = "wait for it or choose another output folder"
                raise ConfigError(f"{path.parent}: another job is writing there; {hint}")
            self._stream.seek(0)
            text = self._stream.read()
            if text and not text.endswith(b"\n"):
                self._stream.write(b"\n")
        except OSError as error:
            raise _unusable(path, error) from None
        self._records = {record.target: record for record in _records(text.splitlines())}

    def __enter__(self) -> "FileJournal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def get(self, target: str) -> Record | None:
        """The last record of an output."""
        return self._records.get(target)

    def add(self, record: Record) -> None:
        """Enter a finished picture; the system has it before this returns."""
        with self._lock:
            self._stream.write(_line(record))
            self._stream.flush()


class PartsJournal:
    """A journal for object stores, which cannot append: further parts, of many records each.

    What was finished after the last part was put is done again after a kill.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._lines: list[bytes] = []
        self._put_at = time.monotonic()
        self._count = 0
        self._records: dict[str, Record] = {}
        while store.state(_part_name(self._count)) is not None:
            part = store.open(_part_name(self._count))
            assert not isinstance(part, str)
            self._records |= {record.target: record for record in _records(part.read().splitlines())}
            self._count += 1

    def targets(self) -> frozenset[str]:
        """Names of all outputs that are entered."""
        return frozenset(self._records)

    def __enter__(self) -> "PartsJournal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._put()

    def get(self, target: str) -> Record | None:
        """The last record of an output."""
        return self._records.get(target)

    def add(self, record: Record) -> None:
        """Enter a finished picture; it is safe when the part is full or the job ends."""
        with self._lock:
            self._lines.append(_line(record))
            is_due = time.monotonic() - self._put_at > PART_SECONDS
            if is_due or len(self._lines) >= PART_RECORDS:
                self._put()

    def _put(self) -> None:
        if self._lines:
            self._store.write(_part_name(self._count), b"".join(self._lines))
            self._count += 1
            self._lines = []
            self._put_at = time.monotonic()


def _unusable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"{path}: cannot be used to go on later ({error.strerror}); choose another output folder"
    )


def _part_name(number: int) -> str:
    return f"{_PARTS}/{number:06}.jsonl"


def _line(record: Record) -> bytes:
    # ASCII with escapes: names that are no Unicode come back as they were.
    return json.dumps(asdict(record)).encode() + b"\n"


def _records(lines: Iterable[bytes]) -> Iterator[Record]:
    return (record for record in map(_record, lines) if record is not None)


def _record(line: bytes) -> Record | None:
    """The record of a line; None if it was cut off or is of another version, so that it is done again."""
    try:
        stored = json.loads(line)
        before, after = FileState(**stored.pop("before")), FileState(**stored.pop("after"))
        return Record(**stored, before=before, after=after)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
