"""A folder of pictures: progress, a summary, the failures, and an exit status."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from instructir.cli.interruption import waiting
from instructir.cli.progress import bar
from instructir.cli.restore_options import RestoreArguments, json_line
from instructir.errors import ConfigError, ImageFileError
from instructir.wording import counted, together

if TYPE_CHECKING:
    from instructir.jobs.folders.estimate import Estimate
    from instructir.jobs.folders.job import FolderJob, JobEngine
    from instructir.jobs.folders.listing import Item
    from instructir.jobs.folders.worker import Restored
    from instructir.restoration.restorer import Restorer
    from instructir.restoration.result import Failure

_ESTIMATED_FROM = 50
"""Pictures from which a job begins with an estimate; below, the sample would cost a fraction of its own."""

_FINISHING = "interrupted; finishing the pictures in hand, and the same command goes on with the others"


def run(options: RestoreArguments) -> None:
    """Restore the folder; exit 1 if any picture failed."""
    from instructir.jobs.folders.instruction_file import read_instructions
    from instructir.jobs.folders.job import FolderJob

    if options.compare is not None:
        raise ConfigError("--compare is for single pictures: leave it out")
    table = None if options.instructions is None else read_instructions(options.instructions)
    job = FolderJob(
        options.source,
        _target(options),
        options.instruction,
        options.settings,
        table=table,
        recursive=options.recursive,
        suffix=options.suffix or "",
        skip_existing=options.skip_existing,
        overwrite=options.overwrite,
        derived=options.output is None,
    )
    if not job.listing.items and not job.listing.faults:
        raise ImageFileError(f"{options.source}: {_nothing(options, job)}")
    if options.dry_run:
        _show_plan(options, job)
        return
    engine, restorer = _engine(options, job)
    with job.opened() as pending:
        if restorer is not None and len(pending.to_do) >= _ESTIMATED_FROM:
            _estimate(job, restorer, pending.to_do)
        tally = Tally(options.as_json, done=len(pending.done))
        for failure in job.listing.faults:
            tally.add(failure)
        with bar("pictures") as update, waiting(_FINISHING):
            for number, outcome in enumerate(engine(job, pending.to_do, pending.journal), start=1):
                tally.add(outcome)
                failed = f"{len(tally.failures)} failed" if tally.failures else ""
                update(number, len(pending.to_do), failed)
    tally.finish(job)
    if tally.failures:
        raise typer.Exit(1)


def _target(options: RestoreArguments) -> str:
    if options.output is not None:
        return options.output
    if options.suffix:
        return options.source
    source = options.source
    if "://" not in source and Path(source).name in ("", ".."):
        source = str(Path(source).resolve())  # "." and ".." have no name to go by
    return f"{source.rstrip('/')}_restored"


def _nothing(options: RestoreArguments, job: "FolderJob") -> str:
    if job.listing.unnamed:
        return f"{options.instructions} names none of its pictures; check the file names there"
    hint = "name another folder" if options.recursive else "add --recursive to look into its sub-folders"
    return f"holds no picture; {hint}"


def _engine(options: RestoreArguments, job: "FolderJob") -> "tuple[JobEngine, Restorer | None]":
    """Load what computes, and the model that it computes with here.

    An instruction that cannot be followed is refused before anything is written.
    """
    if options.engine == "ray":
        from instructir.jobs.ray import ray_engine

        _read_back(options, job.restorer(planning=True))
        return ray_engine(options.address, workers=options.workers, gpus=options.gpus), None

    from instructir.jobs.folders.job import local_engine

    restorer = job.restorer()
    _read_back(options, restorer)
    return local_engine(restorer), restorer


def _read_back(options: RestoreArguments, restorer: Any) -> None:
    if options.instruction is None or options.as_json:
        return
    plan = restorer.plan(options.instruction)
    if plan.steps:
        typer.echo(f"understood: {plan.summary()}", err=True)


def _show_plan(options: RestoreArguments, job: "FolderJob") -> None:
    items = job.to_show()
    for item in items:
        _show_item(options, job, item)
    for failure in job.listing.faults:
        typer.echo(f"instructir: {failure.reason}", err=True)
    typer.echo(f"{counted(len(items), 'pictures')} would be restored{_left_alone(job)}", err=True)
    found = _estimate(job, job.restorer(), items) if options.engine == "local" and items else None
    if options.as_json:
        values = {} if found is None else {"seconds": round(found.seconds, 1), "bytes": found.bytes}
        typer.echo(json_line({"status": "planned", "pictures": len(items), **values}))
    if job.listing.faults:  # as the run itself would end
        raise typer.Exit(1)


def _estimate(job: "FolderJob", restorer: "Restorer", items: "list[Item]") -> "Estimate | None":
    """Say on stderr how long it will take and how much disk, from a few pictures."""
    from instructir.jobs.folders.estimate import estimate

    found = estimate(job, restorer, items)
    if found is not None:
        typer.echo(f"estimate: {found}", err=True)
        if not found.fits:
            typer.echo("note: that is more than is free: make room, or choose another disk with -o", err=True)
    return found


def _show_item(options: RestoreArguments, job: "FolderJob", item: "Item") -> None:
    source, target = job.sources.shown(item.source), job.targets.shown(item.target)
    if options.as_json:
        planned: dict[str, object] = {"input": source, "output": target, "instruction": item.instruction}
        typer.echo(json_line(planned))
    else:
        typer.echo(f"{source} -> {target}: {item.instruction or 'whatever the picture shows'}")


@dataclass
class Tally:
    """Counts outcomes, prints them as JSON if asked, and sums them up."""

    as_json: bool
    done: int = 0
    restored: int = 0
    failures: list["Failure"] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    start: float = field(default_factory=time.perf_counter)

    def add(self, outcome: "Restored | Failure") -> None:
        """Count and print one."""
        from instructir.restoration.result import Failure

        if isinstance(outcome, Failure):
            self.failures.append(outcome)
            self._print(input=outcome.source, status="failed", reason=outcome.reason)
            return
        self.restored += 1
        self.notes.extend(outcome.notes)
        self._print(
            input=outcome.source,
            output=outcome.target,
            status="restored",
            plan=outcome.plan,
            seconds=round(outcome.seconds, 3),
            notes=list(outcome.notes),
        )

    def finish(self, job: "FolderJob") -> None:
        """Sum up on stderr, and name the output."""
        seconds = time.perf_counter() - self.start
        for note, count in together(self.notes).items():
            typer.echo(f"note: {note} ({counted(count, 'pictures')})", err=True)
        for failure in self.failures:
            typer.echo(f"instructir: {failure.reason}", err=True)
        rate = self.restored / seconds if seconds else 0.0
        typer.echo(
            f"restored {self.restored}, failed {len(self.failures)}, done before {self.done}"
            f"{_left_alone(job)} ({seconds:.1f} s, {rate:.2f} pictures/s)",
            err=True,
        )
        self._print(
            status="finished",
            restored=self.restored,
            failed=len(self.failures),
            done_before=self.done,
            seconds=round(seconds, 3),
        )
        if not self.as_json:
            typer.echo(job.targets.root)

    def _print(self, **values: object) -> None:
        if self.as_json:
            typer.echo(json_line(values))


def _left_alone(job: "FolderJob") -> str:
    listing = job.listing
    counts = {
        "videos (restore them one by one)": listing.videos,
        "files of other kinds": listing.others,
        "pictures that the table does not name": listing.unnamed,
    }
    parts = [counted(count, what) for what, count in counts.items() if count]
    return f"; left alone: {', '.join(parts)}" if parts else ""
