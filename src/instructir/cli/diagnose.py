"""``instructir diagnose``: which faults a picture seems to have."""

import json
from pathlib import Path
from typing import Annotated

import typer

from instructir.cli.streams import STDIN, standard_input


def diagnose(
    image: Annotated[Path, typer.Argument(help="A picture, or - for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say which faults a picture seems to have, the most probable first."""
    from instructir.restoration.diagnosis import examine_file

    findings = examine_file(standard_input() if str(image) == STDIN else image)
    ranked = sorted(findings.probabilities.items(), key=lambda pair: -pair[1])
    if as_json:
        report: dict[str, object] = {
            "degradations": {task.value: round(probability, 4) for task, probability in ranked},
            "severity": {task.value: round(findings.severities[task], 4) for task, _ in ranked},
            "thresholds": {task.value: findings.thresholds[task] for task, _ in ranked},
        }
        if findings.quality is not None:
            report["jpeg_quality"] = findings.quality
        typer.echo(json.dumps(report))
        return
    for task, probability in ranked:
        strong = f"severity {findings.severities[task]:.2f}" if task in findings.faults else ""
        typer.echo(f"{task.value:17}{probability:6.1%}  {strong}".rstrip())
    if findings.quality is not None:
        typer.echo(f"JPEG of about quality {findings.quality}")
    if not findings.faults:
        typer.echo("looks clean: nothing would be done")
