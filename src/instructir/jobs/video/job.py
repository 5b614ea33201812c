"""Videos: every frame restored as the same plan says, sound and all else copied.

The clip is restored in segments of a few frames, each a file of its own in a hidden folder beside the output,
so that an interrupted run goes on where it stopped. In the end they are joined. Plan and strength are made
once and held, which keeps flicker down; memory does not grow with the length.
"""

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import torch

from instructir.errors import ConfigError, ImageFileError
from instructir.images import place_of
from instructir.instructions.plan import Plan
from instructir.jobs.video.clip import Clip, Clock
from instructir.jobs.video.keeping import held, kept
from instructir.jobs.video.library import library, reason, telling
from instructir.jobs.video.muxing import StreamLayout, join, parts
from instructir.jobs.video.pixels import fill, is_grey, photos, rgb_frame
from instructir.jobs.video.rehearsal import Rehearsal, rehearse
from instructir.jobs.video.segments import SegmentWriter, finished, segment_path
from instructir.restoration.expert_table import expert_versions
from instructir.restoration.masking import soft_mask
from instructir.restoration.planning import refuse_impossible
from instructir.restoration.pool import Pool
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings
from instructir.wording import counted, together

SEGMENT_FRAMES = 48
"""Frames that a kill can cost at most."""


@dataclass(frozen=True)
class VideoRestoration:
    """A restored video.

    Attributes:
        target: the file.
        plan: what was done to every frame.
        frames: how many there are.
        frames_before: how many of them an earlier run had restored.
        seconds: time spent.
        notes: what the caller should know.
    """

    target: Path
    plan: Plan
    frames: int
    frames_before: int
    seconds: float
    notes: tuple[str, ...] = ()


def restore_video(
    restorer: Restorer,
    source: str | Path,
    target: str | Path,
    instruction: str | None = None,
    *,
    settings: Settings | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> VideoRestoration:
    """Restore a video.

    The codec is the source's where there is an encoder for it that the container's players know, otherwise
    what the container is at home with. Frame times, bit depth, colour description, rotation, metadata,
    chapters, timecode, sound, subtitles and whatever else is in the file are those of the source. Whether the
    container takes all this is tried before the first frame is restored; what it does not is left out and
    noted.

    Args:
        restorer: a loaded model.
        source: the file.
        target: the file to write, in the container that its suffix says; it appears when it is complete.
        instruction: what is wrong; None lets a frame from the middle decide.
        settings: how; by default as the restorer was loaded.
        progress: called with the frames done and expected (0 if that is not known).

    Raises:
        ImageFileError: if the source is no video or damaged, or cannot be written in that container.
        ConfigError: if the settings ask for another size.
        InstructIRError: if the instruction is none that can be followed.
    """
    start = time.perf_counter()
    source, target = Path(source), Path(target)
    settings = settings or restorer.settings
    if settings.scale is not None:
        raise ConfigError("videos keep their size: leave the scale out")
    place = place_of(target)
    with held(place, target):
        rehearsal = rehearse(source, target, settings.quality)
        plan, said = _planned(restorer, source, instruction, settings)
        key: list[object] = [instruction, plan.to_dict(), repr(rehearsal.coding)]
        key += [*_version(source), *_computing(restorer, settings)]
        with kept(place, target, rehearsal.coding, key) as folder:
            before = sum(1 for _ in finished(folder, rehearsal.coding)) * SEGMENT_FRAMES
            job = _Segments(restorer, plan, instruction, settings, rehearsal, folder, target)
            frames = job.run(source, progress or _ignored)
            if not frames:
                raise ImageFileError(f"{source}: holds no frame; name another file")
            left_out = _joined(source, target, place, folder, rehearsal)
    notes = dict.fromkeys([*said, *rehearsal.notes, *together(sorted(job.notes)), *left_out])
    seconds = time.perf_counter() - start
    return VideoRestoration(target, plan, frames, min(before, frames), seconds, tuple(notes))


def _planned(
    restorer: Restorer, source: Path, instruction: str | None, settings: Settings
) -> tuple[Plan, list[str]]:
    """What is done to every frame, by one from the middle, and what is said of it."""
    with Clip(source) as clip:
        frame = clip.middle()
        middle = photos(rgb_frame(frame), grey=is_grey(frame.format))[0]
    plan = restorer.plan(instruction, middle)
    refuse_impossible(plan, instruction, restorer.model)
    if settings.mask is not None:
        soft_mask(settings.mask, middle)  # which is the same for all frames: told before anything is made
    return _at_its_size(plan)


def _at_its_size(plan: Plan) -> tuple[Plan, list[str]]:
    """A plan that enlarges nothing, and what is said of it."""
    if not any(step.scale for step in plan.steps):
        return plan, []
    steps = tuple(replace(step, scale="") for step in plan.steps)
    return replace(plan, steps=steps), ["videos keep their size: only detail is brought out"]


class _Segments:
    """Restores the segments that are missing in a folder."""

    def __init__(
        self,
        restorer: Restorer,
        plan: Plan,
        instruction: str | None,
        settings: Settings,
        rehearsal: Rehearsal,
        folder: Path,
        target: Path,
    ) -> None:
        self._pool = Pool(restorer)
        self._plan, self._instruction = plan, instruction
        # What the guard takes back would differ from frame to frame, and flicker.
        self._settings = replace(settings, guard=False, ensemble=settings.ensemble or 1)
        self._coding, self._folder, self._target = rehearsal.coding, folder, target
        self.notes: set[str] = set()

    def run(self, source: Path, progress: Callable[[int, int], None]) -> int:
        """Write them, and return how many frames the clip has."""
        count = 0
        with Clip(source) as clip:
            clock = Clock(self._coding.time_base, 1 / clip.rate)
            frames = ((frame, clock.read(frame)) for frame in clip.frames())
            for number in range(10**9):
                path = segment_path(self._folder, number, self._coding)
                some = islice(frames, SEGMENT_FRAMES)
                if path.exists():
                    here = sum(1 for _ in some)
                else:
                    here = self._write(
                        path, some, lambda done: progress(done, max(done, clip.expected_frames)), count
                    )
                count += here
                progress(count, max(count, clip.expected_frames))
                if here < SEGMENT_FRAMES:
                    break
            if clip.damaged:
                self.notes.add(f"passed over {counted(clip.damaged, 'parts')} of the video, for damage")
        return count

    def _write(
        self, path: Path, frames: Iterator[tuple[Any, int]], progress: Callable[[int], None], done: int
    ) -> int:
        first = next(frames, None)
        if first is None:
            return 0
        count = 0
        with telling(self._target, "written"), SegmentWriter(path, self._coding) as writer:
            for carrier, shown_at in self._restored(chain([first], frames)):
                writer.write(carrier, shown_at)
                count += 1
                progress(done + count)
        return count

    def _restored(self, frames: Iterator[tuple[Any, int]]) -> Iterator[tuple[Any, int]]:
        def one(timed: tuple[Any, int]) -> tuple[Any, int]:
            frame, shown_at = timed
            with self._pool.lease() as (restorer, admit):
                admit(frame.width * frame.height)
                carrier = rgb_frame(frame)
                results = [
                    restorer.restore(photo, self._instruction, plan=self._plan, settings=self._settings)
                    for photo in photos(carrier, grey=is_grey(frame.format))
                ]
                fill(carrier, [result.photo for result in results])
                self.notes.update(note for result in results for note in result.notes)
                return carrier, shown_at

        return self._pool.map(one, frames, ordered=True)


def _joined(source: Path, target: Path, place: Path, folder: Path, rehearsal: Rehearsal) -> list[str]:
    """Have the file at its place instead of the folder of its segments, and say what is left out."""
    whole = folder / f"whole{target.suffix}"
    notes = _written(source, target, folder, whole, rehearsal)
    with telling(target, "written"):
        whole.replace(place)
    shutil.rmtree(folder, ignore_errors=True)
    return notes


def _written(source: Path, target: Path, folder: Path, whole: Path, rehearsal: Rehearsal) -> list[str]:
    """Write the file from its segments, at the worst without all else; what was computed is never lost."""
    segments = list(finished(folder, rehearsal.coding))
    bare = StreamLayout(frozenset(parts(source)), options=rehearsal.layout.options)

    def write(layout: StreamLayout) -> list[str]:
        notes = list(join(source, segments, whole, rehearsal.coding, layout))
        with whole.open("rb+") as stream:
            os.fsync(stream.fileno())
        return notes

    hint = f"run the command again when that is fixed, for all frames are kept in {folder}"
    refusals = (library().error.FFmpegError, OSError, ValueError)
    try:
        return write(rehearsal.layout)
    except refusals as error:
        if getattr(error, "errno", None) in _OF_THE_DISK:
            raise ImageFileError(f"{target}: cannot be written ({reason(error)}); {hint}") from error
        note = f"only the frames could be written ({reason(error)}); all else is left out"
    with telling(target, "written", hint):
        return [*write(bare), note]


_OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EIO})


def _ignored(done: int, expected: int) -> None:
    """Progress that nobody asked for."""


def _version(source: Path) -> tuple[str, int, int]:
    status = source.stat()
    return str(source.resolve()), status.st_size, status.st_mtime_ns


def _computing(restorer: Restorer, settings: Settings) -> list[object]:
    """All that frames depend on beside the plan: the weights themselves, and how they are computed with."""
    model = restorer.model
    weights = {f"image.{name}": value for name, value in model.image.state_dict().items()}
    if model.text is not None:
        weights |= {f"text.{name}": value for name, value in model.text.state_dict().items()}
    for task, delta in model.deltas.items():
        weights |= {f"delta.{task}.{name}": value for name, value in delta.parts().items()}
    digest = hashlib.sha256()
    for name, value in sorted(weights.items()):
        digest.update(name.encode())
        digest.update(value.detach().cpu().reshape(-1).view(torch.uint8).numpy())
    return [
        restorer.name,
        digest.hexdigest(),
        asdict(settings),
        expert_versions(settings.experts),
        str(restorer.device),
        str(restorer.dtype),
        restorer.runtime,
    ]
