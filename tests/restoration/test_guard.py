"""The second look: what is kept of a step, by what is seen before and after, and by how much changed."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch

from instructir.images import Photo
from instructir.inference.execution import Outcome
from instructir.restoration import guard
from instructir.restoration.diagnosis import Findings
from instructir.restoration.guard import HARDLY, Verdict, change, judge
from instructir.restoration.passes import ArtefactHandling, Pass
from instructir.restoration.running import run_passes
from instructir.settings import Settings
from instructir.tasks import PLAIN_INSTRUCTIONS, Task

GREY = Photo(np.full((20, 30, 3), 0.4, np.float32))
ALL = Verdict()


def findings(**found: float) -> Findings:
    """Faults with these probabilities, and none of any other."""
    probabilities = dict.fromkeys(Task, 0.0) | {Task(name): value for name, value in found.items()}
    return Findings(probabilities, dict.fromkeys(Task, 0.3), dict.fromkeys(Task, 0.3))


def brighter(by: float) -> Photo:
    return GREY.with_pixels(GREY.pixels + np.float32(by))


def verdict(monkeypatch, task: Task, by: float, before: Findings, after: Findings) -> Verdict:
    monkeypatch.setattr(guard, "examine", lambda photo: before if photo is GREY else after)
    return judge(task, GREY, brighter(by))


@pytest.mark.parametrize("levels", [0.0, 0.3, 3.0, 50.0])
def test_change_is_the_root_mean_square_difference(levels):
    measured = change(GREY.pixels, brighter(levels / 255).pixels)
    assert measured.levels == pytest.approx(levels, abs=1e-3)
    assert measured.word == {0.0: "not at all", 0.3: "hardly", 3.0: "slightly", 50.0: "strongly"}[levels]


def test_noise_that_only_its_removal_shows_is_removed(monkeypatch):
    """A camera's own noise: blotches that the fault network does not know."""
    unseen = findings(denoising=0.001)
    assert verdict(monkeypatch, Task.DENOISING, 0.02, unseen, unseen) == Verdict()
    assert "left as it was" in verdict(monkeypatch, Task.DENOISING, 0.002, unseen, unseen).text


@pytest.mark.parametrize("task", [Task.DEBLURRING, Task.DERAINING])
def test_blur_and_rain_that_nobody_sees_are_removed(monkeypatch, task):
    """The motion of a real exposure; what is sharp and dry is hardly changed by itself."""
    unseen = findings(**{task.value: 0.005})
    assert verdict(monkeypatch, task, 0.02, unseen, unseen) == Verdict()
    assert "left as it was" in verdict(monkeypatch, task, 0.002, unseen, unseen).text


@pytest.mark.parametrize("task", [Task.SUPER_RESOLUTION, Task.DEHAZING])
def test_a_fault_that_nobody_sees_allows_hardly_any_change(monkeypatch, task):
    unseen = findings(**{task.value: 0.005})
    found = verdict(monkeypatch, task, 0.07, unseen, unseen)
    assert found.fraction * 0.07 == pytest.approx(HARDLY, rel=1e-3)
    assert guard.FAULTS[task] in found.text


@pytest.mark.parametrize("seen", [0.005, 0.08])
def test_thin_haze_that_was_taken_away_was_there(monkeypatch, seen):
    before = findings(dehazing=seen)
    assert verdict(monkeypatch, Task.DEHAZING, 0.07, before, findings(dehazing=seen / 25)) == Verdict()
    for left in (seen / 15, seen, 2 * seen):  # a pale picture
        held = verdict(monkeypatch, Task.DEHAZING, 0.07, before, findings(dehazing=left))
        assert held.fraction * 0.07 == pytest.approx(HARDLY, rel=1e-3)


def test_fog_that_only_its_removal_finds_is_removed_by_half(monkeypatch):
    seen, now = findings(dehazing=0.001), findings(dehazing=0.001)
    assert verdict(monkeypatch, Task.DEHAZING, 30 / 255, seen, now) == Verdict(
        0.5, "I saw no haze; done by half"
    )
    assert verdict(monkeypatch, Task.DEHAZING, 10 / 255, seen, now).fraction < 0.3


def test_hardly_any_change_is_left_out_where_nothing_is_seen(monkeypatch):
    assert verdict(monkeypatch, Task.DENOISING, 0.5 / 255, findings(), findings()).fraction == 0
    assert verdict(monkeypatch, Task.DENOISING, 2 / 255, findings(), findings()) == Verdict()


def test_a_small_change_counts_against_what_other_encoders_left(monkeypatch):
    def execute(images: torch.Tensor, instructions: Sequence[str], tasks: Sequence[Task | None]) -> Outcome:
        return Outcome(images + 0.5 / 255, ())

    monkeypatch.setattr(guard, "examine", lambda photo: findings())
    asked: list[tuple[ArtefactHandling, float]] = [("only", 0.5 / 255), ("also", 0), ("coarse", 0)]
    for artefacts, changed in asked:
        one = Pass("remove the noise", 1.0, Task.DENOISING, artefacts=artefacts)
        (stages,) = run_passes(execute, [GREY], [[one]], [Settings()])
        assert float(stages.photos[-1].pixels.mean()) - 0.4 == pytest.approx(changed, abs=1e-6)


def test_tone_without_a_fault_is_done_by_half(monkeypatch):
    assert verdict(monkeypatch, Task.LOW_LIGHT, 0.2, findings(), findings()).fraction == 0.5


@pytest.mark.parametrize(("after", "fraction"), [(0.9, 0.0), (0.65, 0.0), (0.5, 1.0)])
def test_what_leaves_its_fault_as_strong_is_taken_back(monkeypatch, after, fraction):
    seen, now = findings(enhancement=0.7), findings(enhancement=after)
    assert verdict(monkeypatch, Task.ENHANCEMENT, 10 / 255, seen, now).fraction == fraction
    assert verdict(monkeypatch, Task.ENHANCEMENT, 20 / 255, seen, now).fraction == 1


def test_another_fault_that_came_up_weakens_the_step(monkeypatch):
    found = verdict(monkeypatch, Task.DEBLURRING, 0.2, findings(deblurring=0.9), findings(deraining=0.8))
    assert (found.fraction, "rain" in found.text) == (0.5, True)


@pytest.mark.parametrize("dimly", [0.0, 0.2])
@pytest.mark.parametrize("shown", ["deraining", "dehazing"])
def test_what_the_light_only_shows_is_no_harm(monkeypatch, shown, dimly):
    """Of hazy pictures in the dark, brightened by half for the haze that showed, none came out right."""
    seen, now = findings(low_light=0.9, **{shown: dimly}), findings(**{shown: 0.5})
    assert verdict(monkeypatch, Task.LOW_LIGHT, 0.2, seen, now) == Verdict(shown=(Task(shown),))


def test_noise_that_looks_like_rain_in_the_light_is_noise(monkeypatch):
    seen, now = findings(low_light=0.9, denoising=0.6), findings(deraining=0.8, denoising=0.9)
    assert verdict(monkeypatch, Task.LOW_LIGHT, 0.2, seen, now) == Verdict(shown=(Task.DENOISING,))


@pytest.mark.parametrize("left", [0.01, 0.1])
def test_haze_that_nobody_told_of_has_to_go_to_count(monkeypatch, left):
    """Sunsets, clouds and white walls: as hazy afterwards, though flatter."""
    for was, asked in ((0.3, False), (0.3, True), (0.8, False)):
        before, after = findings(dehazing=was), findings(dehazing=left)
        monkeypatch.setattr(guard, "examine", lambda photo, b=before, a=after: b if photo is GREY else a)
        found = judge(Task.DEHAZING, GREY, brighter(0.2), asked=asked)
        kept = asked or was > 0.5 or left == 0.01
        assert found == (Verdict() if kept else Verdict(0.0, "I saw no haze; left as it was"))


def test_what_a_later_step_sees_to_is_no_harm(monkeypatch):
    """Who wants it sharpened first and cleaned afterwards gets both in full."""
    seen, now = findings(deblurring=0.9), findings(denoising=0.8)
    monkeypatch.setattr(guard, "examine", lambda photo: seen if photo is GREY else now)
    assert judge(Task.DEBLURRING, GREY, brighter(0.2)).fraction == 0.5
    assert judge(Task.DEBLURRING, GREY, brighter(0.2), later=[Task.DEHAZING]).fraction == 0.5
    assert judge(Task.DEBLURRING, GREY, brighter(0.2), later=[Task.DENOISING]) == Verdict()


def test_sharper_is_kept_though_it_is_not_yet_sharp(monkeypatch):
    seen, now = findings(deblurring=0.9), findings(deblurring=0.85)
    assert verdict(monkeypatch, Task.DEBLURRING, 5 / 255, seen, now) == Verdict()


def test_what_of_a_cameras_noise_was_removed_is_kept_though_much_stays(monkeypatch):
    seen, now = findings(denoising=0.9), findings(denoising=0.9)
    assert verdict(monkeypatch, Task.DENOISING, 3 / 255, seen, now) == Verdict()


def test_noise_that_came_up_with_the_light_is_to_be_removed(monkeypatch):
    found = verdict(monkeypatch, Task.LOW_LIGHT, 0.2, findings(low_light=0.9), findings(denoising=0.8))
    assert found == Verdict(shown=(Task.DENOISING,))
    taken = verdict(monkeypatch, Task.DERAINING, 0.2, findings(deraining=0.9), findings(denoising=0.8))
    assert (taken.fraction, taken.shown) == (0.5, ())


def run(monkeypatch, found: Verdict, settings: Settings, haze: Verdict = ALL, **more: Any):
    """One brightening pass under a guard that finds this, by a network that adds 0.2."""
    words: list[tuple[str, Task | None]] = []

    def execute(images: torch.Tensor, instructions: Sequence[str], tasks: Sequence[Task | None]) -> Outcome:
        words.extend(zip(instructions, tasks, strict=True))
        return Outcome(images + 0.2, ())

    monkeypatch.setattr(
        "instructir.restoration.applying.judge",
        lambda task, *rest, **more: found if task is Task.LOW_LIGHT else haze,
    )
    one = Pass("brighten it", 1.0, Task.LOW_LIGHT, **more)
    (stages,) = run_passes(execute, [GREY], [[one]], [settings])
    return float(stages.photos[-1].pixels.mean()) - 0.4, stages.notes, words


def test_what_the_guard_leaves_is_what_the_picture_gets(monkeypatch):
    for fraction in (0.0, 0.25, 1.0):
        changed, notes, _ = run(monkeypatch, Verdict(fraction, "why"), Settings())
        assert changed == pytest.approx(0.2 * fraction, abs=1e-6)
        assert notes == ("low light: why",)


def test_no_guard_asks_nobody(monkeypatch):
    changed, notes, _ = run(monkeypatch, Verdict(0.0, "why"), Settings(guard=False))
    assert changed == pytest.approx(0.2, abs=1e-6)
    assert notes == ()


def test_noise_is_removed_once_unless_that_is_ruled_out(monkeypatch):
    noisy = Verdict(shown=(Task.DENOISING,))
    changed, notes, words = run(monkeypatch, noisy, Settings(), clears=[Task.DENOISING])
    assert words == [
        ("brighten it", Task.LOW_LIGHT),
        (PLAIN_INSTRUCTIONS[Task.DENOISING], Task.DENOISING),
    ]
    assert changed == pytest.approx(0.4, abs=1e-6)
    assert notes == ("low light: the noise that came up was removed",)
    changed, notes, words = run(monkeypatch, noisy, Settings(), clears=[Task.DEHAZING])
    assert (len(words), notes) == (1, ())


def test_haze_that_came_up_is_removed_unless_that_finds_none(monkeypatch):
    hazy = Verdict(shown=(Task.DEHAZING,))
    for haze, more in ((Verdict(), 0.4), (Verdict(0.0, "why"), 0.2)):
        changed, notes, _ = run(monkeypatch, hazy, Settings(), haze, clears=[Task.DEHAZING])
        assert changed == pytest.approx(more, abs=1e-6)
        assert bool(notes) is (more == 0.4)


@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0])
def test_a_weak_step_is_judged_by_what_it_would_do_at_full_strength(monkeypatch, strength):
    judged = []

    def judge(_task, before, after, *_, **__):
        judged.append(float((after.pixels - before.pixels).mean()))
        return Verdict(0.5, "why")

    def execute(images: torch.Tensor, instructions: Sequence[str], tasks: Sequence[Task | None]) -> Outcome:
        return Outcome(images + 0.2, ())

    monkeypatch.setattr("instructir.restoration.applying.judge", judge)
    one = Pass("brighten it", 1.0, Task.LOW_LIGHT)
    (stages,) = run_passes(execute, [GREY], [[one]], [Settings(strength=strength)])
    assert judged == ([pytest.approx(0.2, abs=1e-6)] if strength else [])
    assert float(stages.photos[-1].pixels.mean()) - 0.4 == pytest.approx(0.1 * strength, abs=1e-6)


@pytest.mark.parametrize("task", [Task.LOW_LIGHT, Task.DENOISING, Task.DEBLURRING])
def test_a_picture_without_any_light_is_left_as_it_was(task):
    """What the network makes of it is a pattern of its own, whatever is seen in it."""
    black = Photo(np.zeros((20, 30, 3), np.float32))
    found = judge(task, black, GREY, findings(**{task.value: 0.9}))
    assert found == Verdict(0.0, "the picture is black; left as it was")
