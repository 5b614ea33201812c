"""The regular part of language: clauses, stated orders, degrees."""

import pytest

from instructir.instructions.clauses import clauses, degree, in_order, without_degree
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


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("brighten it", 1.0),
        ("a touch brighter", 0.5),
        ("sharpen it slightly", 0.5),
        ("lift the exposure by half a stop", 0.5),
        ("denoise it gently", 0.5),
        ("remove 30% of the grain", 0.3),
        ("take away two thirds of the haze", 2 / 3),
        ("completely remove the rain", 1.0),
        ("it is a bit dark", 1.0),  # describes the fault, not the wish
        ("slightly too blurry", 1.0),
        ("shot at ISO 100 percent noise", 1.0),
        ("remove 0% of it", 1.0),
    ],
)
def test_degrees(text: str, share: float) -> None:
    assert degree(text) == pytest.approx(share)


def test_what_is_asked_for_is_read_without_its_degree() -> None:
    assert without_degree("brighten it a touch") == "brighten it"
    assert without_degree("slightly") == "slightly"
