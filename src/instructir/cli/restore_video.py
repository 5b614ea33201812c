"""A video."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from instructir.cli.restore_options import RestoreArguments, json_line, report
from instructir.errors import ConfigError, ImageFileError
from instructir.jobs.video import VIDEO_SUFFIXES

if TYPE_CHECKING:
    from instructir.jobs.video.job import VideoRestoration


def takes(source: Path) -> bool:
    """Whether a file is a video, by its name, or an animated GIF."""
    if source.suffix.lower() != ".gif":
        return source.suffix.lower() in VIDEO_SUFFIXES
    from instructir.jobs.video.gif import is_animated

    return is_animated(source)


def run(options: RestoreArguments) -> None:
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
        _show_plan(options, source, target)
        return
    _report(options, _restored(options, source, target))


def _show_plan(options: RestoreArguments, source: Path, target: Path) -> None:
    """Say what would be written, and what of the source it would lack; no frame is restored."""
    from instructir.jobs.video.rehearsal import rehearse

    notes = rehearse(source, target, options.settings.quality).notes
    if options.as_json:
        planned: dict[str, object] = {"input": str(source), "output": str(target), "notes": list(notes)}
        typer.echo(json_line(planned))
        return
    for note in notes:
        typer.echo(f"note: {note}", err=True)
    typer.echo(str(target))


def _restored(options: RestoreArguments, source: Path, target: Path) -> "VideoRestoration":
    from instructir.cli.progress import bar
    from instructir.jobs.video.job import restore_video
    from instructir.jobs.video.library import library
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


def _report(options: RestoreArguments, result: "VideoRestoration") -> None:
    figures: dict[str, object] = {
        "frames": result.frames,
        "frames_before": result.frames_before,
        "seconds": round(result.seconds, 3),
    }
    new = result.frames - result.frames_before
    said = f"{result.frames} frames, {new} of them now, {new / result.seconds:.2f} frames/s"
    report(options, result, result.target, figures, said)


def _target(options: RestoreArguments) -> Path:
    if options.output is not None:
        return Path(options.output)
    path = Path(options.source)
    return path.with_name(f"{path.stem}{options.suffix or '_restored'}{path.suffix}")
