"""Tests of faults that are named and need nothing done, and of missing virtues."""
# ruff: noqa: RUF001

import pytest

from instructir.instructions.planner import plan
from instructir.instructions.ruling_out.disputing import undisputed
from instructir.instructions.ruling_out.neither import without_virtues
from instructir.instructions.ruling_out.settled import settled
from instructir.tasks import Task

NOISE, BLUR, RAIN = Task.DENOISING, Task.DEBLURRING, Task.DERAINING
HAZE, LIGHT = Task.DEHAZING, Task.LOW_LIGHT


@pytest.mark.parametrize(
    ("code", "text", "rest", "tasks"),
    [
        ("de", "Der Regen ist toll, der soll bleiben. Zu dunkel ist es.", "Zu dunkel ist es.", (RAIN,)),
        ("fr", "le brouillard est magnifique, laisse-le, enlève le bruit", "enlève le bruit", (HAZE,)),
        ("it", "la nebbia è stupenda, lasciala, togli il rumore", "togli il rumore", (HAZE,)),
        ("es", "me fascina la bruma, no la quites, quita el ruido", "quita el ruido", (HAZE,)),
        ("pt", "a neblina tá linda deixa ela só tira o ruído", "tira o ruído", (HAZE,)),
        ("nl", "de mist is prachtig, laat die. alleen de ruis weg", "de ruis weg", (HAZE,)),
        ("pl", "deszcz jest piękny niech zostanie, usuń szum", "usuń szum", (RAIN,)),
        ("tr", "sis çok güzel, kalsın, gürültüyü azalt", "gürültüyü azalt", (HAZE,)),
        ("ru", "туман прекрасен, но шум убери", "шум убери", (HAZE,)),
        ("zh", "雨很漂亮，但是照片太暗了", "照片太暗了", (RAIN,)),
        ("ja", "霧がきれいなので残して、ノイズだけ消して", "ノイズだけ消して", (HAZE,)),
        ("ko", "안개가 아름다워요, 그대로 두고 노이즈만 제거해 주세요", "노이즈만 제거해 주세요", (HAZE,)),
        ("ar", "المطر رائع، اتركه، لكن الصورة مظلمة", "الصورة مظلمة", (RAIN,)),
        ("hi", "कोहरा बहुत सुंदर है, रहने दो, बस शोर हटाओ", "शोर हटाओ", (HAZE,)),
        ("de", "der Nebel ist weg, aber es rauscht noch", "es rauscht noch", (HAZE,)),
        ("es", "la lluvia se fue, pero sigue el ruido", "sigue el ruido", (RAIN,)),
        ("pl", "mgła zniknęła, ale nadal jest szum", "nadal jest szum", (HAZE,)),
        (
            "fr",
            "ma femme dit que c'est trop sombre, mais moi j'aime bien. enlève le flou",
            "enlève le flou",
            (),
        ),
        ("de", "meine Frau sagt es ist verrauscht, aber ich finde, es ist unscharf", "es ist unscharf", ()),
    ],
)
def test_that_faults_of_which_nothing_is_asked_are_taken_away(
    code: str, text: str, rest: str, tasks: tuple[Task, ...]
) -> None:
    said = settled(text, code)
    assert said is not None
    assert (said.rest, said.tasks) == (rest, tasks)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("de", "der Nebel ist schrecklich, und es ist dunkel"),
        ("de", "der Nebel soll weg und das Rauschen auch"),
        ("de", "das Bild ist wunderschön, aber der Nebel stört"),
        ("es", "la niebla no es bonita, quítala"),
        ("es", "la niebla se tiene que ir, y el ruido también"),
        ("fr", "le paysage est magnifique, mais il y a du brouillard"),
        ("it", "la nebbia è bella fitta, toglila"),
        ("ru", "озеро красивое, но туман мешает"),
        ("zh", "照片很美，但是有雾"),
    ],
)
def test_that_faults_that_are_minded_stay(code: str, text: str) -> None:
    assert settled(text, code) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "my grandmother says it's too dark but i think it's fine. i want less blur",
            "it isn't dark. i want less blur",
        ),
        ("he says it's noisy, but I say it's blurry", "it isn't noisy, it's blurry"),
        ("my wife finds it grainy but I don't mind. brighten it", "it isn't grainy. brighten it"),
        ("my husband says it's blurry and he's right", None),
        ("my mum says it's too dark but also blurry", None),
        ("my sister says it's too dark, but I think it's also noisy", None),
        ("I think it's blurry but I like it", None),
    ],
)
def test_that_a_disputed_fault_is_denied(text: str, told: str | None) -> None:
    assert undisputed(text) == (told or text)


@pytest.mark.parametrize(
    ("code", "text", "told"),
    [
        ("en", "neither sharp nor bright", "blurry and too dark"),
        ("en", "it is neither crisp nor bright enough", "it blurry and too dark"),
        ("en", "it isn't sharp nor bright", "it blurry and too dark"),
        ("en", "neither blurry nor dark, just hazy", None),
        ("en", "neither the noise nor the blur bothers me", None),
        ("de", "das Bild ist weder scharf noch hell", "das Bild unscharf und zu dunkel"),
        ("de", "weder unscharf noch dunkel, nur neblig", None),
        ("pt", "nem nítida nem clara", "desfocada e muito escura"),
        ("pl", "ani ostre ani jasne", "nieostre i za ciemne"),
        ("tr", "ne net ne parlak", "bulanık ve çok karanlık"),
        ("fr", "ni floue ni sombre, juste du bruit", None),
    ],
)
def test_that_missing_virtues_are_faults(code: str, text: str, told: str | None) -> None:
    assert without_virtues(text, code) == (told or text)


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("that sorted the blur, but the rain is still there", {RAIN}),
        ("you fixed the haze, but the grain is still there", {NOISE}),
        ("the darkness is better now but the grain got worse", {NOISE}),
        ("the rain has to be gone and the noise too", {RAIN, NOISE}),
        ("so hazy you can't see the hills so get rid of the haze and make it sharper", {HAZE, BLUR}),
        ("so blurry I can't read the sign so sharpen it and brighten it", {BLUR, LIGHT}),
        ("it is neither clear nor bright", {HAZE, LIGHT}),
    ],
)
def test_that_only_what_is_left_is_done(text: str, tasks: set[Task]) -> None:
    assert {step.task for step in plan(text).steps} == tasks


@pytest.mark.parametrize(
    ("code", "text", "faults"),
    [
        ("en", "I wouldn't call it bright", "too dark"),
        ("en", "it's not what I'd call sharp", "blurry"),
        ("en", "I wouldn't call it dark", "I wouldn't call it dark"),
        ("de", "ich würde es nicht hell nennen", "zu dunkel"),
        ("es", "no la llamaría luminosa", "demasiado oscura"),
        ("it", "non la definirei nitida", "sfocata"),
        ("pl", "nie nazwałbym tego ostrym", "nieostre"),
    ],
)
def test_a_virtue_that_nobody_would_name_is_a_fault(code: str, text: str, faults: str) -> None:
    assert without_virtues(text, code) == faults
