"""A run's first minutes: what is refused is refused at once, and what goes on is said."""

from pathlib import Path

import pytest
from torch import Tensor

from helpers.training import stand_in_encoder
from instructir.errors import ConfigError, DataError
from instructir.instructions.corpus import corpus
from instructir.tasks import Task
from instructir.training import bank, initial
from instructir.training.loop import Trainer
from instructir.training.options import TrainOptions
from instructir.training.run import train

pytest.importorskip("accelerate", reason='needs the extra "train"')


def test_no_sentence_is_read_before_all_else_was_looked_at(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def read(*arguments: object) -> None:
        raise AssertionError("sentences were read")

    monkeypatch.setattr(bank, "embed", read)
    with pytest.raises(AssertionError, match="sentences were read"):
        train(options)
    (tmp_path / "file").touch()
    refused: list[tuple[object, str, object, str]] = [
        (options.data, "root", str(tmp_path / "nowhere"), "no such folder"),
        (options, "out", str(tmp_path / "file"), "cannot be written to"),
        (options.model, "delta", "denoising", "name it in model.initial"),
    ]
    for place, name, value, complaint in refused:
        monkeypatch.setattr(place, name, value)
        with pytest.raises((ConfigError, DataError), match=complaint):
            train(options)


def test_only_sentences_of_the_mixture_are_read(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    del options.data.mixture[1:]
    read = list[str]()

    def reads(lines: list[str], encoder: str) -> Tensor:
        read.extend(lines)
        return stand_in_encoder(lines, encoder)

    monkeypatch.setattr(bank, "embed", reads)
    options.steps = 1
    train(options)
    assert read == corpus(("precise",))[Task.DENOISING]


def test_a_brief_run_on_a_cpu_does_not_compile(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(initial, "has_fast_bf16", lambda device: True)
    compiled = list[float]()
    monkeypatch.setattr(Trainer, "_compile", lambda trainer: compiled.append(trainer.options.minutes))
    options.compile, options.native = True, False
    for steps, minutes, precision in ((100_000, 1.0, "no"), (12, 0.0, "no"), (100_000, 60.0, "bf16")):
        options.steps, options.minutes, options.precision = steps, minutes, "auto"
        assert Trainer(options).accelerator.mixed_precision == precision
    assert compiled == [60.0]


def test_where_there_is_no_terminal_each_stretch_is_a_line(
    options: TrainOptions, caplog: pytest.LogCaptureFixture
) -> None:
    options.steps, options.validation.every = 4, 0
    with caplog.at_level("INFO", "instructir"):
        train(options)
    lines = [record.getMessage().split("  ")[0] for record in caplog.records]
    assert lines[-4:-1] == ["training, from step 0 on", "step 2", "step 4"]
    assert lines[-1].startswith("trained for 4 steps, ")
