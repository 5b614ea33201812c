"""The folder that a run writes to: it can be written, holds nobody's photos, and is one run's at a time."""

import errno
import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from instructir.data.files import NO_PHOTOS, pictures_below
from instructir.errors import ConfigError, DataError
from instructir.training.checkpoints import has_states

_log = logging.getLogger(__name__)

_LOCK = ".lock"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Make `folder`, if need be, and prove that it can be written, before hours are spent on what goes there.

    What is half-written when the disk is full is removed, and so are folders that were made for nothing.

    Raises:
        ConfigError: if it cannot be written, or the disk is full later on.
    """
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise ConfigError(
                f"{folder}: cannot be written to ({error.strerror}); give another out=FOLDER"
            ) from None
        try:
            yield
        except OSError as error:
            if error.errno not in _FULL:
                raise
            for part in folder.glob(".*.part*"):
                part.unlink(missing_ok=True)
            raise ConfigError(
                f"{folder}: cannot be written to any more ({error.strerror}); free some space and start again"
            ) from None
    finally:
        with suppress(OSError):  # the first that holds something stays, with all above it
            for place in made:
                place.rmdir()


def tell_of_replaced(file: Path) -> None:
    """Say that what an earlier training wrote will be gone, while it can still be saved."""
    if file.is_file():
        _log.warning("%s: what is there will be replaced when this training ends", file)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Have a run's folder for one process, until it ends in whatever way, and keep it from being trained on.

    A run that is refused or stopped before it has saved anything leaves nothing behind in a new folder.

    Raises:
        ConfigError: if it cannot be written, another run is in, or its pictures would no longer be found.
    """
    if folder.is_dir() and not (folder / NO_PHOTOS).is_file() and pictures_below(folder)[0]:
        raise ConfigError(
            f"{folder}: holds pictures, which no training would find beside a run; give another out=FOLDER"
        )
    is_new = not folder.exists()
    with writing_to(folder), (folder / _LOCK).open("w") as stream:
        _hold(stream, folder)
        try:
            yield
        except (KeyboardInterrupt, ConfigError, DataError):
            if is_new and not has_states(folder):
                _empty(folder)
            raise
        finally:
            (folder / _LOCK).unlink(missing_ok=True)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != _LOCK:
            path.unlink(missing_ok=True)


def _hold(stream: IO[str], folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows has no such lock that a kill would end
        return
    try:
        # Not flock: workers, which outlive a killed run by seconds, would keep that.
        fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        raise ConfigError(
            f"{folder}: another run is writing there; wait for it or give another out=FOLDER"
        ) from None
    except OSError:  # a file system without locks
        return
