"""``instructir train``: train a model as a configuration says."""

from pathlib import Path
from typing import Annotated, Literal

import typer


def train(
    config: Annotated[Path, typer.Argument(help="A YAML configuration.")],
    overrides: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE", help="Options to change.")
    ] = None,
    resume: Annotated[
        Literal["auto", "never"], typer.Option(help="Go on from the run's newest checkpoint, or start anew.")
    ] = "never",
) -> None:
    """Train a model; the run's folder gets its checkpoints, log and the averaged model."""
    import logging

    from instructir.training.loop import train as run
    from instructir.training.options import load_options

    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("instructir").setLevel(logging.INFO)
    options = load_options(config, overrides or [])
    run(options, resume=resume == "auto")
    typer.echo(str(Path(options.out) / f"{options.name}.safetensors"))
