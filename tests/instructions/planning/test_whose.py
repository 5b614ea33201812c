"""Tests of which picture a fault is taken out of, and whose it is."""
# ruff: noqa: RUF001

from itertools import chain, cycle, islice, product

import pytest

from instructir.instructions.plan import Plan
from instructir.instructions.planner import plan
from instructir.instructions.planning.whose import of_any_picture
from instructir.tasks import Task

NOISE, BLUR, RAIN, HAZE = Task.DENOISING, Task.DEBLURRING, Task.DERAINING, Task.DEHAZING
LIGHT, SIZE, COLOUR = Task.LOW_LIGHT, Task.SUPER_RESOLUTION, Task.ENHANCEMENT
ENGLISH = (
    (NOISE, "remove the noise from"),
    (NOISE, "take the noise out of"),
    (BLUR, "take the blur out of"),
    (RAIN, "remove the rain from"),
    (HAZE, "take the haze out of"),
    (LIGHT, "lighten"),
    (SIZE, "enlarge"),
    (COLOUR, "fix the colours in"),
)
OWNERS = ("my", "our", "his", "her", "this", "the", "my mum's", "grandma's")
PICTURES = ("photo", "picture", "pic", "selfie", "scan", "portrait", "holiday photos")
SAMPLE = 5
"""Each which combination is tried."""
OTHERS = {
    "es": (
        ("quita {} de {}", ("el ruido", "la lluvia", "la niebla")),
        ("mi foto", "mi selfie", "la foto de mi madre"),
    ),
    "fr": (
        ("retire {} de {}", ("le bruit", "la pluie", "la brume")),
        ("ma photo", "mon selfie", "son portrait", "mes photos de vacances"),
    ),
    "de": (
        ("nimm {} aus {}", ("das Rauschen", "den Regen", "den Dunst")),
        ("meinem Selfie", "meinem Bild", "dem Foto meiner Mutter", "meinen Urlaubsfotos"),
    ),
    "it": (
        ("togli {} {}", ("il rumore", "la pioggia", "la nebbia")),
        ("dalla mia foto", "dal mio selfie", "dalla foto di mia madre", "dalle mie foto delle vacanze"),
    ),
    "pt": (
        ("remova {} {}", ("o ruído", "a chuva", "a neblina")),
        ("da minha foto", "da minha selfie", "da foto da minha mãe", "das minhas fotos de férias"),
    ),
    "nl": (
        ("haal {} uit {}", ("de ruis", "de regen", "de mist")),
        ("mijn foto", "mijn selfie", "oma's foto", "mijn vakantiefoto's"),
    ),
    "pl": (("usuń {} z {}", ("szum", "deszcz", "mgłę")), ("mojego zdjęcia", "mojego selfie", "jej portretu")),
    "ru": (
        ("убери {} с {}", ("шум", "дождь", "туман")),
        ("моего фото", "моего селфи", "моей фотки", "бабушкиной фотографии"),
    ),
    "hi": (
        ("{1} से {0} हटाओ", ("शोर", "बारिश", "कोहरा")),
        ("मेरी फोटो", "मेरी सेल्फी", "मेरी तस्वीर", "दादी की फोटो"),
    ),
    "ja": (
        ("{1}から{0}を消して", ("ノイズ", "雨", "霧")),
        ("私の写真", "俺の写真", "僕の自撮り", "母の写真", "この写真"),
    ),
    "zh": (("去掉{1}里的{0}", ("噪点", "雨", "雾")), ("我的照片", "我的自拍", "他的照片", "奶奶的照片")),
    "ko": (
        ("{1}에서 {0} 없애줘", ("노이즈", "비", "안개")),
        ("내 사진", "제 셀카", "그녀의 사진", "엄마 사진"),
    ),
    "ar": (("أزل {} من {}", ("التشويش", "المطر", "الضباب")), ("صورتي", "صورة أمي", "السيلفي")),
    "tr": (
        ("{1} {0} kaldır", ("gürültüyü", "yağmuru", "sisi")),
        ("fotoğrafımdan", "selfiemden", "annemin fotoğrafından", "benim fotoğrafımdan"),
    ),
}


def tasks(said: Plan) -> list[Task]:
    return [step.task for step in said.steps]


def sampled() -> list[tuple[Task, str]]:
    """Some of the product of faults, whose pictures and which, by language."""
    own = [(task, f"{verb} {whose} {one}") for (task, verb), whose, one in product(ENGLISH, OWNERS, PICTURES)]
    others = (
        zip(
            cycle((NOISE, RAIN, HAZE)), (frame.format(fault, one) for one, fault in product(pictures, faults))
        )
        for (frame, faults), pictures in OTHERS.values()
    )
    return [*islice(own, 0, None, SAMPLE * 3), *islice(chain.from_iterable(others), 0, None, SAMPLE)]


@pytest.mark.parametrize(("task", "text"), sampled())
def test_no_ones_picture_keeps_its_fault(task: Task, text: str) -> None:
    assert tasks(plan(text)) == [task]


@pytest.mark.parametrize(
    "text",
    [
        "remove my ex from my photo",
        "take the sign out of our holiday photos",
        "crop my selfie",
        "quita a mi ex de mi foto",
        "entferne die Leute aus meinem Selfie",
        "убери зонт с моего фото",
        "私の写真から人を消して",
        "मेरी फोटो से लोगों को हटाओ",
    ],
)
def test_nobody_is_taken_out_of_a_picture(text: str) -> None:
    assert plan(text).kind == "out_of_scope"


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("lighten this photograph of our golden wedding", LIGHT),
        ("schiarire questa foto dei miei genitori", LIGHT),
        ("dieses Foto meiner Eltern aufhellen", LIGHT),
        ("부모님의 이 사진을 밝게 해주세요", LIGHT),
    ],
)
def test_who_is_in_a_picture_leaves_the_wish_as_plain(text: str, task: Task) -> None:
    assert tasks(plan(text)) == [task]


def test_a_better_picture_of_somebody_stays_vague() -> None:
    assert plan("improve this photograph of our golden wedding").blind


@pytest.mark.parametrize(
    ("code", "text", "rest"),
    [
        ("en", "remove the rain from my mum's selfie", "remove the rain"),
        ("en", "brighten our wedding photos", "brighten the photo"),
        ("en", "remove the rain", "remove the rain"),
        ("de", "nimm den Regen aus dem Foto meiner Mutter", "nimm den Regen"),
        ("ja", "私の写真から雨を消して", "雨を消して"),
        ("es", "mi foto", "la foto"),
    ],
)
def test_the_picture_is_left_out(code: str, text: str, rest: str) -> None:
    assert of_any_picture(text, code) == rest
