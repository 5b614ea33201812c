"""What is to become less: light, tone or a fault, in the direction that is said, in all languages."""

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.tone.adjustment import Operation as O
from instructir.tasks import Task


@pytest.mark.parametrize(
    "text",
    [
        "My photo is blown out, correct the exposure down.",
        "it's overexposed, lower the exposure",
        "reduce the exposure of this blown-out photo",
        "the highlights are burnt, turn the exposure down",
        "zu hell, bitte dunkler",
        "sobreexpuesta, baja la exposici\u00f3n",
    ],
)
def test_too_much_light_that_is_to_become_less_is_left_to_the_network(text: str) -> None:
    (step,) = understand(text).steps
    assert (step.light, step.adjustment, step.strength) == ("less", None, 1.0)


def test_how_much_darker_an_excess_is_to_be_is_kept() -> None:
    (step,) = understand("too bright, make it a bit darker").steps
    assert (step.light, step.strength) == ("less", 0.5)


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("too bright, bring it down a stop", -1.0),
        ("it's overexposed, bring it down half a stop", -0.5),
        ("too dark, brighten it by 1 EV", 1.0),
        ("too dark, bring it up a stop", 1.0),
        ("zu dunkel, um 1 EV aufhellen", 1.0),
    ],
)
def test_a_fault_and_its_stops_are_one_exact_step(text: str, stops: float) -> None:
    (step,) = understand(text).steps
    assert step.adjustment is not None
    assert step.adjustment.operation is O.EXPOSURE
    assert step.adjustment.amount * step.strength == pytest.approx(stops)


@pytest.mark.parametrize(
    "text",
    [
        "baja un poco el brillo",
        "puedes bajar un poco el brillo",
        "baja mucho el brillo",
        "r\u00e9duis un peu la luminosit\u00e9",
        "senke stark die Helligkeit",
        "reduziere etwas die Helligkeit",
        "abbassa un po' l'esposizione",
        "puoi abbassare un po' la luminosit\u00e0",
        "pode baixar um pouco o brilho",
        "verlaag een beetje de helderheid",
        "kun je de helderheid iets verlagen",
        "zmniejsz troch\u0119 jasno\u015b\u0107",
        "\u0443\u043c\u0435\u043d\u044c\u0448\u0438 \u043d\u0435\u043c\u043d\u043e\u0433\u043e "
        "\u044f\u0440\u043a\u043e\u0441\u0442\u044c",
        "parlakl\u0131\u011f\u0131 biraz azalt",
        "pozlamay\u0131 biraz d\u00fc\u015f\u00fcr",
        "\u628a\u4eae\u5ea6\u8c03\u4f4e\u4e00\u70b9",
        "\ubc1d\uae30\ub97c \uc870\uae08 \ub0ae\ucdb0\uc918",
        "\u091a\u092e\u0915 \u0925\u094b\u0921\u093c\u0940 \u0915\u092e \u0915\u0930\u094b",
    ],
)
def test_a_degree_between_verb_and_light_does_not_turn_it_round(text: str) -> None:
    (step,) = understand(text).steps
    assert step.adjustment is not None
    assert step.adjustment.operation is O.EXPOSURE
    assert step.adjustment.amount < 0


@pytest.mark.parametrize(
    "text",
    [
        "foto con baja luz",
        "foto tirada em baixa luz",
        "no bajar el brillo",
        "non abbassare la luminosit\u00e0, togli il rumore",
        "n\u00e3o baixar o brilho",
        "die Helligkeit nicht senken",
        "\u4eae\u5ea6\u964d\u4f4e\u4e86\uff0c\u592a\u6697",
    ],
)
def test_low_light_and_light_that_stays_are_not_made_darker(text: str) -> None:
    assert all(step.adjustment is None for step in understand(text).steps)


def test_lower_is_less_of_a_fault_in_spanish_too() -> None:
    (step,) = understand("baja el ruido un poco").steps
    assert (step.task, step.strength) == (Task.DENOISING, 0.5)


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("un poco menos c\u00e1lida", O.WARMTH),
        ("etwas weniger warm", O.WARMTH),
        ("un peu moins chaude", O.WARMTH),
        ("\u628a\u5bf9\u6bd4\u5ea6\u964d\u4f4e\u4e00\u70b9", O.CONTRAST),
        ("\u628a\u9971\u548c\u5ea6\u964d\u4f4e\u4e00\u70b9", O.SATURATION),
        ("senke etwas den Kontrast", O.CONTRAST),
    ],
)
def test_a_little_less_of_a_tone_is_less_of_it(text: str, operation: O) -> None:
    (step,) = understand(text).steps
    assert step.adjustment is not None
    assert step.adjustment.operation is operation
    assert step.adjustment.scaled(step.strength).direction == "less"
