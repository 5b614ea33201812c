"""Who says that nothing else is to be done is taken at his word."""

import pytest

from instructir.instructions.planning.alone import asks_alone


@pytest.mark.parametrize(
    "text",
    [
        "upscale x2, nothing else",
        "only enlarge it",
        "upscale only",
        "make it bigger, leave the rest alone",
        "make it twice as big and leave everything else as it is",
        "double the size but don't change anything else",
        "vergrößere es, sonst nichts",
        "nur vergrößern bitte",
        "amplíala y nada más",
        "agrandis-la, rien d'autre",
        "ingrandiscila e nient'altro",
        "vergroot hem, verder niets",
        "tylko powiększ",
        "amplia, mais nada",
        "увеличь, больше ничего",
        "sadece büyüt",
        "كبّر الصورة فقط",
        "सिर्फ़ बड़ा करो",
        "拡大するだけで、他は何もしないで",
        "확대만 해줘",
        "只放大, 其他不要动",
    ],
)
def test_nothing_else_is_to_be_done(text: str) -> None:
    assert asks_alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "make it bigger",
        "just make it a bit larger please",
        "it's only 300 pixels wide, enlarge it",
        "everything is so small, upscale it",
        "vergrößere das Bild, es ist nur klein",
        "agrandis cette petite photo",
        "es muy pequeña, hazla más grande",
        "увеличь фото, оно слишком маленькое",
        "もっと大きくしてください",
        "把照片放大两倍",
        "사진을 크게 해줘",
    ],
)
def test_other_requests_leave_it_open(text: str) -> None:
    assert not asks_alone(text)
