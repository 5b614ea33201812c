"""What is trained from an earlier model: the delta of a task, and stages that follow one another."""

import copy
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from helpers.training import stand_in_encoder, weights_of
from instructir.data.mixture import MixtureEntry
from instructir.errors import ConfigError
from instructir.models.checkpoint import load_model
from instructir.models.deltas import merged
from instructir.restoration import conditioning
from instructir.tasks import PLAIN_INSTRUCTIONS, Task
from instructir.training import loop
from instructir.training.configuration import load_options
from instructir.training.initial import earlier_step
from instructir.training.options import TrainOptions
from instructir.training.run import train

pytest.importorskip("accelerate", reason='needs the extra "train"')


@pytest.fixture
def start(options: TrainOptions) -> TrainOptions:
    """Options that begin with a model that was trained before, in a folder of their own."""
    options.steps = 4
    train(options)
    options.model.initial = str(Path(options.out) / "tiny.safetensors")
    options.out, options.name = f"{options.out}-delta", "better"
    return options


def test_a_delta_is_trained_and_nothing_else(start: TrainOptions) -> None:
    base = load_model(Path(start.model.initial))
    start.model.delta, start.data.mixture = "rain", [MixtureEntry("deraining", "clean")]
    made = train(start)
    saved = load_model(Path(start.out) / "better.safetensors")
    for model in (made, saved):
        assert all(torch.equal(value, weights_of(model)[name]) for name, value in weights_of(base).items())
        assert list(model.deltas) == [Task.DERAINING]
    assert saved.deltas[Task.DERAINING].provenance["steps"] == 4
    changes = [value.abs().max() for _, value in saved.deltas[Task.DERAINING].differences(saved.image)]
    assert max(changes) > 1e-3

    # The next task's delta goes beside it; training on goes on from where the first one ended.
    start.model.initial, start.out = str(Path(start.out) / "better.safetensors"), f"{start.out}-2"
    start.model.delta, start.data.mixture = "noise", [MixtureEntry("denoising", "clean")]
    both = train(start)
    assert list(both.deltas) == [Task.DENOISING, Task.DERAINING]
    assert torch.equal(both.deltas[Task.DERAINING].codes, saved.deltas[Task.DERAINING].codes)


def test_a_delta_is_trained_on_from_what_it_is(start: TrainOptions) -> None:
    start.model.delta, start.data.mixture = "rain", [MixtureEntry("deraining", "clean")]
    train(start)
    start.model.initial, start.out = str(Path(start.out) / "better.safetensors"), f"{start.out}-2"
    start.optimiser.lr = start.optimiser.lr_end = 0.0
    start.steps = 1
    again, before = train(start), load_model(Path(start.model.initial))
    differences = (dict(model.deltas[Task.DERAINING].differences(before.image)) for model in (again, before))
    torch.testing.assert_close(*differences, rtol=0, atol=2e-4)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"model.initial": ""}, "model.delta: deraining needs a model of the seven tasks"),
        ({"model.text_dim": 0}, "model.delta: deraining needs a model of the seven tasks"),
        ({"model.delta": "ironing"}, "unknown task 'ironing'"),
        ({"text.encoder": "bge-micro-v2"}, "bge-micro-v2 is not what .* reads; write all-MiniLM-L6-v2"),
        ({"model.delta": "noise"}, "data.mixture: deraining would train the delta of denoising"),
    ],
)
def test_a_delta_that_cannot_be_trained_is_refused(
    start: TrainOptions, change: dict[str, Any], says: str
) -> None:
    start.model.delta, start.data.mixture = "rain", [MixtureEntry("deraining", "clean")]
    for key, value in change.items():
        part, name = key.split(".")
        setattr(getattr(start, part), name, value)
    with pytest.raises(ConfigError, match=says):
        train(start)
    assert not Path(start.out).exists()


def test_a_delta_learns_from_what_an_earlier_step_leaves(start: TrainOptions, monkeypatch: Any) -> None:
    start.model.delta = "rain"
    start.data.mixture = [MixtureEntry("deraining", "clean", after="noise", margin=4)]
    monkeypatch.setattr(conditioning, "embed", stand_in_encoder)
    assert train(start).deltas[Task.DERAINING].provenance["steps"] == 4
    model = load_model(Path(start.model.initial))
    images = torch.rand(2, 3, 24, 24)
    left = earlier_step(model, torch.device("cpu"), torch.float32)(Task.DENOISING, images)
    assert all("forward" not in vars(part) for part in model.image.modules())  # the model itself is as it was
    with torch.no_grad():
        text = model.text(stand_in_encoder([PLAIN_INSTRUCTIONS[Task.DENOISING]], "")).embedding
        inside = slice(4, -4)  # where no border is near
        expected = model.image(images, text.expand(2, -1)).clamp(0, 1)
    assert left.shape == images.shape
    assert not torch.equal(left, images)
    assert (left - expected)[..., inside, inside].abs().mean() < (images - expected).abs().mean()


def test_what_nothing_removes_cannot_be_learnt_from(options: TrainOptions) -> None:
    options.data.mixture = [MixtureEntry("deraining", "clean", after="noise")]
    with pytest.raises(ConfigError, match=r"after: needs a model that reads text; name it in model.initial"):
        train(options)


def staged(options: TrainOptions) -> TrainOptions:
    """Three stages of four steps."""
    folder = Path(options.out)
    options.steps, options.log_every, options.validation.every = 4, 2, 0
    initial = ""
    for name in ("small", "middle", "large"):
        run = copy.deepcopy(replace(options, out=str(folder / name), stages={}))
        run.model.initial = initial
        initial = str(run.model_file)
        options.stages[name] = run
    return options


def test_stages_that_are_interrupted_end_as_those_that_were_not(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(staged(options))
    folder = Path(options.out)
    saved = load_model(folder / "tiny.safetensors")
    assert all(
        torch.allclose(value, weights_of(saved)[name], atol=1e-3) for name, value in weights_of(whole).items()
    )
    first = (folder / "small" / "tiny.safetensors").read_bytes()
    for place in ("middle", "large", "tiny.safetensors"):
        shutil.rmtree(folder / place) if (folder / place).is_dir() else (folder / place).unlink()
    step, real = [0], loop.Trainer._train_step

    def dies(self: loop.Trainer, crops: object) -> tuple[float, float]:
        step[0] += 1
        if step[0] == 7:
            raise KeyboardInterrupt
        return real(self, crops)

    monkeypatch.setattr(loop.Trainer, "_train_step", dies)
    with pytest.raises(KeyboardInterrupt):
        train(options, resume=True)
    monkeypatch.setattr(loop.Trainer, "_train_step", real)
    assert not (folder / "tiny.safetensors").exists()
    resumed = train(options, resume=True)
    assert (folder / "small" / "tiny.safetensors").read_bytes() == first
    assert all(torch.equal(value, weights_of(resumed)[name]) for name, value in weights_of(whole).items())


def test_each_stage_begins_with_the_model_of_the_one_before(options: TrainOptions) -> None:
    staged(options)
    for run in list(options.stages.values())[1:]:
        run.optimiser.lr = run.optimiser.lr_end = 0.0
    train(options)
    models = [load_model(run.model_file) for run in options.stages.values()]
    for later in models[1:]:
        assert all(
            torch.equal(value, weights_of(later)[name]) for name, value in weights_of(models[0]).items()
        )


def test_the_resolved_configuration_of_stages_trains_elsewhere(options: TrainOptions) -> None:
    for run in staged(options).runs():
        run.steps = 1
    train(options)
    config, elsewhere = Path(options.out) / "config.yaml", f"{options.out}-2"
    assert load_options(config) == options
    moved = load_options(config, [f"out={elsewhere}"])
    assert [run.out for run in moved.runs()] == [str(Path(elsewhere) / name) for name in options.stages]
    assert [run.model.initial for run in moved.runs()[1:]] == [
        str(run.model_file) for run in moved.runs()[:-1]
    ]
    train(moved)


def test_a_model_that_is_yet_to_be_trained_is_named_with_how(options: TrainOptions) -> None:
    for initial, how in (
        ("runs/5d/instructir-5d.safetensors", "instructir train 5d"),
        ("a/b.safetensors", "what"),
    ):
        options.model.initial = initial
        with pytest.raises(ConfigError, match=f"model.initial: {initial} is not there; run {how}"):
            train(options)


def test_a_whole_model_of_one_task_begins_with_its_delta(
    start: TrainOptions, caplog: pytest.LogCaptureFixture
) -> None:
    several = list(start.data.mixture)
    start.model.delta, start.data.mixture = "rain", [MixtureEntry("deraining", "clean")]
    routed = train(start)
    start.model.initial, start.out = str(Path(start.out) / "better.safetensors"), f"{start.out}-2"
    start.optimiser.lr = start.optimiser.lr_end = 0.0
    start.steps, start.model.delta = 1, ""
    whole = train(start)
    expected = merged(routed.image, routed.deltas, ((Task.DERAINING, 1.0),)).state_dict()
    assert not whole.deltas
    torch.testing.assert_close(whole.image.state_dict(), expected, rtol=0, atol=2e-3)
    assert "its delta for deraining is merged, and the new model is for that alone" in caplog.text
    start.data.mixture, start.out = several, f"{start.out}-3"
    base = train(start).image.state_dict()
    assert all(torch.equal(value, base[name]) for name, value in routed.image.state_dict().items())
    assert "its deltas are left out" in caplog.text
    assert "instructir train delta" in caplog.text
