"""Tables, documents and the picture report."""

import csv
import io
import re

import pytest
import torch

from helpers import needs
from helpers.evaluation import Recorder
from instructir.errors import DataError
from instructir.evaluation.protocols import PROTOCOLS
from instructir.evaluation.render import documents, text
from instructir.evaluation.render.layout import layout_tables
from instructir.evaluation.render.plots import Strip, distribution
from instructir.evaluation.render.report import telling_crop, write_report
from instructir.evaluation.render.tables import ABSENT, build_tables
from instructir.evaluation.results import INPUT, write_results
from instructir.evaluation.runner.evaluate import evaluate
from instructir.evaluation.runner.samples import collect
from instructir.evaluation.suites import get_suite
from instructir.tasks import Task

STRICT = PROTOCOLS["strict"]
TABLE2 = get_suite("table2")


@pytest.fixture
def methods(as_method):
    script = Recorder("<script>alert(1)</script>", pull=0.1)
    return [
        as_method(Recorder()),
        as_method(script, kind="baseline", tasks=(Task.DENOISING,), reads_text=False),
    ]


@pytest.fixture
def results(sets, methods):
    return evaluate(TABLE2, methods, sets, STRICT)


def rows(results):
    (table,) = layout_tables(results)
    return {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}


@needs("evaluate")
def test_our_row_stands_under_the_published_ones_with_its_protocol(results):
    names = list(rows(results))
    assert names.index("InstructIR-5D") < names.index("Do nothing") < names.index("fake")
    assert rows(results)["InstructIR-5D"][0] == "as printed"
    assert rows(results)["fake"][0] == "strict"
    assert rows(results)["InstructIR-5D"][-2] == "29.55 / 0.907"


@needs("evaluate")
def test_headings_say_what_is_missing_or_partial(results):
    (table,) = layout_tables(results)
    assert "LOL v1\nmissing" in table.head
    assert "GoPro\n3 of 1111" in table.head
    assert any(note.startswith("Not complete: SOTS-outdoor: not in") for note in table.notes)


@needs("evaluate")
@pytest.mark.parametrize("whole", [False, True])
def test_a_set_is_called_whole_only_where_it_is(sets, methods, whole):
    results = evaluate(get_suite("local"), methods, sets, STRICT)
    if whole:
        for case in results.cases:
            case.expected = min(case.expected, 3)
    (table,) = layout_tables(results)
    assert any("CBSD68, which is whole here" in note for note in table.notes) is whole
    assert sum(note.startswith("Not complete: CBSD68: 3 of 68") for note in table.notes) == 1


@needs("evaluate")
def test_an_average_needs_every_set(results):
    assert rows(results)["fake"][-2] == ABSENT
    (table,) = layout_tables(results)
    assert table.head[-2] == "Average\nof partial sets"


@needs("evaluate")
def test_pictures_that_are_worse_than_untouched_are_counted(results):
    (table,) = layout_tables(results)
    assert table.head[-1] == "Worse than untouched\nby PSNR"
    inputs = {
        (run.case, entry.image): entry.scores["psnr"]
        for run in results.runs
        for entry in run.images
        if run.method == INPUT
    }
    for name in ("fake", "<script>alert(1)</script>"):
        entries = [(run.case, entry) for run in results.runs for entry in run.images if run.method == name]
        worse = sum(entry.scores["psnr"] < inputs[case, entry.image] for case, entry in entries)
        assert rows(results)[name][-1] == f"{worse} of {len(entries)}"
    assert rows(results)["Do nothing"][-1] == ABSENT


@needs("evaluate")
def test_excluded_pictures_are_in_the_table(sets, methods):
    (sets / "GoPro" / "input" / "b.png").write_bytes(b"broken")
    (table,) = layout_tables(evaluate(TABLE2, methods, sets, STRICT))
    assert "GoPro\n2 of 1111" in table.head
    assert any("Left out of GoPro: b (" in note and "cannot be decoded" in note for note in table.notes)


@needs("evaluate")
def test_the_best_measured_row_is_marked_and_no_published_one(results):
    best = build_tables(results).best
    assert best["CBSD68-25"] in {"fake", "<script>alert(1)</script>"}
    assert "LOL" not in best


@needs("evaluate")
def test_wide_tables_are_turned_and_narrow_terminals_get_a_list(sets, methods):
    results = evaluate(get_suite("local"), methods, sets, STRICT)
    (turned,) = layout_tables(results)
    assert turned.head[:2] == ("Set", "fake\nstrict")
    assert any("as printed" in heading for heading in turned.head)
    (listed,) = layout_tables(results, width=60)
    assert max(len(row) for row in listed.rows) == 3
    assert [row[0].text for row in listed.rows].count("  Do nothing") == 6


@needs("evaluate")
def test_doing_nothing_is_called_bicubic_in_super_resolution(sets, methods):
    for kind in ("input", "target"):
        (sets / "Set5" / kind).mkdir(parents=True)
        (sets / "Set5" / kind / "a.png").write_bytes((sets / "GoPro" / kind / "a.png").read_bytes())
    built = build_tables(evaluate(get_suite("local"), methods, sets, STRICT))
    by_name = {row.name: row.values for row in built.rows}
    assert set(by_name["Bicubic"]) == {"Set5-x4"}
    assert "Set5-x4" not in by_name["Do nothing"]


@needs("evaluate")
def test_the_csv_has_a_line_a_picture_with_protocol_and_input(results):
    lines = list(csv.DictReader(io.StringIO(text.per_image_csv(results))))
    assert len(lines) == 9 + 9 + 3
    line = next(line for line in lines if line["method"] == "fake" and line["case"] == "Rain100L")
    assert (line["protocol"], line["instruction"]) == ("strict", "Remove the rain from this photo")
    assert line["psnr"] == line["input_psnr"]
    assert float(line["psnr_y"]) > 0


@needs("evaluate")
def test_documents_are_rendered_and_checked(results, tmp_path):
    write_results(results, tmp_path / "table2.json")
    readme = tmp_path / "README.md"
    readme.write_text("# Numbers\n\n<!-- results:table2 -->\nold\n<!-- /results -->\n\nThe end.\n")
    assert documents.stale_blocks(readme, tmp_path) == ["table2"]
    assert documents.update_documents(readme, tmp_path)
    assert not documents.update_documents(readme, tmp_path)
    assert documents.stale_blocks(readme, tmp_path) == []
    text = readme.read_text()
    assert "| InstructIR-5D | as printed | 36.84 / 0.973 |" in text
    assert "protocol strict" in text
    assert text.endswith("<!-- /results -->\n\nThe end.\n")
    readme.write_text(text.replace("36.84", "38.84"))
    assert documents.stale_blocks(readme, tmp_path) == ["table2"]


@needs("evaluate")
def test_a_block_can_name_its_rows(results, tmp_path):
    write_results(results, tmp_path / "table2.json")
    text = documents.refresh("<!-- results:table2 only: Do nothing; fake -->\n<!-- /results -->", tmp_path)
    assert "| Do nothing |" in text
    assert "InstructIR-5D |" not in text
    with pytest.raises(DataError, match="no row 'nobody'"):
        documents.refresh("<!-- results:table2 only: nobody -->\n<!-- /results -->", tmp_path)
    sets = "sets: CBSD68-25"
    text = documents.refresh(f"<!-- results:table2 only: fake {sets} -->\n<!-- /results -->", tmp_path)
    assert "CBSD68" in text
    assert "GoPro" not in text
    assert "Not complete" not in text
    with pytest.raises(DataError, match="no column 'elsewhere'"):
        documents.refresh("<!-- results:table2 sets: elsewhere -->\n<!-- /results -->", tmp_path)


def test_documents_without_blocks_or_results_are_refused(tmp_path):
    path = tmp_path / "README.md"
    path.write_text("no numbers")
    with pytest.raises(DataError, match="has no block of results"):
        documents.stale_blocks(path, tmp_path)
    path.write_text("<!-- results:gone -->\n<!-- /results -->\n")
    with pytest.raises(DataError, match=r"gone\.json: cannot be read"):
        documents.update_documents(path, tmp_path)


@needs("evaluate")
def test_the_report_is_one_page_that_fetches_nothing(results, sets, methods, tmp_path):
    samples = collect(results, TABLE2, methods, sets, STRICT)
    assert [s.rank for s in samples if s.case == "GoPro"] == ["best", "median", "worst"]
    page = write_report(results, samples, tmp_path / "report").read_text()
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == [
        "index.html",
        "results.json",
        "scores.csv",
    ]
    sources = re.findall(r"""(?:src|href|action|data|poster)\s*=\s*["']([^"']*)""", page)
    assert sources
    assert all(
        s.startswith(("data:image/webp;base64,", "#")) or s in ("results.json", "scores.csv") for s in sources
    )
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|<link|<iframe", page)


@needs("evaluate")
def test_the_report_shows_instruction_protocol_and_every_version(results, sets, methods, tmp_path):
    page = write_report(results, collect(results, TABLE2, methods, sets, STRICT), tmp_path).read_text()
    assert page.count('<figure class="sample">') == 9
    assert "“Remove the blur from this photo”" in page
    assert "protocol strict" in page
    assert page.count('<svg class="plot"') == 3
    assert page.count("Crop: Reference") == 9
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@needs("evaluate")
def test_a_report_of_few_pictures_shows_each_once(results, sets, methods):
    for run in results.runs:
        del run.images[2 if run.case == "GoPro" else 1 :]
    samples = collect(results, TABLE2, methods, sets, STRICT)
    assert [sample.rank for sample in samples] == ["best", "best", "best", "worst"]


def test_the_crop_is_where_the_detail_is():
    target = torch.zeros(3, 200, 300)
    target[:, 120:150, 220:250] = torch.rand(3, 30, 30)
    rows, columns = telling_crop(target)
    assert rows.start <= 120 < 150 <= rows.stop
    assert columns.start <= 220 < 250 <= columns.stop
    assert telling_crop(torch.rand(3, 20, 30)) == (slice(0, 20), slice(0, 30))


def test_plots_survive_a_single_value_and_none():
    assert distribution([Strip("x", "model", [])]) is None
    drawn = distribution([Strip("x", "model", [30.0])])
    assert drawn is not None
    assert [len(strip.dots) for strip in drawn.strips] == [1]
