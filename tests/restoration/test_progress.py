"""What is told of a restoration while it runs."""

import numpy as np
import pytest
from PIL import Image

from instructir.instructions.plan import Plan, Step
from instructir.restoration import applying
from instructir.restoration.guard import Verdict
from instructir.restoration.progress import Progress
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings
from instructir.tasks import Task

TWO_STEPS = Plan(
    "clear",
    (
        Step(Task.LOW_LIGHT, 1.0, 1.0, "brighten it"),
        Step(Task.SUPER_RESOLUTION, 1.0, 1.0, "make it twice as large", scale="x2"),
    ),
)


def followed(restorer: Restorer, photo: np.ndarray, settings: Settings) -> list[Progress]:
    told: list[Progress] = []
    restorer.restore(photo, plan=TWO_STEPS, settings=settings, progress=told.append)
    return told


@pytest.mark.parametrize("ensemble", [1, 2])
def test_the_fraction_grows_to_all_of_it_and_goes_by_pixels(
    tiny: Restorer, photo_array: np.ndarray, ensemble: int
) -> None:
    told = followed(tiny, photo_array, Settings(guard=False, ensemble=ensemble))
    fractions = [one.fraction for one in told]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] == pytest.approx(1, abs=0.02)
    # The second step has four times the pixels of the first.
    begun = next(one for one in told if one.step == 2)
    assert begun.fraction == pytest.approx(0.2)
    assert {(one.step, one.task) for one in told} == {(1, Task.LOW_LIGHT), (2, Task.SUPER_RESOLUTION)}
    assert {one.steps for one in told} == {2}


def test_what_a_second_look_adds_does_not_lead_past_a_step(
    tiny: Restorer, photo_array: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "judge", lambda *_, **__: Verdict(shown=(Task.DENOISING,)))
    told = followed(tiny, photo_array, Settings())
    assert max(one.fraction for one in told if one.step == 1) <= 0.2
    assert max(one.fraction for one in told) <= 1


def test_what_a_follower_raises_breaks_it_off(tiny: Restorer) -> None:
    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tiny.restore(Image.new("RGB", (32, 32)), "remove the noise", progress=stop)
