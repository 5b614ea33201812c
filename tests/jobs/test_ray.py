"""The folder job on a local Ray cluster: same results as locally, also when a worker is killed."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("ray", reason='needs the extra "ray"')
if not Path("/proc/self/cmdline").exists():
    pytest.skip("finds the workers' processes through /proc", allow_module_level=True)

from helpers.patience import PATIENCE
from instructir.errors import ConfigError
from instructir.jobs.folders.job import FolderJob, JobEngine, local_engine
from instructir.jobs.folders.worker import Restored
from instructir.jobs.ray import plan_cluster, ray_engine
from instructir.restoration.result import Failure
from instructir.settings import Settings

COUNT, SIDE = 96, 160
BAD = (7, 50)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ray") / "in é"
    folder.mkdir()
    for number in range(COUNT):
        array = np.random.default_rng(number).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
        Image.fromarray(array).save(folder / f"{number:03}.png", compress_level=1)
    for number in BAD:
        (folder / f"{number:03}.png").write_text("no picture")
    return folder


def run(
    model: str, source: str, target: str, engine: JobEngine | None
) -> tuple[set[str], dict[str, str], int]:
    """Names restored, reasons by name of failures, and how many were done before."""
    job = FolderJob(source, target, "remove the noise", Settings(model=model, device="cpu", runtime="torch"))
    engine = engine or local_engine(job.restorer())
    restored, failed = set(), {}
    with job.opened() as pending:
        for outcome in engine(job, pending.to_do, pending.journal):
            name = outcome.source.rsplit("/", 1)[-1]
            if isinstance(outcome, Failure):
                failed[name] = outcome.reason
            else:
                assert isinstance(outcome, Restored)
                restored.add(name)
        return restored, failed, len(pending.done)


def workers() -> list[int]:
    """Processes of this cluster that hold the model."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if name.startswith(b"ray::") and b"RestoreNames" in name:
                found.append(int(entry.name))
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.png")}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Ray's own about itself
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_worker_is_killed_and_nothing_but_time_is_lost(
    plain_model: str, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ray

    source = Path(__file__).parents[2] / "src"
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(source), os.environ.get("PYTHONPATH", "")]))
    for name, value in (("RAY_USAGE_STATS_ENABLED", "0"), ("RAY_BACKEND_LOG_LEVEL", "fatal")):
        monkeypatch.setenv(name, value)
    local = run(plain_model, str(pictures), str(tmp_path / "local"), None)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    killed: list[int] = []

    def kill_one() -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not killed:
            if len(contents(tmp_path / "out")) >= 10:
                victim = workers()[0]
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)
            time.sleep(0.01)

    try:
        thread = threading.Thread(target=kill_one)
        thread.start()
        # Through fsspec, as an object store would be.
        target = f"file://{tmp_path / 'out'}"
        on_ray = run(plain_model, f"file://{pictures}", target, ray_engine(workers=2))
        thread.join()
        assert killed
        assert on_ray[0] == local[0] == {f"{n:03}.png" for n in range(COUNT) if n not in BAD}
        assert set(on_ray[1]) == set(local[1]) == {f"{number:03}.png" for number in BAD}
        assert contents(tmp_path / "out") == contents(tmp_path / "local")
        with pytest.raises(ConfigError, match="--gpus 1"):
            plan_cluster(ray, Settings(), None, 1.0)
        again = run(plain_model, f"file://{pictures}", target, None)  # what was done on Ray is done
        assert (again[0], set(again[1]), again[2]) == (set(), set(local[1]), COUNT - len(BAD))
    finally:
        ray.shutdown()


@pytest.mark.parametrize(
    ("nodes", "workers_asked", "gpus", "expected"),
    [
        ([{"CPU": 16.0}], None, None, (4, 4.0, 0.0)),
        ([{"CPU": 2.0}], 2, None, (2, 1.0, 0.0)),
        ([{"CPU": 16.0}, {"CPU": 2.0}], None, None, (9, 2.0, 0.0)),
        ([{"CPU": 16.0, "GPU": 1.0}], None, 0.5, (2, 1.0, 0.5)),
        ([{"CPU": 16.0, "GPU": 4.0}] * 2 + [{"CPU": 8.0}], None, None, (8, 1.0, 1.0)),
        ([{"CPU": 16.0, "GPU": 2.0}], 3, 0.4, (3, 1.0, 0.4)),
        ([{"CPU": 16.0, "GPU": 2.0}], 99, 0.4, (4, 1.0, 0.4)),
    ],
)
def test_clusters_are_shared_out(
    nodes: list[dict[str, float]], workers_asked: int | None, gpus: float | None, expected: tuple[float, ...]
) -> None:
    class Ray:
        @staticmethod
        def nodes() -> list[dict[str, object]]:
            return [{"Alive": True, "Resources": node} for node in nodes] + [
                {"Alive": False, "Resources": {}}
            ]

    plan = plan_cluster(Ray, Settings(), workers_asked, gpus)  # type: ignore[arg-type]
    assert (plan.workers, plan.cpus, plan.gpus) == expected


def test_python_without_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ConfigError, match=r"instructir\[ray\]"):
        ray_engine()
