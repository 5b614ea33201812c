"""``instructir data``: known sets, what of them is there, and what the faults look like."""

import json as json_format
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Sets of pictures to train and to measure on.", no_args_is_help=True)

_Json = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]
_Sets = Annotated[list[str] | None, typer.Option("--set", help="Only this set; again for more.")]


@app.command("list")
def list_sets(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Also say what of them is there.")
    ] = None,
    json: _Json = False,
) -> None:
    """Known sets: task, pictures, pairing rule, licence, and where users get them."""
    from instructir.data.checking import check_sets, describe
    from instructir.data.manifest import SETS

    found = {check.set: check for check in check_sets(folder, [])} if folder else {}
    if json:
        rows = [
            describe(known) | ({"found": found[name].found} if found else {}) for name, known in SETS.items()
        ]
        typer.echo(json_format.dumps(rows, indent=2))
        return
    for name, known in SETS.items():
        count = f"{found[name].found} of {known.expected}" if found else str(known.expected)
        task = known.task.value.replace("_", " ")
        typer.echo(f"{name}: to {known.use}, {task}, {count} pictures, paired by {known.pairing}")
        typer.echo(f"    licence: {known.licence}; {known.source}")


@app.command("check")
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that holds the sets.")],
    sets: _Sets = None,
    decode: Annotated[bool, typer.Option("--decode", help="Also open every picture; slow.")] = False,
    json: _Json = False,
) -> None:
    """Say which sets in DIR are complete, what is missing, and how to lay it out.

    Exit status 1 if a set named by --set is not complete, or if a picture is damaged.
    """
    from instructir.data.checking import check_sets

    checks = check_sets(folder, sets or [], decode=decode)
    if json:
        typer.echo(json_format.dumps([check.to_dict() for check in checks], indent=2))
    else:
        for result in checks:
            typer.echo(result.text())
    if any(result.damaged or (sets and not result.complete) for result in checks):
        raise typer.Exit(1)


@app.command("sheet")
def sheet(
    image: Annotated[Path, typer.Argument(help="A clean picture.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The contact sheet.")] = Path("sheet.png"),
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed of what is drawn at random.")] = 0,
    size: Annotated[
        int, typer.Option(min=16, max=4096, help="Longer side of each picture on the sheet, in pixels.")
    ] = 256,
) -> None:
    """Draw every fault that training makes, at three strengths, and several at once."""
    import numpy as np
    import torch

    from instructir.degradations.resampling import bicubic
    from instructir.degradations.sheet import contact_sheet
    from instructir.images import Photo, check_writable, read, write

    check_writable(output)
    photo = read(image)
    scale = min(1.0, size / max(photo.height, photo.width))
    height, width = (max(1, round(length * scale)) for length in (photo.height, photo.width))
    clean = bicubic(torch.from_numpy(photo.srgb).permute(2, 0, 1), height, width).clamp(0, 1)
    drawn = np.asarray(contact_sheet(clean, seed), np.float32) / np.float32(255)
    write(Photo(drawn), output)
    typer.echo(str(output))
