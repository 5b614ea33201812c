"""What was measured of the planner, of blind mode and of faults together, as Markdown.

:mod:`instructir.evaluation.render.documents` puts it into documents.
"""

import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from instructir._version import __version__
from instructir.errors import DataError
from instructir.evaluation.results import write_json
from instructir.evaluation.understanding.planner import LEVELS, NEITHER
from instructir.tasks import TASKS

Figures = Mapping[str, Any]

GOALS: dict[str, tuple[str, str]] = {
    "vague": ("names no fault: recognised as vague", "90 %"),
    "blind": ("names no fault: left to the picture", ""),
    "out_of_scope": ("out of scope: refused", "85 %"),
    "compound_tasks": ("two or three tasks: exactly these", "80 %"),
    "compound_order": ("two or three tasks: in the listed order too", ""),
    "exclusions": ("exclusions: exactly these", "90 %"),
    "exclusions_and_tasks": ("exclusions and tasks: exactly these", ""),
    "strength": ("strength: a part, or all", "85 %"),
    "languages": ("plain requests in eight other languages: the task", "80 %"),
}
"""What each accuracy is of, and the goal it was built to."""


def about() -> dict[str, str]:
    """When, with what and on what something is measured."""
    return {
        "created": datetime.now(UTC).strftime("%Y-%m-%d"),
        "version": __version__,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores seen",
    }


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table, all columns but the first to the right."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _accuracy(figure: Figures) -> str:
    return f"{100 * figure['fraction']:.1f} % ({figure['right']} of {figure['of']})"


def _confusion(matrix: Mapping[str, Mapping[str, int]]) -> str:
    columns = [*(task.value for task in TASKS), *NEITHER]
    rows = [
        [task.value, *(matrix[task.value].get(column, 0) or "\N{MIDDLE DOT}" for column in columns)]
        for task in TASKS
    ]
    return table(["said \\ read", *(column.replace("_", " ") for column in columns)], rows)


def planner(figures: Figures) -> str:
    """The planner on the held-out lists."""
    rows = [
        [f"one task, {level.replace('_', ' ')}: the task", _accuracy(figures["intent"][level]), "97 %"]
        for level in LEVELS
    ]
    rows += [
        [f"one task, {level.replace('_', ' ')}: that task alone", _accuracy(figures["one_step"][level]), ""]
        for level in LEVELS
    ]
    rows += [[title, _accuracy(figures[name]), goal] for name, (title, goal) in GOALS.items()]
    calibration = figures["calibration"]
    rows.append(["expected calibration error, one-task lines", f"{calibration['ece']:.3f}", "0.05 at most"])
    several = figures.get("compound_calibration")
    if several:
        rows.append(
            ["expected calibration error, steps of several and exclusions", f"{several['ece']:.3f}", ""]
        )
    time = figures.get("time")
    for name, spans in (("English", time), ("other", time and time.get("languages"))):
        if spans:
            rows.append(
                [
                    f"processor time to plan a new {name} sentence, {spans['threads']} thread(s): "
                    "median, 95th percentile",
                    f"{spans['median_ms']:.0f} ms, {spans['p95_ms']:.0f} ms",
                    "30 ms",
                ]
            )
    parts = [table(["held-out lines", "measured", "goal"], rows)]
    cases = figures.get("cases")
    if cases:
        sections = [[name.replace("_", " "), _accuracy(row)] for name, row in cases["sections"].items()]
        parts.append("An independent labelled set, lines read wholly right:\n\n")
        parts[-1] += table(["section", "wholly right"], sections)
        codes = ", ".join(f"{code} {row['right']}/{row['of']}" for code, row in cases["by_language"].items())
        parts.append(f"The same by language: {codes}.")
    spoken = ", ".join(f"{code} {row['right']}/{row['of']}" for code, row in figures["by_language"].items())
    parts.append(f"By language: {spoken}.")
    bins = [
        [f"{part['confidence']:.2f}", f"{part['accuracy']:.2f}", part["lines"]]
        for part in calibration["bins"]
    ]
    parts.append("Calibration, in ten equal bins of confidence:\n\n")
    parts[-1] += table(["mean confidence", "fraction right", "lines"], bins)
    for name, matrix in figures["confusion"].items():
        parts.append(f"Confusion, `{name}`:\n\n{_confusion(matrix)}")
    return "\n\n".join(parts)


def diagnosis(figures: Figures) -> str:
    """Blind mode on photos that it was not trained on."""
    rows = [
        ["right fault first", f"{100 * figures['top_one']:.1f} %", ""],
        ["right fault among the first two", f"{100 * figures['top_two']:.1f} %", "95 %"],
        ["clean photos left alone", f"{100 * figures['clean_left_alone']:.1f} %", "90 %"],
        ["mean error of the severity, 0 to 1", f"{figures['severity_error']:.2f}", ""],
    ]
    strengths = ", ".join(map(str, figures["strengths"]))
    text = f"{figures['photos']} clean photos, each with every fault in turn, strengths {strengths}:\n\n"
    parts = [text + table(["blind mode", "measured", "goal"], rows)]
    tasks = [
        [name, row["first"], row["second"], row["found"], row["of"]]
        for name, row in figures["by_task"].items()
    ]
    parts.append(table(["synthetic fault", "first", "first two", "acted on", "photos"], tasks))
    sets = [
        [name, row["task"], row["second"], row["found"], row["of"]] for name, row in figures["real"].items()
    ]
    if sets:
        parts.append(table(["set", "its fault", "first two", "acted on", "pictures"], sets))
    return "\n\n".join(parts)


def composites(figures: Figures) -> str:
    """One to three faults in a picture."""
    rows = []
    for name, row in figures["composites"].items():
        found = row["psnr"]
        values = [f"{found[key]:.2f}" for key in ("input", row["best"], "planned", "blind")]
        gain = f"{row['gain']:+.2f}" if "+" in name else ""
        rows.append([name.replace("+", " + "), *values, f"{gain}"])
    heads = ["faults", "input", "best sentence of one task", "sentence of all", "no words", "gain"]
    note = (
        f"PSNR in dB of 8-bit files, {figures['photos']} photos a row, model {figures['model']}; "
        f"mean gain of two faults {figures['gain']:+.2f} dB (goal: +3 dB)."
    )
    return f"{table(heads, rows)}\n\n{note}"


RENDERERS: dict[str, Callable[[Figures], str]] = {
    "planner": planner,
    "diagnosis": diagnosis,
    "composites": composites,
}
"""How the figures of each name are printed."""


def block_body(name: str, figures: Figures) -> str:
    """Text of a block, with what it was measured on as its last line.

    Raises:
        DataError: if nothing of that name is measured.
    """
    if name not in RENDERERS:
        raise DataError(f"no figures are called {name!r}: use {', '.join(RENDERERS)}")
    made = figures["about"]
    source = f"Measured {made['created']} with instructir {made['version']} on {made['machine']}."
    return f"{RENDERERS[name](figures)}\n\n{source}\n"


def write_figures(name: str, figures: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Write figures to a JSON file, with what they were measured on; what was written.

    Raises:
        DataError: if the file cannot be written.
    """
    complete = {"name": name, "about": about(), **figures}
    write_json(complete, path)
    return complete


def read_figures(path: Path) -> dict[str, Any]:
    """Read figures from a JSON file.

    Raises:
        DataError: if it cannot be read, or holds none.
    """
    try:
        figures: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as figures ({error})") from None
    return figures
