"""Videos: how pixels are coded is kept: size, format, colours, transparency, fields, frames of GIF files."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("av", reason='needs the extra "video"')

from helpers.videos import (
    FRAMES,
    UNTOUCHED,
    frames_of,
    make_clip,
    picture,
    pixels_of,
    psnr,
    restored,
)
from instructir.jobs.video.gif import with_times
from instructir.jobs.video.job import restore_video
from instructir.restoration.restorer import Restorer


@pytest.mark.parametrize(
    ("name", "codec", "form", "size"),
    [
        ("a.avi", "mpeg4", "yuv420p", (63, 47)),
        ("a.avi", "huffyuv", "rgb24", (63, 48)),
        ("a.mp4", "mpeg4", "yuv420p", (64, 47)),
        ("a.webm", "libvpx-vp9", "yuv420p", (63, 47)),
        ("a.mkv", "ffv1", "yuv420p", (63, 47)),
        ("a.mov", "png", "rgb24", (61, 47)),
    ],
)
def test_odd_sizes(
    tiny: Restorer, tmp_path: Path, name: str, codec: str, form: str, size: tuple[int, int]
) -> None:
    source = make_clip(tmp_path / name, FRAMES, codec, form, audio=None, size=size)
    target, _ = restored(tiny, source)
    frame = frames_of(target)[0]
    assert (frame.width, frame.height) == size
    assert psnr(pixels_of(source), pixels_of(target)) > 32


@pytest.mark.parametrize(
    ("name", "codec", "form", "suffix"),
    [
        ("a.mp4", "libx264rgb", "rgb24", ""),
        ("a.mov", "png", "rgb24", ""),
        ("a.avi", "huffyuv", "rgb24", ""),
        ("a.mkv", "ffv1", "bgr0", ""),
        ("a.mov", "qtrle", "rgb24", ".mp4"),
        ("a.mov", "png", "rgb24", ".mpg"),
    ],
)
def test_pixel_format_and_matrix_agree(
    tiny: Restorer, tmp_path: Path, name: str, codec: str, form: str, suffix: str
) -> None:
    """Frames in RGB have no matrix and others one, and whoever obeys it sees the source's colours."""
    options = {"crf": "0"} if codec == "libx264rgb" else {}
    source = make_clip(tmp_path / name, FRAMES, codec, form, audio=None, options=options)
    target, _ = restored(tiny, source, suffix)
    frame = frames_of(target)[0]
    assert frame.format.is_rgb == (frame.colorspace == 0) or (frame.format.is_rgb and frame.colorspace == 2)
    assert psnr(pixels_of(source), pixels_of(target)) > 30


def test_turned_and_mirrored(tiny: Restorer, tmp_path: Path) -> None:
    def prepare(_: Any, stream: Any) -> None:
        stream.set_display_rotation(90, hflip=True)

    def matrix(path: Path) -> tuple[int, ...]:
        data = frames_of(path)[0].side_data.get("DISPLAYMATRIX")
        return struct.unpack_from("9i", bytes(data))

    source = make_clip(tmp_path / "a.mp4", FRAMES, prepare=prepare)
    target, result = restored(tiny, source)
    assert (matrix(target), result.notes) == (matrix(source), ())
    target, result = restored(tiny, source, ".avi")
    assert any("how the picture is turned" in note for note in result.notes)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_hdr10(tiny: Restorer, tmp_path: Path, suffix: str) -> None:
    display = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
    options = {"x265-params": f"log-level=none:master-display={display}:max-cll=1000,400"}

    def prepare(_: Any, stream: Any) -> None:
        context = stream.codec_context
        context.colorspace, context.color_primaries, context.color_trc = 9, 9, 16

    source = make_clip(
        tmp_path / f"a{suffix}", FRAMES, "libx265", "yuv420p10le", None, options=options, prepare=prepare
    )
    target, result = restored(tiny, source)
    assert result.notes == ()
    before, after = frames_of(source)[0], frames_of(target)[0]
    for name in ("MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL"):
        numbers = [
            struct.unpack("I" * (len(bytes(d)) // 4), bytes(d))
            for d in (before.side_data.get(name), after.side_data.get(name))
        ]
        assert numbers[0] == numbers[1]
    described = [(f.format.name, f.colorspace, f.color_primaries, f.color_trc) for f in (before, after)]
    assert described[0] == described[1] == ("yuv420p10le", 9, 9, 16)


@pytest.mark.parametrize(
    ("name", "codec", "form", "suffix"),
    [
        ("a.mov", "png", "rgba", ""),
        ("a.mov", "qtrle", "argb", ""),
        ("a.mov", "prores_ks", "yuva444p10le", ""),
        ("a.mkv", "ffv1", "bgra", ""),
        ("a.avi", "rawvideo", "bgra", ""),
        ("a.webm", "libvpx-vp9", "yuva420p", ""),
        ("a.mov", "qtrle", "argb", ".mp4"),
    ],
)
def test_transparency(tiny: Restorer, tmp_path: Path, name: str, codec: str, form: str, suffix: str) -> None:
    source = make_clip(tmp_path / name, FRAMES, codec, form, audio=None, transparent=True)
    target, result = restored(tiny, source, suffix)
    if suffix == ".mp4":
        assert any("no transparency" in note for note in result.notes)
        return
    decoder = "libvpx-vp9" if codec == "libvpx-vp9" else ""
    before, after = pixels_of(source, "rgba", decoder), pixels_of(target, "rgba", decoder)
    assert np.ptp(before[..., 3]) > 100
    assert np.abs(before[..., 3] - after[..., 3]).max() <= 3
    assert not any("transparency" in note for note in result.notes)


@pytest.mark.parametrize(("name", "codec"), [("a.ts", "mpeg2video"), ("a.mp4", "libx264")])
def test_fields_are_restored_apart(
    tiny: Restorer, tmp_path: Path, name: str, codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heights: list[int] = []

    def spy(self: Restorer, photo: Any, *args: Any, **named: Any) -> Any:
        heights.append(photo.height)
        return real(self, photo, *args, **named)

    real = Restorer.restore
    monkeypatch.setattr(Restorer, "restore", spy)
    source = make_clip(tmp_path / name, FRAMES, codec, audio=None, interlaced=True)
    assert all(frame.interlaced_frame for frame in frames_of(source))
    target, result = restored(tiny, source)
    assert heights == [24] * 2 * FRAMES
    assert all(frame.interlaced_frame for frame in frames_of(target))
    assert result.notes == ()
    assert psnr(pixels_of(source), pixels_of(target)) > 32


def test_grey_stays_grey(tiny: Restorer, tmp_path: Path) -> None:
    source = make_clip(tmp_path / "a.mkv", FRAMES, "ffv1", "gray", audio=None)
    target, _ = restored(tiny, source)
    assert {frame.format.name for frame in frames_of(target)} == {"gray"}
    assert np.array_equal(pixels_of(source), pixels_of(target))


@pytest.mark.parametrize("loop", [None, 0, 3])
def test_animated_gif(tiny: Restorer, tmp_path: Path, loop: int | None) -> None:
    frames = [Image.fromarray(picture(number)).quantize(200) for number in range(FRAMES)]
    options: dict[str, Any] = {} if loop is None else {"loop": loop}
    source = tmp_path / "a.gif"
    frames[0].save(source, save_all=True, append_images=frames[1:], duration=[100, 40, 300, 200], **options)
    target, result = restored(tiny, source)
    assert result.notes == ()
    assert psnr(pixels_of(source), pixels_of(target)) > 30
    with Image.open(source) as before, Image.open(target) as after:
        assert after.info.get("loop") == before.info.get("loop") == loop
        for number in range(FRAMES):
            before.seek(number)
            after.seek(number)
            assert after.info["duration"] == before.info["duration"]


def test_gif_frames_without_a_time_are_shown_for_a_tenth_of_a_second(tiny: Restorer, tmp_path: Path) -> None:
    """FFmpeg would read the first of them alone."""
    rng = np.random.default_rng(0)
    frames = [Image.fromarray(rng.integers(0, 256, (16, 16, 3), np.uint8)) for _ in range(FRAMES)]
    source = tmp_path / "a.gif"
    frames[0].save(source, save_all=True, append_images=frames[1:])
    target = tmp_path / "out.gif"
    assert restore_video(tiny, source, target, "take the noise away", settings=UNTOUCHED).frames == FRAMES
    with Image.open(source) as before, Image.open(target) as after:
        assert after.n_frames == FRAMES  # type: ignore[attr-defined]
        for number in range(FRAMES):
            before.seek(number)
            after.seek(number)
            assert ("duration" in before.info, after.info["duration"]) == (False, 100)
            difference = np.asarray(after.convert("RGB"), float) - np.asarray(before.convert("RGB"), float)
            assert np.abs(difference).mean() < 6
    data = source.read_bytes()
    for cut in (data, data[:-1], data[: len(data) // 2]):
        source.write_bytes(cut)
        assert with_times(source) is not None
    assert with_times(target) is None


def test_transparent_gif(tiny: Restorer, tmp_path: Path) -> None:
    pixels = [picture(number, transparent=True) for number in range(FRAMES)]
    for array in pixels:
        array[..., 3] = np.where(array[..., 3] < 100, 0, 255)
    frames = [Image.fromarray(array) for array in pixels]
    source = tmp_path / "a.gif"
    frames[0].save(source, save_all=True, append_images=frames[1:], duration=100, disposal=2)
    target, _ = restored(tiny, source)
    alphas = [pixels_of(path, "rgba")[..., 3] for path in (source, target)]
    assert 0 < (alphas[0] == 0).mean() < 1
    assert np.array_equal(alphas[0], alphas[1])
