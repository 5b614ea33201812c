"""A video."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from instructir.cli.restore_options import RestoreOptions, report
from instructir.errors import ConfigError, ImageFileError

if TYPE_CHECKING:
    from instructir.jobs.video.job import VideoRestoration

SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".m2ts", ".mts", ".3gp", ".wmv"}
)
"""Suffixes of videos, in lower case."""


def run(options: RestoreOptions) -> None:
    """Restore it, with a progress bar, and say what was understood."""
    source, target = Path(options.source), _target(options)
    if options.compare is not None:
        raise ConfigError("--compare is for single pictures: leave it out")
    if source.exists() and target.exists() and source.samefile(target) and not options.overwrite:
        raise ImageFileError(f"{target}: is the input itself; name another output or add --overwrite")
    if options.skip_existing and target.exists():
        typer.echo(f"note: {target} is there already", err=True)
        return
    if not source.is_file():
        raise ImageFileError(f"{source}: there is no such file; check the path")
    if not target.parent.is_dir():
        raise ImageFileError(f"{target}: its folder does not exist; create it: mkdir -p {target.parent}")
    if options.dry_run:
        typer.echo(str(target))
        return
    _report(options, _restored(options, source, target))


def _restored(options: RestoreOptions, source: Path, target: Path) -> "VideoRestoration":
    from instructir.cli.progress import bar
    from instructir.jobs.video.job import restore_video
    from instructir.jobs.video.streams import library
    from instructir.restoration.restorer import Restorer

    library(source)  # whose absence is told before a model is loaded
    restorer = Restorer.load(options.settings)
    with bar("frames") as update:
        return restore_video(
            restorer,
            source,
            target,
            options.instruction,
            progress=update,
        )


def _report(options: RestoreOptions, result: "VideoRestoration") -> None:
    figures: dict[str, object] = {
        "frames": result.frames,
        "frames_before": result.frames_before,
        "seconds": round(result.seconds, 3),
    }
    new = result.frames - result.frames_before
    said = f"{result.frames} frames, {new} of them now, {new / result.seconds:.2f} frames/s"
    report(options, result, result.target, figures, said)


def _target(options: RestoreOptions) -> Path:
    if options.output is not None:
        return Path(options.output)
    path = Path(options.source)
    return path.with_name(f"{path.stem}{options.suffix or '_restored'}{path.suffix}")
