"""A run's folder: it can be written, is one run's at a time, and hides nobody's photos."""

import errno
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.patience import PATIENCE
from helpers.training import make_pictures
from instructir.data.files import NO_PHOTOS, pictures_below
from instructir.errors import CheckpointError, ConfigError
from instructir.training import deblocking, faults
from instructir.training.loop import Trainer
from instructir.training.options import TrainOptions
from instructir.training.place import alone_in, writing_to
from instructir.training.run import train

pytest.importorskip("accelerate", reason='needs the extra "train"')

HOLDER = """
import os, sys, time
from pathlib import Path
from instructir.training.place import alone_in
with alone_in(Path(sys.argv[1])):
    if len(sys.argv) < 3 or os.fork():
        print("in", flush=True)
    time.sleep(60)
"""


def held_by_another(folder: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDER, str(folder), *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "in\n"
    return process


def test_a_folder_in_which_a_run_is_admits_no_other(options: TrainOptions) -> None:
    folder = Path(options.out)
    process = held_by_another(folder)
    try:
        with pytest.raises(
            ConfigError, match="another run is writing there; wait for it or give another out"
        ):
            train(options)
        assert not (folder / "log.jsonl").exists()
    finally:
        process.kill()
        process.communicate()
    options.steps = 1
    train(options)  # a run that was killed keeps nobody out
    assert not list(folder.glob(".lock"))


def test_workers_that_outlive_a_killed_run_keep_nobody_out(tmp_path: Path) -> None:
    process = held_by_another(tmp_path / "run", "fork")
    process.kill()
    process.wait(PATIENCE)
    try:
        with alone_in(tmp_path / "run"):
            pass
    finally:
        os.killpg(process.pid, 9)
        process.communicate()


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/x"])
def test_an_output_folder_that_cannot_be_written_is_refused_before_training(
    options: TrainOptions, tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").touch()
    make_pictures(tmp_path / "many", count=24)
    from instructir.cli.train import planner as planner_command

    out = str(tmp_path / place)
    options.out = out
    data = faults.FaultData(str(tmp_path / "many")), deblocking.DeblockingData(str(tmp_path / "many"))
    runs: list[Any] = [
        lambda: train(options),
        lambda: faults.train_faults(faults.FaultOptions(out, data=data[0])),
        lambda: deblocking.train_deblocking(deblocking.DeblockingOptions(out, data=data[1])),
    ]
    runs.append(lambda: planner_command("planner", [f"out={out}"]))
    for run in runs:
        with pytest.raises(ConfigError, match=r"cannot be written to \(.*\); give another out=FOLDER"):
            run()


def test_a_run_that_is_refused_leaves_nothing_and_can_be_corrected(options: TrainOptions) -> None:
    folder, first = Path(options.out), options.data.mixture[0]
    for change in ({"source": "cleen"}, {"task": "denoisin"}, {"strength": [2.0]}):
        options.data.mixture[0] = replace(first, **change)
        with pytest.raises(ConfigError):
            train(options)
        assert not folder.exists()
    options.data.mixture[0], options.steps = first, 1
    train(options)


def test_a_run_that_is_stopped_before_it_has_saved_leaves_nothing(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    backward = Trainer.backward

    def stopped(trainer: Trainer, crops: Any) -> tuple[float, float]:
        if trainer.step == 3:
            raise KeyboardInterrupt
        return backward(trainer, crops)

    monkeypatch.setattr(Trainer, "backward", stopped)
    folder = Path(options.out)
    for kept in (False, True):
        if kept:  # what was there before stays
            folder.mkdir()
            (folder / "notes.txt").touch()
        with pytest.raises(KeyboardInterrupt):
            train(options)
        assert (folder / "notes.txt").exists() == kept
        assert folder.exists() == kept


def test_a_folder_with_photos_is_not_hidden_by_a_run(options: TrainOptions, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "clean"):  # above the pictures, and where they lie
        options.out = str(place)
        with pytest.raises(ConfigError, match=r"holds pictures, .* give another out=FOLDER"):
            train(options)
    assert not (tmp_path / NO_PHOTOS).exists()
    assert len(pictures_below(tmp_path)[0]) == 3


def test_a_run_may_lie_below_the_photos(options: TrainOptions, tmp_path: Path) -> None:
    options.data.sources["clean"].folders = ["."]
    options.steps = 6  # with a picture of its validation
    train(options)
    assert len(pictures_below(tmp_path)[0]) == 3
    with alone_in(Path(options.out)):  # again, with pictures in it
        pass


def test_a_full_disk_at_a_checkpoint_is_one_line_and_leaves_the_one_before(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.fsync, list[int]()

    def fills(number: int) -> None:
        calls.append(number)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(number)

    monkeypatch.setattr(os, "fsync", fills)
    with pytest.raises(CheckpointError, match=r"step-00000008.pt: cannot be written \(No space left"):
        train(options)
    folder = Path(options.out)
    assert [path.name for path in folder.glob("step-*")] == ["step-00000004.pt"]
    assert not list(folder.glob(".*.part"))


def test_a_disk_that_fills_up_elsewhere_is_one_line_and_leaves_no_part(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"

    def fills() -> None:
        with writing_to(folder):
            (folder / ".curves.part.png").touch()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(
        ConfigError, match=r"cannot be written to any more \(No space left .*; free some space"
    ):
        fills()
    assert not (tmp_path / "a").exists()


def test_an_earlier_result_is_told_of_before_it_is_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_pictures(tmp_path / "many", count=24)
    (tmp_path / "many" / "moving.png").write_bytes(b"no picture")
    shutil.copy(tmp_path / "many" / "moving.png", tmp_path / "many" / "30.png")  # one that is kept aside
    options = faults.FaultOptions(str(tmp_path / "out"), steps=1, batch=2, minutes=0)
    options.data.root = str(tmp_path / "many")
    path = faults.train_faults(options)
    assert "moving.png: cannot be decoded" in caplog.text
    assert "will be replaced" not in caplog.text
    assert faults.train_faults(options) == path
    assert f"{path}: what is there will be replaced when this training ends" in caplog.text
