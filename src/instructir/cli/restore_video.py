"""A video."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from instructir.cli.interruption import leaving
from instructir.cli.replacing import refuse_to_replace_inputs, refuse_to_replace_unnamed
from instructir.cli.restore_options import RestoreArguments, json_line, report
from instructir.cli.streams import STDIN
from instructir.errors import ConfigError, ImageFileError
from instructir.jobs.video import VIDEO_SUFFIXES
from instructir.wording import counted

if TYPE_CHECKING:
    from instructir.jobs.video.job import VideoRestoration


def takes(source: str) -> bool:
    """Whether a file is a video or an animated GIF, by its content; by its name where that says nothing."""
    from instructir.images import HEAD, identify, video_suffix
    from instructir.jobs.video.gif import is_animated

    head, suffix = _head(source), Path(source).suffix.lower()
    form = identify(head[:HEAD], suffix)
    if form is not None:
        return form == "GIF" and is_animated(Path(source))
    return bool(video_suffix(head)) or (source != STDIN and suffix in VIDEO_SUFFIXES)


def _head(source: str) -> bytes:
    """The first bytes of a file, none where there is no such file."""
    from instructir.images import MOVING_HEAD

    if source != STDIN:
        with suppress(OSError, ValueError), Path(source).open("rb") as stream:
            return stream.read(MOVING_HEAD)
    return b""


def run(options: RestoreArguments) -> None:
    """Restore it, with a progress bar, and say what was understood."""
    from instructir.images import place_of

    source, target = Path(options.source), _target(options)
    if options.compare is not None:
        raise ConfigError("--compare is for single pictures: leave it out")
    refuse_to_replace_inputs(options, target)
    if options.skip_existing and target.exists():
        typer.echo(f"note: {target} is there already", err=True)
        return
    refuse_to_replace_unnamed(options, target)
    if not source.is_file():
        raise ImageFileError(f"{source}: there is no such file; check the path")
    place_of(target)
    if options.dry_run:
        _show_plan(options, source, target)
        return
    with leaving(target):
        result = _restored(options, source, target)
    _report(options, result)


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
    said = f"{counted(result.frames, 'frames')}, {new} of them now, {new / result.seconds:.2f} frames/s"
    report(options, result, result.target, figures, said)


def _target(options: RestoreArguments) -> Path:
    from instructir.images import video_suffix

    if options.output is not None and not Path(options.output).is_dir():
        return Path(options.output)
    path = Path(options.source)
    suffix = path.suffix
    if suffix.lower() not in VIDEO_SUFFIXES:
        suffix = video_suffix(_head(options.source)) or ".gif"
    if options.output is not None:  # into a folder, as a picture would go
        return Path(options.output) / f"{path.stem}{options.suffix or ''}{suffix}"
    return path.with_name(f"{path.stem}{options.suffix or '_restored'}{suffix}")
