"""A folder job: pictures of one tree restored into another, and what came of each."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from instructir.errors import ImageFileError, InstructIRError
from instructir.images import check_size, read
from instructir.jobs.folders.journal import Record
from instructir.jobs.folders.listing import Item
from instructir.jobs.folders.stores import FileState, Store
from instructir.models.pretrained import records
from instructir.restoration.enlarging import size_of_result
from instructir.restoration.expert_table import expert_versions, model_version
from instructir.restoration.pool import Pool
from instructir.restoration.restorer import Restorer
from instructir.restoration.result import Failure, Restoration
from instructir.settings import Settings


@dataclass(frozen=True)
class Restored:
    """A picture that a job has restored.

    Attributes:
        source: what the user calls it.
        target: what the user calls its output.
        plan: what was done, as plain JSON types.
        summary: the same as one readable line.
        seconds: time spent restoring, without reading and writing.
        notes: what the user should know.
    """

    source: str
    target: str
    plan: dict[str, Any]
    summary: str
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What came of an item, and its journal record if it was restored."""

    outcome: Restored | Failure
    record: Record | None = None


class _File(NamedTuple):
    """A restored picture as the bytes of its file, and what the user should know of both."""

    result: Restoration
    data: bytes
    notes: tuple[str, ...]


@dataclass
class Worker:
    """Restores files with one loaded model, several threads at a time.

    Attributes:
        sources: where items are read.
        targets: where they are written.
        settings: how; those that the model was loaded with.
        pool: the loaded model.
        complete: called with the record of a picture that is about to appear.
    """

    sources: Store
    targets: Store
    settings: Settings
    pool: Pool[Restorer]
    complete: Callable[[Record], None] | None = None

    def run(self, items: Iterable[Item]) -> Iterator[Answer]:
        """Restore `items`; answers come as they are ready."""
        return self.pool.map(self.restore, items, ordered=False)

    def restore(self, item: Item) -> Answer:
        """Restore one item; whatever is wrong is an answer too, and the job goes on."""
        name = self.sources.shown(item.source)
        try:
            with self.pool.lease() as (restorer, _):
                return self._restored(restorer, item)
        except InstructIRError as error:
            reason = str(error) if name in str(error) else f"{name}: {error}"
        except OSError as error:
            reason = f"{self.targets.shown(item.target)}: cannot be written ({error.strerror or error})"
        except Exception as error:  # noqa: BLE001 - a defect of ours is no fault of the pictures that wait
            told = " ".join(f"{type(error).__name__}: {error}".split())
            reason = f"{name}: met a defect of this program ({told:.200}); "
            reason += "restore it alone to see more, and report that"
        return Answer(Failure(name, reason))

    def encoded(self, item: Item) -> bytes | None:
        """What would be written for one item; None if it cannot be restored."""
        try:
            with self.pool.lease() as (restorer, _):
                return self._encoded(restorer, item).data
        except Exception:  # noqa: BLE001 - what it is will be told when it is restored
            return None

    def _encoded(self, restorer: Restorer, item: Item) -> _File:
        photo = read(self._opened(item))
        kept = PurePosixPath(item.source).suffix == PurePosixPath(item.target).suffix
        name, kind = self.targets.shown(item.target), photo.format if kept else None
        check_size(name, *size_of_result(photo, self.settings.scale), kind=kind)
        result = restorer.restore(photo, item.instruction)
        return _File(result, result.encode(name, kind), result.all_notes(name, kind))

    def _restored(self, restorer: Restorer, item: Item) -> Answer:
        result, data, notes = self._encoded(restorer, item)
        name = self.targets.shown(item.target)
        record = Record(
            item.source,
            item.target,
            result_key(self.settings, item.instruction),
            item.before,
            FileState(0, ""),
        )

        def complete(after: FileState) -> None:
            if self.complete is not None:
                self.complete(replace(record, after=after))

        after = self.targets.write(item.target, data, complete)
        done = Restored(
            self.sources.shown(item.source),
            name,
            result.plan.to_dict(),
            result.plan.summary(),
            result.seconds,
            notes,
        )
        return Answer(done, replace(record, after=after))

    def _opened(self, item: Item) -> Any:
        try:
            return self.sources.open(item.source)
        except OSError as error:
            name = self.sources.shown(item.source)
            raise ImageFileError(f"{name}: cannot be read ({error}); check the address") from error


def result_key(settings: Settings, instruction: str | None) -> str:
    """Digest of all that a result depends on beside the picture, the weights of the model included."""
    mask = _version(settings.mask) if isinstance(settings.mask, str) else None
    described = json.dumps(
        [asdict(settings), _version(settings.model), expert_versions(settings.experts), mask, instruction],
        sort_keys=True,
        default=repr,
    )
    return hashlib.sha256(described.encode()).hexdigest()[:32]


@lru_cache(maxsize=8)
def _version(model: str) -> object:
    """What changes when other weights come under the same name."""
    if model in records():
        return records()[model].sha256
    return model_version(model)
