"""The regular part of language: clauses and stated orders."""

import pytest

from instructir.instructions.clauses import (
    Clause,
    clauses,
    foremost,
    in_order,
    to_the_request,
)
from instructir.tasks import Task

DARK, NOISE, BLUR = Task.LOW_LIGHT, Task.DENOISING, Task.DEBLURRING


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("remove the noise", ["remove the noise"]),
        ("It's dark, grainy and soft.", ["It's dark", "grainy", "soft"]),
        ("Keep the fog but lift the exposure", ["Keep the fog", "lift the exposure"]),
        ("sharpen it without removing the rain", ["sharpen it", "without removing the rain"]),
        ("brighten it; don't touch the colours!", ["brighten it", "don't touch the colours"]),
        ("brighten it, leave the fog and the grain", ["brighten it", "leave the fog and the grain"]),
        ("leave the fog and brighten it", ["leave the fog", "brighten it"]),
        ("dark and, and, and", ["dark"]),
        ("shot at f/2.8, 1/30 s", ["shot at f/2.8", "1/30 s"]),
        ("太暗了、还有噪点。", ["太暗了", "还有噪点"]),
        ("...", []),
    ],
)
def test_sentences_are_cut_into_clauses(text: str, pieces: list[str]) -> None:
    assert [clause.text for clause in clauses(text)] == pieces


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("sharpen it and brighten it", [DARK, BLUR]),  # no order stated: exposure before sharpness
        ("first sharpen it, then brighten it", [BLUR, DARK]),
        ("sharpen it before you brighten it", [BLUR, DARK]),
        ("before you sharpen it, brighten it", [DARK, BLUR]),
        ("sharpen it after you brighten it", [DARK, BLUR]),
        ("after you sharpen it, brighten it", [BLUR, DARK]),
        ("sharpen it last, brighten it first", [DARK, BLUR]),
        ("sharpen it. After that, brighten it", [BLUR, DARK]),
        ("sharpen it -> brighten it", [BLUR, DARK]),
        ("1. sharpen it 2. brighten it", [BLUR, DARK]),
        ("1) sharpen it 2) brighten it", [BLUR, DARK]),
        ("sharpen it followed by brighten it", [BLUR, DARK]),
        ("prior to brighten it, sharpen it", [BLUR, DARK]),
        ("sharpen it, but brighten it first", [DARK, BLUR]),
        ("begin with sharpen it and end by brighten it", [BLUR, DARK]),
        ("brighten it at the end, sharpen it", [BLUR, DARK]),
    ],
)
def test_a_stated_order_is_kept(text: str, order: list[Task]) -> None:
    pieces = clauses(text)
    places = {
        task: next(i for i, piece in enumerate(pieces) if word in piece.text)
        for task, word in ((BLUR, "sharpen"), (DARK, "brighten"))
    }
    assert in_order(text, places, pieces) == order


def test_without_clauses_the_physical_order_holds() -> None:
    assert in_order("first and then", dict.fromkeys((BLUR, NOISE, DARK), 0), []) == [NOISE, DARK, BLUR]


def test_the_request_at_the_end_of_a_long_story_is_read() -> None:
    story = "We ate. We sang. We slept. We woke. We left. We drove. We stopped. We paid. "
    text, pieces = to_the_request(f"{story}It is noisy, so keep the colours.", lambda one: "noisy" in one)
    assert text == "It is noisy"
    assert [piece.text for piece in pieces] == ["It is noisy"]


def test_a_short_sentence_is_read_whole() -> None:
    assert to_the_request("We ate. It is noisy.", lambda one: False) == (
        "We ate. It is noisy.",
        clauses("We ate. It is noisy."),
    )


def test_of_many_clauses_those_are_kept_that_count() -> None:
    pieces = [Clause(f"number {number}") for number in range(12)]
    kept = foremost(pieces, lambda one: one.endswith("11"))
    assert [piece.text for piece in kept] == [f"number {number}" for number in (*range(7), 11)]
