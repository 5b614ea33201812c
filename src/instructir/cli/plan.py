"""``instructir plan``: what an instruction is understood to ask for."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from instructir.settings import DEFAULT_MODEL

if TYPE_CHECKING:
    from instructir.instructions.plan import Plan


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
    model: Annotated[str, typer.Option(help="With --plot: the model.")] = DEFAULT_MODEL,
) -> None:
    """Show the plan that an instruction leads to, without restoring anything."""
    if instruction == "-":
        for line in sys.stdin:
            if line.strip():
                typer.echo(json.dumps(_plan(line, image).to_dict(), ensure_ascii=False))
        return
    understood = _plan(instruction, image)
    if plot is not None:
        from instructir.evaluation.interpretation import draw
        from instructir.models.pretrained import resolve

        draw(resolve(model), instruction, plot)
    typer.echo(json.dumps(understood.to_dict(), ensure_ascii=False) if as_json else understood.summary())


def _plan(instruction: str, image: Path | None) -> "Plan":
    from instructir.instructions.planner import plan as understand

    understood = understand(instruction)
    if image is None or not understood.blind:
        return understood
    from instructir.restoration.diagnosis import plan_by_picture

    return plan_by_picture(image, understood.excluded)
