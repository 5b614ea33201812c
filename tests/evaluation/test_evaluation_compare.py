"""Paired differences and their intervals, on data whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest

from instructir.errors import DataError
from instructir.evaluation.compare import bootstrap_interval, compare, comparison_text
from instructir.evaluation.protocols import PROTOCOLS
from instructir.evaluation.results import ImageScores, MethodRecord, Results, Run


def results(values, name="model", protocol="strict", case="GoPro", source="plain"):
    images = [ImageScores(str(i), {"psnr": float(v), "delta_e": -float(v)}) for i, v in enumerate(values)]
    return Results(
        suite="table2",
        title="",
        protocol=PROTOCOLS[protocol].to_dict(),
        machine={},
        versions={},
        created="",
        methods=[MethodRecord("input", "input"), MethodRecord(name, "model")],
        runs=[Run(case, name, source, images)],
    )


BASE = np.random.default_rng(0).normal(25, 4, 200)


def test_the_interval_of_a_mean_is_that_of_the_normal_approximation():
    differences = np.random.default_rng(1).normal(0.2, 1.0, 400)
    low, high = bootstrap_interval(differences)
    error = 1.96 * differences.std() / np.sqrt(400)
    assert low == pytest.approx(differences.mean() - error, abs=0.01)
    assert high == pytest.approx(differences.mean() + error, abs=0.01)
    assert (low, high) == bootstrap_interval(differences)


def test_a_constant_gain_is_certain_although_pictures_differ_far_more():
    (row,) = compare(results(BASE), results(BASE + 0.1))
    assert (row.count, row.wins, row.verdict) == (200, 1.0, "B")
    assert row.low == pytest.approx(0.1)
    assert row.high == pytest.approx(0.1)
    assert row.b - row.a == pytest.approx(row.mean)


def test_noise_around_nothing_is_not_told_apart():
    noise = np.random.default_rng(2).normal(0, 1, 200)
    (row,) = compare(results(BASE), results(BASE + noise - noise.mean()))
    assert row.low < 0 < row.high
    assert row.verdict == "not distinguishable"


def test_where_lower_is_better_the_verdict_turns():
    (row,) = compare(results(BASE), results(BASE + 0.1), "delta_e")
    assert (row.verdict, row.wins) == ("B", 1.0)


def test_only_shared_pictures_count_and_repeats_are_averaged():
    a, b = results(BASE[:10]), results(BASE[:6] + 1)
    b.runs[0].images.append(ImageScores("0", {"psnr": BASE[0] + 3}, repeat=1))
    (row,) = compare(a, b)
    assert row.count == 6
    assert row.mean == pytest.approx(1 + 1 / 6)


def test_another_method_can_be_named():
    a = results(BASE)
    a.runs.append(replace(results(BASE - 2).runs[0], method="input", source=""))
    a.runs[0].source = ""
    (row,) = compare(a, a, method_a="input")
    assert row.mean == pytest.approx(2)


@pytest.mark.parametrize(
    ("b", "fields", "reason"),
    [
        (results(BASE, protocol="reference"), {}, "different protocols .strict and reference"),
        (results(BASE, case="LOL"), {}, "no picture in common"),
        (results(BASE), {"method_b": "other"}, "no method 'other'"),
        (results(BASE), {"metric": "fid"}, "unknown metric 'fid'"),
    ],
)
def test_what_cannot_be_compared_is_refused(b, fields, reason):
    with pytest.raises(DataError, match=reason):
        compare(results(BASE), b, **fields)


def test_words_are_whole_in_narrow_windows():
    from rich.console import Console

    name = "a set with a long name"
    found = compare(results(BASE, case=name), results(BASE + 1, case=name))
    console = Console(width=70)
    with console.capture() as shown:
        console.print(comparison_text(found))
    assert "\N{HORIZONTAL ELLIPSIS}" not in shown.get()
