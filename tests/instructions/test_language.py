"""Which language a request is in, and that each of them has its words."""

import string

import pytest

from instructir.instructions.corpus import LANGUAGES
from instructir.instructions.corpus.checking import heldout
from instructir.instructions.language import language_of
from instructir.instructions.locales import locale
from instructir.instructions.plan import Plan, Step
from instructir.instructions.planner import understand
from instructir.tasks import TASKS, Task


def test_languages_are_told_apart() -> None:
    rows = heldout("languages")
    assert sum(language_of(row["text"]) == row["language"] for row in rows) >= 0.97 * len(rows)


@pytest.mark.parametrize(
    "name", ["precise", "ambiguous", "real_users", "compound", "exclusions", "out_of_scope"]
)
def test_english_is_taken_for_english(name: str) -> None:
    rows = heldout(name)
    assert sum(language_of(row["text"]) == "en" for row in rows) >= 0.99 * len(rows)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("사진이 너무 어두워요", "ko"),
        ("احذف المطر", "ar"),
        ("कोहरा हटाओ", "hi"),
        ("убери шум", "ru"),
        ("写真が暗い", "ja"),
        ("照片太暗了", "zh"),
        ("verwijder de regen uit mijn foto", "nl"),
        ("usuń mgłę ze zdjęcia", "pl"),
        ("bu resim bulanik, netleştir", "tr"),
        ("תמונה חשוכה", None),
        ("ISO 6400!!", "en"),
        ("il y a des pixels morts", "fr"),
        ("Há pixels mortos", "pt"),
        ("42", "en"),
    ],
)
def test_scripts_and_letters(text: str, code: str | None) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize("code", ["en", *LANGUAGES])
def test_every_language_says_everything(code: str) -> None:
    words, english = locale(code), locale("en")
    assert words.say.keys() == english.say.keys()
    for name, text in words.say.items():
        assert _slots(text) == _slots(english.say[name]), name
    assert set(words.task) == set(words.left) == set(TASKS)
    step = Step(Task.DERAINING, 0.7, 0.5, "")
    told = Plan("clear", (step,), (Task.ENHANCEMENT,), Task.DENOISING, language=code).summary()
    assert words.task[Task.DERAINING] in told
    assert words.left[Task.ENHANCEMENT] in told
    refused = Plan("out_of_scope", (), language=code, refused="xyz", nearest=Task.LOW_LIGHT).summary()
    assert "xyz" in refused
    assert words.task[Task.LOW_LIGHT] in refused


def _slots(text: str) -> set[str]:
    return {slot for _, slot, _, _ in string.Formatter().parse(text) if slot}


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("please \u53bb\u566a this photo", Task.DENOISING),
        ("pls \u660e\u308b\u304f\u3057\u3066 this photo", Task.LOW_LIGHT),
    ],
)
def test_the_foreign_words_of_an_english_sentence_say_what_is_asked(text: str, task: Task) -> None:
    assert [step.task for step in understand(text).steps] == [task]
