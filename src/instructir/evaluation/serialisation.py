"""Results as plain JSON types and as a file of them, and back."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from instructir.errors import DataError
from instructir.evaluation.results import (
    FORMAT,
    INPUT,
    CaseRecord,
    Cost,
    Fault,
    ImageScores,
    MethodRecord,
    Results,
    Run,
)

DIGITS = 6
"""Decimals that are kept: far below what any comparison of two runs means."""


def write_results(results: Results, path: Path) -> None:
    """Write `results` as JSON, by way of a temporary file.

    Raises:
        DataError: if the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(
            json.dumps(to_dict(results), indent=1, ensure_ascii=False, allow_nan=False) + "\n", "utf-8"
        )
        temporary.replace(path)
    except OSError as error:
        raise DataError(f"{path}: cannot be written ({error.strerror}); choose another place") from None


def read_results(path: Path) -> Results:
    """Read what :func:`write_results` wrote.

    Raises:
        DataError: if the file is missing or holds something else.
    """
    try:
        stored = json.loads(path.read_text("utf-8"))
        if stored["format"] != FORMAT:
            raise DataError(f"{path}: written by another version of InstructIR; run the evaluation again")
        return from_dict(stored)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DataError(
            f"{path}: holds no results; give a file that instructir evaluate --json wrote"
        ) from None


def to_dict(results: Results) -> dict[str, Any]:
    """Return `results` as JSON types; counts and means are there for readers, and computed anew when read."""
    return {
        "format": FORMAT,
        "suite": results.suite,
        "title": results.title,
        "created": results.created,
        "protocol": results.protocol,
        "machine": results.machine,
        "versions": results.versions,
        "methods": [asdict(method) for method in results.methods],
        "cases": [asdict(case) for case in results.cases],
        "costs": [asdict(cost) for cost in results.costs],
        "runs": [_run(results, run) for run in results.runs],
    }


def from_dict(stored: dict[str, Any]) -> Results:
    """Rebuild the results that :func:`to_dict` gave.

    Raises:
        KeyError, TypeError, ValueError: if `stored` is something else.
    """
    return Results(
        suite=str(stored["suite"]),
        title=str(stored["title"]),
        protocol=dict(stored["protocol"]),
        machine=dict(stored["machine"]),
        versions=dict(stored["versions"]),
        created=str(stored["created"]),
        methods=[MethodRecord(**method) for method in stored["methods"]],
        cases=[CaseRecord(**{**case, "excluded": _faults(case["excluded"])}) for case in stored["cases"]],
        costs=[Cost(**{**cost, "size": tuple(cost["size"])}) for cost in stored["costs"]],
        runs=[_read_run(run) for run in stored["runs"]],
    )


def _run(results: Results, run: Run) -> dict[str, Any]:
    inputs = results.find(run.case, INPUT)
    before = {entry.image: entry.scores["psnr"] for entry in inputs.images} if inputs else {}
    return {
        "case": run.case,
        "method": run.method,
        "wording": run.wording,
        "count": run.count,
        "mean": _rounded(run.mean),
        "failed": [asdict(fault) for fault in run.failed],
        "images": [
            {
                "image": entry.image,
                "repeat": entry.repeat,
                "instruction": entry.instruction,
                "scores": _rounded(entry.scores),
                "input_psnr": round(before[entry.image], DIGITS) if entry.image in before else None,
            }
            for entry in run.images
        ],
    }


def _read_run(run: dict[str, Any]) -> Run:
    images = [
        ImageScores(entry["image"], dict(entry["scores"]), entry["instruction"], entry["repeat"])
        for entry in run["images"]
    ]
    return Run(run["case"], run["method"], run["wording"], images, _faults(run["failed"]))


def _faults(stored: list[dict[str, str]]) -> list[Fault]:
    return [Fault(**fault) for fault in stored]


def _rounded(scores: dict[str, float]) -> dict[str, float]:
    return {name: round(value, DIGITS) for name, value in scores.items()}
