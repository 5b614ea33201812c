"""Tables as Markdown, on a terminal, and scores as CSV."""

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from instructir.evaluation.metrics import METRICS
from instructir.evaluation.render.layout import Cell, TextTable, layout_tables
from instructir.evaluation.results import INPUT, Results

if TYPE_CHECKING:
    from rich.console import RenderableType


def markdown(results: Results, rows: Sequence[str] = (), keys: Sequence[str] = ()) -> str:
    """All tables of `results` with captions and notes; ends without a newline.

    Args:
        results: what was measured.
        rows: names of the rows that are wanted; empty for all.
        keys: the columns that are wanted, without notes; empty for all.

    Raises:
        DataError: if there is no row or column of that name.
    """
    return "\n\n".join(_markdown(table) for table in layout_tables(results, rows=rows, keys=keys))


def results_text(results: Results, width: int = 80) -> "RenderableType":
    """All tables of `results` for a rich console of `width` characters; what is wider becomes a list."""
    from rich.console import Group

    return Group(*(_terminal(table) for table in layout_tables(results, width)))


def per_image_csv(results: Results) -> str:
    """One line a picture, method and draw, with its protocol, all metrics, and the PSNR of its input."""
    measured = {name for run in results.runs for entry in run.images[:1] for name in entry.scores}
    names = [name for name in METRICS if name in measured]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    fixed = ["case", "image", "method", "protocol", "source", "repeat", "instruction", "input_psnr"]
    writer.writerow([*fixed, *names])
    for run in results.runs:
        inputs = results.find(run.case, INPUT)
        before = {entry.image: entry.scores["psnr"] for entry in inputs.images} if inputs else {}
        for entry in run.images:
            place = [run.case, entry.image, run.method, results.protocol["name"], run.source]
            known = [before.get(entry.image), *(entry.scores.get(name) for name in names)]
            numbers = ["" if value is None else f"{value:.6f}" for value in known]
            writer.writerow([*place, entry.repeat, entry.instruction, *numbers])
    return stream.getvalue()


def _markdown(table: TextTable) -> str:
    head = [_escaped(heading) for heading in table.head]
    rule = ["---"] + ["---:"] * (len(head) - 1)
    body = [[_emphasised(cell) for cell in row] for row in table.rows]
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, rule, *body)]
    parts = [f"**{table.title}.** {table.caption}", "\n".join(lines)]
    if table.notes:
        parts.append("\n".join(f"- {note}" for note in table.notes))
    return "\n\n".join(parts)


def _emphasised(cell: Cell) -> str:
    text = _escaped(cell.text)
    return f"**{text}**" if cell.best else text


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")


def _terminal(table: TextTable) -> "RenderableType":
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=Text(table.title), caption=Text(table.caption), caption_justify="left")
    for place, heading in enumerate(table.head):
        drawn.add_column(Text(heading), justify="right" if place else "left")
    for row, kind in zip(table.rows, table.kinds, strict=True):
        if kind == "heading":
            drawn.add_section()
        style = "dim" if kind == "published" else ""
        drawn.add_row(*(Text(cell.text, style="bold" if cell.best else style) for cell in row))
    return Group(drawn, *(Text(f"* {note}") for note in table.notes))
