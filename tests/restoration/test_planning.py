"""One author of plans: the words, the picture, and what the model can do."""

import pytest

from instructir.instructions.plan import Plan
from instructir.restoration import diagnosis
from instructir.restoration.diagnosis import Findings, plan_of
from instructir.restoration.planning import by_picture, plan_for
from instructir.tasks import TASKS, Task

THRESHOLDS = dict.fromkeys(TASKS, 0.5)


def findings(**seen: float) -> Findings:
    return Findings(
        {task: seen.get(task.value, 0.01) for task in TASKS}, dict.fromkeys(TASKS, 0.5), THRESHOLDS
    )


def test_a_text_free_model_says_that_it_restores_whatever_it_finds() -> None:
    assert plan_for(None, "remove the noise").unguided
    assert "whatever it finds" in plan_for(None, None).summary()


def test_what_a_model_cannot_do_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "examine", lambda image: findings(low_light=0.9, denoising=0.8))
    found = by_picture([Task.DENOISING], Plan("ambiguous", ()), "photo.png")
    assert [step.task for step in found.steps] == [Task.DENOISING]
    assert found.beyond == (Task.LOW_LIGHT,)
    nothing = by_picture([Task.DERAINING], Plan("ambiguous", ()), "photo.png")
    assert "looks clean" not in nothing.summary()
    assert "cannot do: remove the noise, brighten it" in nothing.summary()


def test_what_is_ruled_out_is_left_though_the_picture_needs_it() -> None:
    assert plan_of(findings(low_light=0.9), (Task.LOW_LIGHT,)).steps == ()


def test_vague_words_tip_the_scales_and_no_more() -> None:
    noisy = tuple(0.9 if task is Task.DENOISING else 0.02 for task in TASKS)
    assert plan_of(findings(denoising=0.4)).steps == ()
    assert [step.task for step in plan_of(findings(denoising=0.4), (), noisy).steps] == [Task.DENOISING]
    assert plan_of(findings(denoising=0.05), (), noisy).steps == ()
    assert [step.task for step in plan_of(findings(deraining=0.9), (), noisy).steps] == [Task.DERAINING]
