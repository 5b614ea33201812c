"""The page: numbers first, then every case with its distribution and its pictures."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from instructir.evaluation.documents import provenance
from instructir.evaluation.layout import TextTable, layout_tables
from instructir.evaluation.metrics import METRICS
from instructir.evaluation.report.gallery import card
from instructir.evaluation.report.plots import Strip, distribution
from instructir.evaluation.report.samples import Sample
from instructir.evaluation.results import INPUT, CaseRecord, Results, Run
from instructir.evaluation.tables import NOTHING

_HERE = Path(__file__).parent


def page(results: Results, samples: Sequence[Sample]) -> str:
    """The whole page as HTML; nothing in it is fetched from anywhere."""
    style, script = ((_HERE / name).read_text("utf-8") for name in ("style.css", "script.js"))
    protocol = results.protocol
    cases = "".join(_case(results, case, [s for s in samples if s.case == case.id]) for case in results.cases)
    laid_out = layout_tables(results)
    tables = "".join(_table(table, len(laid_out) > 1) for table in laid_out)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(results.title)}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{escape(results.title)}</h1>
<p><b>Protocol {escape(protocol["name"])}:</b> {escape(protocol["summary"])}.</p>
<p class="small">{escape(provenance(results))}</p>
<p class="small">As files: <a href="results.json">results.json</a>, <a href="scores.csv">scores.csv</a></p>
</header>
<main>
{tables}
{_contents(results)}
{cases}
</main>
<script>{script}</script>
</body>
</html>
"""


def _contents(results: Results) -> str:
    links = "".join(
        f'<li><a href="#{_anchor(case.id)}">{escape(case.title)}</a></li>' for case in results.cases
    )
    return f'<nav aria-label="Sets"><ul>{links}</ul></nav>' if len(results.cases) > 1 else ""


def _table(table: TextTable, many: bool) -> str:
    head = "".join(f'<th scope="col">{_lines(heading)}</th>' for heading in table.head)
    rows = []
    for row, kind in zip(table.rows, table.kinds, strict=True):
        cells = "".join(
            f'<td class="best">{_lines(cell.text)}</td>' if cell.best else f"<td>{_lines(cell.text)}</td>"
            for cell in row[1:]
        )
        rows.append(f'<tr class="{kind}"><th scope="row">{_lines(row[0].text)}</th>{cells}</tr>')
    notes = "".join(f"<li>{escape(note)}</li>" for note in table.notes)
    title = table.title if many else "Results"
    return (
        f'<section><h2>{escape(title)}</h2><p class="small">{escape(table.caption)}</p>'
        f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        f'<ul class="notes">{notes}</ul></section>'
    )


def _case(results: Results, case: CaseRecord, samples: Sequence[Sample]) -> str:
    runs = [run for run in results.runs if run.case == case.id and run.images]
    heading = f'<section id="{_anchor(case.id)}"><h2>{escape(case.title)}</h2>'
    if not runs:
        return (
            f'{heading}<p class="missing">{escape(case.note or "Nothing could be measured.")}</p></section>'
        )
    kinds = {record.name: record.kind for record in results.methods}
    strips = [Strip(_label(run), kinds.get(run.method, "model"), _psnr(run)) for run in runs]
    count, protocol = max(run.count for run in runs), results.protocol["name"]
    state = f"{case.task.replace('_', ' ')}, {count} of {case.expected} pictures, protocol {protocol}"
    cards = "".join(card(sample, protocol) for sample in samples)
    return (
        f'{heading}<p class="small">{escape(state)}</p>{distribution(strips, METRICS["psnr"].title)}'
        f'<div class="samples">{cards}</div></section>'
    )


def _label(run: Run) -> str:
    name = NOTHING if run.method == INPUT else run.method
    return f"{name}, {run.wording}" if run.wording not in ("", "plain") else name


def _psnr(run: Run) -> list[float]:
    return [entry.scores["psnr"] for entry in run.images]


def _anchor(case: str) -> str:
    return escape(case.lower().replace(" ", "-"))


def _lines(text: str) -> str:
    first, *rest = (escape(line) for line in text.split("\n"))
    return first + "".join(f"<br><small>{line}</small>" for line in rest)
