"""Folder jobs on a Ray cluster: Ray Data streams the pictures' names through actors that hold the model.

Only names travel: a worker reads each picture from the input tree and writes it to the output tree, which all
machines must reach under the same path or URL. When a worker dies, Ray starts another and gives it the names
that were not answered; writing a picture twice does no harm, because it appears complete or not at all. The
journal is kept where the job was started.
"""

import logging
import math
import os
import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from instructir.errors import ConfigError, InstructIRError
from instructir.jobs.folders.job import FolderJob, JobEngine
from instructir.jobs.folders.journal import FolderJournal
from instructir.jobs.folders.listing import Item
from instructir.jobs.folders.stores import is_url, open_store
from instructir.jobs.folders.worker import Restored, Worker
from instructir.restoration.pool import Pool
from instructir.restoration.restorer import Restorer
from instructir.restoration.result import Failure
from instructir.settings import Settings

_NAMES_AT_ONCE = 16
"""Pictures that a worker is given at a time, and that its death can repeat."""

_MOST_PARCELS = 20_000
"""Ray keeps track of each parcel of names, so huge jobs have larger ones."""

_CPUS = 4
"""Cores of a worker without a GPU: enough to share one model, few enough to fit anywhere."""


@dataclass(frozen=True)
class _Plan:
    """How a cluster is used.

    Attributes:
        workers: processes that hold the model.
        cpus: cores of each.
        gpus: GPUs of each, which may be a fraction of one.
    """

    workers: int
    cpus: float
    gpus: float


class RestoreNames:
    """What an actor does: the pictures behind a batch of pickled items, and pickled answers."""

    def __init__(self, source: str, target: str, settings: Settings, pictures: int) -> None:
        pool = Pool(Restorer.load(settings, pictures))
        self._worker = Worker(open_store(source), open_store(target), settings, pool)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[bytes]]:
        """Restore a batch; each failure is an answer like any other."""
        items = (pickle.loads(bytes(item)) for item in batch["item"])
        return {"answer": [pickle.dumps(answer) for answer in self._worker.run(items)]}


def ray_engine(
    address: str | None = None, *, workers: int | None = None, gpus: float | None = None
) -> JobEngine:
    """Compute on a Ray cluster.

    Args:
        address: of a cluster that runs; by default one is started on this machine and ended with the job.
        workers: how many processes hold the model; by default as many as the cluster has room for.
        gpus: GPUs of each worker, such as 0.5; by default one where there are any.

    Raises:
        ConfigError: if Ray is not installed.
    """
    ray = _library()

    def run(job: FolderJob, items: Iterable[Item], journal: FolderJournal) -> Iterator[Restored | Failure]:
        rows = [{"item": pickle.dumps(item)} for item in items]
        if not rows:
            return
        with _Connection(ray, address):
            plan = plan_cluster(ray, job.settings, workers, gpus)
            yield from _answers(ray, job, rows, plan, journal)

    return run


def plan_cluster(ray: ModuleType, settings: Settings, workers: int | None, gpus: float | None) -> _Plan:
    """Divide a cluster's cores and GPUs.

    Raises:
        ConfigError: if what is asked for does not fit on any machine of it.
    """
    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    wants_gpu = settings.device != "cpu" and any(node.get("GPU") for node in nodes)
    fraction = (1.0 if wants_gpu else 0.0) if gpus is None else gpus
    if fraction > max((node.get("GPU", 0.0) for node in nodes), default=0.0):
        raise ConfigError(f"--gpus {fraction:g}: no machine of the cluster has as many; ask for fewer")
    cores = [node["CPU"] for node in nodes if node.get("CPU") and node.get("GPU", 0.0) >= fraction]
    cpus = 1.0 if fraction else max(1.0, min([_CPUS, *cores]))
    if workers is not None and not fraction:
        cpus = max(1.0, min(cpus, sum(cores) // workers))
    room = sum(min(int(node.get("CPU", 0) // cpus), _fits(node.get("GPU", 0.0), fraction)) for node in nodes)
    return _Plan(min(workers or room, room) or 1, cpus, fraction)


def _fits(gpus: float, fraction: float) -> int:
    if not fraction:
        return 10**6
    # Ray puts no worker across two GPUs.
    return int(gpus // fraction) if fraction >= 1 else int(gpus) * int(1 / fraction + 1e-9)


def _answers(
    ray: ModuleType, job: FolderJob, rows: list[dict[str, bytes]], plan: _Plan, journal: FolderJournal
) -> Iterator[Restored | Failure]:
    import ray.data as data

    context = data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    parcels = min(math.ceil(len(rows) / _NAMES_AT_ONCE), _MOST_PARCELS)
    answers = data.from_items(rows, override_num_blocks=parcels).map_batches(
        RestoreNames,
        fn_constructor_args=(
            _everywhere(job.sources.root),
            _everywhere(job.targets.root),
            job.settings,
            len(job.listing.items),
        ),
        batch_size=None,
        compute=data.ActorPoolStrategy(size=min(plan.workers, parcels)),
        num_cpus=plan.cpus,
        num_gpus=plan.gpus or None,
    )
    try:
        for row in answers.iter_rows():
            answer = pickle.loads(row["answer"])
            if answer.record is not None:
                journal.add(answer.record)
            yield answer.outcome
    except ray.exceptions.RayError as error:
        raise _told(error) from error


def _told(error: BaseException) -> BaseException:
    """The line for the user where a worker said one, else the error itself."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, InstructIRError):
            return inner
        inner = getattr(inner, "cause", None) or inner.__cause__
    return error


def _everywhere(root: str) -> str:
    """A root as workers name it."""
    return root if is_url(root) else os.path.abspath(root)  # noqa: PTH100 (links stay as they are)


class _Connection:
    """A cluster for as long as the job takes; one that was connected before stays so."""

    def __init__(self, ray: ModuleType, address: str | None) -> None:
        self._ray, self._address = ray, address
        self._is_ours = not ray.is_initialized()

    def __enter__(self) -> None:
        if not self._is_ours:
            return
        for name, value in (("RAY_USAGE_STATS_ENABLED", "0"), ("RAY_BACKEND_LOG_LEVEL", "fatal")):
            os.environ.setdefault(name, value)
        for name in ("ray", "ray.data"):
            logging.getLogger(name).setLevel(logging.ERROR)
        options: dict[str, Any] = (
            {"address": self._address} if self._address else {"include_dashboard": False}
        )
        try:
            self._ray.init(logging_level="ERROR", log_to_driver=False, **options)
        except (ConnectionError, ValueError, RuntimeError) as error:
            reason = " ".join(str(error).split())[:200]
            raise ConfigError(f"no Ray cluster at {self._address or 'this machine'}: {reason}") from error

    def __exit__(self, *_: object) -> None:
        if self._is_ours:
            self._ray.shutdown()


def _library() -> ModuleType:
    try:
        import ray
    except ImportError:
        raise ConfigError('--engine ray needs the extra "ray": pip install "instructir[ray]"') from None
    library: ModuleType = ray
    return library
