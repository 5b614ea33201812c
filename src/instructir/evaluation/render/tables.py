"""Tables from results: our rows under the published ones, each with its protocol, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from instructir.errors import DataError
from instructir.evaluation.metrics import METRICS
from instructir.evaluation.render.published import AVERAGE, PublishedTable
from instructir.evaluation.render.published import tables as published_tables
from instructir.evaluation.results import INPUT, CaseRecord, Results, Run
from instructir.evaluation.suites import SUITES
from instructir.tasks import Task

NOTHING = "Do nothing"
BICUBIC = "Bicubic"
ABSENT = "–"  # noqa: RUF001
PRINTED = "as printed"
RGB, LUMA = ("psnr", "ssim"), ("psnr_y", "ssim_y")
_WORSE = "worse"
"""Key of the column that counts pictures with a lower PSNR than untouched, and of the count in it."""
_SOURCE_TITLES = {
    "precise": "precise words",
    "ambiguous": "ambiguous words",
    "real_users": "real users' words",
}

Values = Mapping[str, float]


@dataclass(frozen=True)
class Column:
    """A column: a case, with the metrics that its cells print, or the average.

    Attributes:
        key: id of the case, with ``:y`` for its luma, or ``average``, or ``worse``.
        title: heading.
        state: how many pictures were measured, or that the set is missing.
        metrics: names of the metrics, in the order of the cell.
    """

    key: str
    title: str
    state: str
    metrics: tuple[str, ...]

    def text(self, values: Values | None) -> str:
        """The cell for `values`: the column's metrics, as far as there are any."""
        known = values or {}
        if _WORSE in known:
            return f"{known[_WORSE]:.0f} of {known['of']:.0f}"
        parts = [f"{known[name]:.{METRICS[name].decimals}f}" for name in self.metrics if name in known]
        return " / ".join(parts) or ABSENT


@dataclass(frozen=True)
class TableRow:
    """A row.

    Attributes:
        name: the method.
        kind: ``published``, ``input``, ``baseline`` or ``model``.
        protocol: how its numbers were measured.
        values: by column key.
    """

    name: str
    kind: str
    protocol: str
    values: Mapping[str, Values]


@dataclass(frozen=True)
class Table:
    """A table, ready for any renderer."""

    title: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()
    best: Mapping[str, str] = field(default_factory=dict)


def build_tables(results: Results, wanted: Sequence[str] = (), keys: Sequence[str] = ()) -> Table:
    """The table of `results`, with the published rows of its suite.

    Args:
        results: what was measured.
        wanted: names of the rows to keep, which change nothing but what is shown; empty for all.
        keys: the columns to keep, without the notes on all of them; empty for all.

    Raises:
        DataError: if there is no row of that name, or no such column.
    """
    published = published_tables().get(results.suite)
    columns = _columns(results)
    rows = [row for row in (*_published_rows(published), *_our_rows(results)) if row.values]
    unknown = set(wanted) - {row.name for row in rows}
    if unknown:
        raise DataError(
            f"no row {min(unknown)!r} in results {results.suite}: {', '.join(row.name for row in rows)}"
        )
    strange = set(keys) - {column.key for column in columns}
    if strange:
        known = ", ".join(column.key for column in columns)
        raise DataError(f"no column {min(strange)!r} in results {results.suite}: {known}")
    shown = [column for column in columns if not keys or column.key in keys]
    return Table(
        results.title,
        f"{_metric_titles(columns)}; protocol {results.protocol['name']}: {results.protocol['summary']}.",
        tuple(shown),
        tuple(row for row in rows if not wanted or row.name in wanted),
        () if keys else tuple(_notes(results, published)),
        _best(columns, [row for row in rows if row.kind != "published"]),
    )


def _columns(results: Results) -> list[Column]:
    measured = {name for run in results.runs for entry in run.images[:1] for name in entry.scores}
    main = (*RGB, *(name for name in METRICS if name in measured and name not in RGB + LUMA))
    columns = []
    for case in results.cases:
        state = _state(results, case)
        columns.append(Column(case.id, case.title, state, main))
        if case.task == Task.DERAINING.value and measured & set(LUMA):
            columns.append(Column(f"{case.id}:y", f"{case.title} on Y", state, LUMA))
    suite = SUITES.get(results.suite)
    if suite is not None and suite.average:
        title = "Average" if suite.average == "cases" else "Average of tasks"
        # Published averages stand over this column, and are of whole sets.
        partial = suite.average == "cases" and any(" of " in column.state for column in columns)
        columns.append(Column(AVERAGE, title, "of partial sets" if partial else "", RGB))
    if any(run.method == INPUT for run in results.runs):
        columns.append(Column(_WORSE, "Worse than untouched", "by PSNR", (_WORSE,)))
    return columns


def _state(results: Results, case: CaseRecord) -> str:
    counts = [run.count for run in results.runs if run.case == case.id]
    if not counts:
        return "missing" if not case.found else "nothing measured"
    whole = _whole(results, case)
    return f"{max(counts)} pictures" if whole else f"{max(counts)} of {case.expected}"


def _whole(results: Results, case: CaseRecord) -> bool:
    """Whether every picture of the set was measured."""
    return max((run.count for run in results.runs if run.case == case.id), default=0) >= case.expected


def _published_rows(published: PublishedTable | None) -> list[TableRow]:
    if published is None:
        return []
    return [TableRow(row.name, "published", PRINTED, row.scores) for row in published.rows]


def _our_rows(results: Results) -> list[TableRow]:
    kinds = {record.name: record.kind for record in results.methods}
    sources = {source for _, source in results.rows if source}
    rows = []
    for method, source in results.rows:
        values = _values(results, method, source)
        if method == INPUT:
            rows += _input_rows(results, values)
            continue
        name = f"{method}, {_SOURCE_TITLES.get(source, source)}" if source and len(sources) > 1 else method
        rows.append(TableRow(name, kinds.get(method, "model"), results.protocol["name"], values))
    rank = {INPUT: 0, "baseline": 1, "model": 2}
    return sorted(rows, key=lambda row: rank[row.kind])


def _values(results: Results, method: str, source: str) -> dict[str, Values]:
    runs = {
        run.case: run for run in results.runs if (run.method, run.source) == (method, source) and run.images
    }
    values: dict[str, Values] = {case: run.mean for case, run in runs.items()}
    values |= {f"{case}:y": run.mean for case, run in runs.items() if LUMA[0] in run.mean}
    average = _average(results, runs)
    if average:
        values[AVERAGE] = average
    counts = [results.worse_than_input(run) for run in runs.values()]
    worse, of = (float(sum(column)) for column in zip(*counts, strict=True)) if counts else (0.0, 0.0)
    if method != INPUT and of > 0:
        values[_WORSE] = {_WORSE: worse, "of": of}
    return values


def _average(results: Results, runs: Mapping[str, Run]) -> Values | None:
    """The average over all cases, or over the tasks' own averages; None unless every case was measured."""
    suite = SUITES.get(results.suite)
    if suite is None or not suite.average or {case.id for case in results.cases} != set(runs):
        return None
    groups: dict[str, list[Values]] = {}
    for case in results.cases:
        groups.setdefault(case.task if suite.average == "tasks" else case.id, []).append(runs[case.id].mean)
    return {name: fmean(fmean(mean[name] for mean in means) for means in groups.values()) for name in RGB}


def _input_rows(results: Results, values: dict[str, Values]) -> list[TableRow]:
    """Doing nothing; in super-resolution the input is the bicubic enlargement, which has its own name."""
    protocol = results.protocol["name"]
    enlarged = {case.id for case in results.cases if case.task == Task.SUPER_RESOLUTION.value}
    bicubic = {key: value for key, value in values.items() if key in enlarged}
    rows = [
        TableRow(
            NOTHING, INPUT, protocol, {key: value for key, value in values.items() if key not in enlarged}
        )
    ]
    return [*rows, TableRow(BICUBIC, INPUT, protocol, bicubic)]


def _best(columns: list[Column], rows: list[TableRow]) -> dict[str, str]:
    """Name of the best measured row by column, where there is a choice."""
    best = {}
    for column in columns:
        if column.key == _WORSE:
            continue
        name = column.metrics[0]
        scores = {row.name: row.values[column.key][name] for row in rows if column.key in row.values}
        if len(scores) > 1:
            best[column.key] = max(scores, key=lambda row: scores[row])
    return best


def _metric_titles(columns: list[Column]) -> str:
    names = columns[0].metrics if columns else RGB
    return " / ".join(METRICS[name].title for name in names)


def _notes(results: Results, published: PublishedTable | None) -> list[str]:
    # One set may be several cases.
    notes = list(dict.fromkeys(f"Not complete: {case.note}." for case in results.cases if case.note))
    for case, fault in results.faults():
        notes.append(f"Left out of {case}: {fault.image} ({fault.reason}).")
    if published is not None:
        notes.append(f"Published rows: {published.source}; their protocol is not stated there.")
        cases = [case for case in results.cases if case.id in published.columns]
        whole = all(_whole(results, case) for case in cases)
        notes += [note for note in (published.note, published.note_if_whole if whole else "") if note]
    return notes
