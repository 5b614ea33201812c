"""``instructir train``: the image network, the planner, the fault network, and the one of JPEG artefacts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

IMAGE = "image"


class ImageByDefault(TyperGroup):
    """``instructir train CONFIG`` means ``instructir train image CONFIG``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the word in where another command could stand and none does."""
        named = not args or args[0] in self.commands or args[0] in ctx.help_option_names
        return super().parse_args(ctx, args if named else [IMAGE, *args])


app = typer.Typer(
    cls=ImageByDefault,
    help="Train the networks, each as a configuration says: "
    "instructir train image|planner|faults|deblocking CONFIG.",
    no_args_is_help=True,
)

_Config = Annotated[str, typer.Argument(help="A YAML configuration, or the name of one of the package's.")]
_Overrides = Annotated[
    list[str] | None, typer.Argument(metavar="KEY=VALUE", help="Options of the configuration to change.")
]
_Resume = Annotated[
    Literal["auto", "never"], typer.Option(help="Go on from the run's newest checkpoint, or start anew.")
]


@app.command(IMAGE)
def image(
    config: _Config,
    overrides: _Overrides = None,
    resume: _Resume = "never",
    stage: Annotated[
        str, typer.Option(help="Of a configuration in stages, this one alone, from model.initial.")
    ] = "",
) -> None:
    """Train a model that restores; its folder gets checkpoints, log, curves and the averaged model.

    Your own photos: instructir train image own data.root=FOLDER

    For several GPUs or machines: torchrun --nproc-per-node N -m instructir train image CONFIG.
    """
    from instructir.training.configuration import find, load_options
    from instructir.training.run import train

    _log()
    options = load_options(find(config), overrides or [], stage)
    for run in options.runs():
        _check_place(run.out, resume)
    with _stopped([run.out for run in options.runs()]):
        train(options, resume=resume == "auto")
    typer.echo(str(options.model_file))


@app.command("planner")
def planner(config: _Config = "planner", overrides: _Overrides = None) -> None:
    """Train what reads sentences: readers of English and other languages, and the languages' identifier."""
    from instructir.training.configuration import load_configuration
    from instructir.training.place import writing_to
    from instructir.training.planner import PlannerOptions, train_planner

    _log()
    options = load_configuration(PlannerOptions, *_given("planner", config, overrides))
    with _stopped(), writing_to(Path(options.out)):
        for path in train_planner(options):
            typer.echo(str(path))


@app.command("faults")
def faults(config: _Config = "faults", overrides: _Overrides = None) -> None:
    """Train what sees the faults of a picture of which nobody says what is wrong."""
    from instructir.training.configuration import load_configuration
    from instructir.training.faults import FaultOptions, train_faults

    _log()
    options = load_configuration(FaultOptions, *_given("faults", config, overrides))
    with _stopped():
        typer.echo(str(train_faults(options)))


@app.command("deblocking")
def deblocking(config: _Config = "deblocking", overrides: _Overrides = None) -> None:
    """Train what takes away the rest of JPEG artefacts after the filter."""
    from instructir.training.configuration import load_configuration
    from instructir.training.deblocking import DeblockingOptions, train_deblocking

    _log()
    options = load_configuration(DeblockingOptions, *_given("deblocking", config, overrides))
    with _stopped():
        typer.echo(str(train_deblocking(options)))


def _given(name: str, config: str, overrides: list[str] | None) -> tuple[Path, list[str]]:
    """The configuration, by default the package's of this name, and the options to change."""
    from instructir.training.configuration import find

    if "=" in config and not Path(config).is_file():
        return find(name), [config, *(overrides or [])]
    return find(config), overrides or []


@contextmanager
def _stopped(places: Sequence[str] = ()) -> Iterator[None]:
    """Say what is left of a training that is interrupted from the keyboard.

    Args:
        places: folders of runs that may be gone on with.
    """
    try:
        yield
    except KeyboardInterrupt as error:
        from instructir.training.checkpoints import has_states

        saved = any(has_states(Path(place)) for place in places)
        left = "the same with --resume auto goes on from what was saved" if saved else "nothing was saved yet"
        raise KeyboardInterrupt(left) from error


def _log() -> None:
    import logging

    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("instructir").setLevel(logging.INFO)


def _check_place(out: str, resume: str) -> None:
    """Refuse to write a new run over the checkpoints of another."""
    from instructir.errors import ConfigError
    from instructir.training.checkpoints import has_states

    if resume == "never" and has_states(Path(out)):
        raise ConfigError(
            f"{out}: holds a run already; add --resume auto to go on with it, or give another out="
        )
