"""``instructir plan``: what an instruction is understood to ask for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instructir.cli.streams import STDIN, lines_of_standard_input
from instructir.errors import ImageFileError, InstructionError
from instructir.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    from instructir.tasks import Task


def plan(
    instruction: Annotated[
        str, typer.Argument(help="The instruction, or - for one a line on standard input.")
    ],
    image: Annotated[
        Path | None, typer.Option(help="The picture, which decides where the instruction names no fault.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object (always so with -).")] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Draw what the instruction does inside the model to this file.")
    ] = None,
    model: Annotated[str, typer.Option(help="The model that is to follow the plan.")] = DEFAULT_MODEL,
) -> None:
    """Show the plan that an instruction leads to, without restoring anything."""
    from instructir.restoration.ordering import left_to_picture
    from instructir.restoration.planning import plan_for

    if image is not None and not image.is_file():
        raise ImageFileError(f"{image}: there is no such file")
    if instruction == STDIN:
        failed = False
        tasks = _tasks(model)
        for answer in _answers(tasks, image):
            failed = failed or answer["kind"] == "error"
            typer.echo(json.dumps(answer, ensure_ascii=False))
        if failed:
            raise typer.Exit(1)
        return
    understood = plan_for(_tasks(model), instruction, image)
    if plot is not None:
        from instructir.evaluation.understanding.interpretation import draw
        from instructir.models.pretrained import resolve

        draw(resolve(model), instruction, plot)
    if as_json:
        typer.echo(json.dumps(understood.to_dict(), ensure_ascii=False))
        return
    open_ = image is None and left_to_picture(understood)
    typer.echo(f"{understood.summary()}{'; or light first, as the picture decides' if open_ else ''}")


def _tasks(model: str) -> "tuple[Task, ...] | None":
    """What the model can be asked for; the shipped one can do all, which is known without loading it."""
    from instructir.models.pretrained import resolve
    from instructir.restoration.planning import tasks_of
    from instructir.tasks import TASKS

    return TASKS if model == DEFAULT_MODEL else tasks_of(resolve(model))


def _answers(tasks: "tuple[Task, ...] | None", image: Path | None) -> Iterator[dict[str, Any]]:
    """An answer a line of standard input, with its number and its text; a bad line stops nothing."""
    from instructir.restoration.planning import plan_for

    for number, raw in enumerate(lines_of_standard_input(), 1):
        text = raw.decode("utf-8", "replace").strip()
        answer: dict[str, Any] = {"line": number, "text": text}
        nothing: dict[str, Any] = {"steps": [], "excluded": []}
        try:
            if not text:
                yield {**answer, "kind": "empty", **nothing}
                continue
            # What is not UTF-8 is kept as it is, so that the planner refuses it by name.
            understood = plan_for(tasks, raw.decode("utf-8", "surrogateescape").strip(), image)
            yield {**answer, **understood.to_dict()}
        except InstructionError as error:
            yield {**answer, "kind": "error", **nothing, "error": str(error)}
