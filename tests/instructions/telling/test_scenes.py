"""Scenes, and a lack of colours, that are told beside a fault ask for nothing."""

import pytest

from instructir.instructions.planner import plan
from instructir.instructions.telling.scenes import without_scenes

_CODES = {
    "N": "denoising",
    "B": "deblurring",
    "R": "deraining",
    "H": "dehazing",
    "L": "low_light",
    "S": "super_resolution",
}


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("misty valley, a little noisy", "en", "a little noisy"),
        ("foggy morning over the lake, grainy", "en", "grainy"),
        ("sunset, leave the colours, remove the noise", "en", "leave the colours, remove the noise"),
        ("fog on the hills, leave it", "en", "leave fog on the hills alone"),
        ("blur at night", "en", "blur"),
        ("everything is green, we were snorkelling", "en", "everything is green"),
        ("grainy b&w, clean it", "en", "grainy, clean it"),
        ("it's monochrome, remove the grain", "en", "remove the grain"),
        ("verregnete Straße, unscharf", "de", "unscharf"),
        ("Schwarzweißfoto, verrauscht", "de", "verrauscht"),
        ("plage brumeuse, du bruit", "fr", "du bruit"),
        ("calle lluviosa, con ruido", "es", "con ruido"),
        ("雾中的森林\uff0c有噪点", "zh", "有噪点"),
        ("туманный лес, шум", "ru", "шум"),
        ("black and white", "en", "photo"),
        ("B&W please", "en", "make it B&W"),
    ],
)
def test_what_is_only_told_is_taken_away(text: str, code: str, rest: str) -> None:
    assert without_scenes(text, code) == rest


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("misty photo, a bit noisy", "en"),
        ("foggy, noisy", "en"),
        ("misty valley", "en"),
        ("foggy morning, I can't see anything", "en"),
        ("make it black and white, and sharpen it", "en"),
        ("black and white, bring the colours back", "en"),
        ("the mist and the noise", "en"),
        ("neblig, verrauscht", "de"),
        ("nebliges Foto, verrauscht", "de"),
        ("con niebla, con ruido", "es"),
    ],
)
def test_faults_and_wishes_stay(text: str, code: str) -> None:
    assert without_scenes(text, code) == text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("misty forest, a bit noisy", "N"),
        ("misty forest, remove the mist", "H"),
        ("foggy and noisy", "HN"),
        ("night shot, too dark", "L"),
        ("candle light supper, grainy", "N"),
        ("black and white, out of focus", "B"),
        ("black and white, too dark", "L"),
        ("rainy street, remove the rain", "R"),
        ("dark noisy letter, make it readable", "NL"),
        ("notte, sfocata", "B"),
        ("Nachtaufnahme, verrauscht", "N"),
    ],
)
def test_plans(text: str, wanted: str) -> None:
    found = {step.task.value for step in plan(text).steps}
    assert {_CODES[code] for code in wanted} <= found
    assert found <= {_CODES[code] for code in wanted} | ({"deblurring"} if "readable" in text else set())


@pytest.mark.parametrize(
    "text",
    ["white background please", "plain backdrop", "make the background black", "I want a new background"],
)
def test_another_background_is_refused(text: str) -> None:
    assert plan(text).kind == "out_of_scope"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("leave the colours alone, reduce the motion blur", "B"),
        ("colours must stay true, please reduce the blur only", "B"),
        ("ich möchte weniger Rauschen", "N"),
        ("wir wollen weniger Nebel", "H"),
        ("mach es nicht bloß heller", "L"),
        ("图片很漂亮\uff0c但是有雾", "H"),
    ],
)
def test_wishes_that_sound_like_something_else(text: str, wanted: str) -> None:
    assert {step.task.value for step in plan(text).steps} == {_CODES[code] for code in wanted}
