"""Training: it learns, it resumes exactly, and it never trades a good checkpoint for a bad one."""

import json
import shutil
from pathlib import Path
from typing import Any, Literal

import pytest
import torch

from helpers.training import weights_of
from instructir.cli import train as commands
from instructir.errors import CheckpointError, ConfigError, DataError
from instructir.models.checkpoint import load_model
from instructir.training import loop
from instructir.training.batches import crop_batches
from instructir.training.checkpoints import load_latest, save_state
from instructir.training.configuration import load_options
from instructir.training.loop import TrainingDivergedError
from instructir.training.network import MovingAverage, training_losses
from instructir.training.options import Phase, TrainOptions
from instructir.training.record import read_log
from instructir.training.run import train
from instructir.training.schedule import crop_phases, learning_rate

pytest.importorskip("accelerate", reason='needs the extra "train"')

STATE = {
    **{name: {} for name in ("trainee", "average", "optimizer", "scaler")},
    **dict.fromkeys(("step", "crops", "hours", "sums"), 1),
}


def test_training_saves_a_model_a_log_and_the_options(options: TrainOptions) -> None:
    model = train(options)
    folder = Path(options.out)
    saved = load_model(folder / "tiny.safetensors")
    assert saved.provenance["steps"] == 12
    assert saved.provenance["crops"] == 6 * 8 + 6 * 4
    assert all(
        torch.allclose(value, weights_of(saved)[name], atol=1e-3) for name, value in weights_of(model).items()
    )
    log = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in log] == [2, 4, 6, 8, 10, 12]
    assert load_options(folder / "config.yaml") == options
    assert len(list(folder.glob("step-*.pt"))) == 2


@pytest.mark.parametrize("kind", ["adamw", "muon"])
def test_training_lowers_the_loss(options: TrainOptions, kind: Literal["adamw", "muon"]) -> None:
    options.optimiser.kind = kind
    options.steps, options.phases, options.log_every = 60, [Phase(1.0, 16, 8)], 15
    options.save_every, options.validation.every, options.optimiser.lr = 60, 0, 4e-3
    train(options)
    log = [json.loads(line) for line in (Path(options.out) / "log.jsonl").read_text().splitlines()]
    assert log[-1]["loss"] < 0.8 * log[0]["loss"]


@pytest.mark.parametrize("kind", ["adamw", "muon"])
def test_interrupted_training_ends_as_the_uninterrupted_run(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch, kind: Literal["adamw", "muon"]
) -> None:
    options.optimiser.kind = kind
    whole = train(options)
    folder = Path(options.out)
    whole_log = (folder / "log.jsonl").read_text()
    shutil.rmtree(folder)
    step, real = [0], loop.Trainer._train_step

    def dies(self: loop.Trainer, crops: object) -> tuple[float, float]:
        step[0] += 1
        if step[0] == 10:
            raise KeyboardInterrupt
        return real(self, crops)

    monkeypatch.setattr(loop.Trainer, "_train_step", dies)
    with pytest.raises(KeyboardInterrupt):
        train(options)
    monkeypatch.setattr(loop.Trainer, "_train_step", real)
    resumed = train(options, resume=True)
    assert all(
        torch.allclose(value, weights_of(resumed)[name], atol=1e-6)
        for name, value in weights_of(whole).items()
    )

    def last(text: str) -> dict[str, float]:
        line = json.loads(text.splitlines()[-1])
        return {key: line[key] for key in ("step", "loss", "intent", "lr")}

    assert last((folder / "log.jsonl").read_text()) == pytest.approx(last(whole_log), abs=1e-5)


def test_text_free_network_trains(options: TrainOptions) -> None:
    options.model.text_dim, options.steps = 0, 4
    assert train(options).text is None


def test_training_starts_from_another_model(options: TrainOptions) -> None:
    options.steps = 4
    train(options)
    options.model.initial = str(Path(options.out) / "tiny.safetensors")
    options.steps, options.optimiser.lr, options.optimiser.lr_end, options.out = (
        1,
        0.0,
        0.0,
        options.out + "2",
    )
    again = train(options)
    first = load_model(Path(options.model.initial))
    assert all(torch.equal(value, weights_of(again)[name]) for name, value in weights_of(first).items())
    options.model.width = 8
    with pytest.raises(ConfigError, match="not of the size"):
        train(options)


def test_non_finite_loss_stops_with_the_last_good_state(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = training_losses

    def poisoned(*arguments: Any, grid_weight: float) -> tuple[torch.Tensor, torch.Tensor]:
        l1, intent = real(*arguments, grid_weight=grid_weight)
        calls.append(1)
        return (l1 * float("nan") if len(calls) == 7 else l1), intent

    calls: list[int] = []
    monkeypatch.setattr(loop, "training_losses", poisoned)
    with pytest.raises(TrainingDivergedError, match="step 6: the loss is nan"):
        train(options)
    state = load_latest(Path(options.out))
    assert state is not None
    assert state["step"] == 4
    assert all(value.isfinite().all() for value in state["trainee"].values())


def test_a_checkpoint_in_writing_never_replaces_a_good_one(tmp_path: Path) -> None:
    save_state(STATE, tmp_path, 1)
    (tmp_path / ".step-00000002.pt.part").write_bytes(b"half a file")
    assert load_latest(tmp_path) == STATE
    (tmp_path / "step-00000003.pt").write_bytes(b"damaged later")
    with pytest.raises(CheckpointError, match="delete it to go on"):
        load_latest(tmp_path)
    torch.save({"a": 1}, tmp_path / "step-00000003.pt")
    with pytest.raises(CheckpointError, match=r"step-00000003\.pt: is no training state; delete it to go on"):
        load_latest(tmp_path)


def test_a_damaged_line_of_the_log_is_left_out(options: TrainOptions) -> None:
    options.steps, options.validation.every = 4, 0
    train(options)
    log = Path(options.out) / "log.jsonl"
    log.write_text(log.read_text() + "{damaged}\n[1}\n{}\n")
    options.steps = 6
    train(options, resume=True)
    assert [line["step"] for line in read_log(log)] == [2, 4, 6]


def test_a_step_that_compiles_has_no_speed(options: TrainOptions) -> None:
    options.steps, options.log_every, options.phases, options.validation.every = 2, 1, [Phase(1.0, 16, 8)], 0
    train(options)
    first, second = read_log(Path(options.out) / "log.jsonl")
    assert (first["crops_per_second"], first["waiting_for_data"]) == (0, 0)
    assert 0 < second["crops_per_second"] < 1e6
    assert 0 <= second["waiting_for_data"] <= 1


def test_a_loss_that_diverges_at_once_promises_no_state(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poisoned(restored: torch.Tensor, *_: Any, **__: Any) -> tuple[torch.Tensor, torch.Tensor]:
        return restored.mean() * float("nan"), restored.mean()

    monkeypatch.setattr(loop, "training_losses", poisoned)
    with pytest.raises(
        TrainingDivergedError, match=r"nothing was saved yet, lower optimiser.lr and start again$"
    ):
        train(options)


def test_what_went_wrong_in_a_worker_is_one_line(options: TrainOptions, tmp_path: Path) -> None:
    options.data.workers = 1
    batches = crop_batches(options, crop_phases(options, 1), 0)
    for path in (tmp_path / "clean").iterdir():
        path.write_bytes(b"no picture")
    with pytest.raises(DataError, match="no picture there can be decoded") as caught:
        list(batches)
    assert "Traceback" not in str(caught.value)


def test_a_run_that_is_stopped_says_what_is_left(tmp_path: Path) -> None:
    for says in ("nothing was saved yet", "the same with --resume auto goes on from what was saved"):
        with pytest.raises(KeyboardInterrupt, match=says), commands._stopped([str(tmp_path)]):
            raise KeyboardInterrupt
        (tmp_path / "step-00000004.pt").touch()


def test_schedule_warms_up_and_anneals_to_its_end(options: TrainOptions) -> None:
    options.steps, options.optimiser.warmup = 100, 10
    rates = [learning_rate(options, step) for step in range(101)]
    assert rates[0] == pytest.approx(options.optimiser.lr / 10)
    assert max(rates) == rates[9] == options.optimiser.lr
    assert rates[100] == pytest.approx(options.optimiser.lr_end)
    assert rates[55] == pytest.approx((options.optimiser.lr + options.optimiser.lr_end) / 2)


def test_phases_divide_among_processes(options: TrainOptions) -> None:
    assert [(p.start, p.size, p.batch) for p in crop_phases(options, 2)] == [(0, 16, 4), (6, 24, 2)]
    with pytest.raises(ConfigError, match="does not divide among 3"):
        crop_phases(options, 3)


def test_moving_average_is_the_recursion_that_defines_it() -> None:
    layer = torch.nn.Linear(2, 2)
    average = MovingAverage(layer, decay=0.9)
    expected = layer.weight.detach().clone()
    for step in range(200, 205):
        with torch.no_grad():
            layer.weight += 1
        average.update(layer, step)
        expected = 0.9 * expected + 0.1 * layer.weight.detach()
    assert torch.allclose(average.weights["weight"], expected)


def test_a_state_that_is_no_longer_finite_is_not_saved(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = loop.Trainer._train_step

    def spoils(self: loop.Trainer, crops: object) -> tuple[float, float]:
        result = real(self, crops)
        if self.step == 7:
            self.trainee.image.intro.bias.data.fill_(float("inf"))
        return result

    monkeypatch.setattr(loop.Trainer, "_train_step", spoils)
    with pytest.raises(TrainingDivergedError, match="a weight is not finite"):
        train(options)
    state = load_latest(Path(options.out))
    assert state is not None
    assert state["step"] == 4


def test_resuming_with_another_size_is_refused(options: TrainOptions) -> None:
    options.steps = 4
    train(options)
    options.model.width = 8
    with pytest.raises(CheckpointError, match="network of another size; give another out=FOLDER"):
        train(options, resume=True)


@pytest.mark.parametrize(("first", "then"), [("adamw", "muon"), ("muon", "adamw")])
def test_resuming_with_another_optimiser_is_refused(options: TrainOptions, first: Any, then: Any) -> None:
    options.steps, options.optimiser.kind = 4, first
    train(options)
    options.optimiser.kind = then
    with pytest.raises(CheckpointError, match="of another optimiser; give another out=FOLDER"):
        train(options, resume=True)


@pytest.mark.skipif(torch.accelerator.is_available(), reason="half precision is possible here")
def test_half_precision_without_a_gpu_is_refused(options: TrainOptions) -> None:
    options.precision = "fp16"
    with pytest.raises(ConfigError, match="fp16 needs a GPU; write bf16 or fp32"):
        train(options)


def test_a_second_run_may_have_another_precision(options: TrainOptions) -> None:
    options.steps = 1
    train(options)
    options.precision, options.out = "bf16", options.out + "2"
    train(options)


def test_the_run_leaves_what_is_needed_to_understand_it(options: TrainOptions, drawn_curves: None) -> None:
    options.tensorboard, options.steps = True, 6
    train(options)
    folder = Path(options.out)
    environment = json.loads((folder / "environment.json").read_text())
    assert {"revision", "versions", "machine", "processes"} <= environment.keys()
    (line,) = [json.loads(text) for text in (folder / "validation.jsonl").read_text().splitlines()]
    assert line["step"] == 6
    assert set(line["denoising"]) == {"input", "restored"}
    assert (folder / "curves.png").stat().st_size > 5000
    assert (folder / "validation" / "step-00000006.png").is_file()
    assert list((folder / "tensorboard").glob("events*"))


def test_the_command_line_does_not_train_over_another_run(options: TrainOptions) -> None:
    from instructir.cli.train import image as command

    options.steps = 4
    train(options)
    config = Path(options.out) / "config.yaml"
    with pytest.raises(ConfigError, match="holds a run already; add --resume auto"):
        command(str(config), ["steps=6"], "never")
    command(str(config), ["steps=6"], "auto")
    steps = [json.loads(line)["step"] for line in (Path(options.out) / "log.jsonl").read_text().splitlines()]
    assert steps == [2, 4, 6]
