"""One author of plans: the words, the picture, and what the model can do."""

from dataclasses import replace

import numpy as np
import pytest

from helpers import needs
from instructir.errors import OutOfScopeError
from instructir.instructions.plan import Plan, Step
from instructir.restoration import diagnosis
from instructir.restoration.diagnosis import Findings, plan_of
from instructir.restoration.planning import fit_plan, plan_for, refuse_impossible
from instructir.restoration.restorer import Restorer
from instructir.tasks import TASKS, Task

THRESHOLDS = dict.fromkeys(TASKS, 0.5)


def findings(**seen: float) -> Findings:
    return Findings(
        {task: seen.get(task.value, 0.01) for task in TASKS}, dict.fromkeys(TASKS, 0.5), THRESHOLDS
    )


def test_a_text_free_model_says_that_it_restores_whatever_it_finds() -> None:
    assert plan_for(None, "remove the noise").unguided
    assert "whatever it finds" in plan_for(None, None).summary()
    assert fit_plan(None, ASKED).unguided


def test_what_a_model_cannot_do_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "examine_file", lambda image: findings(low_light=0.9, denoising=0.8))
    found = fit_plan([Task.DENOISING], Plan("ambiguous", ()), "photo.png")
    assert [step.task for step in found.steps] == [Task.DENOISING]
    assert found.beyond == (Task.LOW_LIGHT,)
    nothing = fit_plan([Task.DERAINING], Plan("ambiguous", ()), "photo.png")
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


THREE = (Task.DENOISING, Task.DERAINING, Task.DEHAZING)
ASKED = Plan("clear", (Step(Task.DENOISING, 1.0, 1.0, "grain"), Step(Task.LOW_LIGHT, 1.0, 1.0, "too dark")))


def test_a_request_beyond_the_model_is_refused_as_a_whole_with_what_it_can_do(tiny: Restorer) -> None:
    plan = fit_plan(THREE, ASKED)
    assert (plan.kind, plan.steps, plan.beyond, plan.possible) == (
        "out_of_scope",
        (),
        (Task.LOW_LIGHT,),
        THREE,
    )
    assert "remove the rain" in plan.summary()
    assert "blur" not in plan.summary()
    assert fit_plan(THREE, plan) == plan
    tiny.model.tasks = THREE
    with pytest.raises(OutOfScopeError, match="ask it to remove the noise, remove the rain, clear the haze"):
        refuse_impossible(plan, "too dark", tiny.model)


@needs("ui")
def test_command_line_api_and_library_ask_one_author(tiny: Restorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model of three tasks, asked for a fourth, and a text-free model, on every surface."""
    import asyncio
    import json

    from typer.testing import CliRunner

    from instructir.cli.commands import app
    from instructir.models import pretrained
    from instructir.serving.service import Service
    from instructir.serving.settings import ServerSettings

    for text, tasks in ((tiny.model.text, THREE), (None, TASKS)):
        model = replace(tiny.model, text=text, tasks=tasks)
        restorer = Restorer(model, tiny.settings)
        monkeypatch.setattr(pretrained, "resolve", lambda name, model=model: model)
        service = Service(restorer, ServerSettings())
        said = restorer.plan("brighten the dark photo").to_dict()
        assert asyncio.run(service.plan("brighten the dark photo")).to_dict() == said
        service.close()
        shown = CliRunner().invoke(app, ["plan", "brighten the dark photo", "--model", "three", "--json"])
        assert json.loads(shown.stdout) == said
        assert (said["kind"], said["steps"]) == ("clear" if text is None else "out_of_scope", [])


UNTOLD = Step(Task.LOW_LIGHT, 1.0, 0.5, "", light="untold")
NOISY, DULL = Step(Task.DENOISING, 1.0, 1.0, "grain"), Step(Task.ENHANCEMENT, 1.0, 1.0, "dull")


@pytest.mark.parametrize(
    ("steps", "dark", "excluded", "expected"),
    [
        ((NOISY, UNTOLD), True, (), [Task.DENOISING, Task.LOW_LIGHT]),
        ((NOISY, UNTOLD), False, (), [Task.DENOISING, Task.ENHANCEMENT]),
        ((UNTOLD, DULL), False, (), [Task.ENHANCEMENT]),
        ((UNTOLD, DULL), True, (), [Task.LOW_LIGHT, Task.ENHANCEMENT]),
        ((UNTOLD,), True, (Task.LOW_LIGHT,), [Task.ENHANCEMENT]),
        ((UNTOLD,), False, (Task.ENHANCEMENT,), [Task.LOW_LIGHT]),
    ],
)
def test_the_picture_tells_whether_there_is_too_little_light_or_too_much(
    monkeypatch: pytest.MonkeyPatch,
    steps: tuple[Step, ...],
    dark: bool,
    excluded: tuple[Task, ...],
    expected: list[Task],
) -> None:
    monkeypatch.setattr(diagnosis, "lacks_light", lambda image: dark)
    picture = np.zeros((8, 8, 3), np.uint8)
    found = fit_plan(TASKS, Plan("clear", steps, excluded), picture)
    assert [step.task for step in found.steps] == expected
    assert all(step.light == "" for step in found.steps)
    assert fit_plan(TASKS, Plan("clear", steps, excluded)).steps == steps  # without a picture nothing is told
