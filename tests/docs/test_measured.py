"""Figures in documents are those of the results they are rendered from."""

import json
from pathlib import Path

import pytest

from instructir.evaluation.render import documents
from instructir.evaluation.render import figures as rendering

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"
DOCUMENT = ROOT / "docs" / "instructions.md"


def test_measured_blocks_equal_their_results() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert {block["name"] for block in documents.BLOCK.finditer(text)} <= set(rendering.RENDERERS)
    assert documents.refresh(text, RESULTS) == text


def test_a_changed_figure_changes_the_document(tmp_path: Path) -> None:
    for name in ("planner", "diagnosis", "composites"):
        (tmp_path / f"{name}.json").write_bytes((RESULTS / f"{name}.json").read_bytes())
    figures = json.loads((tmp_path / "composites.json").read_text())
    rendering.write_figures("composites", {**figures, "gain": 99.0}, tmp_path / "composites.json")
    copy = tmp_path / "copy.md"
    copy.write_text(DOCUMENT.read_text("utf-8"), "utf-8")
    documents.update_documents(copy, tmp_path)
    assert "mean gain of two faults +99.00 dB" in copy.read_text("utf-8")


@pytest.mark.parametrize(
    "name", ["vague", "out_of_scope", "compound_tasks", "exclusions", "strength", "languages"]
)
def test_goals_that_are_met_stay_met(name: str) -> None:
    figures = json.loads((RESULTS / "planner.json").read_text())
    goal = float(rendering.GOALS[name][1].split()[0]) / 100
    assert figures[name]["fraction"] >= goal


@pytest.mark.parametrize("level", ["precise", "ambiguous", "real_users"])
def test_each_level_of_language_is_understood(level: str) -> None:
    figures = json.loads((RESULTS / "planner.json").read_text())
    assert figures["intent"][level]["fraction"] >= 0.97


def test_tables_of_enlarging_grain_and_tone_are_their_results() -> None:
    text = "".join((ROOT / "docs" / name).read_text("utf-8") for name in ("enlarging.md", "tone.md"))
    rows = json.loads((RESULTS / "enlarging.json").read_text())["rows"]
    by = {(row["set"], row["factor"], row["method"]): f"{row['luma']:.2f} / {row['rgb']:.2f}" for row in rows}
    for name, factor in sorted({(row["set"], row["factor"]) for row in rows}):
        figures = [by[name, factor, method] for method in ("bicubic", "lanczos", "instructir", "span")]
        assert f"| {name} | x{factor} | {' | '.join(figures)} |" in text
    for row in json.loads((RESULTS / "grain.json").read_text())["rows"]:
        assert (
            f"| {row['sigma']} | {row['fraction']:.0%} | {row['asked']:.2f} | {row['back']:.2f} "
            f"| {row['worst']:.0%} |"
        ) in text
        assert row["back"] == pytest.approx(row["asked"], rel=0.1)
    for row in json.loads((RESULTS / "white_balance.json").read_text())["rows"]:
        figures = [f"{row[name]:.2f}" for name in ("before", "after", "median", "worst quarter")]
        assert f"| {row['cast']} | {' | '.join(figures)} |" in text
    for row in json.loads((RESULTS / "faded_prints.json").read_text())["rows"]:
        assert (
            f"| {row['fading']} | {row['before']:.2f} | {row['after']:.2f} | {row['worse']:.0%} |"
        ) in text
