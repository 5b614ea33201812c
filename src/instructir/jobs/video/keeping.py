"""What a video's job keeps beside its output while it runs, so that it goes on where it was interrupted."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from instructir.errors import ImageFileError
from instructir.jobs.locking import alone_at
from instructir.jobs.video.coding import Coding
from instructir.jobs.video.library import telling
from instructir.jobs.video.segments import finished


@contextmanager
def held(place: Path, name: Path) -> Iterator[None]:
    """Keep other jobs from writing the output at `place`, which messages call `name`.

    Raises:
        ImageFileError: if one is writing it, or no file can be made there.
    """
    with ExitStack() as stack:
        with telling(name, "written"):
            is_alone = stack.enter_context(alone_at(place))
        if not is_alone:
            raise ImageFileError(f"{name}: another job is writing it; wait for it or name another output")
        yield


@contextmanager
def kept(place: Path, name: Path, coding: Coding, key: list[object]) -> Iterator[Path]:
    """The hidden folder of the segments of an output; another one where anything of `key` is another.

    It stays if the job breaks off with finished ones, of which an interruption tells.

    Raises:
        ImageFileError: if it cannot be made.
    """
    digest = hashlib.sha256(json.dumps([place.name, *key]).encode()).hexdigest()[:16]
    folder = place.with_name(f".{digest}.instructir-video")
    with telling(name, "written"):
        folder.mkdir(exist_ok=True)
    try:
        yield folder
    except KeyboardInterrupt:
        if not any(finished(folder, coding)):
            raise
        raise KeyboardInterrupt(f"finished frames are kept in {folder}, and the same again goes on") from None
    finally:
        if not any(finished(folder, coding)):  # nothing that is worth going on with
            shutil.rmtree(folder, ignore_errors=True)
