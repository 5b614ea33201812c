"""How long a folder job will take, and how much disk, told beforehand."""

import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from instructir.jobs.folders import estimate as module
from instructir.jobs.folders.estimate import Estimate, estimate
from instructir.jobs.folders.job import FolderJob, local_engine
from instructir.jobs.folders.listing import Item
from instructir.jobs.folders.worker import Worker
from instructir.restoration.pool import Pool
from instructir.settings import Settings


def job_of(folder: Path, model: str, pictures: int, kind: str = "png") -> FolderJob:
    rng = np.random.default_rng(0)
    for number in range(pictures):
        height = 32 + 16 * (number % 5)
        path = folder / "in" / f"{number:03}.{kind}"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (height, 64, 3), dtype=np.uint8)).save(path)
    settings = Settings(model=model, device="cpu", runtime="torch")
    return FolderJob(str(folder / "in"), str(folder / "out" / "deep"), "remove the noise", settings)


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_disk_is_reckoned_within_a_tenth(plain_model: str, tmp_path: Path, kind: str) -> None:
    job = job_of(tmp_path, plain_model, 30, kind)
    restorer = job.restorer()
    found = estimate(job, restorer, job.to_show())
    assert found is not None
    assert not (tmp_path / "out").exists(), "an estimate writes nothing"
    with job.opened() as pending:
        list(local_engine(restorer)(job, pending.to_do, pending.journal))
    written = sum(path.stat().st_size for path in (tmp_path / "out").rglob(f"*.{kind}"))
    assert found.bytes == pytest.approx(written, rel=0.1)
    assert found.pictures == 30
    assert found.free == pytest.approx(shutil.disk_usage(tmp_path).free, rel=0.1)


def test_time_goes_by_pixels(plain_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a clock that counts pixels, all pictures take what they have."""
    job = job_of(tmp_path, plain_model, 60)
    restorer, clock = job.restorer(), [0.0]
    real = Worker.encoded

    def counted(self: Worker, item: Item) -> bytes | None:
        with Image.open(self.sources.open(item.source)) as picture:
            clock[0] += picture.width * picture.height / 1000
        return real(self, item)

    monkeypatch.setattr(Worker, "encoded", counted)
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    found = estimate(job, restorer, job.to_show())
    assert found is not None
    assert found.seconds == pytest.approx(60 * 64 * 64 / 1000, rel=1e-6)
    assert found.sample == max(module.SAMPLE, Pool(restorer).size)


def test_nothing_and_nothing_readable(plain_model: str, tmp_path: Path) -> None:
    job = job_of(tmp_path, plain_model, 2)
    assert estimate(job, job.restorer(), []) is None
    for path in (tmp_path / "in").iterdir():
        path.write_bytes(b"no picture")
    job = FolderJob(str(tmp_path / "in"), str(tmp_path / "out"), None, job.settings)
    assert estimate(job, job.restorer(), job.to_show()) is None


@pytest.mark.parametrize(
    ("seconds", "size", "expected"),
    [
        (8.4, 900_000, "about 8 s and 900 kB"),
        (1000, 12_340_000, "about 17 min and 12.3 MB"),
        (9000, 5_000_000_000, "about 2 h 30 min and 5 GB"),
        (400_000, 2_500_000_000_000, "about 4 days 15 h and 2.5 TB"),
    ],
)
def test_how_it_is_said(seconds: float, size: int, expected: str) -> None:
    assert expected in str(Estimate(10, seconds, size, None, 4))


def test_a_disk_that_is_too_small() -> None:
    assert not Estimate(1, 1, 1001, 1000, 1).fits
    assert Estimate(1, 1, 1000, 1000, 1).fits
    assert Estimate(1, 1, 10**15, None, 1).fits
