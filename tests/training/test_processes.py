"""Training in processes of their own: killed at a random moment, and two at once."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from helpers.patience import PATIENCE
from helpers.training import tiny_options
from instructir.data.mixture import CropMixture
from instructir.models.checkpoint import load_model
from instructir.training.batches import TrainingBatch, synthesise
from instructir.training.checkpoints import PATTERN
from instructir.training.loop import Trainer
from instructir.training.options import Phase, TrainOptions
from instructir.training.record import read_log
from instructir.training.schedule import crop_phases

pytest.importorskip("accelerate", reason='needs the extra "train"')
SCRIPT = str(Path(__file__).parents[1] / "helpers" / "training.py")
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}


def start(folder: Path, mode: str = "train") -> subprocess.Popen[bytes]:
    command = [sys.executable, SCRIPT, str(folder), mode]
    return subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes]) -> None:
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors.decode()


def curve(folder: Path) -> list[tuple[int, float, float, float]]:
    """What a run logged, but for its speed."""
    keys = ("step", "loss", "intent", "lr")
    return [tuple(line[key] for key in keys) for line in read_log(folder / "run" / "log.jsonl")]


def test_a_run_killed_at_a_random_moment_and_resumed_has_the_curve_of_one_that_was_not(
    tmp_path: Path,
) -> None:
    moment = random.Random().randint(1, 50)
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    process, other = start(killed), start(whole)
    log = killed / "run" / "log.jsonl"
    while process.poll() is None and (len(read_log(log)) * 3 < moment):
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    finish(other)
    before = len(read_log(log))
    newest = max([0, *(int(path.stem[5:]) for path in (killed / "run").glob(PATTERN))])
    assert before < 20, "it was killed before its end"
    finish(start(killed))
    told = f"killed after the line of step {before * 3}, resumed from step {newest}"
    for got, wanted in zip(curve(killed), curve(whole), strict=True):
        assert got == pytest.approx(wanted, rel=1e-5), told
    trained, expected = (load_model(run / "run" / "tiny.safetensors") for run in (killed, whole))
    for name, value in expected.image.state_dict().items():
        assert torch.allclose(trained.image.state_dict()[name], value, atol=1e-5), told
    assert (trained.provenance["steps"], trained.provenance["crops"]) == (60, 30 * 8 + 30 * 4)


def one_process_with_the_crops_of_both(options: TrainOptions) -> dict[str, torch.Tensor]:
    """Gradients of a single pass over the crops that two processes would have."""
    options.phases = [Phase(1.0, 16, 8)]
    trainer, halves = Trainer(options), []
    for rank in (0, 1):
        crops = CropMixture(options.data, crop_phases(options, 2), options.seed, rank, 2)[0]
        generator = torch.Generator().manual_seed(options.seed * 1_000_003 * 4096 + rank)
        batch = synthesise(crops, generator, trainer.device)
        halves.append((batch, trainer.bank.draw(crops["words"], generator)))
    joined = TrainingBatch(*(torch.cat(parts) for parts in zip(*(batch for batch, _ in halves), strict=True)))
    restored, logits = trainer.trainee(joined.degraded, torch.cat([words for _, words in halves]))
    loss = (restored - joined.target).abs().mean()
    (loss + torch.nn.functional.cross_entropy(logits, joined.task)).backward()
    return {name: weights.grad for name, weights in trainer.trainee.named_parameters()}


def together(command: list[str]) -> None:
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]


def free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def test_two_processes_have_the_gradients_of_one_with_the_double_batch(tmp_path: Path) -> None:
    runner = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2"]
    together([*runner, f"--master-port={free_port()}", SCRIPT, str(tmp_path), "gradients"])
    both = torch.load(tmp_path / "gradients.pt", weights_only=True)
    one = one_process_with_the_crops_of_both(tiny_options(tmp_path))
    assert both.keys() == one.keys()
    largest = max(gradient.abs().max() for gradient in one.values())
    assert largest > 1e-3
    for name, gradient in one.items():
        assert torch.allclose(both[name], gradient, atol=1e-5 * float(largest)), name


def test_two_processes_end_a_run_of_minutes_at_the_same_step(tmp_path: Path) -> None:
    runner = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2"]
    together([*runner, f"--master-port={free_port()}", SCRIPT, str(tmp_path), "minutes"])
    lines = read_log(tmp_path / "run" / "log.jsonl")
    assert lines[-1]["lr"] < 0.2 * max(line["lr"] for line in lines), "its rate is near its end"


def test_accelerate_launch_trains_two_processes_to_the_end(tmp_path: Path) -> None:
    runner = [sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes=2"]
    shape = ["--num_machines=1", "--mixed_precision=no", "--dynamo_backend=no"]
    together([*runner, *shape, f"--main_process_port={free_port()}", SCRIPT, str(tmp_path), "short"])
    lines = read_log(tmp_path / "run" / "log.jsonl")
    assert [line["step"] for line in lines] == [2, 4, 6, 8, 10, 12]
    assert json.loads((tmp_path / "run" / "environment.json").read_text())["processes"] == 2
    assert load_model(tmp_path / "run" / "tiny.safetensors").provenance["crops"] == 6 * 8 + 6 * 4
