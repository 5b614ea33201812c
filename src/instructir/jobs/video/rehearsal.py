"""Trying out, before anything is computed, how a video can be written.

The first frames go unrestored through the same encoder and muxer as the restored ones will. What is refused
is found out by leaving out one thing after the other, and what was lost by reading the result back; so
nothing that was computed is lost to a tag or a track in the end.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from instructir.errors import ImageFileError
from instructir.jobs.video.clip import Clip, Clock
from instructir.jobs.video.coding import Coding
from instructir.jobs.video.contents import Contents, contents, lost
from instructir.jobs.video.encoders import codings
from instructir.jobs.video.extent import CUT_OFF, is_cut_off
from instructir.jobs.video.library import library, reason
from instructir.jobs.video.muxing import Part, StreamLayout, join, parts
from instructir.jobs.video.pixels import rgb_frame
from instructir.jobs.video.segments import SegmentWriter

FRAMES = 12
"""How many frames are tried."""

_OPTIONS = ((), (("movflags", "use_metadata_tags"),))
"""Ways of writing MOV and MP4: tags that all players know, or all tags; other containers ignore them."""


@dataclass(frozen=True)
class Rehearsal:
    """How a video can be written.

    Attributes:
        coding: of the frames.
        layout: of the file.
        notes: what is lost on the way, or is missing in the source.
    """

    coding: Coding
    layout: StreamLayout
    notes: tuple[str, ...]


def rehearse(source: Path, target: Path, quality: int | None) -> Rehearsal:
    """Find out how `source` can be written as `target`, which itself is not touched.

    Raises:
        ImageFileError: if the source holds no frame, or its video cannot be written in this container.
    """
    suffix = target.suffix.lower()
    before = contents(source, FRAMES)
    if not before.frames:
        raise ImageFileError(f"{source}: holds no frame; name another file")
    with Clip(source) as clip:
        like = next(clip.frames())
        choices = list(codings(clip, like, quality, suffix))
    why = "no player knows it"
    for coding in choices:
        with tempfile.TemporaryDirectory(prefix="instructir-") as name:
            stage = _Stage(source, before, coding, Path(name), suffix)
            try:
                layout, after = stage.best()
            except stage.refusals as error:
                why = reason(error)
                continue
            told = (CUT_OFF,) if is_cut_off(source) else ()
            return Rehearsal(coding, layout, (*told, *lost(before, after, layout.tracks_left_out(), suffix)))
    hint = f"name another output, such as {target.with_suffix('.mkv').name}"
    raise ImageFileError(
        f"{target}: {suffix or 'a name without suffix'} cannot hold this video ({why}); {hint}"
    )


class _Stage:
    """One coding, tried."""

    def __init__(self, source: Path, before: Contents, coding: Coding, folder: Path, suffix: str) -> None:
        self.refusals = (library().error.FFmpegError, OSError, ValueError, ImageFileError)
        self._source, self._before, self._coding, self._suffix = source, before, coding, suffix
        self._folder = folder
        self._sounds = {("track", one.index) for one in before.tracks if one.kind == "audio"}

    def best(self) -> tuple[StreamLayout, Contents]:
        """The layout that keeps most, and what it keeps.

        Raises:
            OSError, ValueError, ImageFileError: if there is none.
        """
        self._segment = self._written()
        found = [self._tried(options) for options in _OPTIONS]
        return min(found, key=lambda pair: len(self._missing(pair[1])))

    def _missing(self, after: Contents) -> frozenset[str]:
        return (self._before.tags | self._before.video_tags) - after.tags - after.video_tags

    def _tried(self, options: tuple[tuple[str, str], ...]) -> tuple[StreamLayout, Contents]:
        try:
            whole = StreamLayout(options=options)
            return whole, self._played(whole)
        except self.refusals:
            pass
        # Each part alone is added to those that were taken.
        all_parts = frozenset(parts(self._source))
        layout = StreamLayout(all_parts, options=options)
        after = self._played(layout)
        for part in parts(self._source):
            for richer in self._with(layout, part):
                try:
                    after = self._played(richer)
                except self.refusals:
                    continue
                layout = richer
                break
        return layout, after

    def _with(self, layout: StreamLayout, part: Part) -> Iterator[StreamLayout]:
        """Ways to take one more part: as it is, or, if it is sound, coded anew."""
        left_out = layout.left_out - {part}
        yield replace(layout, left_out=left_out)
        if part in self._sounds:
            yield replace(layout, left_out=left_out, recoded=layout.recoded | {int(str(part[1]))})

    def _written(self) -> Path:
        path = self._folder / f"first.{self._coding.container}"
        with Clip(self._source) as clip, SegmentWriter(path, self._coding) as writer:
            clock = Clock(self._coding.time_base, 1 / clip.rate)
            for frame in islice(clip.frames(), FRAMES):
                writer.write(rgb_frame(frame), clock.read(frame))
        return path

    def _played(self, layout: StreamLayout) -> Contents:
        """Write the file and read it back.

        Raises:
            OSError, ValueError, ImageFileError: if either fails, or frames are lost.
        """
        path = self._folder / f"whole{self._suffix}"
        path.unlink(missing_ok=True)
        list(join(self._source, [self._segment], path, self._coding, layout, start_only=True))
        after = contents(path, FRAMES)
        if (after.frames, after.size) != (self._before.frames, (self._coding.width, self._coding.height)):
            raise ImageFileError("what is written does not play")
        return after
