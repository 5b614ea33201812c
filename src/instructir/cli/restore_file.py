"""One picture, or standard input."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from instructir.cli.interruption import leaving
from instructir.cli.progress import progress_bar
from instructir.cli.replacing import refuse_to_replace_inputs, refuse_to_replace_unnamed
from instructir.cli.restore_options import RestoreArguments, json_line, report
from instructir.cli.streams import STDIN, standard_input
from instructir.errors import ImageFileError, InstructIRError

if TYPE_CHECKING:
    from instructir.images import Photo
    from instructir.restoration.result import Restoration


def run(options: RestoreArguments) -> None:
    """Restore it, write it, and say what was understood."""
    target = _target(options)
    _check_name(target)
    refuse_to_replace_inputs(options, target)
    if options.skip_existing and target.exists():
        typer.echo(f"note: {target} is there already", err=True)
        if options.as_json:
            typer.echo(json_line({"input": options.source, "output": str(target), "skipped": True}))
        return
    refuse_to_replace_unnamed(options, target)
    _check_writable(target, options.compare)
    if options.dry_run:
        shown = {"input": options.source, "output": str(target), "dry_run": True}
        typer.echo(json_line(shown) if options.as_json else str(target))
        return
    from instructir.images import write
    from instructir.restoration.inputs import to_photo

    if options.variants is not None:
        with leaving(target):
            _write_variants(options, options.variants, _read(options), target)
        return
    with leaving(*filter(None, (options.compare, target))), progress_bar("reading") as update:
        photo = _read(options)
        # Without a name of the user's own, what is in the file counts, as in a folder. A name that says no
        # format has got one of ours.
        named = options.output is not None or not _writable(Path(options.source))
        kind = None if named else photo.format
        _check_fits(options, photo, target, kind)
        update(None, "loading the model")
        result = _restored(options, photo, update)
        update(1.0, "writing")
        # Before the result, which is not there either where the comparison cannot be written.
        if options.compare is not None:
            write(to_photo(result.side_by_side()), options.compare)
        result.save(target, kind=kind)
        result = replace(result, notes=result.all_notes(target, kind))
    figures = {"model": result.model, "seconds": round(result.seconds, 3), "change": result.change.to_dict()}
    said = f"changed: {result.change.told}"
    report(options, result, target, figures, said)


def _write_variants(options: RestoreArguments, listed: str, photo: "Photo", target: Path) -> None:
    """Restore it in several ways, write their sheet, and say what became of each."""
    from instructir._version import __version__
    from instructir.images import write
    from instructir.images.metadata.provenance import noted
    from instructir.restoration.expert_table import experts_of
    from instructir.restoration.inputs import to_photo
    from instructir.restoration.restorer import Restorer
    from instructir.restoration.variants import VariantSheet, parse_variants, plan_variants

    variants = parse_variants(listed, experts_of(options.settings.experts))
    restorer = Restorer.load(options.settings)
    sheet = VariantSheet(photo)
    results = []
    planned = plan_variants(restorer, photo, options.instruction, variants)
    with progress_bar("restoring") as update:
        for number, (one, ready) in enumerate(zip(variants, planned, strict=True)):
            update(number / len(variants), one.label)
            result = ready.restore(photo)
            sheet.add(one, result)
            # Without its pixels, of which many variants would not fit the memory.
            results.append((one.label, result.plan, result.seconds, result.change, result.notes))
        drawn = to_photo(sheet.drawn())
        if options.settings.note:
            said = ", ".join(one.label for one in variants)
            drawn = replace(
                drawn, metadata=noted(drawn.metadata, f"InstructIR {__version__}, variants: {said}")
            )
        write(drawn, target)
        update(1.0, "written")
    if options.as_json:
        told = [
            {
                "variant": label,
                "plan": plan.to_dict(),
                "seconds": round(seconds, 3),
                "change": change.to_dict(),
                "notes": list(notes),
            }
            for label, plan, seconds, change, notes in results
        ]
        typer.echo(json_line({"input": options.source, "output": str(target), "variants": told}))
        return
    for label, plan, _, change, notes in results:
        typer.echo(f"{label}: {plan.summary()}", err=True)
        typer.echo(f"{label}: changed: {change.told}", err=True)
        for note in notes:
            typer.echo(f"{label}: note: {note}", err=True)
    typer.echo(str(target))


def _restored(
    options: RestoreArguments, photo: "Photo", update: Callable[[float | None, str], None]
) -> "Restoration":
    from instructir.instructions.locales import locale
    from instructir.restoration.progress import Progress
    from instructir.restoration.restorer import Restorer

    restorer = Restorer.load(options.settings)
    update(None, "reading the sentence" if options.instruction else "looking at the picture")

    def follow(progress: Progress) -> None:
        doing = locale("en").task[progress.task] if progress.task else "restore it"
        several = f" ({progress.step} of {progress.steps})" if progress.steps > 1 else ""
        update(progress.fraction, f"{doing}{several}")

    return restorer.restore(photo, options.instruction, progress=follow)


def _target(options: RestoreArguments) -> Path:
    if options.output is not None:
        output = Path(options.output)
        if not output.is_dir() or options.source == STDIN:
            return output
        # Into a folder goes what a folder job would write there.
        name = Path(options.source)
        return output / f"{name.stem}{options.suffix or ''}{_end(name)}"
    if options.source == STDIN:
        raise InstructIRError("standard input has no name to derive the output's from; give -o OUTPUT")
    path = Path(options.source)
    if options.variants is not None:
        return path.with_name(f"{path.stem}{options.suffix or '_variants'}.jpg")
    suffix = "_restored" if options.suffix is None else options.suffix
    return path.with_name(f"{path.stem}{suffix}{_end(path)}")


def _end(path: Path) -> str:
    """What the name of the output ends with, where the user gives none."""
    from instructir.images import HEAD, suffix_of_output

    head = b""
    if not _writable(path):
        # What cannot be read is told when it is read.
        with contextlib.suppress(OSError, ValueError), path.open("rb") as stream:
            head = stream.read(HEAD)
    return suffix_of_output(head, path.suffix)


def _writable(path: Path) -> bool:
    from instructir.images import WRITABLE

    return path.suffix.lower() in WRITABLE


def _check_writable(*targets: Path | None) -> None:
    """Refuse an impossible output before minutes are spent on it."""
    from instructir.images import check_writable

    for target in targets:
        if target is not None:
            check_writable(target)


def _check_fits(options: RestoreArguments, photo: "Photo", target: Path, kind: str | None) -> None:
    """Refuse a picture that is too long for its format before minutes are spent on it.

    Raises:
        ImageFileError: if the output, or the comparison of two pictures side by side, would be.
    """
    from instructir.images import check_size
    from instructir.restoration.enlarging import size_of_result

    width, height = size_of_result(photo, options.settings.scale)
    check_size(target, width, height, kind=kind)
    if options.compare is not None:
        check_size(options.compare, 2 * width, height)


def _check_name(target: Path) -> None:
    """Refuse a name that no disk takes, about which nothing else can be asked either.

    Raises:
        ImageFileError: if it is too long.
    """
    try:
        target.exists()
    except OSError as error:
        raise ImageFileError(
            f"{target}: cannot be a file ({error.strerror}); give another name with -o"
        ) from None


def _read(options: RestoreArguments) -> "Photo":
    """The picture; one that would be too large when it is enlarged is refused before it is decoded.

    Raises:
        InstructIRError: if it cannot be read, or the instruction is none, which takes no time to find out.
    """
    from instructir.images import MAX_PIXELS, read
    from instructir.instructions.planning.enlarging import scale_in
    from instructir.instructions.refusing.acceptable import checked
    from instructir.sizes import Size

    asked = "" if options.instruction is None else checked(options.instruction)
    scale = options.settings.scale or scale_in(asked)
    limit = Size.parse(scale).most_pixels(MAX_PIXELS) if scale else MAX_PIXELS
    return read(standard_input() if options.source == STDIN else Path(options.source), max_pixels=limit)
