"""A folder job that is killed again and again, at random moments."""

import json
import multiprocessing
import random
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.patience import PATIENCE
from instructir.jobs.folders.job import FolderJob, local_engine
from instructir.jobs.folders.journal import NAME
from instructir.settings import Settings

PICTURES, KILLS = 200, 20
WISH = "remove the noise"


def work(model: str, source: str, target: str) -> None:
    """The job, from its beginning to its end or to the kill."""
    job = FolderJob(
        source, target, WISH, Settings(model=model, device="cpu", runtime="torch"), recursive=True
    )
    engine = local_engine(job.restorer())
    with job.opened() as pending:
        for _ in engine(job, pending.to_do, pending.journal):
            pass


def count(folder: Path) -> int:
    return sum(1 for _ in folder.rglob("*.png"))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != NAME
    }


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_killed_at_random_moments(plain_model: str, tmp_path: Path) -> None:
    """It ends with the outputs of a job that was left alone, each made once, and nothing beside them."""
    source, target, rng = tmp_path / "in", tmp_path / "out", random.Random(7)
    for number in range(PICTURES):
        array = np.random.default_rng(number).integers(0, 256, (40 + number % 3 * 30, 64, 3), dtype=np.uint8)
        path = source / f"{number % 5}" / f"{number:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(array).save(path, compress_level=1)
    # Processes are forked from one that has imported everything, which spares the time to do so 20 times.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["instructir.jobs.folders.job", "test_kills"])
    killed = 0
    for _ in range(KILLS):
        seen, wanted = count(target), rng.randint(1, 6)
        process = context.Process(target=work, args=(plain_model, str(source), str(target)))
        process.start()
        end = time.monotonic() + PATIENCE
        while count(target) < seen + wanted and process.is_alive() and time.monotonic() < end:
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.03))
        process.kill()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        for path in target.rglob("*.png"):  # whatever has a name is whole
            with Image.open(path) as image:
                image.load()
    assert killed == KILLS
    assert count(target) < PICTURES
    work(plain_model, str(source), str(target))
    work(plain_model, str(source), str(tmp_path / "whole"))
    assert tree(target) == tree(tmp_path / "whole")
    assert len(tree(target)) == PICTURES
    entered = [json.loads(line)["target"] for line in (target / NAME).read_text().splitlines() if line]
    assert sorted(entered) == sorted(tree(target)), "a picture was made twice"
