"""What a video file holds beside its pixels, and what of it another file lacks."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from instructir.jobs.video.clip import Clip
from instructir.jobs.video.pixels import depth, has_alpha
from instructir.jobs.video.side_data import side_data

_HOUSEKEEPING = frozenset(
    {
        "bps",
        "compatible_brands",
        "duration",
        "encoder",
        "handler_name",
        "major_brand",
        "minor_version",
        "number_of_bytes",
        "number_of_frames",
        "source_id",
        "vendor_id",
        "alpha_mode",
        "name",
        "rotate",
        "software",
    }
)
"""Tags, in lower case, that writers make up themselves, or that say again what is compared elsewhere."""

_CARRIED = {
    "DISPLAYMATRIX": "how the picture is turned",
    "MASTERING_DISPLAY_METADATA": "the HDR mastering display",
    "CONTENT_LIGHT_LEVEL": "the HDR light level",
    "DYNAMIC_HDR_PLUS": "HDR10+ metadata",
    "DOVI_METADATA": "Dolby Vision metadata",
    "SPHERICAL": "the 360 degree projection",
    "STEREO3D": "the layout of the two views",
    "A53_CC": "closed captions",
    "ICC_PROFILE": "the ICC profile",
}
"""What frames may carry, with the words for it."""

_FLAGS = (
    "default",
    "forced",
    "comment",
    "dub",
    "original",
    "hearing_impaired",
    "visual_impaired",
    "captions",
    "descriptions",
)

_KINDS = {"audio": "sound", "subtitle": "subtitle", "video": "further video", "data": "data"}


@dataclass(frozen=True)
class Track:
    """A stream beside the restored one.

    Attributes:
        index: in its file.
        kind: audio, subtitle, video, data, attachment, or cover for a picture of it.
        codec: FFmpeg's name, or "" for what has none.
        language: a code, or "" if it is not said.
        flags: what it is marked as.
        tags: further keys in lower case.
    """

    index: int
    kind: str
    codec: str
    language: str
    flags: frozenset[str]
    tags: frozenset[str]

    def __str__(self) -> str:
        kind = {"cover": "cover picture", "attachment": "attachment"}.get(self.kind) or (
            f"{_KINDS.get(self.kind, self.kind)} track"
        )
        details = ", ".join(filter(None, [self.codec, self.language]))
        return f"{kind} {self.index}{f' ({details})' if details else ''}"


@dataclass(frozen=True)
class Contents:
    """What a video file holds.

    Attributes:
        tags: keys of the whole file, in lower case.
        chapters: how many.
        tracks: streams beside the restored one.
        video_tags: keys of the restored one, in lower case.
        codec: of it.
        size: its width and height.
        pixel_format: of its first frame.
        bits: a sample.
        alpha: whether it has transparency.
        interlaced: whether its first frame is woven of two fields.
        carried: what its first frames carry.
        frames: how many first frames were looked at.
    """

    tags: frozenset[str]
    chapters: int
    tracks: tuple[Track, ...]
    video_tags: frozenset[str]
    codec: str
    size: tuple[int, int]
    pixel_format: str
    bits: int
    alpha: bool
    interlaced: bool
    carried: frozenset[str]
    frames: int


def contents(path: Path, frames: int) -> Contents:
    """Read what a file holds, and up to so many of its first frames.

    Raises:
        ImageFileError: if it cannot be read, or none of its frames.
    """
    with Clip(path) as clip:
        first, count, carried = None, 0, set()
        for frame in clip.frames():
            first = first or frame
            count += 1
            carried |= set(_carried(frame))
            if count == frames:
                break
        return Contents(
            tags=_keys(clip.container.metadata),
            chapters=len(clip.container.chapters()),
            tracks=tuple(track(stream) for stream in clip.container.streams if is_kept(clip, stream)),
            video_tags=_keys(clip.stream.metadata),
            codec=clip.stream.codec_context.codec.canonical_name,
            size=(first.width, first.height) if first else (0, 0),
            pixel_format=first.format.name if first else "",
            bits=depth(first.format) if first else 0,
            alpha=first is not None and has_alpha(first.format),
            interlaced=first is not None and bool(first.interlaced_frame),
            carried=frozenset(carried),
            frames=count,
        )


def is_kept(clip: Clip, stream: Any) -> bool:
    """Whether a stream beside the restored one is to be copied.

    The tracks in which MOV and MP4 hold chapters and timecodes are made anew by whoever writes these.
    """
    if stream.index == clip.stream.index:
        return False
    if stream.type == "data":
        return "timecode" not in stream.metadata and stream.discard.name != "all"
    return True


def is_cover(stream: Any) -> bool:
    """Whether a stream is a still picture of the whole file."""
    return "attached_pic" in _names(stream.disposition)


def track(stream: Any) -> Track:
    """What a stream is."""
    context = stream.codec_context
    flags = stream.disposition
    return Track(
        index=stream.index,
        kind="cover" if is_cover(stream) else str(stream.type),
        codec=(context.codec.canonical_name if context else getattr(stream, "name", "")) or "",
        language=_language(stream.metadata),
        flags=frozenset(name for name in _FLAGS if name in _names(flags)),
        tags=_keys(stream.metadata) - {"language"},
    )


def lost(before: Contents, after: Contents, left_out: frozenset[int], suffix: str) -> Iterator[str]:
    """Notes on what a source holds and what was written does not.

    Args:
        before: of the source.
        after: of what was written.
        left_out: indices of the source's streams that could not be copied.
        suffix: of the written file's name.
    """
    for one in before.tracks:
        if one.index in left_out:
            yield f"{suffix} cannot hold {one}; left out"
    if after.codec != before.codec or ("444" in after.pixel_format and "444" not in before.pixel_format):
        yield (
            f"the video was {before.codec} ({before.pixel_format}) and becomes {after.codec} "
            f"({after.pixel_format})"
        )
    gone = {name for name in before.carried if name not in after.carried}
    yield from (
        f"{after.codec} in {suffix} does not keep {_CARRIED[name]}; left out" for name in sorted(gone)
    )
    if before.alpha and not after.alpha:
        yield f"{after.codec} in {suffix} has no transparency; left out"
    if after.bits < before.bits:
        yield f"{before.bits} bits a sample become {after.bits}, which is what {after.codec} takes"
    if before.interlaced and not after.interlaced:
        yield f"{after.codec} does not say that frames are interlaced; name .mpg, or an output in H.264"
    if after.chapters < before.chapters:
        yield f"{suffix} cannot hold chapters; left out"
    tags = before.tags | before.video_tags
    tags -= after.tags | after.video_tags
    if tags:
        yield f"{suffix} cannot hold these tags: {', '.join(sorted(tags))}; left out"
    yield from _changed_tracks(before, after, left_out, suffix)


def _changed_tracks(
    before: Contents, after: Contents, left_out: frozenset[int], suffix: str
) -> Iterator[str]:
    kept = [one for one in before.tracks if one.index not in left_out]
    for kind in dict.fromkeys(one.kind for one in kept):
        sources = [one for one in kept if one.kind == kind]
        targets = [one for one in after.tracks if one.kind == kind]
        yield from (f"{suffix} cannot hold {one}; left out" for one in sources[len(targets) :])
        for source, target in zip(sources, targets, strict=False):
            changed = source.flags ^ target.flags
            if len(sources) == 1:
                changed -= {"default"}  # of one track that is no question
            for flag in sorted(changed):
                verb = "cannot mark" if flag in source.flags else "marks"
                yield f"{suffix} {verb} {source} as {flag.replace('_', ' ')}"
            if source.codec != target.codec:
                yield f"{source} becomes {target.codec}, which {suffix} holds"
            if source.language and not target.language:
                yield f"{suffix} cannot hold the language of {source}; left out"
            gone = source.tags - target.tags
            if gone and kind != "cover":
                yield f"{suffix} cannot hold the {', '.join(sorted(gone))} of {source}; left out"


def _keys(tags: dict[str, str]) -> frozenset[str]:
    keys = {key.casefold() for key, value in tags.items() if value and (key, value) != ("language", "und")}
    return frozenset(key for key in keys if key not in _HOUSEKEEPING and not key.startswith("_statistics"))


def _language(tags: dict[str, str]) -> str:
    code = {key.casefold(): value for key, value in tags.items()}.get("language", "")
    return "" if code == "und" else code


def _names(flags: Any) -> set[str]:
    return {flag.name for flag in type(flags) if flag & flags}


def _carried(frame: Any) -> Iterator[str]:
    for name, data in side_data(frame).items():
        if name == "DISPLAYMATRIX" and _is_upright(data):
            continue
        if name in _CARRIED:
            yield name


def _is_upright(matrix: bytes) -> bool:
    a, b, _, c, d = struct.unpack_from("5i", matrix)
    return (b, c) == (0, 0) and min(a, d) > 0
