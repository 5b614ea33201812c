"""``instructir experts``: which models compute which tasks."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from instructir.tasks import Task

app = typer.Typer(
    help="Models that compute single tasks in place of the one that is loaded.", no_args_is_help=True
)

_TABLE = typer.Option("--table", help="The table; by default the user's own, which restore uses.")
_TASK = typer.Argument(metavar="TASK", help="Such as deblurring or noise.")


@app.command("list")
def list_experts(
    table: Annotated[Path | None, _TABLE] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """List the tasks that have an expert, and their models."""
    experts = _read(table)
    if as_json:
        typer.echo(json.dumps({task.value: model for task, model in experts.items()}, ensure_ascii=False))
        return
    for task, model in experts.items():
        typer.echo(f"{task.value:16} {model}")


@app.command("set")
def set_expert(
    task: Annotated[str, _TASK],
    model: Annotated[
        str, typer.Argument(help="NAME, FILE (also .pth and .onnx), DIR, hub:ORG/REPO or hub:ORG/REPO/FILE.")
    ],
    table: Annotated[Path | None, _TABLE] = None,
) -> None:
    """Have a model compute a task from now on; it is loaded once to see whether it can."""
    import torch

    from instructir.restoration.expert_table import own_table, write_table
    from instructir.restoration.experts import load_expert
    from instructir.tasks import Task

    asked = Task.parse(task)
    experts = _read(table)
    found = load_expert(model, torch.device("cpu"), asked)
    path = Path(model).expanduser()
    experts[asked] = str(path.resolve()) if path.exists() else model
    write_table(table or own_table(), experts)
    typer.echo(f"{asked.value}: {found.name}")


@app.command("remove")
def remove_expert(task: Annotated[str, _TASK], table: Annotated[Path | None, _TABLE] = None) -> None:
    """Have the loaded model compute a task again."""
    from instructir.errors import ConfigError
    from instructir.restoration.expert_table import own_table, write_table
    from instructir.tasks import Task

    asked = Task.parse(task)
    experts = _read(table)
    if asked not in experts:
        raise ConfigError(
            f"{asked.value} has no expert in {table or own_table()}; see instructir experts list"
        )
    del experts[asked]
    write_table(table or own_table(), experts)


def _read(table: Path | None) -> "dict[Task, str]":
    from instructir.restoration.expert_table import own_table, read_table

    path = table or own_table()
    return read_table(path) if path.exists() else {}
