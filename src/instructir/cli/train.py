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
    """Train a model; the run's folder gets its checkpoints, log, curves and the averaged model.

    For several GPUs or machines: torchrun --nproc-per-node N -m instructir train CONFIG.
    """
    import logging

    from instructir.training.loop import train as run
    from instructir.training.options import load_options

    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("instructir").setLevel(logging.INFO)
    options = load_options(config, overrides or [])
    _check_place(options.out, resume)
    run(options, resume=resume == "auto")
    typer.echo(str(Path(options.out) / f"{options.name}.safetensors"))


def _check_place(out: str, resume: str) -> None:
    """Refuse to write a new run over the checkpoints of another."""
    from instructir.errors import ConfigError
    from instructir.training.checkpoints import PATTERN

    if resume == "never" and any(Path(out).glob(PATTERN)):
        raise ConfigError(
            f"{out}: holds a run already; add --resume auto to go on with it, or give another out="
        )
