"""Figures in documents are those of the results they are rendered from."""

import json
from pathlib import Path

import pytest

from instructir.evaluation import documents, understanding

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"
DOCUMENT = ROOT / "docs" / "instructions.md"


def test_measured_blocks_equal_their_results() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert {block["name"] for block in documents.BLOCK.finditer(text)} <= set(understanding.RENDERERS)
    assert documents.refresh(text, RESULTS) == text


def test_a_changed_figure_changes_the_document(tmp_path: Path) -> None:
    for name in ("planner", "diagnosis", "composites"):
        (tmp_path / f"{name}.json").write_bytes((RESULTS / f"{name}.json").read_bytes())
    figures = json.loads((tmp_path / "composites.json").read_text())
    understanding.write_figures("composites", {**figures, "gain": 99.0}, tmp_path / "composites.json")
    copy = tmp_path / "copy.md"
    copy.write_text(DOCUMENT.read_text("utf-8"), "utf-8")
    documents.update_documents(copy, tmp_path)
    assert "mean gain of two faults +99.00 dB" in copy.read_text("utf-8")


@pytest.mark.parametrize(
    "name", ["vague", "out_of_scope", "compound_tasks", "exclusions", "strength", "languages"]
)
def test_goals_that_are_met_stay_met(name: str) -> None:
    figures = json.loads((RESULTS / "planner.json").read_text())
    goal = float(understanding.GOALS[name][1].split()[0]) / 100
    assert figures[name]["share"] >= goal


@pytest.mark.parametrize("level", ["precise", "ambiguous", "real_users"])
def test_each_level_of_language_is_understood(level: str) -> None:
    figures = json.loads((RESULTS / "planner.json").read_text())
    assert figures["intent"][level]["share"] >= 0.97
