"""``instructir models``: list, show and convert."""

import json
from pathlib import Path
from typing import Annotated

import typer

from instructir.errors import CheckpointError

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
def show(model: Annotated[str, typer.Argument(help="NAME, FILE, DIR or hub:ORG/REPO.")]) -> None:
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
                "figures": dict(record.figures) if record else {},
            },
            indent=2,
            ensure_ascii=False,
        )
    )


@app.command("convert")
def convert(
    source: Annotated[str, typer.Argument(help="Folder with the authors' pair, or hub:ORG/REPO.")],
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
