"""Keeping other jobs away from what one writes, until it ends in whatever way."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


def take(stream: IO[bytes]) -> bool:
    """Take the lock of an open file, which lasts until it is closed; False if another job has it."""
    try:
        import fcntl
    except ImportError:  # Windows has no such lock that a kill would end
        return True
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


@contextmanager
def alone_at(place: Path) -> Iterator[bool]:
    """Have the file that is to be written at `place` for one job.

    The lock is a hidden file beside it, which is gone at the end.

    Yields:
        Whether no other job has it.

    Raises:
        OSError: if there can be none.
    """
    digest = hashlib.sha256(os.fsencode(place.name)).hexdigest()[:16]
    lock = place.with_name(f".{digest}.instructir-lock")
    while True:
        with lock.open("ab") as stream:
            try:
                is_alone = take(stream)
                if is_alone and not _is_at(stream, lock):  # who had it has just ended, and removed it
                    continue
                yield is_alone
                return
            finally:
                if take(stream) and _is_at(stream, lock):
                    with suppress(OSError):  # Windows removes no open file
                        lock.unlink()


def _is_at(stream: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except FileNotFoundError:
        return False
