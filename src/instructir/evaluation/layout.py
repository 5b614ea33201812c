"""Tables of text: where every cell stands, before any renderer draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

from instructir.evaluation.published import tables as published_tables
from instructir.evaluation.results import INPUT, Results
from instructir.evaluation.tables import ABSENT, PRINTED, Table, build

WIDE = 8
"""Tables with more columns than this, and more columns than rows, are turned: cases downwards."""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        text: its lines.
        best: whether it is the best measured value of its case.
    """

    text: str
    best: bool = False


@dataclass(frozen=True)
class TextTable:
    """A table of text.

    Attributes:
        title: heading.
        caption: what the numbers are, and under which protocol.
        head: headings.
        rows: cells, the first of each naming the row.
        kinds: what each row is: ``published``, ``input``, ``baseline``, ``model`` or ``case``.
        notes: what is missing or left out, and sources.
    """

    title: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kinds: tuple[str, ...]
    notes: tuple[str, ...] = ()


def layout(results: Results) -> list[TextTable]:
    """All tables of `results`: the scores, if any were measured, and the costs, if any were."""
    tables = [_scores(build(results))] if results.cases else []
    return [*tables, _costs(results)] if results.costs else tables


def _scores(table: Table) -> TextTable:
    headings = [f"{column.title}\n{column.state}".strip() for column in table.columns]
    rows = []
    for row in table.rows:
        cells = [Cell(row.name), Cell(row.protocol)]
        for column in table.columns:
            best = table.best.get(column.key) == row.name and row.kind in ("model", "baseline")
            cells.append(Cell(column.text(row.values.get(column.key)), best))
        rows.append(tuple(cells))
    head, kinds = ("Method", "Protocol", *headings), tuple(row.kind for row in table.rows)
    if len(headings) > WIDE and len(headings) > len(rows):
        head, rows = _turned(headings, rows)
        kinds = ("case",) * len(rows)
    return TextTable(table.title, table.caption, head, tuple(rows), kinds, table.notes)


def _turned(
    headings: Sequence[str], rows: Sequence[tuple[Cell, ...]]
) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """Cases downwards; the methods, each with its protocol below, become the headings."""
    names = (f"{row[0].text}\n{row[1].text}" for row in rows)
    turned = [(Cell(heading), *(row[place + 2] for row in rows)) for place, heading in enumerate(headings)]
    return ("Set", *names), turned


def _costs(results: Results) -> TextTable:
    published = published_tables()["efficiency"]
    parameters = {record.name: record.parameters for record in results.methods if record.name != INPUT}
    rows, kinds = [], []
    for row in published.rows:
        rows.append((row.name, PRINTED, _number(row.parameters, 2), _number(row.macs, 1), ABSENT, ABSENT))
        kinds.append("published")
    for cost in results.costs:
        count = parameters.get(cost.method)
        size = f"{cost.size[0]}x{cost.size[1]}"
        measured = (
            _number(count / 1e6 if count else None, 2),
            _number(cost.macs / 1e9 if cost.macs else None, 2),
            f"{cost.latency_ms:.1f}",
            _number(cost.peak_memory_mb, 0),
        )
        rows.append((cost.method, f"measured, {size}", *measured))
        kinds.append("model")
    machine = results.machine
    place = machine.get("accelerator") or f"{machine.get('processor')}, {machine.get('threads')} threads"
    head = ("Method", "Source", "Parameters (M)", "Multiply-adds (G)", "Time (ms)", "Memory (MiB)")
    cells = tuple(tuple(Cell(text) for text in row) for row in rows)
    notes = (f"Published rows: {published.source}.", published.note)
    return TextTable("What one picture costs", f"Measured on {place}.", head, cells, tuple(kinds), notes)


def _number(value: float | None, decimals: int) -> str:
    return ABSENT if value is None else f"{value:.{decimals}f}"
