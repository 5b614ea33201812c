"""Tests of lists of what is to be left alone."""

import pytest

from instructir.instructions.clauses import clauses, sharing
from instructir.instructions.locales import locale
from instructir.instructions.planner import plan
from instructir.instructions.ruling_out.leaving import leaves, without_leaving


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "Do not touch colour, noise or sharpness",
            ["Do not touch colour", "Do not touch noise", "Do not touch sharpness"],
        ),
        (
            "Leave sharpness, exposure and size alone",
            ["Leave sharpness alone", "Leave exposure alone", "Leave size alone"],
        ),
        (
            "Don't touch the colours, the noise is terrible",
            ["Don't touch the colours", "the noise is terrible"],
        ),
        ("Leave the grain alone, sharpen", ["Leave the grain alone", "sharpen"]),
        ("Leave the grain, haze and blur should go", ["Leave the grain", "haze", "blur should go"]),
        ("not the blur, the noise!", ["not the blur", "the noise"]),
        ("noise, blur and colour should go", ["noise", "blur", "colour should go"]),
    ],
)
def test_that_members_of_a_list_say_that_they_are_left(text: str, pieces: list[str]) -> None:
    assert [piece.text for piece in clauses(text)] == pieces


@pytest.mark.parametrize(
    ("code", "text", "pieces"),
    [
        (
            "es",
            "no toques el color, el ruido ni la nitidez",
            ["no toques el color", "no toques el ruido", "no toques la nitidez"],
        ),
        ("de", "Farbe, Rauschen nicht anfassen", ["Farbe", "Rauschen nicht anfassen"]),
        ("de", "Farbe und Schärfe nicht anfassen", ["Farbe nicht anfassen", "Schärfe nicht anfassen"]),
        (
            "fr",
            "ne touche pas aux couleurs, au bruit ou à la netteté",
            ["ne touche pas aux couleurs", "ne touche pas au bruit", "ne touche pas à la netteté"],
        ),
        ("ja", "色、ノイズは変えないで", ["色は変えないで", "ノイズは変えないで"]),
        ("es", "no toques el color, quita el ruido", ["no toques el color", "quita el ruido"]),
        ("it", "togli il rumore e la nebbia", ["togli il rumore", "la nebbia"]),
    ],
)
def test_that_they_do_in_other_languages(code: str, text: str, pieces: list[str]) -> None:
    found = sharing(
        clauses(text, locale(code).grammar),
        code,
        lambda one: bool(leaves(one, code) or without_leaving(one, code)),
    )
    assert [piece.text for piece in found] == pieces


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("Remove the rain. Do not touch colour, noise or sharpness.", {"deraining"}),
        ("Only the noise. Leave sharpness, exposure, colour and size alone", {"denoising"}),
        ("Do not change the colours. Noise and blur must go.", {"denoising", "deblurring"}),
        ("Get rid of the haze but don't touch the noise, the colour or the sharpness", {"dehazing"}),
    ],
)
def test_that_nothing_of_a_list_is_done(text: str, tasks: set[str]) -> None:
    assert {step.task.value for step in plan(text).steps} == tasks
