"""Videos: times count from where a file begins, and what frames carry is looked at safely."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

pytest.importorskip("av", reason='needs the extra "video"')

import av

from helpers.videos import FRAMES, make_clip, picture, restored
from instructir.errors import ImageFileError
from instructir.jobs.video.clip import Clip
from instructir.jobs.video.job import restore_video
from instructir.jobs.video.side_data import side_data
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings


def late(source: Path, target: Path, seconds: int) -> Path:
    """`source` as `target` whose clock stands at `seconds` when it begins."""
    with av.open(str(source)) as clip, av.open(str(target), "w") as output:
        streams = {one.index: output.add_stream_from_template(one) for one in clip.streams}
        for packet in clip.demux():
            if packet.dts is None:
                continue
            shift = int(seconds / packet.time_base)
            packet.dts, packet.pts = packet.dts + shift, packet.pts + shift
            packet.stream = streams[packet.stream_index]
            output.mux(packet)
    return target


def starts(path: Path) -> dict[str, float]:
    with av.open(str(path)) as clip:
        return {one.type: float((one.start_time or 0) * one.time_base) for one in clip.streams}


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
def test_a_late_clock_begins_at_zero_with_the_sound_in_step(
    tiny: Restorer, tmp_path: Path, suffix: str
) -> None:
    source = late(make_clip(tmp_path / "a.mp4", frames=FRAMES), tmp_path / "b.ts", 5000)
    before = starts(source)
    assert min(before.values()) > 4999
    after = starts(restored(tiny, source, suffix)[0])
    assert min(after.values()) == pytest.approx(0, abs=0.03)
    gaps = [times["video"] - times["audio"] for times in (before, after)]
    assert gaps[1] == pytest.approx(gaps[0], abs=0.03)
    with av.open(str(tmp_path / f"out{suffix}")) as clip:
        assert clip.duration / 1e6 < 1


def packed(path: Path, codec: str, pictures: list[bytes], pixel_format: str) -> Path:
    """A file whose frames are those pictures, as a camera's motion JPEG is."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixel_format
        for number, data in enumerate(pictures):
            packet = av.Packet(data)
            packet.stream, packet.time_base = stream, Fraction(1, 10)
            packet.pts = packet.dts = number
            packet.is_keyframe = True
            output.mux(packet)
    return path


def coded(number: int, form: str, **options: Any) -> bytes:
    exif, stream = Image.Exif(), io.BytesIO()
    exif[271] = "Maker"
    Image.fromarray(picture(number)).save(stream, form, exif=exif, **options)
    return stream.getvalue()


def test_frames_with_exif_and_a_profile(tiny: Restorer, tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    jpegs = [coded(number, "JPEG", icc_profile=profile) for number in range(3)]
    pngs = [coded(number, "PNG", icc_profile=profile) for number in range(3)]
    with av.open(str(packed(tmp_path / "c.mov", "png", pngs, "rgb24"))) as clip:
        for frame in clip.decode(video=0):
            assert "ICC_PROFILE" in side_data(frame)
    for source in (
        packed(tmp_path / "a.avi", "mjpeg", jpegs, "yuvj420p"),
        packed(tmp_path / "b.mov", "mjpeg", jpegs, "yuvj420p"),
        tmp_path / "c.mov",
    ):
        restored(tiny, source)


def test_a_mask_that_does_not_fit_leaves_nothing_behind(tiny: Restorer, tmp_path: Path) -> None:
    source = make_clip(tmp_path / "a.mp4", frames=FRAMES, audio=None)
    Image.fromarray(np.full((9, 9), 255, np.uint8)).save(tmp_path / "m.png")
    for mask in ("m.png", "none.png"):
        settings = Settings(mask=str(tmp_path / mask))
        with pytest.raises(ImageFileError, match=mask):
            restore_video(tiny, source, tmp_path / "o.mp4", "remove the noise", settings=settings)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "m.png"]


def joined(folder: Path, suffix: str, codec: str, audio: str) -> tuple[Path, Path]:
    """A recording of two parts, of 12 and 9 frames, and the first part alone."""
    parts = [
        make_clip(folder / f"{number}{suffix}", frames=frames, codec=codec, audio=audio)
        for number, frames in enumerate((12, 9))
    ]
    source = folder / f"joined{suffix}"
    source.write_bytes(b"".join(part.read_bytes() for part in parts))
    return source, parts[0]


@pytest.mark.parametrize(
    ("suffix", "codec", "audio"), [(".ts", "libx264", "aac"), (".mpg", "mpeg2video", "mp2")]
)
def test_frames_of_a_joined_recording_follow_each_other(
    tmp_path: Path, suffix: str, codec: str, audio: str
) -> None:
    with Clip(joined(tmp_path, suffix, codec, audio)[0]) as clip:
        times = [float(frame.pts * frame.time_base) for frame in clip.frames()]
    assert len(times) == 21
    assert np.diff(times) == pytest.approx(1 / 30, abs=0.004)


def test_parts_of_a_joined_recording_follow_each_other(tiny: Restorer, tmp_path: Path) -> None:
    source, first = joined(tmp_path, ".ts", "libx264", "aac")
    target = restored(tiny, source, ".mkv")[0]
    with av.open(str(target)) as clip:
        packets = [(one.stream.type, float(one.pts * one.time_base)) for one in clip.demux() if one.size]
    times = {kind: sorted(time for own, time in packets if own == kind) for kind in ("video", "audio")}
    assert len(times["video"]) == 21
    assert np.diff(times["video"]) == pytest.approx(1 / 30, abs=0.004)
    # The second part's sound begins where its pictures do, as the first one's.
    with av.open(str(first)) as clip:
        alone = sum(1 for packet in clip.demux(audio=0) if packet.size)
    gaps = [times["audio"][heard] - times["video"][seen] for heard, seen in ((0, 0), (alone, 12))]
    assert gaps[1] == pytest.approx(gaps[0], abs=0.03)
