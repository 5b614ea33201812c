"""What is the reverse of a restoration, what is denied, what only asks about the picture."""

from dataclasses import replace

import pytest

from instructir.instructions.clauses import clauses
from instructir.instructions.plan import Plan, Step
from instructir.instructions.planner import understand
from instructir.instructions.refusing.beyond import beyond
from instructir.instructions.refusing.opposites import nearest, question, reverse
from instructir.instructions.ruling_out.denials import denied, in_full
from instructir.instructions.telling.vague import names_no_fault
from instructir.tasks import Task


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add some noise", True),
        ("remove some noise", False),
        ("make it blurrier", True),
        ("make it less blurry", False),
        ("make it rain", True),
        ("make the rain disappear", False),
        ("make this grainy photo clean", False),
        ("reduce the brightness", True),
        ("reduce the colour noise", False),
        ("increase the grain", True),
        ("increase the noise reduction", False),
        ("less saturated please", True),
        ("less grainy please", False),
        ("darken the picture", True),
        ("it got darker", False),
        ("too bright", False),
        ("turn the exposure down", True),
        ("bring the colours back to life", False),
        ("blur the background", True),
        ("blur has to go", False),
        ("it is dim and noisy", False),
        ("shrink it", True),
        ("throw in some film grain", True),
        ("toss the grain", False),
        ("apply gaussian blur", True),
        ("apply blur correction", False),
        ("ruin it with noise", True),
        ("the fog ruined it with grey", False),
        ("remove the sharpness", True),
        ("I don't want to lose the sharpness", False),
        ("sharpness down", True),
        ("the sharpness is down", False),
        ("defocus it slightly", True),
        ("degrade the quality", True),
        ("please take the last brightening back", True),
        ("can you roll back the last sharpening", True),
        ("that's too much denoising", True),
        ("it's got way too sharp now", True),
        ("it's not too sharp", False),
        ("far too soft", False),
    ],
)
def test_reverses(text: str, expected: bool) -> None:
    assert reverse(text) is expected


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("make her hair look less noisy", Task.DENOISING),
        ("add a filter against noise", Task.DENOISING),
        ("add rain removal", Task.DERAINING),
        ("make his beard look less blurry", Task.DEBLURRING),
        ("make her eyes less dark", None),
        ("make her look less old", None),
    ],
)
def test_less_of_a_fault_is_no_wish_beyond_restoration(text: str, task: Task | None) -> None:
    found = understand(text)
    assert [step.task for step in found.steps] == ([task] if task else [])


@pytest.mark.parametrize(
    ("clause", "fault"),
    [
        ("it isn't noisy", "noisy"),
        ("not too dark at all", "dark"),
        ("it's not rain", "rain"),
        ("the grain isn't the problem", "grain"),
        ("it's large enough", "large"),
        ("it isn't sharp", None),
        ("not bright enough", None),
        ("no noise", None),
        ("i need a picture that isn't blurry", None),
        ("the noise is not nice", None),
    ],
)
def test_what_is_denied(clause: str, fault: str | None) -> None:
    assert denied(clause) == fault


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is this blurry?", True),
        ("does it look too dark?", True),
        ("is it possible to fix the blur?", False),
        ("can you fix this blurry photo?", False),
        ("how do I fix a blurry photo?", False),
        ("it is blurry", False),
    ],
)
def test_questions(text: str, expected: bool) -> None:
    assert question(text) is expected


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("no blur, just grain", "blur"),
        ("no rain, but lots of fog", "rain"),
        ("rather than noise it's the resolution", "noise"),
        ("instead of the blur, it is the haze", "blur"),
        ("no noise, only sharpen it", None),
        ("no rain please", None),
    ],
)
def test_denials_that_lean_on_what_follows(text: str, bad: str | None) -> None:
    found = [denied(piece.text) for piece in clauses(in_full(text))]
    assert next(filter(None, found), None) == bad


def test_what_comes_nearest() -> None:
    assert nearest("get the jpeg artefacts out") is Task.DENOISING
    assert nearest("make it less saturated") is Task.ENHANCEMENT
    assert nearest("remove the man") is None
    assert nearest("make it grainier") == "grain"
    assert nearest("take the grainy man out of it") is None


@pytest.mark.parametrize("text", ["put some grain on it", "sharpen it and add noise", "füge Rauschen hinzu"])
def test_who_wants_noise_is_told_of_grain(text: str) -> None:
    assert "--grain" in understand(text).summary()


@pytest.mark.parametrize(
    ("question_asked", "fault"),
    [
        ("is it hazy?", Task.DEHAZING),
        ("Is this picture too dark?", Task.LOW_LIGHT),
        ("is it sharp?", None),
        ("what's wrong with it?", None),
    ],
)
def test_what_a_question_is_about(question_asked: str, fault: Task | None) -> None:
    plan = understand(question_asked)
    assert (plan.blind, plan.asked) == (True, fault)


def test_a_question_is_answered_with_yes_or_no() -> None:
    step = Step(Task.DEHAZING, 0.95, 1.0, "")
    there = Plan("clear", (step,), assumed=True, asked=Task.DEHAZING)
    assert there.summary().startswith("yes, ")
    assert replace(there, asked=Task.DENOISING).summary().startswith("no, not by the look")
    assert replace(there, steps=()).summary().startswith("no, the picture looks clean")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make it nice", True),
        ("could you improve the quality of this picture please", True),
        ("Fix it!", True),
        ("thank you, that was great", False),
        ("make the colours nice", False),
        ("fix the rain", False),
        ("", False),
    ],
)
def test_words_that_name_no_fault(text: str, expected: bool) -> None:
    assert names_no_fault(text) is expected


def test_faults_that_no_restoration_undoes() -> None:
    assert beyond("remove the scratches from the print")
    assert beyond("lens flare")
    assert not beyond("the snowflakes look like scratches on the lens, remove the snow")
    assert not beyond("the windscreen scratches are sharp")


@pytest.mark.parametrize(
    "text",
    [
        "undo the denoising",
        "put the grain back",
        "bring back the fog",
        "I want the noise back",
        "restore the original fog",
        "less sharpening please",
        "throw the background out of focus",
        "make the faces unrecognizable",
        "make the rain heavier",
    ],
)
def test_what_takes_a_restoration_back_is_a_reverse(text: str) -> None:
    assert reverse(text)


@pytest.mark.parametrize(
    "text",
    [
        "undo the motion blur",
        "bring back the colours",
        "give me back the details in the fog",
        "make it look like it was not raining",
        "put the background back in focus",
        "less noise please",
        "make the background less blurry",
    ],
)
def test_what_gives_something_back_is_none(text: str) -> None:
    assert not reverse(text)
