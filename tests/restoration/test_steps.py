"""Plans of several steps, blind plans, and what cannot be done."""

import dataclasses

import numpy as np
import pytest
import torch

from instructir.errors import OutOfScopeError
from instructir.inference.execution import Outcome
from instructir.instructions.plan import Plan, Step
from instructir.instructions.tone.adjustment import Adjustment, Operation
from instructir.restoration import applying, diagnosis
from instructir.restoration.diagnosis import Findings
from instructir.restoration.guard import Verdict
from instructir.restoration.inputs import to_photo
from instructir.restoration.restorer import Restorer
from instructir.restoration.result import Restoration
from instructir.restoration.tone import adjusted
from instructir.settings import Settings
from instructir.tasks import PLAIN_INSTRUCTIONS, TASKS, Task

NOISE = Step(Task.DENOISING, 0.9, 1.0, "take the grain out")
DARK = Step(Task.LOW_LIGHT, 0.9, 0.5, "brighten it a touch")
UNJUDGED = Settings(device="cpu", guard=False, ensemble=1)


def once(restorer: Restorer, pixels: np.ndarray, text: str, fraction: float) -> np.ndarray:
    image = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    mixed = torch.lerp(image, restorer.predict(image, text), fraction)
    return mixed.clamp(0, 1)[0].permute(1, 2, 0).numpy()


def test_steps_run_one_after_the_other(tiny: Restorer, photo_array: np.ndarray) -> None:
    result = tiny.restore(photo_array, plan=Plan("clear", (NOISE, DARK)), strength=0.8, settings=UNJUDGED)
    start = photo_array.astype(np.float32) / 255
    first = once(tiny, start, NOISE.text, 0.8)
    second = once(tiny, first, DARK.text, 0.4)
    assert np.array_equal(result.stages[0].pixels, first)
    assert np.array_equal(result.pixels, second)
    assert len(result.stages) == 2
    assert result.stages[-1] is result.photo


def test_steps_that_share_their_words_run_with_plain_ones(tiny: Restorer, photo_array: np.ndarray) -> None:
    text = "dark and grainy, fix both"
    steps = (Step(Task.DENOISING, 0.9, 1.0, text), Step(Task.LOW_LIGHT, 0.9, 1.0, text))
    result = tiny.restore(photo_array, plan=Plan("clear", steps), settings=UNJUDGED)
    first = once(tiny, photo_array.astype(np.float32) / 255, PLAIN_INSTRUCTIONS[Task.DENOISING], 1.0)
    assert np.array_equal(result.stages[0].pixels, first)


def test_words_that_the_text_head_takes_for_another_task_are_replaced(
    tiny: Restorer, photo_array: np.ndarray
) -> None:
    embedding, _ = tiny.conditioning.understand(NOISE.text)
    tiny.conditioning.understand = lambda text: (embedding, [0.0, 0.9, 0.1, 0.0, 0.0, 0.0, 0.0])
    assert tiny.conditioning.instruction(NOISE, own=True) == PLAIN_INSTRUCTIONS[Task.DENOISING]
    tiny.conditioning.understand = lambda text: (embedding, [0.1, 0.4, 0.1, 0.1, 0.1, 0.1, 0.1])
    assert tiny.conditioning.instruction(NOISE, own=True) == NOISE.text


def found(*faults: Task) -> Findings:
    return Findings(
        {task: 0.97 if task in faults else 0.02 for task in TASKS},
        dict.fromkeys(TASKS, 0.5),
        dict.fromkeys(TASKS, 0.6),
    )


def test_where_no_fault_is_named_the_picture_decides(
    tiny: Restorer, photo_array: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnosis, "examine", lambda image: found(Task.DEBLURRING, Task.DENOISING))
    for result in (tiny.restore(photo_array), tiny.restore(photo_array, plan=Plan("ambiguous", ()))):
        assert [step.task for step in result.plan.steps] == [Task.DENOISING, Task.DEBLURRING]
        assert "by the look of the picture" in result.plan.summary()
        assert len(result.stages) == 2
    assert tiny.plan(None).blind
    assert not tiny.plan(None, photo_array).blind


def test_what_the_light_shows_is_removed_where_the_picture_decides(
    tiny: Restorer, photo_array: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnosis, "examine", lambda image: found(Task.LOW_LIGHT))
    shown = (Task.DENOISING, Task.DERAINING, Task.DEHAZING)
    monkeypatch.setattr(applying, "judge", lambda *_, **__: Verdict(shown=shown))
    assert [note.split("the ")[1].split()[0] for note in tiny.restore(photo_array).notes] == [
        "noise",
        "rain",
        "haze",
    ]
    dark = Plan("clear", (DARK,))
    assert tiny.restore(photo_array, plan=dark).notes == ("low light: the noise that came up was removed",)
    left = dataclasses.replace(dark, excluded=(Task.DENOISING,))
    assert tiny.restore(photo_array, plan=left).notes == ()


def test_a_clean_picture_is_left_alone(
    tiny: Restorer, photo_array: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnosis, "examine", lambda image: found())
    result = tiny.restore(photo_array)
    assert np.array_equal(np.asarray(result.image), photo_array)
    assert "leave it as it is" in result.plan.summary()


def test_what_no_restoration_can_do_is_refused(tiny: Restorer, photo_array: np.ndarray) -> None:
    with pytest.raises(OutOfScopeError, match="write me a poem"):
        tiny.restore(photo_array, "write me a poem", plan=Plan("out_of_scope", ()))
    tiny.model.tasks = (Task.DENOISING,)
    with pytest.raises(OutOfScopeError, match="tiny cannot brighten it"):
        tiny.restore(photo_array, plan=Plan("clear", (DARK,)))


@pytest.mark.parametrize("strength", [1.0, 0.5])
def test_too_much_light_becomes_less_even_if_the_network_leaves_it(
    tiny: Restorer, photo_array: np.ndarray, monkeypatch: pytest.MonkeyPatch, strength: float
) -> None:
    """What it was asked for is done in figures then, and said."""
    monkeypatch.setattr(applying, "fraction_of_excess", lambda photo: 1.0)
    bright = Step(Task.ENHANCEMENT, 0.9, strength, "", light="less")
    start = photo_array.astype(np.float32) / 255
    given: list[float] = []

    def restored(factor: float) -> Restoration:
        def run(images: torch.Tensor, *_: object) -> Outcome:
            given.append(factor)
            return Outcome(images * factor, ())

        monkeypatch.setattr(tiny, "execute", lambda ensemble: run)
        return tiny.restore(photo_array, plan=Plan("clear", (bright,)), settings=UNJUDGED)

    tamed = restored(0.5)
    assert tamed.notes == ()
    assert np.allclose(tamed.pixels, start * (1 - strength / 2), atol=1e-6)
    left = restored(1.1)
    assert left.notes == ("enhancement: I saw no excess of light; made darker all the same",)
    exact = adjusted(to_photo(photo_array), Adjustment(Operation.EXPOSURE, -2 / 3))[0].pixels
    assert np.allclose(left.pixels, start + strength * (exact - start), atol=1e-6)
    assert given == [0.5, 1.1]
