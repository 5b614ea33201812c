"""A folder job from beginning to end: what is there, what is left to do, and doing it."""

from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Protocol

from instructir.errors import ConfigError
from instructir.jobs.folders.journal import FolderJournal, open_journal, outputs_of_earlier_runs
from instructir.jobs.folders.listing import Item, Listing, list_items
from instructir.jobs.folders.stores import Store, below, is_url, open_store, same_tree
from instructir.jobs.folders.worker import Restored, Worker, result_key
from instructir.restoration.inputs import to_photo
from instructir.restoration.planning import refuse_impossible
from instructir.restoration.pool import Pool
from instructir.restoration.restorer import Restorer
from instructir.restoration.result import Failure
from instructir.settings import Settings


@dataclass(frozen=True)
class Pending:
    """An opened job.

    Attributes:
        to_do: what is left.
        done: what an earlier run has done.
        journal: where finished pictures are entered.
    """

    to_do: list[Item]
    done: list[Item]
    journal: FolderJournal


class FolderJob:
    """Pictures of one tree, to be restored into another.

    Attributes:
        sources: the tree that is read.
        targets: the tree that is written.
        settings: how pictures are restored.
        listing: what was found.
    """

    def __init__(
        self,
        source: str,
        target: str,
        instruction: str | None,
        settings: Settings,
        *,
        table: Mapping[str, str] | None = None,
        recursive: bool = False,
        suffix: str = "",
        skip_existing: bool = False,
        overwrite: bool = False,
        derived: bool = False,
    ) -> None:
        """List the pictures; nothing is written yet.

        Args:
            source: folder, or URL of an object store.
            target: the same, for the outputs; it need not be there.
            instruction: for files that the table does not name; None lets each picture decide.
            settings: how pictures are restored.
            table: instructions by file name.
            recursive: whether to look into sub-folders.
            suffix: put behind the stem of each output's name.
            skip_existing: leave out pictures whose output is there, whoever made it.
            overwrite: allow outputs to replace the inputs, and what no job has written.
            derived: whether the target goes by the source's name, and nobody has said that it is free.

        Raises:
            ImageFileError: if the source is not there, or the mask is no picture.
            ConfigError: if outputs would replace inputs, or beside or below them what no job has written.
        """
        self.sources, self.targets, self.settings = open_store(source), open_store(target), settings
        self._instruction, self._skip_existing = instruction, skip_existing
        if settings.mask is not None:
            to_photo(settings.mask)  # which is the same for all pictures: told once, before anything is made
        roots = self.targets.root, self.sources.root
        # An object store has no folder by chance, and looking for each output would cost a request.
        apart = (derived and not is_url(target)) or below(*roots) is not None
        made = outputs_of_earlier_runs(self.targets) if apart or same_tree(*roots) else frozenset[str]()
        self.listing: Listing = list_items(
            self.sources,
            self.targets,
            instruction,
            table,
            recursive=recursive,
            suffix=suffix,
            made=None if overwrite else made,
        )
        if overwrite:
            return
        _refuse_to_replace(self.sources, self.targets, self.listing.items)
        if isinstance(settings.mask, str) and not is_url(target):
            _refuse_to_replace_mask(self.targets, self.listing.items, settings.mask)
        if not skip_existing:
            self._refuse_strangers(made, looking=apart)

    def restorer(self, *, planning: bool = False) -> Restorer:
        """Load the model and check the instruction with it.

        Args:
            planning: whether it is needed for that alone, on any device.

        Raises:
            InstructIRError: if the model cannot be loaded, or the instruction is none that it can follow.
        """
        if planning:
            restorer = Restorer.load(replace(self.settings, device="cpu", precision="auto", runtime="auto"))
        else:
            # All pictures, not those that are left: a job that goes on computes as it did before.
            restorer = Restorer.load(self.settings, len(self.listing.items))
        if self._instruction is not None:
            refuse_impossible(restorer.plan(self._instruction), self._instruction, restorer.model)
        return restorer

    @contextmanager
    def opened(self) -> Iterator[Pending]:
        """Take possession of the output tree and see what is left to do.

        Raises:
            ImageFileError: if the output tree cannot be written to.
            ConfigError: if another job is writing there.
        """
        self.targets.prepare()
        with open_journal(self.targets) as journal:
            to_do, done = self._split(journal)
            self.targets.clean()
            yield Pending(to_do, done, journal)

    def _refuse_strangers(self, made: Container[str], *, looking: bool) -> None:
        """Refuse outputs that would replace what no job has written, which are not among `made`.

        Raises:
            ConfigError: if there is one.
        """
        for item in self.listing.items:
            if item.target in made:
                continue
            if item.target in self.listing.there or (looking and self.targets.state(item.target) is not None):
                raise ConfigError(
                    f"{self.targets.shown(item.target)}: is there already, written by no earlier run; "
                    f"choose another folder with -o, or add --overwrite or --skip-existing"
                )

    def to_show(self) -> list[Item]:
        """What a run would restore, as far as that can be told without opening the output tree."""
        return [item for item in self.listing.items if not self._is_skipped(item)]

    def _is_skipped(self, item: Item) -> bool:
        return self._skip_existing and self.targets.state(item.target) is not None

    def _split(self, journal: FolderJournal) -> tuple[list[Item], list[Item]]:
        to_do: list[Item] = []
        done: list[Item] = []
        for item in self.listing.items:
            is_done = self._is_finished(item, journal) or self._is_skipped(item)
            (done if is_done else to_do).append(item)
        return to_do, done

    def _is_finished(self, item: Item, journal: FolderJournal) -> bool:
        record = journal.get(item.target)
        key = result_key(self.settings, item.instruction)
        if record is None or (record.source, record.key) != (item.source, key):
            return False
        self.targets.settle(item.target, record.after)
        # Where pictures are replaced by their restorations, the source is what the job has written.
        is_same_source = item.before in (record.before, record.after)
        return is_same_source and self.targets.state(item.target) == record.after


class JobEngine(Protocol):
    """What computes the items of a job and enters them in its journal."""

    def __call__(
        self, job: FolderJob, items: Iterable[Item], journal: FolderJournal
    ) -> Iterator[Restored | Failure]:
        """Outcomes as they are ready."""


def local_engine(restorer: Restorer) -> JobEngine:
    """Compute in this process."""

    def run(job: FolderJob, items: Iterable[Item], journal: FolderJournal) -> Iterator[Restored | Failure]:
        worker = Worker(job.sources, job.targets, job.settings, Pool(restorer), journal.add)
        return (answer.outcome for answer in worker.run(items))

    return run


def _refuse_to_replace(sources: Store, targets: Store, items: Iterable[Item]) -> None:
    same: dict[tuple[str, str], bool] = {}
    for item in items:
        source, target = PurePosixPath(item.source), PurePosixPath(item.target)
        folders = (f"{sources.root}/{source.parent}", f"{targets.root}/{target.parent}")
        if folders not in same:
            same[folders] = same_tree(*folders)
        if same[folders] and source.name == target.name:
            raise ConfigError(
                f"{targets.shown(item.target)}: the output would replace the input; choose another folder "
                f"with -o, give a --suffix, or add --overwrite"
            )


def _refuse_to_replace_mask(targets: Store, items: Iterable[Item], mask: str) -> None:
    for item in items:
        if targets.state(item.target) is not None and same_tree(targets.shown(item.target), mask):
            raise ConfigError(
                f"{mask}: is the mask, and an output would replace it; choose another folder with -o, or add "
                f"--overwrite"
            )
