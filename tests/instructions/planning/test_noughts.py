"""Amounts of nothing, and stops of exposure in all languages."""

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.planning.noughts import nought, without_noughts
from instructir.instructions.tone.stops_abroad import in_whole_figures, stops_abroad
from instructir.instructions.tone.wishes import wish
from instructir.tasks import Task


@pytest.mark.parametrize(
    "text",
    ["darken by 0 EV", "brighten by 0 stops", "+0 EV", "0%", "sharpen by 0%", "exposure +0", "oscurece 0 EV"],
)
def test_nothing_is_asked_for(text: str) -> None:
    found = understand(text)
    assert (found.kind, found.steps, found.reason) == ("clear", (), "kept")


def test_the_rest_is_still_asked_for() -> None:
    assert [step.task for step in understand("darken by 0 EV and remove the noise").steps] == [Task.DENOISING]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("brighten by 0 stops, sharpen it", "sharpen it"),
        ("um 0 % aufhellen, Rauschen weg", "Rauschen weg"),
    ],
)
def test_a_clause_of_nothing_goes(text: str, left: str) -> None:
    assert without_noughts(text, "de" if "auf" in text else "en") == left


@pytest.mark.parametrize(
    "text", ["0% noise please", "reduce the noise to 0", "brighten by 10 %", "by 0.5 EV", "saturation to 0%"]
)
def test_a_wish_for_none_of_a_fault_stays(text: str) -> None:
    assert without_noughts(text, "en") == text
    assert nought(text) is None


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("brighten by 1 EV", 1.0),
        ("darken by three quarters of a stop", -0.75),
        ("brighten by one third of a stop", 1 / 3),
        ("brighten by -0.5 EV", -0.5),
        ("-0.5 EV", -0.5),
        ("by 1 EV", 1.0),
    ],
)
def test_stops_are_what_they_say(text: str, stops: float) -> None:
    found = wish(text)
    assert found is not None
    assert found.adjustment is not None
    assert found.adjustment.scaled(found.strength).amount == pytest.approx(stops)


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("reduce exposure by 0.7", -0.7),
        ("push it 1 1/2 stops", 1.5),
        ("1\u2153 stops brighter", 1.33),
        ("\u00bd stop darker", -0.5),
        ("brighten - 1 stop", 1.0),
        ("assombris d'un demi-stop", -0.5),
        ("-0.5 EV, bitte", -0.5),
    ],
)
def test_sentences_of_stops(text: str, stops: float) -> None:
    (step,) = understand(text).steps
    assert step.adjustment is not None
    assert step.adjustment.scaled(step.strength).amount == pytest.approx(stops, abs=0.01)


@pytest.mark.parametrize(
    ("text", "code", "stops"),
    [
        ("um 1 EV aufhellen", "de", 1.0),
        ("eine halbe Blende dunkler", "de", -0.5),
        ("\u538b\u6697\u4e00\u6863", "zh", -1.0),
        ("1\u6bb5\u660e\u308b\u304f\u3057\u3066", "ja", 1.0),
        ("escurece 1/3 EV", "pt", -1 / 3),
        ("aufhellen um -2 EV", "de", -2.0),
        ("12 EV heller", "de", 4.0),
        ("1 EV", "de", None),
        ("heller", "de", None),
        ("1 EV brighter", "en", None),
    ],
)
def test_stops_in_other_languages(text: str, code: str, stops: float | None) -> None:
    found = stops_abroad(text, code)
    assert found == (None if stops is None else pytest.approx(stops))


def test_no_clause_ends_in_a_decimal() -> None:
    assert in_whole_figures("um 0,5 EV heller, bitte", "de") == "um 05/10 EV heller, bitte"
