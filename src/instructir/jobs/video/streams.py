"""Frames and packets of video files, through PyAV (the extra ``video``)."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instructir.errors import ConfigError, ImageFileError

_ENCODERS = {
    "h264": "libx264",
    "hevc": "libx265",
    "vp8": "libvpx-vp9",
    "vp9": "libvpx-vp9",
    "av1": "libsvtav1",
    "ffv1": "ffv1",
}
"""By the source's codec; for others, what the container prefers of these."""

_WORST_RATE_FACTOR = {"libx264": 51, "libx265": 51, "libvpx-vp9": 63, "libsvtav1": 63}
DEFAULT_QUALITY = 68
"""Constant rate factor 16 for H.264: what the restoration brought out is not coded away again."""


def library(purpose: object = "video") -> ModuleType:
    """PyAV.

    Raises:
        ConfigError: if it is not installed.
    """
    try:
        av: ModuleType = importlib.import_module("av")
    except ImportError:
        mend = 'install it with: pip install "instructir[video]"'
        raise ConfigError(f"{purpose}: video needs the extra 'video'; {mend}") from None
    # What matters is raised. Messages from threads of a decoder wait for the interpreter's lock, for ever if
    # whoever closes the decoder holds it, so that none may come at all.
    av.logging.set_level(None)
    return av


@contextmanager
def telling(name: object, doing: str) -> Iterator[None]:
    """Turn what FFmpeg raises into one line about the file `name`.

    Raises:
        ImageFileError: if it does.
    """
    av = library(name)
    try:
        yield
    except (av.error.FFmpegError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ImageFileError(f"{name}: cannot be {doing} ({reason}); check the file and the disk") from error


class Clip:
    """A video file that is read.

    Attributes:
        path: the file.
        container: PyAV's.
        stream: its first video stream.
    """

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            ImageFileError: if it is no video or cannot be read.
        """
        with telling(path, "read as a video"):
            self.container = library(path).open(str(path), metadata_errors="replace")
        self.path = path
        if not self.container.streams.video:
            self.container.close()
            raise ImageFileError(f"{path}: holds no video; name another file")
        self.stream = self.container.streams.video[0]
        self.stream.thread_type = "AUTO"

    def __enter__(self) -> "Clip":
        return self

    def __exit__(self, *_: object) -> None:
        self.container.close()

    @property
    def expected_frames(self) -> int:
        """How many frames there will be, as far as the file says; 0 if it does not."""
        if self.stream.frames:
            return int(self.stream.frames)
        duration, rate = self.container.duration, self.stream.average_rate
        return int(duration / 1e6 * rate) if duration and rate else 0

    def frames(self) -> Iterator[Any]:
        """Frames in the order in which they are shown.

        Raises:
            ImageFileError: if the data are damaged.
        """
        with telling(self.path, "decoded"):
            yield from self.container.decode(self.stream)

    def middle(self) -> NDArray[Any]:
        """A frame from the middle, where titles and fades are over; the first if there is no way there.

        Raises:
            ImageFileError: if there is none at all.
        """
        av = library(self.path)
        if self.container.duration:
            try:
                self.container.seek(self.container.duration // 2 + (self.container.start_time or 0))
                for frame in self.container.decode(self.stream):
                    return pixels_of(frame)
            except av.error.FFmpegError:
                pass
        with Clip(self.path) as again:
            for frame in again.frames():
                return pixels_of(frame)
        raise ImageFileError(f"{self.path}: holds no frame; name another file")


def pixels_of(frame: Any) -> NDArray[Any]:
    """RGB (H, W, 3) of a frame, uint8, or uint16 if it is deeper."""
    deep = max(component.bits for component in frame.format.components) > 8
    colours = frame.reformat(format="rgb48le" if deep else "rgb24", interpolation=_exact())
    pixels: NDArray[Any] = colours.to_ndarray()
    return pixels


def _exact() -> Any:
    """How colours are converted: chroma at full width where there is as much, and rounded properly."""
    kind = library().video.reformatter.Interpolation
    return kind.BICUBIC | kind.FULL_CHR_H_INT | kind.FULL_CHR_H_INP | kind.ACCURATE_RND


def frame_of(pixels: NDArray[Any], like: Any, pixel_format: str) -> Any:
    """A frame of RGB `pixels` that is shown when, and stored how, `like` is.

    Args:
        pixels: (H, W, 3), uint8 or uint16.
        like: the source's frame.
        pixel_format: what the encoder takes.
    """
    av = library()
    form = "rgb24" if pixels.dtype == np.uint8 else "rgb48le"
    colours = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format=form)
    frame = colours.reformat(
        format=pixel_format,
        dst_colorspace=like.colorspace,
        dst_color_range=like.color_range or None,
        interpolation=_exact(),
    )
    frame.pts, frame.time_base = like.pts, like.time_base
    _copy_colours(like, frame)
    return frame


def add_encoder(output: Any, clip: Clip, like: Any, quality: int | None, suffix: str) -> Any:
    """Add a video stream to `output` that is coded as that of `clip`, as far as there is an encoder.

    Args:
        output: PyAV's container of one segment.
        clip: the source.
        like: a frame of it.
        quality: 1 to 100.
        suffix: of the file that the segments will go into.
    """
    av = library()
    name = _ENCODERS.get(clip.stream.codec_context.name, "")
    if suffix == ".webm" and name not in ("libvpx-vp9", "libsvtav1"):
        name = "libvpx-vp9"
    name = name or "libx264"
    stream = output.add_stream(
        name, rate=clip.stream.guessed_rate or Fraction(25), options=_options(name, quality)
    )
    context = stream.codec_context
    context.width, context.height = like.width, like.height
    context.time_base = clip.stream.time_base
    context.pix_fmt = _pixel_format(av.codec.Codec(name, "w"), like)
    context.sample_aspect_ratio = clip.stream.sample_aspect_ratio or Fraction(1)
    # Without frames that refer to later ones, decoding order is showing order, and segments can be joined.
    context.max_b_frames = 0
    _copy_colours(like, context)
    return stream


def describe(stream: Any, clip: Clip) -> None:
    """Say of a video stream to be written what that of `clip` says of itself beside its packets."""
    stream.metadata.update(clip.stream.metadata)
    _copy_colours(clip.stream.codec_context, stream.codec_context)
    if stream.container.format.name == "avi" and clip.stream.guessed_rate:
        stream.time_base = 1 / clip.stream.guessed_rate  # AVI knows no times but a rate
    with Clip(clip.path) as again:
        rotation = next((int(frame.rotation) for frame in again.frames()), 0)
    if rotation:
        stream.set_display_rotation(rotation)


def _copy_colours(source: Any, target: Any) -> None:
    target.colorspace, target.color_range = source.colorspace, source.color_range
    target.color_primaries, target.color_trc = source.color_primaries, source.color_trc


def _options(encoder: str, quality: int | None) -> dict[str, str]:
    if encoder not in _WORST_RATE_FACTOR:
        return {}
    share = (DEFAULT_QUALITY if quality is None else quality) / 100
    options = {"crf": str(round(_WORST_RATE_FACTOR[encoder] * (1 - share)))}
    if encoder == "libx265":
        options["x265-params"] = "log-level=error"
    if encoder == "libvpx-vp9":
        options["b"] = "0"
    return options


def _pixel_format(codec: Any, like: Any) -> str:
    """The source's own if the encoder takes it, else 4:2:0 of its depth."""
    offered = {form.name for form in codec.video_formats or ()}
    own = str(like.format.name)
    if own in offered:
        return own
    deep = max(component.bits for component in like.format.components) > 8
    return "yuv420p10le" if deep and "yuv420p10le" in offered else "yuv420p"
