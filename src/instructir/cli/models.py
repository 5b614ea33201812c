"""``instructir models``: list, show, convert, route and average."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from instructir.errors import CheckpointError, ConfigError

if TYPE_CHECKING:
    from instructir.tasks import Task

app = typer.Typer(help="Pretrained models.", no_args_is_help=True)


@app.command("list")
def list_models(as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False) -> None:
    """List the models that can be asked for by name."""
    from dataclasses import asdict

    from instructir.models.pretrained import records

    if as_json:
        typer.echo(json.dumps([asdict(record) for record in records().values()], ensure_ascii=False))
        return
    for record in records().values():
        typer.echo(f"{record.name:22} {record.parameters / 1e6:6.2f} M  {record.licence:11} {record.summary}")


@app.command("show")
def show(
    model: Annotated[str, typer.Argument(help="A model: its name, file or folder, or hub:ORG/REPO.")],
) -> None:
    """Show what a model is, where it comes from and what was measured, as JSON."""
    from instructir.models.pretrained import records, resolve

    loaded, record = resolve(model), records().get(model)
    typer.echo(
        json.dumps(
            {
                "name": loaded.name,
                "config": loaded.image.config.to_dict(),
                "parameters": sum(weights.numel() for weights in loaded.image.parameters()),
                "tasks": [task.value for task in loaded.tasks],
                "encoder": loaded.encoder,
                "provenance": loaded.provenance,
                "deltas": {
                    task.value: {
                        "bits": delta.bits,
                        "bytes": delta.bytes,
                        "window": delta.window,
                        "provenance": delta.provenance,
                    }
                    for task, delta in loaded.deltas.items()
                },
                "figures": dict(record.figures) if record else {},
            },
            indent=2,
            ensure_ascii=False,
        )
    )


@app.command("convert")
def convert(
    source: Annotated[
        str,
        typer.Argument(help="Folder with the authors' pair, hub:ORG/REPO, or another model's name or file."),
    ],
    output: Annotated[Path, typer.Argument(help="The .safetensors file to write.")],
    half: Annotated[bool, typer.Option("--half/--full", help="Store float16 or float32.")] = False,
) -> None:
    """Turn the authors' released weights, or any model, into one file of ours."""
    import torch

    from instructir.models.checkpoint import save_model
    from instructir.models.pretrained import resolve

    if output.suffix != ".safetensors":
        raise CheckpointError(f"{output}: name a .safetensors file")
    save_model(resolve(source), output, torch.float16 if half else torch.float32)
    typer.echo(str(output))


@app.command("route")
def route(
    base: Annotated[str, typer.Argument(help="The model that all others were trained on from.")],
    tuned: Annotated[
        list[str] | None,
        typer.Argument(metavar="TASK=MODEL...", help="A model tuned for a task, its text head frozen."),
    ] = None,
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="The .safetensors file to write.")],
    name: Annotated[str, typer.Option(help="Name of the new model; by default that of the file.")] = "",
    bits: Annotated[Literal["4", "8"], typer.Option(help="Bits a weight of a delta.")] = "4",
    window: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TASK=PIXELS",
            help="Windows that attention averages over with a task's delta; 0: the whole picture.",
        ),
    ] = None,
) -> None:
    """Put a base and models tuned for single tasks together: a model whose weights the sentence chooses.

    Tasks that are not named keep the base's weights, or the deltas that it has already.
    """
    from instructir.models.checkpoint import save_model
    from instructir.models.pretrained import resolve
    from instructir.models.routing import route as put_together

    if output.suffix != ".safetensors":
        raise CheckpointError(f"{output}: name a .safetensors file")
    models = {task: resolve(model) for task, model in _by_task(tuned, "denoising=own.safetensors").items()}
    windows = {task: _pixels(size) for task, size in _by_task(window, "deblurring=384").items()}
    named = name or output.stem
    save_model(put_together(resolve(base), models, name=named, bits=int(bits), windows=windows), output)
    typer.echo(str(output))


@app.command("average")
def average(
    first: Annotated[str, typer.Argument(help="A model: its name, file or folder, or hub:ORG/REPO.")],
    second: Annotated[str, typer.Argument(help="A later stage of the same model.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The .safetensors file to write.")],
    weight: Annotated[float, typer.Option(min=0, max=1, help="Of the second.")] = 0.5,
) -> None:
    """Write the weights between two stages of a model: a compromise of what either does well."""
    from instructir.models.checkpoint import save_model
    from instructir.models.pretrained import resolve
    from instructir.training.averaging import average as between

    if output.suffix != ".safetensors":
        raise CheckpointError(f"{output}: name a .safetensors file")
    save_model(between(resolve(first), resolve(second), weight), output)
    typer.echo(str(output))


def _by_task(arguments: list[str] | None, example: str) -> "dict[Task, str]":
    """What TASK=VALUE says of each task.

    Raises:
        ConfigError: if one is not written so, like `example`, its task is unknown, or named twice.
    """
    from instructir.tasks import Task

    found: dict[Task, str] = {}
    for argument in arguments or []:
        name, _, value = argument.partition("=")
        if not (name and value):
            raise ConfigError(f"{argument!r}: name a task and what it gets, such as {example}")
        task = Task.parse(name)
        if task in found:
            raise ConfigError(f"{task.value} is named twice; name it once")
        found[task] = value
    return found


def _pixels(size: str) -> int:
    """A window's side.

    Raises:
        ConfigError: if it is no number of pixels.
    """
    if not size.isdecimal() or len(size) > 6:
        raise ConfigError(f"a window of {size!r} is impossible: give pixels, or 0 for the whole picture")
    return int(size)
