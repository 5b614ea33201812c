"""Writing the output: restored frames from their segments, everything else from the source."""

import heapq
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from instructir.jobs.video import gif
from instructir.jobs.video.clip import Clip
from instructir.jobs.video.coding import Coding
from instructir.jobs.video.contents import is_cover, is_kept, track
from instructir.jobs.video.library import library
from instructir.jobs.video.side_data import side_data
from instructir.jobs.video.sound import Recoder
from instructir.wording import counted

Part = tuple[object, ...]
"""Something that a container may refuse: ("track", index), ("tag", index or -1, key) or ("chapters",)."""


@dataclass(frozen=True)
class StreamLayout:
    """What is written beside the frames.

    Attributes:
        left_out: parts of the source that the container refuses.
        recoded: indices of sound tracks that the container takes coded anew only.
        options: of the container.
    """

    left_out: frozenset[Part] = frozenset()
    recoded: frozenset[int] = frozenset()
    options: tuple[tuple[str, str], ...] = ()

    def tracks_left_out(self) -> frozenset[int]:
        """Indices of the source's streams that are not copied."""
        return frozenset(int(str(part[1])) for part in self.left_out if part[0] == "track")


@dataclass
class _Output:
    """A container that is written, and where the source's streams go in it."""

    container: Any
    video: Any
    others: dict[int, Any]
    recoders: dict[int, Recoder]
    last: dict[int, int] = field(default_factory=dict)

    def takes(self, packet: Any, stream: Any, *, raising: bool) -> bool:
        """Write a packet of `stream`, and return whether that went well, or raise what was wrong."""
        try:
            self._mux(packet, stream)
        except library().error.FFmpegError:
            if raising:
                raise
            return False
        return True

    def _mux(self, packet: Any, stream: Any) -> None:
        """Write a packet, each of a track later than the one before."""
        unit = Fraction(stream.time_base)
        scale = Fraction(packet.time_base or unit) / unit
        last = self.last.get(stream.index)
        known = packet.dts if packet.dts is not None else packet.pts
        dts = (0 if last is None else last + 1) if known is None else round(known * scale)
        if last is not None and stream.type in ("audio", "video"):
            dts = max(dts, last + 1)
        pts = dts if packet.pts is None else max(dts, round(packet.pts * scale))
        length = round((packet.duration or 0) * scale)
        packet.stream = stream
        packet.time_base = unit
        packet.dts, packet.pts, packet.duration = dts, pts, length
        self.last[stream.index] = dts
        self.container.mux(packet)


def parts(source: Path) -> list[Part]:
    """What a container may refuse of a file, the dearest first."""
    with Clip(source) as clip:
        streams = [stream for stream in clip.container.streams if is_kept(clip, stream)]
        tracks: list[Part] = [("track", stream.index) for stream in streams]
        tags: list[Part] = [("tag", -1, key) for key in clip.container.metadata]
        tags += [("tag", stream.index, key) for stream in [clip.stream, *streams] for key in stream.metadata]
        return [*tracks, ("chapters",), *tags]


def join(
    source: Path,
    segments: list[Path],
    target: Path,
    coding: Coding,
    layout: StreamLayout,
    *,
    start_only: bool = False,
) -> Iterator[str]:
    """Put the segments' frames and everything else of the source into one file, and yield notes.

    Args:
        source: the file that was restored.
        segments: files of restored frames.
        target: the file to write.
        coding: of the frames.
        layout: what is copied.
        start_only: whether the other tracks are copied only as far as the segments go.

    Raises:
        OSError, ValueError: if the container does not take it.
    """
    av = library()
    options = {"default_mode": "passthrough", "strict": "unofficial", **dict(layout.options)}
    if coding.encoder == "gif":
        options |= gif.options(source)
    with (
        Clip(source) as clip,
        av.open(str(segments[0])) as first,
        av.open(str(target), "w", container_options=options) as container,
    ):
        output = _opened(container, clip, first.streams.video[0], coding, layout)
        end = _end(segments) if start_only else None
        theirs = _copied(clip, output, end)
        restored = _packets(segments)
        if coding.encoder == "gif":
            restored = gif.packets(output.video, _frames(segments))
        ours = (_Timed(packet, output.video) for packet in restored)
        refused = Counter[int]()
        for timed in heapq.merge(ours, theirs, key=lambda timed: timed.seconds):
            is_needed = start_only or timed.stream is output.video
            if not output.takes(timed.packet, timed.stream, raising=is_needed):
                refused[timed.stream.index] += 1
        for stream in clip.container.streams:
            count = refused[output.others[stream.index].index] if stream.index in output.others else 0
            if count:
                yield f"{counted(count, 'packets')} of {track(stream)} cannot be written; left out"


def _opened(container: Any, clip: Clip, restored: Any, coding: Coding, layout: StreamLayout) -> _Output:
    """The container with all its streams, its head written."""
    container.metadata.update(_tags(clip.container.metadata, -1, layout))
    if ("chapters",) not in layout.left_out:
        container.set_chapters(clip.chapters())
    video, others, recoders = None, {}, {}
    for stream in clip.container.streams:
        if stream is clip.stream or stream.index == clip.stream.index:
            new = video = _add_video(container, clip, restored, coding)
            tags = _timecode(clip) | clip.stream.metadata
        elif ("track", stream.index) in layout.left_out or not is_kept(clip, stream):
            continue
        elif is_cover(stream):
            others[stream.index] = _add_cover(container, clip, stream)
            continue
        elif stream.index in layout.recoded:
            recoders[stream.index] = Recoder(container, stream)
            new, tags = recoders[stream.index].stream, stream.metadata
            others[stream.index] = new
        else:
            new = others[stream.index] = container.add_stream_from_template(stream, opaque=True)
            tags = stream.metadata
        new.metadata.update(_tags(tags, stream.index, layout))
        new.disposition = int(stream.disposition)
    container.start_encoding()
    return _Output(container, video, others, recoders)


def _timecode(clip: Clip) -> dict[str, str]:
    """The timecode that a track of its own holds, as a tag of the video, of which such a track is made."""
    tags = (stream.metadata for stream in clip.container.streams)
    return next(({"timecode": each["timecode"]} for each in tags if "timecode" in each), {})


def _add_cover(container: Any, clip: Clip, stream: Any) -> Any:
    """Add a picture of the whole file, which Matroska holds as an attachment.

    Raises:
        ValueError: if the container knows no such pictures.
    """
    if container.format.name in ("mov", "mp4", "ipod"):
        new = container.add_stream_from_template(stream, opaque=True)
        new.disposition = int(stream.disposition)
        return new
    if container.format.name != "matroska":
        raise ValueError("there is no place for a cover picture")
    kind = "png" if stream.codec_context.name == "png" else "jpeg"
    with Clip(clip.path) as again:
        picture = bytes(next(again.packets(again.container.streams[stream.index])))
    name = stream.metadata.get("filename", f"cover.{kind.replace('jpeg', 'jpg')}")
    return container.add_attachment(name, stream.metadata.get("mimetype", f"image/{kind}"), picture)


def _tags(tags: dict[str, str], index: int, layout: StreamLayout) -> dict[str, str]:
    return {key: value for key, value in tags.items() if ("tag", index, key) not in layout.left_out}


def _add_video(container: Any, clip: Clip, restored: Any, coding: Coding) -> Any:
    """The stream of the restored frames, saying of itself what the source's says beside its packets."""
    if coding.encoder == "gif":
        stream = container.add_stream("gif", rate=coding.rate)
        stream.codec_context.time_base = coding.time_base
        stream.width, stream.height, stream.pix_fmt = coding.width, coding.height, "pal8"
        return stream
    with Clip(clip.path) as again:
        like = next(again.frames())
    carried = side_data(like)
    is_same = restored.codec_context.codec.id == clip.stream.codec_context.codec.id
    if is_same and not any(name.startswith("DOVI") for name in carried):
        # What the file says of the display, the projection and the like is kept by no other way.
        stream = container.add_stream_from_template(clip.stream, opaque=True)
        _recode(stream.codec_context, restored.codec_context)
    else:
        stream = container.add_stream_from_template(restored, opaque=True)
    context = stream.codec_context
    context.framerate = coding.rate
    context.sample_aspect_ratio = coding.aspect
    context.colorspace, context.color_range = coding.matrix, coding.range
    context.color_primaries, context.color_trc = coding.primaries, coding.transfer
    context.field_order = clip.stream.codec_context.field_order if coding.interlaced else _PROGRESSIVE
    stream.time_base = 1 / coding.rate if container.format.name == "avi" else coding.time_base
    if coding.container == "mov" and container.format.name in ("mov", "mp4", "matroska"):
        context.codec_tag = restored.codec_context.codec_tag  # which says what kind of ProRes or DNxHR it is
    if context.name == "hevc" and container.format.name in ("mov", "mp4"):
        context.codec_tag = "hvc1"  # the only one that Apple plays
    if "DISPLAYMATRIX" in carried:
        stream.set_display_matrix(struct.unpack_from("9i", carried["DISPLAYMATRIX"]))
    return stream


_PROGRESSIVE = 1


def _recode(context: Any, restored: Any) -> None:
    """Let a context made after the source's say how the restored frames are coded."""
    context.extradata = restored.extradata
    context.width, context.height, context.pix_fmt = restored.width, restored.height, restored.pix_fmt
    context.profile, context.level = restored.profile, restored.level
    context.bit_rate, context.reorder_depth = 0, 0


@dataclass(frozen=True)
class _Timed:
    packet: Any
    stream: Any

    @property
    def seconds(self) -> Fraction:
        """When it is decoded, 0 if that is not known."""
        time = self.packet.dts if self.packet.dts is not None else self.packet.pts
        return Fraction(time or 0) * Fraction(self.packet.time_base or 0)


def _copied(clip: Clip, output: _Output, end: Fraction | None) -> Iterator[_Timed]:
    """Packets of the tracks that are copied; up to `end`, but of each at least the first."""
    streams = [stream for stream in clip.container.streams if stream.index in output.others]
    streams = [stream for stream in streams if output.others[stream.index].type != "attachment"]
    if not streams:
        return
    awaited = {stream.index for stream in streams if stream.type != "subtitle"}
    for packet in clip.packets(streams):
        if not packet.size:
            continue
        index = packet.stream_index
        timed = _Timed(packet, output.others[index])
        if end is not None and timed.seconds > end:
            if not awaited:
                break
            if index not in awaited:
                continue
        awaited.discard(index)
        if index in output.recoders:
            yield from (_Timed(new, timed.stream) for new in output.recoders[index].packets(packet))
        else:
            yield timed
    for recoder in output.recoders.values():
        yield from (_Timed(new, recoder.stream) for new in recoder.packets(None))


def _packets(segments: list[Path]) -> Iterator[Any]:
    av = library()
    for path in segments:
        with av.open(str(path)) as segment:
            for packet in segment.demux(segment.streams.video[0]):
                if packet.size:
                    yield packet


def _frames(segments: list[Path]) -> Iterator[Any]:
    for path in segments:
        with library().open(str(path)) as segment:
            yield from segment.decode(segment.streams.video[0])


def _end(segments: list[Path]) -> Fraction:
    return max(_Timed(packet, None).seconds for packet in _packets(segments))
