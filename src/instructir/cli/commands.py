"""All commands, and the one place where errors become exit statuses."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from instructir._version import __version__
from instructir.cli import (
    bench,
    data,
    diagnose,
    evaluate,
    evaluate_understanding,
    experts,
    export,
    models,
    plan,
    restore,
    serve,
    train,
)
from instructir.cli.interruption import INTERRUPTED, interrupted
from instructir.cli.names import with_sound_names
from instructir.cli.parameters import with_fields, with_numbers
from instructir.cli.streams import complain, flush, status_of
from instructir.cli.usage import complaint
from instructir.errors import InstructIRError
from instructir.settings import per_picture


class _Commands(TyperGroup):
    """The commands; Typer would end an interrupted one without a word of what is left."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise typer.Exit(interrupted(error)) from None


app = typer.Typer(
    cls=_Commands,
    name="instructir",
    help="Restore a photograph from a sentence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("restore", epilog=restore.EXAMPLES)(with_fields(restore.restore))
app.command("plan")(plan.plan)
app.command("diagnose")(diagnose.diagnose)
app.command("serve")(with_fields(serve.serve, leave_out=per_picture()))
app.command("export")(export.export)
app.command("bench")(bench.bench)
app.add_typer(train.app, name="train")
evaluate.app.command("planner")(evaluate_understanding.planner)
evaluate.app.command("diagnosis")(evaluate_understanding.diagnosis)
evaluate.app.command("composites")(evaluate_understanding.composites)
app.add_typer(models.app, name="models")
app.add_typer(experts.app, name="experts")
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(data.app, name="data")
with_sound_names(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"instructir {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    del version


def run(arguments: Sequence[str]) -> int:
    """Run a command, and return the exit status; what the user can correct is one line on stderr.

    Args:
        arguments: the words of the command line behind the program's name.
    """
    try:
        status = _status(arguments)
        flush()
    except OSError as error:
        return status_of(error)
    return status


def _status(arguments: Sequence[str]) -> int:
    try:
        status = app(with_numbers(arguments), standalone_mode=False)
    except InstructIRError as error:
        return complain(str(error))
    except typer.TyperException as error:
        # Without a message, the help that nothing at all asks for was printed.
        message = complaint(error, arguments)
        return complain(message) if message else 2
    except typer.Abort:
        return INTERRUPTED
    return status if isinstance(status, int) else 0
