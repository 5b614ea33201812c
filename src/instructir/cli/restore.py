"""``instructir restore``: a picture, standard input, a folder, an object store, or a video."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from instructir.cli import restore_file, restore_folder, restore_video
from instructir.cli.restore_options import DEFAULT_MODEL, STDIN, RestoreOptions
from instructir.errors import ConfigError


def restore(
    source: Annotated[
        str,
        typer.Argument(metavar="INPUT", help="A picture, a folder, a video, a URL, or - for standard input."),
    ],
    instruction: Annotated[
        str | None,
        typer.Argument(help="What is wrong, in your own words; without it, each picture is looked at."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", help="File or folder to write; by default beside the input."),
    ] = None,
    model: Annotated[str, typer.Option(help="NAME, FILE, DIR or hub:ORG/REPO.")] = DEFAULT_MODEL,
    strength: Annotated[float, typer.Option(help="Share of the restoration to apply, 0 to 1.")] = 1.0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    precision: Annotated[str, typer.Option(help="auto, fp32, bf16 or fp16.")] = "auto",
    runtime: Annotated[
        str, typer.Option(help="What computes: auto, torch, compiled, onnx, openvino.")
    ] = "auto",
    tile: Annotated[str, typer.Option(help="Side of tiles in pixels, auto or off.")] = "auto",
    seed: Annotated[int | None, typer.Option(help="Seed of whatever is random.")] = None,
    quality: Annotated[
        int | None, typer.Option(help="Of lossy formats and videos, 1 to 100; by default the source's.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Allow outputs to replace their inputs.")
    ] = False,
    suffix: Annotated[
        str | None, typer.Option(help="Put behind names; a folder's outputs then go beside the inputs.")
    ] = None,
    skip_existing: Annotated[
        bool, typer.Option("--skip-existing", help="Leave out pictures whose output is there.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")
    ] = False,
    recursive: Annotated[
        bool, typer.Option("--recursive", "-r", help="Folders: look into sub-folders too.")
    ] = False,
    instructions: Annotated[
        Path | None,
        typer.Option(help="Folders: a CSV or JSONL table of file and instruction."),
    ] = None,
    engine: Annotated[
        Literal["local", "ray"], typer.Option(help="Folders: compute here, or on a Ray cluster.")
    ] = "local",
    address: Annotated[
        str | None, typer.Option(help="Ray: address of a cluster; by default one is started here.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Ray: how many workers; by default as many as fit.")
    ] = None,
    gpus: Annotated[
        float | None, typer.Option(help="Ray: GPUs a worker, which may be a share of one.")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(help="Pictures: also write before and after side by side to this file.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON: one object, or for folders one a line.")
    ] = False,
) -> None:
    """Restore what the instruction says: one picture, a folder of them, or a video."""
    options = RestoreOptions(
        source=source,
        instruction=instruction,
        output=output,
        model=model,
        strength=strength,
        device=device,
        precision=precision,
        runtime=runtime,
        tile=_tile(tile),
        seed=seed,
        quality=quality,
        overwrite=overwrite,
        suffix=suffix,
        skip_existing=skip_existing,
        dry_run=dry_run,
        recursive=recursive,
        instructions=instructions,
        engine=engine,
        address=address,
        workers=workers,
        gpus=gpus,
        compare=compare,
        as_json=as_json,
    )
    # Names that are no Unicode are printed as the bytes that they are.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="surrogateescape")
    if "://" in source or (source != STDIN and Path(source).is_dir()):
        restore_folder.run(options)
        return
    options.refuse_those_of_folders()
    if Path(source).suffix.lower() in restore_video.SUFFIXES:
        restore_video.run(options)
    else:
        restore_file.run(options)


def _tile(text: str) -> int | str:
    if text in ("auto", "off"):
        return text
    if not text.isdecimal():
        raise ConfigError(f"tile {text!r} is impossible: use auto, off or a number of pixels")
    return int(text)
