"""``instructir restore``: one picture, or standard input."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from instructir.errors import ImageFileError, InstructIRError

if TYPE_CHECKING:
    from instructir.images import Photo

STDIN = "-"
DEFAULT_MODEL = "instructir-7d-lite"


def restore(
    source: Annotated[str, typer.Argument(metavar="INPUT", help="A picture, or - for standard input.")],
    instruction: Annotated[str, typer.Argument(help="What is wrong, in your own words.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to write; by default beside the input.")
    ] = None,
    model: Annotated[str, typer.Option(help="NAME, FILE, DIR or hub:ORG/REPO.")] = DEFAULT_MODEL,
    strength: Annotated[float, typer.Option(help="Share of the restoration to apply, 0 to 1.")] = 1.0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Allow the output to replace the input.")
    ] = False,
    compare: Annotated[
        Path | None, typer.Option(help="Also write before and after side by side to this file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Restore a picture as the instruction says."""
    target = _target(source, output)
    if source != STDIN and not overwrite and _same(Path(source), target):
        raise ImageFileError(f"{target}: is the input itself; name another output or add --overwrite")
    _check_writable(target, compare)
    photo = _read(source)

    from instructir.restoration.restorer import load

    restorer = load(model, device)
    result = restorer.restore(photo, instruction, strength=strength)
    result.save(target)
    if compare is not None:
        result.side_by_side().save(compare)
    if as_json:
        report = {
            "input": source,
            "output": str(target),
            "plan": result.plan.to_dict(),
            "model": result.model,
            "seconds": round(result.seconds, 3),
            "notes": list(result.notes),
        }
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    typer.echo(f"understood: {result.plan.summary()}", err=True)
    for note in result.notes:
        typer.echo(f"note: {note}", err=True)
    typer.echo(str(target))


def _target(source: str, output: Path | None) -> Path:
    if output is not None:
        return output
    if source == STDIN:
        raise InstructIRError("standard input has no name to derive the output's from; give -o OUTPUT")
    path = Path(source)
    return path.with_name(f"{path.stem}_restored{_writable_suffix(path)}")


def _writable_suffix(path: Path) -> str:
    from instructir.images import WRITABLE

    return path.suffix if path.suffix.lower() in WRITABLE else ".png"


def _check_writable(*targets: Path | None) -> None:
    """Refuse an impossible output before minutes are spent on it."""
    from instructir.images import check_writable

    for target in targets:
        if target is not None:
            check_writable(target)


def _same(source: Path, target: Path) -> bool:
    return source.exists() and target.exists() and source.samefile(target)


def _read(source: str) -> "Photo":
    from instructir.images import read

    return read(sys.stdin.buffer if source == STDIN else Path(source))
