"""Reading a video file: which of its streams is the video, its frames in order, and what is damaged."""

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from instructir.errors import ImageFileError
from instructir.jobs.video.continuity import Continuity
from instructir.jobs.video.gif import with_times
from instructir.jobs.video.library import library, reason, telling

_WITH_ALPHA = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""FFmpeg's own decoders of these leave transparency out."""


class Clip:
    """A video file that is read.

    Its times count from where it begins: the clock of a recorded broadcast may stand at hours by then, and
    starts again where two are joined.

    Attributes:
        path: the file.
        container: PyAV's.
        stream: the stream that is restored: the best that is no cover picture.
        damaged: how many packets could not be decoded so far.
    """

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            ImageFileError: if it is no video or cannot be read.
        """
        data = with_times(path)
        with telling(path, "read as a video"):
            source = str(path) if data is None else io.BytesIO(data)
            self.container = library(path).open(source, metadata_errors="replace")
        self.path = path
        self.damaged = 0
        self.stream = self._main()
        if self.stream is None:
            self.container.close()
            raise ImageFileError(f"{path}: holds no video; name another file")
        self.stream.thread_type = "AUTO"

    def __enter__(self) -> "Clip":
        return self

    def __exit__(self, *_: object) -> None:
        self.container.close()

    def _main(self) -> Any:
        best = self.container.streams.best("video")
        still = library().stream.Disposition.attached_pic
        if best is None or best.codec_context is None or best.disposition & still:
            return None
        return best

    @property
    def expected_frames(self) -> int:
        """How many frames there will be, as far as the file says; 0 if it does not."""
        if self.stream.frames:
            return int(self.stream.frames)
        duration, rate = self.container.duration, self.stream.average_rate
        return int(duration / 1e6 * rate) if duration and rate else 0

    @property
    def rate(self) -> Fraction:
        """Frames a second, roughly where they vary."""
        return Fraction(self.stream.guessed_rate or self.stream.average_rate or 25)

    def frames(self) -> Iterator[Any]:
        """Frames in the order in which they are shown; damaged packets are counted and passed over.

        Raises:
            ImageFileError: if nothing can be decoded.
        """
        av = library(self.path)
        decoder = self._decoder()
        count, error = 0, None
        for packet in self.packets(self.stream):
            try:
                frames = decoder.decode(packet)
            except av.error.FFmpegError as damage:
                self.damaged += 1
                error = damage
                continue
            count += len(frames)
            yield from frames
        if not count and error is not None:
            raise ImageFileError(f"{self.path}: cannot be decoded ({reason(error)}); name another file")

    def packets(self, streams: Any) -> Iterator[Any]:
        """Packets of `streams`, one or a list, up to the end or to where the file is cut off."""
        wanted = {stream.index for stream in (streams if isinstance(streams, list) else [streams])}
        begin, continuity = self._begin, Continuity(self.container)
        packets = self.container.demux()  # of all tracks, for together they say where a part begins
        while True:
            try:
                packet = next(packets, None)
            except library().error.FFmpegError:
                self.damaged += 1  # where a file was cut off
                return
            if packet is None:
                return
            moved = continuity.added(packet) - begin
            if packet.stream.index not in wanted:  # the last, empty ones have no number of their own
                continue
            shift = round(moved / packet.time_base) if packet.time_base else 0
            if shift:
                packet.pts = None if packet.pts is None else packet.pts + shift
                packet.dts = None if packet.dts is None else packet.dts + shift
            yield packet

    def chapters(self) -> list[Any]:
        """PyAV's chapters."""
        found: list[Any] = self.container.chapters()
        for chapter in found:
            late = round(self._begin / chapter["time_base"])
            chapter["start"], chapter["end"] = chapter["start"] - late, chapter["end"] - late
        return found

    @property
    def _begin(self) -> Fraction:
        """When the first of its streams begins, in seconds; sound that is cut off before 0 does not count."""
        return Fraction(max(0, self.container.start_time or 0), 1_000_000)

    def _decoder(self) -> Any:
        name = self.stream.codec_context.name
        tags = {key.casefold(): value for key, value in self.stream.metadata.items()}
        if tags.get("alpha_mode") == "1" and name in _WITH_ALPHA:
            return library().CodecContext.create(_WITH_ALPHA[name], "r")
        return self.stream

    def middle(self) -> Any:
        """A frame from the middle, where titles and fades are over; the first if there is no way there.

        Raises:
            ImageFileError: if there is none at all.
        """
        av = library(self.path)
        if self.container.duration:
            try:
                self.container.seek(self.container.duration // 2 + (self.container.start_time or 0))
                for frame in self.container.decode(self.stream):
                    return frame
            except av.error.FFmpegError:
                pass
        with Clip(self.path) as again:
            for frame in again.frames():
                return frame
        raise ImageFileError(f"{self.path}: holds no frame; name another file")


class Clock:
    """When frames are shown, in whole units, each later than the one before."""

    def __init__(self, unit: Fraction, frame: Fraction) -> None:
        """Begin before the first frame.

        Args:
            unit: seconds a unit.
            frame: seconds a frame, for those that come without a time.
        """
        self._unit, self._step = unit, max(1, round(frame / unit))
        self._last: int | None = None

    def read(self, frame: Any) -> int:
        """When `frame` is shown; called with every frame in turn."""
        if frame.pts is not None and frame.time_base:
            time = round(frame.pts * Fraction(frame.time_base) / self._unit)
        else:
            time = 0 if self._last is None else self._last + self._step
        self._last = time if self._last is None else max(time, self._last + 1)
        return self._last
