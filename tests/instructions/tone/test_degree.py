"""How much of a restoration is asked for."""
# ruff: noqa: RUF001

import pytest

from instructir.instructions.locales import locale
from instructir.instructions.tone.degree import degree, degree_of_light, without_degree


@pytest.mark.parametrize(
    ("text", "fraction"),
    [
        ("brighten it", 1.0),
        ("a touch brighter", 0.5),
        ("a drop more light", 0.5),
        ("sharpen it slightly", 0.5),
        ("lift the exposure by half a stop", 0.5),
        ("denoise it gently", 0.5),
        ("remove 30% of the grain", 0.3),
        ("15 percent sharper", 0.15),
        ("brighten it by half", 0.5),
        ("contrast +10", 0.1),
        ("denoise at 0.3", 0.3),
        ("strength 0.25", 0.25),
        ("clarity 40", 0.4),
        ("contrast 40 at f/8", 1.0),
        ("touch warmer", 0.5),
        ("wee bit sharper", 0.5),
        ("raise the brightness by 20", 0.2),
        ("noise reduction 3 out of 10", 0.3),
        ("take away two thirds of the haze", 2 / 3),
        ("remove a little of the noise", 0.5),
        ("two stops brighter", 1.0),
        ("completely remove the rain", 1.0),
        ("it is a bit dark", 1.0),  # describes the fault, not the wish
        ("slightly too blurry", 1.0),
        ("slightly out of focus, fix it", 1.0),
        ("somewhat hazy, get rid of it", 1.0),
        ("a soft touch on the sharpening", 0.5),
        ("moderate noise reduction", 0.5),
        ("a light denoise will do", 0.5),
        ("brighten only the left half", 1.0),
        ("do it half way", 0.5),
        ("remove half the noise", 0.5),
        ("half strength please", 0.5),
        ("half the family is out of focus", 1.0),
        ("half of my photos are noisy, this one too", 1.0),
        ("a shower started halfway through the ceremony", 1.0),
        ("the rain came down half the day, take it out", 1.0),
        ("it's ever so slightly blurred", 1.0),
        ("a bit of rain started and ruined it, remove the rain", 1.0),
        ("shot at ISO 100 percent noise", 1.0),
        ("remove 0% of it", 1.0),
    ],
)
def test_degrees(text: str, fraction: float) -> None:
    assert degree(text) == pytest.approx(fraction)


@pytest.mark.parametrize(
    ("code", "text", "fraction"),
    [
        ("de", "mach es ein bisschen heller", 0.5),
        ("fr", "éclaircis un peu", 0.5),
        ("zh", "调亮一点", 0.5),
        ("hi", "थोड़ा उजला करो", 0.5),
        ("ko", "밝게 해 주세요", 1.0),
        ("fr", "elle est un peu sombre", 1.0),
        ("de", "es ist etwas zu dunkel", 1.0),
        ("de", "mach es etwas dunkler", 0.5),
        ("ja", "少し暗いです", 1.0),
        ("it", "è un po' mossa", 1.0),
        ("it", "un po\u2019 sgranata e leggermente sbiadita", 1.0),
        ("it", "schiariscila un po'", 0.5),
        ("es", "está un poco temblada", 1.0),
        ("es", "hay un poco de ruido", 1.0),
        ("es", "quita un poco de ruido", 0.5),
        ("fr", "un peu embrumée", 1.0),
        ("de", "leicht unterbelichtet", 1.0),
        ("de", "etwas kleiner", 0.5),
        ("pt", "um pouco tremida", 1.0),
        ("nl", "een beetje onderbelicht", 1.0),
        ("pl", "trochę niewyraźne", 1.0),
        ("pl", "trochę jaśniej", 0.5),
        ("tr", "biraz solgun", 1.0),
        ("tr", "biraz bulan\u0131kl\u0131\u011f\u0131 gider", 0.5),
        ("ru", "немного выцветшая", 1.0),
        ("zh", "有点模糊", 1.0),
        ("zh", "稍微有点暗", 1.0),
        ("zh", "稍微暗一点", 0.5),
        ("ja", "少しざらざらしている", 1.0),
        ("ja", "少しノイズを取って", 0.5),
        ("ko", "조금 어두워요", 1.0),
        ("ar", "مظلمة قليلا", 1.0),
        ("ar", "اجعلها واضحة قليلا", 0.5),
        ("hi", "थोड़ी धुंधली है", 1.0),
        ("hi", "थोड़ा धुंधलापन हटाओ", 0.5),
        ("ru", "фото немного тёмное, слегка осветли", 0.5),
        ("es", "aclárala 30 %", 0.3),
        ("ar", "أزل القليل من الضباب", 0.5),
    ],
)
def test_degrees_in_other_languages(code: str, text: str, fraction: float) -> None:
    assert degree(text, locale(code).a_little) == pytest.approx(fraction)


def test_what_is_asked_for_is_read_without_its_degree() -> None:
    assert without_degree("brighten it a touch") == "brighten it"
    assert without_degree("40 % brighter") == "brighter"
    assert without_degree("slightly") == "slightly"
    assert without_degree("remove half the noise") == "remove the noise"


@pytest.mark.parametrize(
    ("text", "fraction"),
    [
        ("it's slightly too dark", 0.5),
        ("a touch underexposed", 0.5),
        ("it is a bit dark", 0.5),
        ("it is far too dark", 1.0),
        ("slightly noisy and much too dark", 1.0),
        ("brighten it by 30%", 0.3),
    ],
)
def test_what_is_slightly_dark_wants_some_light(text: str, fraction: float) -> None:
    assert degree_of_light(text) == fraction
    assert degree("it is slightly noisy") == 1.0


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ru", "чуточку посветлее"),
        ("es", "un poquitín más de luz"),
        ("nl", "een heel klein beetje lichter"),
        ("it", "un pelino più chiara"),
        ("de", "ein bissi heller"),
        ("pt", "um nadinha mais clara"),
        ("pl", "ociupinkę jaśniej"),
        ("ko", "쬐끔 밝게 해줘"),
        ("ja", "心持ち明るく"),
        ("zh", "一丢丢亮"),
        ("fr", "un poil plus net"),
        ("tr", "ufacık daha parlak"),
        ("ar", "شويه صغيره افتح"),
        ("hi", "ज़रा-सी रोशनी बढ़ाओ"),
    ],
)
def test_little_words_of_every_language_ask_for_a_part(code: str, text: str) -> None:
    assert degree(text, locale(code).a_little) == 0.5
