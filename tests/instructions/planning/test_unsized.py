"""Who wants a larger picture is told from who wants detail; who wants nothing else is taken at his word."""

import pytest

from instructir.instructions.planning.unsized import asks_alone, wants_larger


@pytest.mark.parametrize(
    "text",
    [
        "make it bigger",
        "enlarge it please",
        "can you upscale this",
        "blow it up for the living room wall",
        "it's too small",
        "it's really tiny, I want to print it",
        "mach es größer",
        "das Bild ist zu klein",
        "hazla más grande",
        "agrandis-la",
        "trop petite pour l'impression",
        "ingrandisci la foto",
        "maak hem groter",
        "powiększ to zdjęcie",
        "deixa maior",
        "увеличь фото",
        "сделай больше",
        "większe zdjęcie",
        "resmi büyüt",
        "كبّر الصورة",
        "इसे बड़ा करो",
        "もっと大きくして",
        "사진을 크게 해줘",
        "把照片放大",
    ],
)
def test_size_is_wanted(text: str) -> None:
    assert wants_larger(text)


@pytest.mark.parametrize(
    "text",
    [
        "Increase the resolution of this photo",
        "low resolution",
        "it's pixelated",
        "more detail please",
        "super-resolution",
        "die Auflösung ist zu niedrig",
        "plus de détails",
        "a larger resolution",
        "больше деталей",
        "maior resolução",
        "większa rozdzielczość",
        "une plus grande résolution",
        "提高分辨率",
        "解像度を上げて",
    ],
)
def test_detail_is_wanted(text: str) -> None:
    assert not wants_larger(text)


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
