"""Sizes in sentences."""

import pytest

from instructir.errors import InstructionError
from instructir.instructions.planner import understand
from instructir.instructions.planning.enlarging import scale_in
from instructir.tasks import Task


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("upscale x2", "x2"),
        ("upscale it 4x please", "x4"),
        ("make it 4k", "4k"),
        ("twice as large", "x2"),
        ("make it four times bigger", "x4"),
        ("double the resolution", "x2"),
        ("blow it up to 200%", "x2"),
        ("A4 at 300 dpi", "a4@300"),
        ("I want to print it on A3 at 200 dpi", "a3@200"),
        ("to 3000x2000", "3000x2000"),
        ("resize to 1920x1080", "1920x1080"),
        ("enlarge it to full HD", "fullhd"),
        ("vergr\u00f6\u00dfere es 2x", "x2"),
        ("doppelt so gro\u00df vergr\u00f6\u00dfern", "x2"),
        ("\u653e\u59274\u500d", "x4"),
        ("x3", "x3"),
        ("super-resolve by a factor of 4", "x4"),
        ("upscale by two", "x2"),
        ("x4 SISR", "x4"),
        ("brighten by 2", ""),
        ("upscale it by 50%", ""),
        ("\u653e\u5927\u4e24\u500d", "x2"),
        ("\u89e3\u50cf\u5ea6\u3092\u56db\u500d\u306b", "x4"),
        ("\ub450 \ubc30\ub85c \ud0a4\uc6cc \uc918", "x2"),
        (
            "\u0643\u0628\u0651\u0631 \u0627\u0644\u0635\u0648\u0631\u0629 \u0645\u0631\u062a\u064a\u0646",
            "x2",
        ),
        ("auf das Doppelte vergr\u00f6\u00dfern", "x2"),
        ("sharpen it", ""),
        ("make it larger", ""),
        ("don't upscale x2", ""),
        ("it was shot in 4k", ""),
        ("noisy 4k footage", ""),
        ("want to print it as a poster but it's only 640x480", ""),
        ("solve for x: 2x + 3 = 7", ""),
        ("remove the noise twice", ""),
        ("two times too dark", ""),
    ],
)
def test_scale_in(text: str, scale: str) -> None:
    assert scale_in(text) == scale


def test_a_size_belongs_to_the_super_resolution_step() -> None:
    found = understand("remove the noise and upscale x2")
    assert [(step.task, step.scale) for step in found.steps] == [
        (Task.DENOISING, ""),
        (Task.SUPER_RESOLUTION, "x2"),
    ]
    assert found.to_dict()["steps"][1]["scale"] == "x2"
    assert "(x2)" in found.summary()


@pytest.mark.parametrize("text", ["A4 at 300 dpi", "make it 4k", "twice as large"])
def test_a_size_alone_is_a_request(text: str) -> None:
    found = understand(text)
    assert [step.task for step in found.steps] == [Task.SUPER_RESOLUTION]
    assert found.kind == "clear"


@pytest.mark.parametrize("text", ["digital zoom to 30x ruined it", "shot with 50x optical zoom, shaky"])
def test_the_zoom_that_it_was_taken_with_is_no_size(text: str) -> None:
    assert scale_in(text) == ""


def test_an_impossible_size_is_refused_in_one_line() -> None:
    with pytest.raises(InstructionError, match="scale x50 is out of range"):
        understand("make it 50 times larger")
