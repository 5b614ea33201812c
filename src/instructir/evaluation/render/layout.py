"""Tables of text: where every cell stands, before any renderer draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

from instructir.evaluation.render.published import tables as published_tables
from instructir.evaluation.render.tables import ABSENT, PRINTED, Column, Table, TableRow, build_tables
from instructir.evaluation.results import INPUT, Results

CASES = "Set"
_KINDS = ("model", "input", "baseline", "published")
"""Order of the methods in a turned table: what the reader came for is seen without scrolling."""
_WIDE = 8
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


def layout_tables(
    results: Results, width: int | None = None, rows: Sequence[str] = (), keys: Sequence[str] = ()
) -> list[TextTable]:
    """All tables of `results`: the scores, if any were measured, and the costs, if any were.

    Args:
        results: what was measured.
        width: characters of a line; scores that need more become a list. None sets no limit.
        rows: names of the scores' rows that are wanted; empty for all.
        keys: the scores' columns that are wanted, without notes; empty for all.

    Raises:
        DataError: if there is no row or column of that name.
    """
    tables = []
    if results.cases:
        built = build_tables(results, rows, keys)
        scores = _scores(built)
        tables.append(scores if width is None or _width(scores) <= width else _listed(built))
    return [*tables, _costs(results)] if results.costs else tables


def _width(table: TextTable) -> int:
    """Characters that the table takes, borders included."""
    columns = zip(table.head, *([cell.text for cell in row] for row in table.rows), strict=True)
    return 1 + sum(3 + max(len(line) for text in column for line in text.split("\n")) for column in columns)


def _listed(table: Table) -> TextTable:
    """A long, narrow table: under each case one row for every method that has something there."""
    rows, kinds = [], []
    for column in table.columns:
        rows.append((Cell(f"{column.title}, {column.state}".removesuffix(", ")), Cell(""), Cell("")))
        kinds.append("heading")
        for row in table.rows:
            if column.key in row.values:
                text = Cell(column.text(row.values[column.key]), _is_best(table, row, column))
                rows.append((Cell(f"  {row.name}"), Cell(row.protocol), text))
                kinds.append(row.kind)
    head = (CASES, "Protocol", table.caption.split(";")[0])
    return TextTable(table.title, table.caption, head, tuple(rows), tuple(kinds), table.notes)


def _cells(table: Table, row: TableRow) -> list[Cell]:
    return [
        Cell(column.text(row.values.get(column.key)), _is_best(table, row, column))
        for column in table.columns
    ]


def _is_best(table: Table, row: TableRow, column: Column) -> bool:
    return table.best.get(column.key) == row.name and row.kind != "published"


def _scores(table: Table) -> TextTable:
    if len(table.columns) > _WIDE and len(table.columns) > len(table.rows):
        return _turned(table)
    headings = [f"{column.title}\n{column.state}".strip() for column in table.columns]
    rows = [(Cell(row.name), Cell(row.protocol), *_cells(table, row)) for row in table.rows]
    kinds = tuple(row.kind for row in table.rows)
    return TextTable(
        table.title, table.caption, ("Method", "Protocol", *headings), tuple(rows), kinds, table.notes
    )


def _turned(table: Table) -> TextTable:
    """Cases downwards and methods across, ours first; methods that share no case share a column."""
    groups: list[list[TableRow]] = []
    for row in sorted(table.rows, key=lambda row: _KINDS.index(row.kind)):
        home = next((group for group in groups if _fits(group, row)), None)
        if home is None:
            groups.append([row])
        else:
            home.append(row)
    lines = []
    for column in table.columns:
        cells = [_shared_cell(table, group, column) for group in groups]
        lines.append((Cell(f"{column.title}\n{column.state}".strip()), *cells))
    head = (CASES, *(f"{_shared_name(group)}\n{group[0].protocol}" for group in groups))
    return TextTable(table.title, table.caption, head, tuple(lines), ("case",) * len(lines), table.notes)


def _fits(group: list[TableRow], row: TableRow) -> bool:
    """Whether `row` can share the column of `group`: both do nothing, or are for different tasks."""
    taken = {key for member in group for key in member.values}
    return row.kind in ("input", "baseline") and row.kind == group[0].kind and taken.isdisjoint(row.values)


def _shared_name(group: list[TableRow]) -> str:
    if len(group) == 1:
        return group[0].name
    return " or ".join(row.name for row in group) if len(group) == 2 else "Baseline of the task"


def _shared_cell(table: Table, group: list[TableRow], column: Column) -> Cell:
    for row in group:
        if column.key in row.values:
            name = f"\n{row.name}" if len(group) > 2 else ""
            return Cell(f"{column.text(row.values[column.key])}{name}", _is_best(table, row, column))
    return Cell(ABSENT)


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
