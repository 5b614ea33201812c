"""Small clips with a moving picture and a tone, of many kinds."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from instructir.jobs.video.job import VideoRestoration, restore_video
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings

FRAMES = 4
UNTOUCHED = Settings(strength=0.0)
STRICT = {"strict": "unofficial", "default_mode": "passthrough"}


def make_clip(
    path: Path,
    frames: int = 10,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    audio: str | None = "aac",
    rotation: int = 0,
    times: list[int] | None = None,
    size: tuple[int, int] = (64, 48),
    rate: Fraction | int = 30,
    options: dict[str, str] | None = None,
    prepare: Callable[[Any, Any], None] | None = None,
    finish: Callable[[Any], None] | None = None,
    interlaced: bool = False,
    transparent: bool = False,
) -> Path:
    """Write a clip, of 64x48 pixels at 30 frames a second and in BT.709 unless something else is said.

    `prepare` is called with the container and the video stream before the first frame, and `finish` with the
    container after the last.
    """
    import av

    with av.open(str(path), "w", container_options=STRICT) as output:
        output.metadata["title"] = "A clip é"
        best = {"mpeg4": {"qscale": "2"}, "libx264": {"crf": "8"}, "libx265": {"crf": "8"}}
        video = output.add_stream(codec, rate=rate, options=best.get(codec, {}) | (options or {}))
        video.width, video.height, video.pix_fmt = *size, pixel_format
        is_rgb = av.VideoFormat(pixel_format).is_rgb
        if not is_rgb:
            video.codec_context.colorspace, video.codec_context.color_range = 1, 1
        if rotation:
            video.set_display_rotation(rotation)
        sound = output.add_stream(audio, rate=48000) if audio else None
        if interlaced:
            flags = av.codec.context.Flags
            video.codec_context.flags |= flags.interlaced_dct | flags.interlaced_me
        if prepare is not None:
            prepare(output, video)
        weave = _weaver(video) if interlaced else None
        for number in range(frames):
            form = "rgba" if transparent else "rgb24"
            frame = av.VideoFrame.from_ndarray(picture(number, size, transparent=transparent), format=form)
            frame = frame.reformat(
                format=pixel_format, **({} if is_rgb else {"dst_colorspace": 1, "dst_color_range": 1})
            )
            frame.pts, frame.time_base = (times[number] if times else number), 1 / Fraction(rate)
            output.mux(video.encode(weave(frame) if weave else frame))
        output.mux(video.encode(None))
        if sound is not None:
            add_tone(output, sound, frames)
        if finish is not None:
            finish(output)
    return path


def picture(number: int, size: tuple[int, int] = (64, 48), *, transparent: bool = False) -> np.ndarray:
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    planes = [128 + 90 * np.sin((x + number) / 9), 60 + 2 * x + number, 40 + 3 * y]
    if transparent:
        planes.append(x * 3 + 20)
    return np.stack(planes, axis=-1).clip(0, 255).astype(np.uint8)


def _weaver(video: Any) -> Callable[[Any], Any]:
    """Marks frames as woven of two fields, the upper first."""
    import av

    graph = av.filter.Graph()
    start = graph.add_buffer(
        width=video.width, height=video.height, format=video.format, time_base=Fraction(1, 30)
    )
    field, end = graph.add("setfield", "tff"), graph.add("buffersink")
    start.link_to(field)
    field.link_to(end)
    graph.configure()

    def weave(frame: Any) -> Any:
        graph.push(frame)
        return graph.pull()

    return weave


def add_tone(output: Any, sound: Any, frames: int) -> None:
    import av

    seconds = np.arange(48000 * frames // 30) / 48000
    samples = np.tile(0.3 * np.sin(2 * np.pi * 440 * seconds), (2, 1)).astype(np.float32)
    tone = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
    tone.sample_rate, tone.pts = 48000, 0
    context = sound.codec_context
    size = 960 if "opus" in context.name else 1024
    resampler = av.AudioResampler(context.format, context.layout, 48000, frame_size=size)
    for piece in (*resampler.resample(tone), *resampler.resample(None)):
        output.mux(sound.encode(piece))
    output.mux(sound.encode(None))


def frames_of(path: Path, decoder: str = "") -> list[Any]:
    import av

    with av.open(str(path)) as clip:
        if not decoder:
            return list(clip.decode(video=0))
        other = av.CodecContext.create(decoder, "r")
        return [frame for packet in clip.demux(video=0) for frame in other.decode(packet)]


def pixels_of(path: Path, form: str = "rgb24", decoder: str = "") -> np.ndarray:
    frames = frames_of(path, decoder)
    return np.stack([frame.to_ndarray(format=form) for frame in frames]).astype(np.float64)


def sound_of(path: Path) -> list[bytes]:
    import av

    with av.open(str(path)) as clip:
        return [bytes(packet) for packet in clip.demux(audio=0) if packet.dts is not None]


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / max(1e-9, np.mean((a - b) ** 2))))


def restored(restorer: Restorer, source: Path, suffix: str = "") -> tuple[Path, VideoRestoration]:
    target = source.with_name(f"out{suffix or source.suffix}")
    result = restore_video(restorer, source, target, "take the noise away", settings=UNTOUCHED)
    assert result.frames == len(frames_of(source))
    assert len(frames_of(target)) == result.frames
    assert not [path for path in source.parent.iterdir() if path.name.startswith(".")]
    return target, result


def streams_of(path: Path) -> list[Any]:
    import av

    with av.open(str(path)) as clip:
        return [
            {
                "type": stream.type,
                "codec": stream.codec_context and stream.codec_context.codec.canonical_name,
                "flags": {flag.name for flag in type(stream.disposition) if flag & stream.disposition},
                **{key.casefold(): value for key, value in stream.metadata.items()},
            }
            for stream in clip.streams
        ]
