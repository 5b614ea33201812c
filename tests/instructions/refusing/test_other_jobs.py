"""What other programs do, beside a restoration and alone."""

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.refusing.other_jobs import is_other_job, takes_somebody_too
from instructir.tasks import Task


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("remove the noise and the tourist", Task.DENOISING),
        ("crop to a square and brighten it", Task.LOW_LIGHT),
        ("denoise it and save as PDF", Task.DENOISING),
        ("sharpen it and write me a poem", Task.DEBLURRING),
        ("make me thinner and remove the noise", Task.DENOISING),
        ("dehaze and email it to me", Task.DEHAZING),
        ("it's too sharp and too noisy", Task.DENOISING),
        ("rotate left, remove the haze", Task.DEHAZING),
        ("straighten it and brighten", Task.LOW_LIGHT),
        ("add text saying hello and sharpen", Task.DEBLURRING),
        ("write happy birthday on it and clean up the noise", Task.DENOISING),
        ("compress it and sharpen it", Task.DEBLURRING),
        ("remove the background and sharpen it", Task.DEBLURRING),
        ("cut off the left edge and brighten it", Task.LOW_LIGHT),
        ("make it a square, remove the haze", Task.DEHAZING),
        ("take my brother out and remove the noise", Task.DENOISING),
        ("dreh es nach links und entferne den Nebel", Task.DEHAZING),
        ("redresse la photo et enl\u00e8ve le grain", Task.DENOISING),
        ("wyprostuj zdj\u0119cie i rozja\u015bnij", Task.LOW_LIGHT),
        ("entferne das Rauschen und den Touristen", Task.DENOISING),
        ("gira la foto y quita la niebla", Task.DEHAZING),
        (
            "\u0443\u0431\u0435\u0440\u0438 \u0448\u0443\u043c \u0438 "
            "\u0442\u0443\u0440\u0438\u0441\u0442\u0430",
            Task.DENOISING,
        ),
    ],
)
def test_what_can_be_done_is_and_the_rest_is_noted(text: str, task: Task) -> None:
    found = understand(text)
    assert [step.task for step in found.steps] == [task]
    assert found.refused


@pytest.mark.parametrize(
    "text", ["crop it", "rotate it 90 degrees", "colorize this black and white photo", "zu scharf"]
)
def test_alone_it_is_refused(text: str) -> None:
    assert understand(text).kind == "out_of_scope"


@pytest.mark.parametrize(
    "clause",
    [
        "crop factor 1.6",
        "it was cropped a lot",
        "turn it brighter",
        "make it look sharper",
        "save the highlights",
        "the video still is blurry",
        "convert it to 4k",
        "get rid of the colour cast",
        "leave the left",
        "level the colours out",
        "cut the noise",
        "remove the background noise",
        "make the background less hazy",
        "make the portrait brighter",
        "print came out too dark",
        "I took my brother out for dinner",
        "straighten out the blur",
    ],
)
def test_wishes_of_restoration_are_no_other_job(clause: str) -> None:
    assert not is_other_job(clause)


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("girassol desfocado", "pt"),
        ("la foto est\u00e1 rota", "es"),
        ("quita la niebla de la gente", "es"),
        ("entferne das Rauschen von den Leuten", "de"),
        ("\u0432\u044b\u0440\u043e\u0432\u043d\u044f\u0439 \u0446\u0432\u0435\u0442\u0430", "ru"),
    ],
)
def test_words_like_those_of_other_jobs_are_none(clause: str, code: str) -> None:
    assert not is_other_job(clause, code)


def test_somebody_needs_a_verb_of_removing() -> None:
    assert takes_somebody_too("remove the noise", "the people in the back")
    assert not takes_somebody_too("brighten the dog", "the man")
    assert not takes_somebody_too("remove the noise", "the rain")
    assert takes_somebody_too("enl\u00e8ve le bruit", "le touriste", "fr")
    assert not takes_somebody_too("\u00e9claircis le ciel", "le touriste", "fr")
