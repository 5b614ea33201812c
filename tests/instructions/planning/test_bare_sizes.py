"""Sizes beside another wish that have no verb of their own."""

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.planning.bare_sizes import with_sizes_said
from instructir.tasks import Task

REMOVALS = {
    Task.DENOISING: "remove the noise",
    Task.DEBLURRING: "remove the blur",
    Task.DERAINING: "remove the rain",
    Task.DEHAZING: "remove the haze",
    Task.LOW_LIGHT: "brighten it",
    Task.ENHANCEMENT: "improve the colours",
}


@pytest.mark.parametrize("task", REMOVALS)
@pytest.mark.parametrize("form", ["{}, x2", "2x and {}"])
def test_a_size_beside_any_task_enlarges(task: Task, form: str) -> None:
    steps = understand(form.format(REMOVALS[task])).steps
    assert {(step.task, step.scale) for step in steps} == {(task, ""), (Task.SUPER_RESOLUTION, "x2")}


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("remove the haze, x2", "en", "remove the haze, upscale it x2"),
        ("\u00d72 then remove the haze", "en", "upscale it x2 then remove the haze"),
        ("remove the haze + 2 times", "en", "remove the haze + upscale it x2"),
        ("remove the haze, 200 %", "en", "remove the haze, upscale it x2"),
        ("200% and remove the haze", "en", "upscale it x2 and remove the haze"),
        ("remove the haze x2", "en", "remove the haze, upscale it x2"),
        ("2x remove the haze", "en", "upscale it x2, remove the haze"),
        ("remove the haze, 1.5x please", "en", "remove the haze, upscale it x1.5"),
        ("Nebel entfernen, x2", "de", "Nebel entfernen, vergr\u00f6\u00dfere es x2"),
        ("quita el ruido y 2x", "es", "quita el ruido y ampl\u00edala x2"),
        ("\u53bb\u96fe,x2", "zh", "\u53bb\u96fe,\u653e\u5927x2"),
    ],
)
def test_a_bare_size_gets_its_verb(text: str, code: str, said: str) -> None:
    assert with_sizes_said(text, code) == said


@pytest.mark.parametrize(
    "text",
    [
        "x2",
        "remove the noise twice",
        "remove the noise 2 times",
        "remove the noise, 30%",
        "remove the noise, 20x",
        "upscale x2 and remove the noise",
        "shot at 2x zoom, remove the noise",
        "solve for x: 2x + 3 = 7",
        "a 4x4 for sale, too dark",
        "the noise is 2x",
    ],
)
def test_other_figures_stay(text: str) -> None:
    assert with_sizes_said(text, "en") == text


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("enl\u00e8ve la brume, x2", Task.DEHAZING),
        ("togli il rumore e poi 2x", Task.DENOISING),
        ("rozja\u015bnij, 200%", Task.LOW_LIGHT),
        ("\u0443\u0431\u0435\u0440\u0438 \u0448\u0443\u043c \u0438 2x", Task.DENOISING),
        ("\ub178\uc774\uc988 \uc81c\uac70\ud558\uace0 2\ubc30", Task.DENOISING),
    ],
)
def test_a_size_beside_a_task_in_other_languages(text: str, task: Task) -> None:
    assert [(step.task, step.scale) for step in understand(text).steps] == [
        (task, ""),
        (Task.SUPER_RESOLUTION, "x2"),
    ]
