"""Who wants a larger picture without saying how large is told from who wants more detail."""

import pytest

from instructir.instructions.planning.larger import wants_larger


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
        "提高分辨率",
        "解像度を上げて",
    ],
)
def test_detail_is_wanted(text: str) -> None:
    assert not wants_larger(text)
