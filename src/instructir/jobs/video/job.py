"""Videos: every frame restored as the same plan says, sound and all else copied.

The clip is restored in segments of a few frames, each a file of its own in a hidden folder beside the output,
so that an interrupted run goes on where it stopped. In the end they are joined. Plan and strength are made
once and held, which keeps flicker down; memory does not grow with the length.
"""

import hashlib
import heapq
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instructir.errors import ImageFileError
from instructir.images import Photo
from instructir.instructions.plan import Plan
from instructir.jobs.video.streams import (
    Clip,
    add_encoder,
    describe,
    frame_of,
    library,
    pixels_of,
    telling,
)
from instructir.restoration.batch import in_threads
from instructir.restoration.crew import Crew
from instructir.restoration.inputs import to_photo
from instructir.restoration.restorer import Restorer, refuse_impossible
from instructir.settings import Settings

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

    The codec is the source's where there is an encoder for it (H.264, H.265, VP9, AV1, FFV1), otherwise
    H.264, or VP9 in WebM. Frame times, bit depth, colour description, rotation, metadata, chapters, sound and
    subtitles are those of the source.

    Args:
        restorer: a loaded model.
        source: the file.
        target: the file to write, in the container that its suffix says; it appears when it is complete.
        instruction: what is wrong; None lets a frame from the middle decide.
        settings: how; by default as the restorer was loaded.
        progress: called with the frames done and expected (0 if that is not known).

    Raises:
        ImageFileError: if the source is no video or damaged, or the target cannot be written.
        InstructIRError: if the instruction is none that can be followed.
    """
    start = time.perf_counter()
    source, target = Path(source), Path(target)
    settings = settings or restorer.settings
    with Clip(source) as clip:
        middle = to_photo(clip.middle())
    plan = restorer.plan(instruction, middle)
    refuse_impossible(plan, instruction, restorer.model)
    key = [restorer.name, instruction, plan.to_dict(), asdict(settings), target.suffix, *_version(source)]
    folder = target.with_name(f".{_digest([target.name, *key])}.instructir-video")
    with telling(target, "written"):
        folder.mkdir(exist_ok=True)
    before = sum(1 for _ in _segments(folder)) * SEGMENT_FRAMES
    job = _Segments(restorer, plan, instruction, settings, target.suffix.lower(), folder)
    frames = job.run(source, progress or _ignored)
    if not frames:
        shutil.rmtree(folder, ignore_errors=True)
        raise ImageFileError(f"{source}: holds no frame; name another file")
    whole = folder / f"whole{target.suffix}"
    notes = job.notes + _join(source, list(_segments(folder)), whole)
    with telling(target, "written"):
        with whole.open("rb+") as stream:
            os.fsync(stream.fileno())
        whole.replace(target)
    shutil.rmtree(folder, ignore_errors=True)
    seconds = time.perf_counter() - start
    return VideoRestoration(target, plan, frames, min(before, frames), seconds, tuple(dict.fromkeys(notes)))


class _Segments:
    """Restores the segments that are missing in a folder."""

    def __init__(
        self,
        restorer: Restorer,
        plan: Plan,
        instruction: str | None,
        settings: Settings,
        suffix: str,
        folder: Path,
    ) -> None:
        self._crew = Crew(restorer)
        self._plan, self._instruction = plan, instruction
        # What the guard takes back would differ from frame to frame, and flicker.
        self._settings = replace(settings, guard=False)
        self._suffix, self._folder = suffix, folder
        self.notes: list[str] = []

    def run(self, source: Path, progress: Callable[[int, int], None]) -> int:
        """Write them, and return how many frames the clip has."""
        count = 0
        with Clip(source) as clip:
            frames = clip.frames()
            for number in range(10**9):
                path = self._folder / f"{number:09}.nut"
                if path.exists():
                    here = sum(1 for _ in islice(frames, SEGMENT_FRAMES))
                else:
                    here = self._write(path, clip, islice(frames, SEGMENT_FRAMES), count, progress)
                count += here
                progress(count, max(count, clip.expected_frames))
                if here < SEGMENT_FRAMES:
                    return count
        return count

    def _write(
        self, path: Path, clip: Clip, frames: Iterator[Any], done: int, progress: Callable[[int, int], None]
    ) -> int:
        first = next(frames, None)
        if first is None:
            return 0
        part = path.with_suffix(".part")
        count = 0
        with telling(part, "written"), library().open(str(part), "w", format="nut") as output:
            stream = add_encoder(output, clip, first, self._settings.quality, self._suffix)
            pixel_format = stream.codec_context.pix_fmt
            for frame, pixels in self._restored(first, frames):
                output.mux(stream.encode(frame_of(pixels, frame, pixel_format)))
                count += 1
                progress(done + count, max(done + count, clip.expected_frames))
            output.mux(stream.encode(None))
        part.replace(path)
        return count

    def _restored(self, first: Any, frames: Iterator[Any]) -> Iterator[tuple[Any, NDArray[Any]]]:
        def one(frame: Any) -> tuple[Any, NDArray[Any]]:
            with self._crew.member() as (restorer, admit):
                photo = to_photo(pixels_of(frame))
                admit(photo.width * photo.height)
                result = restorer.restore(photo, self._instruction, plan=self._plan, settings=self._settings)
                self.notes += result.notes
                return frame, _samples(result.photo)

        def all_frames() -> Iterator[Any]:
            yield first
            yield from frames

        return in_threads(one, all_frames(), self._crew, ordered=True)


def _ignored(done: int, expected: int) -> None:
    """Progress that nobody asked for."""


def _samples(photo: Photo) -> NDArray[Any]:
    kind = np.uint8 if photo.depth == 8 else np.uint16
    samples: NDArray[Any] = np.rint(photo.pixels * np.iinfo(kind).max).astype(kind)
    return samples


def _join(source: Path, segments: list[Path], target: Path) -> list[str]:
    """Put the segments' pictures and everything else of the source into one file."""
    av = library()
    notes: list[str] = []
    with (
        Clip(source) as clip,
        telling(target, "written"),
        av.open(str(target), "w") as output,
        av.open(str(segments[0])) as first,
    ):
        output.metadata.update(clip.container.metadata)
        output.set_chapters(clip.container.chapters())
        video = output.add_stream_from_template(first.streams.video[0], opaque=True)
        describe(video, clip)
        others = {}
        for stream in clip.container.streams:
            if stream.type not in ("audio", "subtitle"):
                continue
            try:
                others[stream.index] = output.add_stream_from_template(stream)
                others[stream.index].metadata.update(stream.metadata)
            except (ValueError, av.error.FFmpegError):
                notes.append(
                    f"{target.suffix} cannot hold the {stream.type} ({stream.codec_context.name}); left out"
                )
        copied = (
            packet for packet in clip.container.demux(list(_chosen(clip, others))) if packet.dts is not None
        )
        ours = (_Timed(_seconds(packet), packet, video) for packet in _packets(segments))
        theirs = (_Timed(_seconds(packet), packet, others[packet.stream.index]) for packet in copied)
        for timed in heapq.merge(ours, theirs if others else iter(()), key=lambda timed: timed.at):
            timed.packet.stream = timed.stream
            output.mux(timed.packet)
    return notes


@dataclass(frozen=True)
class _Timed:
    at: Fraction
    packet: Any
    stream: Any


def _chosen(clip: Clip, others: dict[int, Any]) -> Iterator[Any]:
    return (stream for stream in clip.container.streams if stream.index in others)


def _packets(segments: list[Path]) -> Iterator[Any]:
    av = library()
    for path in segments:
        with av.open(str(path)) as segment:
            for packet in segment.demux(segment.streams.video[0]):
                if packet.dts is not None:
                    yield packet


def _seconds(packet: Any) -> Fraction:
    return Fraction(packet.dts) * Fraction(packet.time_base)


def _segments(folder: Path) -> Iterator[Path]:
    """Finished segments in order, without a gap."""
    for number in range(10**9):
        path = folder / f"{number:09}.nut"
        if not path.exists():
            return
        yield path


def _version(source: Path) -> tuple[str, int, int]:
    status = source.stat()
    return str(source.resolve()), status.st_size, status.st_mtime_ns


def _digest(values: list[object]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]
