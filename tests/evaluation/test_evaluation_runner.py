"""The runner drops nothing silently, redoes nothing, and gives the same numbers in batches."""

import pytest
import torch

from helpers import needs
from helpers.evaluation import Recorder
from instructir.errors import ConfigError, DataError
from instructir.evaluation.protocols import PROTOCOLS
from instructir.evaluation.results import INPUT, read_results, write_results
from instructir.evaluation.runner.evaluate import Options, evaluate
from instructir.evaluation.runner.journal import Journal
from instructir.evaluation.suites import get_suite
from instructir.tasks import Task

STRICT, REFERENCE = PROTOCOLS["strict"], PROTOCOLS["reference"]
TABLE2 = get_suite("table2")


def scores(results, method, case="CBSD68-25"):
    return {
        entry.image: entry.scores
        for run in results.runs
        if (run.method, run.case) == (method, case)
        for entry in run.images
    }


@needs("evaluate")
def test_a_method_that_does_nothing_scores_as_the_input(sets, recorder, as_method):
    results = evaluate(TABLE2, [as_method(recorder)], sets, REFERENCE)
    for case in ("CBSD68-25", "Rain100L", "GoPro"):
        assert scores(results, "fake", case) == scores(results, INPUT, case)
        assert len(scores(results, "fake", case)) == 3
    assert scores(results, INPUT)["a"]["psnr"] == pytest.approx(20.17, abs=0.3)
    assert "psnr_y" in scores(results, INPUT, "Rain100L")["1"]


@needs("evaluate")
def test_missing_and_incomplete_sets_are_named_with_how_to_get_them(sets, recorder, as_method):
    results = evaluate(TABLE2, [as_method(recorder)], sets, STRICT)
    notes = {case.id: case.note for case in results.cases}
    assert list(notes) == [case.id for case in TABLE2.cases]
    assert notes["LOL"].startswith("LOL: not in the data folder (looked for LOL/eval15/")
    assert "https://" in notes["SOTS-outdoor"]
    assert notes["GoPro"].startswith("GoPro: 3 of 1111 pictures")


@pytest.mark.parametrize("text", ["a letter\nof two lines\n", '{\n "format": 2\n}\n'])
def test_a_file_that_is_no_journal_is_refused_and_left_as_it_is(tmp_path, text):
    path = tmp_path / "letter.txt"
    path.write_text(text)
    with pytest.raises(DataError, match=r"letter\.txt: is no journal of an evaluation; give --resume"):
        Journal(path)
    assert path.read_text() == text


@pytest.mark.parametrize("text", ["", '{"key": "ab12'])
def test_a_journal_without_a_whole_line_is_gone_on_with(tmp_path, text):
    path = tmp_path / "journal.jsonl"
    path.write_text(text)
    with Journal(path) as journal:
        journal.add("a", {"psnr": 30.0})
    with Journal(path) as journal:
        assert journal.get("a") == {"psnr": 30.0}


def test_nothing_to_measure_is_an_error(tmp_path, recorder, as_method):
    with pytest.raises(DataError, match="holds nothing of suite table2"):
        evaluate(TABLE2, [as_method(recorder)], tmp_path, STRICT)
    with pytest.raises(DataError, match="no such folder"):
        evaluate(TABLE2, [as_method(recorder)], tmp_path / "gone", STRICT)


@needs("evaluate")
def test_a_corrupt_pair_is_named_and_excluded_for_every_method(sets, recorder, as_method):
    (sets / "GoPro" / "input" / "b.png").write_bytes(b"\x89PNG but not really")
    results = evaluate(TABLE2, [as_method(recorder)], sets, STRICT)
    (fault,) = next(case for case in results.cases if case.id == "GoPro").excluded
    assert fault.image == "b"
    assert "b.png: cannot be decoded" in fault.reason
    assert set(scores(results, "fake", "GoPro")) == set(scores(results, INPUT, "GoPro")) == {"a", "c"}


@needs("evaluate")
def test_a_picture_without_its_degraded_version_is_named(sets, recorder, as_method):
    (sets / "GoPro" / "input" / "b.png").unlink()
    results = evaluate(TABLE2, [as_method(recorder)], sets, STRICT)
    (fault,) = next(case for case in results.cases if case.id == "GoPro").excluded
    assert (fault.image, fault.reason) == ("target/b.png", "has no degraded version")


@needs("evaluate")
def test_a_picture_without_its_reference_is_named(sets, recorder, as_method):
    (sets / "GoPro" / "target" / "b.png").unlink()
    results = evaluate(TABLE2, [as_method(recorder)], sets, STRICT)
    (fault,) = next(case for case in results.cases if case.id == "GoPro").excluded
    assert (fault.image, fault.reason) == ("input/b.png", "has no reference")


@needs("evaluate")
def test_what_a_method_fails_on_is_named_and_the_rest_goes_on(sets, as_method):
    class Fragile(Recorder):
        def __call__(self, images, instruction):
            if images.shape[-1] == 48:
                return images * float("nan")
            if len(images) > 1:
                raise DataError("one at a time, please")
            return images

    results = evaluate(TABLE2, [as_method(Fragile())], sets, STRICT, Options(batch=4))
    run = next(run for run in results.runs if (run.method, run.case) == ("fake", "CBSD68-25"))
    assert {entry.image for entry in run.images} == {"a", "b"}
    assert [(fault.image, fault.reason) for fault in run.failed] == [
        ("c", "the output holds values that are not finite")
    ]


@needs("evaluate")
def test_batches_hold_pictures_of_one_size_and_change_no_number(sets, as_method):
    single, batched = Recorder(pull=0.1), Recorder(pull=0.1)
    one = evaluate(TABLE2, [as_method(single)], sets, STRICT)
    many = evaluate(TABLE2, [as_method(batched)], sets, STRICT, Options(batch=3))
    assert scores(one, "fake") == scores(many, "fake")
    assert [count for count, _ in batched.calls] == [2, 1] * 3


@needs("evaluate")
def test_resuming_redoes_nothing(sets, tmp_path, as_method):
    path = tmp_path / "journal.jsonl"
    first, second = Recorder(pull=0.1), Recorder(pull=0.1)
    with Journal(path) as journal:
        before = evaluate(TABLE2, [as_method(first)], sets, STRICT, journal=journal)
    with Journal(path) as journal:
        after = evaluate(TABLE2, [as_method(second)], sets, STRICT, journal=journal)
    assert first.pictures == 9
    assert second.calls == []
    assert [run.images for run in after.runs] == [run.images for run in before.runs]


@needs("evaluate")
def test_resuming_does_what_was_cut_off(sets, tmp_path, as_method):
    path, again = tmp_path / "journal.jsonl", Recorder(pull=0.1)
    with Journal(path) as journal:
        whole = evaluate(TABLE2, [as_method(Recorder(pull=0.1))], sets, STRICT, journal=journal)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:9]) + lines[9][:20])
    with Journal(path) as journal:
        resumed = evaluate(TABLE2, [as_method(again)], sets, STRICT, journal=journal)
    assert 0 < again.pictures < 9
    assert [run.images for run in resumed.runs] == [run.images for run in whole.runs]


@pytest.mark.parametrize("change", ["model", "protocol", "pixels", "instruction"])
@needs("evaluate")
def test_a_change_that_matters_is_measured_anew(sets, tmp_path, as_method, change):
    path, again = tmp_path / "journal.jsonl", Recorder()
    with Journal(path) as journal:
        evaluate(TABLE2, [as_method(Recorder())], sets, STRICT, journal=journal)
    if change == "pixels":
        (sets / "GoPro" / "input" / "a.png").write_bytes((sets / "GoPro" / "input" / "b.png").read_bytes())
    method = as_method(again, sha256="other" if change == "model" else "fake")
    options = Options(instruction="Fix it" if change == "instruction" else "")
    with Journal(path) as journal:
        evaluate(
            TABLE2, [method], sets, REFERENCE if change == "protocol" else STRICT, options, journal=journal
        )
    assert again.pictures == (1 if change == "pixels" else 9)


@needs("evaluate")
def test_methods_are_left_out_of_tasks_that_they_cannot_do(sets, recorder, as_method):
    results = evaluate(TABLE2, [as_method(recorder, tasks=(Task.DENOISING,))], sets, STRICT)
    assert {run.case for run in results.runs if run.method == "fake"} == {"CBSD68-25"}


@needs("evaluate")
def test_language_levels_draw_their_own_instructions(sets, as_method):
    reader, blind = Recorder("reader"), Recorder("blind")
    methods = [as_method(reader), as_method(blind, reads_text=False)]
    results = evaluate(get_suite("table4"), methods, sets, STRICT, Options(repeats=2))
    rows = [row for row in results.rows if row[0] != INPUT]
    assert rows == [("reader", "precise"), ("reader", "ambiguous"), ("reader", "real_users"), ("blind", "")]
    assert reader.pictures == 3 * 3 * 3 * 2
    assert blind.pictures == 9
    assert len({text for _, text in reader.calls}) > 10
    run = results.find("GoPro", "reader", "precise")
    assert [(entry.image, entry.repeat) for entry in run.images][:3] == [("a", 0), ("a", 1), ("b", 0)]
    assert run.count == 3


@needs("evaluate")
def test_methods_of_one_name_are_told_apart(sets, as_method):
    methods = [as_method(Recorder(), sha256="1" * 64), as_method(Recorder(), sha256="2" * 64)]
    results = evaluate(TABLE2, methods, sets, STRICT, Options(limit=1))
    assert [record.name for record in results.methods] == [INPUT, "fake 11111111", "fake 22222222"]


@needs("evaluate")
def test_a_limit_shows_in_the_counts(sets, recorder, as_method):
    results = evaluate(TABLE2, [as_method(recorder)], sets, STRICT, Options(limit=2))
    assert {run.count for run in results.runs} == {2}


def test_options_out_of_range_are_refused():
    with pytest.raises(ConfigError, match="--batch 0: give 1 or more"):
        Options(batch=0)


@needs("evaluate")
def test_results_survive_the_file(sets, tmp_path, recorder, as_method):
    results = evaluate(get_suite("table5"), [as_method(recorder)], _fivek(sets), STRICT)
    write_results(results, tmp_path / "deep" / "results.json")
    back = read_results(tmp_path / "deep" / "results.json")
    assert back.protocol == STRICT.to_dict()
    assert back.cases == results.cases
    assert back.runs[0].mean["delta_e"] == pytest.approx(results.runs[0].mean["delta_e"], abs=1e-5)


def _fivek(sets):
    (sets / "GoPro").rename(sets / "FiveK")
    return sets


@pytest.mark.parametrize("text", ["", "{}", '{"format": 2}', '{"format": 0}', "[1]"])
def test_a_file_that_holds_no_results_is_refused(tmp_path, text):
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(DataError, match=r"results\.json"):
        read_results(path)


@pytest.mark.data
def test_real_sets_are_measured(real_data, recorder, as_method):
    results = evaluate(
        get_suite("local"), [as_method(recorder)], real_data / "test", REFERENCE, Options(limit=1)
    )
    assert {run.case for run in results.runs} == {case.id for case in get_suite("local").cases}
    assert all(torch.isfinite(torch.tensor(list(run.mean.values()))).all() for run in results.runs)
