"""Small clips with a moving picture and a tone."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np


def make_clip(
    path: Path,
    frames: int = 10,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    audio: str | None = "aac",
    rotation: int = 0,
    times: list[int] | None = None,
) -> Path:
    """Write a clip of 64x48 pixels at 30 frames a second, BT.709."""
    import av

    with av.open(str(path), "w") as output:
        output.metadata["title"] = "A clip é"
        video = output.add_stream(
            codec, rate=30, options={"crf": "8"} if codec != "mpeg4" else {"qscale": "2"}
        )
        video.width, video.height, video.pix_fmt = 64, 48, pixel_format
        video.codec_context.colorspace, video.codec_context.color_range = 1, 1
        if rotation:
            video.set_display_rotation(rotation)
        sound = output.add_stream(audio, rate=48000) if audio else None
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
            frame = frame.reformat(format=pixel_format, dst_colorspace=1, dst_color_range=1)
            frame.pts, frame.time_base = (times[number] if times else number), Fraction(1, 30)
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        if sound is not None:
            _add_tone(output, sound, frames)
    return path


def picture(number: int) -> np.ndarray:
    y, x = np.mgrid[0:48, 0:64]
    planes = [128 + 90 * np.sin((x + number) / 9), 60 + 2 * x + number, 40 + 3 * y]
    return np.stack(planes, axis=-1).clip(0, 255).astype(np.uint8)


def _add_tone(output: Any, sound: Any, frames: int) -> None:
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


def frames_of(path: Path) -> list[Any]:
    import av

    with av.open(str(path)) as clip:
        return list(clip.decode(video=0))


def pixels_of(path: Path) -> np.ndarray:
    return np.stack([frame.to_ndarray(format="rgb24") for frame in frames_of(path)]).astype(np.float64)


def sound_of(path: Path) -> list[bytes]:
    import av

    with av.open(str(path)) as clip:
        return [bytes(packet) for packet in clip.demux(audio=0) if packet.dts is not None]


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / max(1e-9, np.mean((a - b) ** 2))))
