"""How long a folder job will take and how much disk, from a few of its pictures."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from instructir.jobs.folders.job import FolderJob
from instructir.jobs.folders.listing import Item
from instructir.jobs.folders.stores.local import LocalStore
from instructir.jobs.folders.worker import Worker
from instructir.restoration.pool import Pool
from instructir.restoration.restorer import Restorer
from instructir.wording import counted

SAMPLE = 4
"""Pictures that are restored for it, or as many as run side by side, and then thrown away."""

_HEADERS = 200
"""Pictures whose size in pixels is looked up."""


@dataclass(frozen=True)
class Estimate:
    """What a job is expected to take.

    Attributes:
        pictures: how many are left to do.
        seconds: for all of them, the model being loaded.
        bytes: that their outputs take.
        free: bytes that are free where they go; None if that is not known.
        sample: how many pictures it was measured with.
    """

    pictures: int
    seconds: float
    bytes: int
    free: int | None
    sample: int

    def __str__(self) -> str:
        free = "" if self.free is None else f"; {_size(self.free)} are free"
        return (
            f"{counted(self.pictures, 'pictures')}: about {_duration(self.seconds)} and {_size(self.bytes)} "
            f"(from {self.sample} of them){free}"
        )

    @property
    def fits(self) -> bool:
        """Whether there is room for the outputs, as far as is known."""
        return self.free is None or self.bytes <= self.free


def estimate(job: FolderJob, restorer: Restorer, items: Sequence[Item]) -> Estimate | None:
    """Restore a few pictures of a job, write nothing, and reckon from them.

    Time goes by pixels, of which those of up to 200 pictures are looked up, and disk by bytes.

    Args:
        job: the job.
        restorer: that it will run with.
        items: what is left to do.

    Returns:
        None if there is nothing to do or none of the sample can be restored.
    """
    pool = Pool(restorer)
    worker = Worker(job.sources, job.targets, job.settings, pool)
    sample = _spread(items, max(SAMPLE, pool.size))
    if sample:
        worker.encoded(
            min(sample, key=lambda item: item.before.size)
        )  # what is loaded with the first picture
    start = time.perf_counter()
    outcomes = list(pool.map(worker.encoded, sample, ordered=True))
    seconds = time.perf_counter() - start
    done = [(item, data) for item, data in zip(sample, outcomes, strict=True) if data is not None]
    pixels = _pixels(job, [item for item, _ in done])
    if not pixels:
        return None
    looked_up = _pixels(job, _spread(items, _HEADERS))
    work = sum(looked_up) / len(looked_up) * len(items) / sum(pixels)
    growth = sum(len(data) for _, data in done) / sum(item.before.size for item, _ in done)
    return Estimate(
        pictures=len(items),
        seconds=seconds * work,
        bytes=round(growth * sum(item.before.size for item in items)),
        free=_free(job),
        sample=len(done),
    )


def _spread(items: Sequence[Item], count: int) -> list[Item]:
    """`count` of `items`, of all sizes alike."""
    if len(items) <= count:
        return list(items)
    by_size = sorted(items, key=lambda item: item.before.size)
    step = len(items) / count
    return [by_size[int((number + 0.5) * step)] for number in range(count)]


def _pixels(job: FolderJob, items: Sequence[Item]) -> list[float]:
    """How many pixels each has; bytes stand in where only decoding would tell."""
    return [_pixels_of(job, item) for item in items]


def _pixels_of(job: FolderJob, item: Item) -> float:
    if isinstance(job.sources, LocalStore):
        try:
            with Image.open(job.sources.open(item.source)) as picture:
                return float(picture.width * picture.height)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            pass
    return float(item.before.size)


def _free(job: FolderJob) -> int | None:
    if not isinstance(job.targets, LocalStore):
        return None
    place = Path(job.targets.root).absolute()
    return shutil.disk_usage(next(each for each in (place, *place.parents) if each.exists())).free


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{seconds:.0f} s"
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{hours // 24} days {hours % 24} h"


def _size(count: int) -> str:
    for unit, factor in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6)):
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return f"{count / 1000:.3g} kB"
