"""Wishes for tone in numbers: which operation, which way, how much."""

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.tone.adjustment import Operation as O
from instructir.instructions.tone.wishes import wish
from instructir.instructions.tone.words import tones
from instructir.tasks import Task


@pytest.mark.parametrize(
    ("text", "operation", "amount"),
    [
        ("darken the picture", O.EXPOSURE, -2 / 3),
        ("turn the exposure down a bit", O.EXPOSURE, -1 / 3),
        ("one stop darker", O.EXPOSURE, -1.0),
        ("-0.7 EV", O.EXPOSURE, -0.7),
        ("raise the exposure by two stops", O.EXPOSURE, 2.0),
        ("half a stop darker", O.EXPOSURE, -0.5),
        ("darken it by one stop", O.EXPOSURE, -1.0),
        ("darken by 2 stops", O.EXPOSURE, -2.0),
        ("it's two stops over", O.EXPOSURE, -2.0),
        ("overexposed by a stop", O.EXPOSURE, -1.0),
        ("2/3 EV darker", O.EXPOSURE, -2 / 3),
        ("brighten by two thirds of a stop", O.EXPOSURE, 2 / 3),
        ("a third of a stop down", O.EXPOSURE, -1 / 3),
        ("bring the contrast back", O.CONTRAST, 1.35),
        ("bring back the contrast", O.CONTRAST, 1.35),
        ("bring the contrast back down", O.CONTRAST, 0.75),
        ("bring the saturation back", O.SATURATION, 1.4),
        ("pull the saturation back", O.SATURATION, 0.6),
        ("50% darker", O.EXPOSURE, -1.0),
        ("less saturated", O.SATURATION, 0.6),
        ("the colours are too vivid", O.SATURATION, 0.6),
        ("the colours are too loud", O.SATURATION, 0.6),
        ("colors too strong", O.SATURATION, 0.6),
        ("the greens are too intense", O.SATURATION, 0.6),
        ("the colours are over the top", O.SATURATION, 0.6),
        ("the colours scream at you", O.SATURATION, 0.6),
        ("such garish colours", O.SATURATION, 0.6),
        ("neon colours", O.SATURATION, 0.6),
        ("tone down those neon colours", O.SATURATION, 0.6),
        ("calmer colours", O.SATURATION, 0.6),
        ("make the colours a bit more muted", O.SATURATION, 0.8),
        ("saturation -20", O.SATURATION, 0.8),
        ("30 % more saturation", O.SATURATION, 1.3),
        ("halve it: half the saturation, less saturation", O.SATURATION, 0.5),
        ("lil darker pls", O.EXPOSURE, -2 / 3),
        ("a smidge darker", O.EXPOSURE, -1 / 3),
        ("can it be darker?", O.EXPOSURE, -2 / 3),
        ("brightness down", O.EXPOSURE, -2 / 3),
        ("saturation down a bit", O.SATURATION, 0.8),
        ("reduce the saturation by 20", O.SATURATION, 0.8),
        ("contrast down", O.CONTRAST, 0.75),
        ("warmth up a touch", O.WARMTH, 0.25),
        ("make it a bit cooler", O.WARMTH, -0.25),
        ("cool the picture down", O.WARMTH, -0.5),
        ("too cold", O.WARMTH, 0.5),
        ("more contrast", O.CONTRAST, 1.35),
        ("much more contrast", O.CONTRAST, 1.525),
        ("a drop more contrast", O.CONTRAST, 1.175),
        ("less contrast", O.CONTRAST, 0.75),
        ("fix the white balance", O.WHITE_BALANCE, 1.0),
        ("too yellow", O.WHITE_BALANCE, 1.0),
        ("the snow looks blue", O.WHITE_BALANCE, 1.0),
        ("the old photo has faded", O.FADE, -1.0),
    ],
)
def test_english(text: str, operation: O, amount: float) -> None:
    found = wish(text)
    assert found is not None
    assert found.adjustment is not None
    assert found.adjustment.operation is operation
    assert found.adjustment.scaled(found.strength).amount == pytest.approx(amount, abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "brighten it",
        "nicer colours",
        "too dark",
        "don't darken it",
        "leave the white balance alone",
        "no more contrast please, without darkening",
        "it isn't too bright",
        "little red and green dots",
        "reduce the colour noise",
        "the colour noise is too strong",
        "the colours are not too strong",
        "stronger colours",
        "I want intense colours",
        "a blurry neon sign",
        "the dress is green and blurry",
        "I pushed the exposure up 3 stops",
        "dark and grainy",
        "a warm evening in the rain",
        "veiling glare lowers contrast of the distance",
    ],
)
def test_what_is_no_wish_for_tone(text: str) -> None:
    assert wish(text) is None


def test_a_cast_is_known_by_its_colour() -> None:
    casts = {text: wish(text) for text in ("too yellow", "a greenish tint", "everything has an amber cast")}
    assert [found and found.adjustment and found.adjustment.cast for found in casts.values()] == [
        "yellow",
        "green",
        "orange",
    ]


FOREIGN = {
    "es": ("hazla más oscura", "menos saturación", "demasiado amarilla"),
    "fr": ("plus sombre", "moins saturé", "trop jaune"),
    "de": ("mach es dunkler", "weniger Sättigung", "zu gelb"),
    "it": ("rendila più scura", "meno satura", "troppo gialla"),
    "pt": ("deixa mais escura", "menos saturação", "muito amarela"),
    "nl": ("maak hem donkerder", "minder verzadigd", "te geel"),
    "pl": ("zrób ciemniej", "mniej nasycone", "za żółte"),
    "tr": ("daha karanl\u0131k yap", "daha az doygun", "çok sar\u0131"),
    "ru": ("сделай темнее", "менее насыщенно", "слишком жёлтое"),
    "zh": ("调暗", "降低饱和度", "太黄了"),
    "ja": ("もっと暗くして", "彩度を下げて", "黄色すぎる"),
    "ko": ("더 어둡게 해 줘", "채도를 낮춰 줘", "너무 노랗다"),
    "ar": ("اجعلها أغمق", "قلل التشبع", "صفراء جدا"),
    "hi": ("और गहरा करो", "सैचुरेशन कम करो", "बहुत पीला है"),
}


@pytest.mark.parametrize("code", FOREIGN)
def test_other_languages(code: str) -> None:
    found = [understand(text) for text in FOREIGN[code]]
    operations = [step.adjustment and step.adjustment.operation for plan in found for step in plan.steps]
    assert operations == [O.EXPOSURE, O.SATURATION, O.WHITE_BALANCE]
    assert {plan.language for plan in found} == {code}
    assert "EV" in found[0].summary()


@pytest.mark.parametrize("code", ["en", *FOREIGN])
def test_every_language_names_every_operation(code: str) -> None:
    assert set(tones(code).say) == set(tones("en").say)


def test_tone_stands_beside_restorations_in_the_stated_order() -> None:
    first = understand("first darken it, then denoise")
    assert [step.adjustment is not None for step in first.steps] == [True, False]
    other = understand("remove the noise and darken it a little")
    assert [step.task for step in other.steps] == [Task.DENOISING, Task.ENHANCEMENT]
    assert "0.33 EV" in other.summary()


def test_what_is_asked_twice_is_done_once() -> None:
    (step,) = understand("too yellow, fix the white balance").steps
    assert step.adjustment is not None
    assert step.adjustment.cast == "yellow"


def test_a_fault_beside_a_wish_in_one_clause_is_kept() -> None:
    found = understand("noisy faded scan")
    assert [step.task for step in found.steps] == [Task.DENOISING, Task.ENHANCEMENT]


@pytest.mark.parametrize(
    "text",
    ["too bright", "it's over-exposed", "the highlights are blown out", "zu hell", "太亮了", "trop claire"],
)
def test_too_much_light_is_a_fault_and_not_a_number(text: str) -> None:
    (step,) = understand(text).steps
    assert (step.task, step.adjustment) == (Task.ENHANCEMENT, None)


def test_who_says_by_how_much_has_said_all_of_it() -> None:
    (exact,) = understand("one stop darker, it is too bright").steps
    assert exact.adjustment is not None


@pytest.mark.parametrize(
    "text",
    ["Make it darker, like a night scene", "Mach es dunkler, wie bei Nacht", "Assombris-la, comme la nuit"],
)
def test_a_picture_that_is_to_be_like_night_is_not_brightened(text: str) -> None:
    assert [step.task for step in understand(text).steps] == [Task.ENHANCEMENT]


@pytest.mark.parametrize(
    ("text", "cast"),
    [
        ("the lamp made everything orange, fix the colours", "orange"),
        ("the bulb turned the whole room yellow", "yellow"),
        ("everything is bluish", "blue"),
        ("her face looks reddish", "red"),
        ("neutral white please", ""),
        ("make the whites neutral", ""),
        ("tungsten light, fix the colours", ""),
        ("make the paper white", ""),
        ("whiten the page", ""),
    ],
)
def test_a_cast_is_known_by_its_colour_or_by_the_wish_for_none(text: str, cast: str) -> None:
    (step,) = understand(text).steps
    assert step.adjustment is not None
    assert (step.adjustment.operation, step.adjustment.cast) == (O.WHITE_BALANCE, cast)


@pytest.mark.parametrize(
    "text",
    [
        "the colours are off, correct them",
        "the skin tones look wrong",
        "weird colours",
        "the colours are off, it was taken under water",
    ],
)
def test_colours_that_are_off_are_left_to_the_picture(text: str) -> None:
    (step,) = understand(text).steps
    assert (step.task, step.adjustment, step.light) == (Task.ENHANCEMENT, None, "colours")


@pytest.mark.parametrize("text", ["old faded print, bring the colours back", "faded, restore the colours"])
def test_colours_that_faded_come_back_with_the_fading(text: str) -> None:
    (step,) = understand(text).steps
    assert step.adjustment is not None
    assert step.adjustment.operation is O.FADE


@pytest.mark.parametrize(
    ("text", "fraction"),
    [
        ("a bit too bright", 0.5),
        ("a touch too bright, please", 0.5),
        ("slightly overexposed", 0.5),
        ("far too bright", 1.0),
        ("etwas zu hell", 0.5),
        ("\u6709\u70b9\u592a\u4eae", 0.5),
    ],
)
def test_what_is_slightly_bright_is_darkened_by_a_part(text: str, fraction: float) -> None:
    (step,) = understand(text).steps
    assert (step.light, step.strength) == ("less", fraction)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("غمق الصورة", "ar"),
        ("السماء محروقة", "ar"),
        ("ciel brûlé", "fr"),
        ("el cielo está quemado", "es"),
        ("die Lichter sind ausgefressen", "de"),
        ("odzyskaj światła", "pl"),
        ("вытяни пересветы на небе", "ru"),
        ("насыщенность подними", "ru"),
        ("하이라이트 낮춰줘", "ko"),
        ("压高光", "zh"),
        ("ハイライトを抑えて", "ja"),
        ("화밸 맞춰주세요", "ko"),
    ],
)
def test_jargon_of_editing_programs(text: str, code: str) -> None:
    assert wish(text, code) is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [("الصورة غامقة", "ar"), ("más luz", "es"), ("не хватает света", "ru"), ("하늘을 날아가는 새", "ko")],
)
def test_what_only_sounds_like_it(text: str, code: str) -> None:
    assert wish(text, code) is None
