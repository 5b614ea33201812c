"""``instructir plan``: what an instruction is understood to ask for."""

import json
import sys
from typing import Annotated

import typer


def plan(
    instruction: Annotated[
        str, typer.Argument(help="The instruction, or - for one a line on standard input.")
    ],
    model: Annotated[str, typer.Option(help="Whose text head reads it.")] = "instructir-7d-lite",
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object (always so with -).")] = False,
) -> None:
    """Show the plan that an instruction leads to, without touching a picture."""
    from instructir.restoration.restorer import load

    restorer = load(model, "cpu")
    if instruction == "-":
        for line in sys.stdin:
            if line.strip():
                typer.echo(json.dumps(restorer.plan(line).to_dict(), ensure_ascii=False))
        return
    understood = restorer.plan(instruction)
    typer.echo(json.dumps(understood.to_dict(), ensure_ascii=False) if as_json else understood.summary())
