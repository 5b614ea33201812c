"""The command line: one thin module a command, and the one place where errors become exit statuses."""

import os
import sys
import warnings
from typing import Annotated

import typer

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
from instructir.cli.names import with_sound_names
from instructir.cli.parameters import with_fields, with_numbers
from instructir.cli.streams import complain, flush, status_of
from instructir.cli.usage import complaint
from instructir.errors import InstructIRError
from instructir.settings import per_picture

app = typer.Typer(
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


def main() -> None:
    """Run the command line; what the user can correct is one line on stderr and exit status 2."""
    # Beside other programs, threads that wait awake for the next layer cost many times what they win. It must
    # be said before torch is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # Threads share the filters that decoding sets, so warnings of damaged files are kept out here too.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    try:
        status = _status()
        flush()
    except OSError as error:
        status = status_of(error)
    sys.exit(status)


def _status() -> int:
    """Run the command, and return the exit status."""
    try:
        status = app(with_numbers(sys.argv[1:]), standalone_mode=False)
    except InstructIRError as error:
        return complain(str(error))
    except typer.TyperException as error:
        # Without a message, the help that nothing at all asks for was printed.
        message = complaint(error, sys.argv[1:])
        return complain(message) if message else 2
    except (KeyboardInterrupt, typer.Abort):
        return 130
    return status if isinstance(status, int) else 0
