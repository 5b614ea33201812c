# ruff: noqa: RUF001 - letters of other scripts are meant
"""What is only told before the one thing that is minded, in every other language."""

import pytest

from instructir.instructions.telling.minding import only_minded

MINDED = {
    "ar": ("كان هناك ضباب، لكن ما يزعجني أنها غير واضحة", "أنها غير واضحة"),
    "de": ("Es war neblig, aber mich stört nur, dass es unscharf ist", "es unscharf ist"),
    "es": ("Había niebla, pero lo que me molesta es que está borrosa", "está borrosa"),
    "fr": ("Fontainebleau sous la pluie, mais le souci c'est que j'ai bougé", "j'ai bougé"),
    "hi": ("बारिश हो रही थी, लेकिन मुझे दिक्कत शोर से है", "मुझे दिक्कत शोर"),
    "it": ("Pioveva, ma mi dà fastidio solo la grana", "la grana"),
    "ja": ("雨だったけど、気になるのはノイズ", "ノイズ"),
    "ko": ("안개가 꼈지만 거슬리는 건 노이즈예요", "노이즈예요"),
    "nl": ("Het regende, maar alleen de ruis stoort me", "alleen de ruis"),
    "pl": ("Padało, ale przeszkadza mi tylko szum", "szum"),
    "pt": ("Havia neblina, mas o que me incomoda é o ruído", "o ruído"),
    "ru": ("Шёл дождь, но мешает только шум", "шум"),
    "tr": ("Sisliydi ama beni rahatsız eden bulanık olması", "bulanık olması"),
    "zh": ("当时有雾，但我在意的是照片模糊", "照片模糊"),
}


@pytest.mark.parametrize("code", MINDED)
def test_only_what_is_minded_is_left(code: str) -> None:
    text, minded = MINDED[code]
    assert only_minded(text, code) == minded


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Mach es heller, aber mich stört das Rauschen", "de"),
        ("Es ist neblig, aber mich stört auch das Rauschen", "de"),
        ("Der Nebel kann bleiben, aber mich stört das Rauschen", "de"),
        ("elle est sombre, mais c'est flou", "fr"),
        ("hay niebla, pero también me molesta el ruido", "es"),
        ("霧を消してほしいけど、気になるのはノイズ", "ja"),
        ("está borrosa", "es"),
    ],
)
def test_what_asks_or_counts_as_well_stays(text: str, code: str) -> None:
    assert only_minded(text, code) == text
