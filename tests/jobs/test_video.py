"""Videos: frames restored one by one, everything else as it was, and restarts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("av", reason='needs the extra "video"')

from helpers.videos import frames_of, make_clip, pixels_of, psnr, sound_of
from instructir.errors import ImageFileError
from instructir.jobs.video import job as video
from instructir.jobs.video.job import restore_video
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings

WISH = "take the noise away"


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format", "audio", "expected"),
    [
        ("a.mp4", "libx264", "yuv420p", "aac", "h264"),
        ("a.mov", "libx264", "yuv444p", "aac", "h264"),
        ("a.mkv", "libx265", "yuv420p10le", "aac", "hevc"),
        ("a.webm", "libvpx-vp9", "yuv420p", "libopus", "vp9"),
        ("a.avi", "mpeg4", "yuv420p", "mp2", "h264"),
        ("a.mkv", "ffv1", "yuv444p", None, "ffv1"),
    ],
)
def test_everything_but_the_pixels_is_kept(
    tiny: Restorer, tmp_path: Path, name: str, codec: str, pixel_format: str, audio: str | None, expected: str
) -> None:
    import av

    source = make_clip(tmp_path / name, codec=codec, pixel_format=pixel_format, audio=audio)
    target = tmp_path / f"out{source.suffix}"
    result = restore_video(tiny, source, target, WISH, settings=Settings(strength=0.0))
    assert (result.frames, result.frames_before) == (10, 0)
    assert result.notes == (
        ("the video was mpeg4 (yuv420p) and becomes h264 (yuv420p)",) if codec == "mpeg4" else ()
    )
    with av.open(str(target)) as clip:
        assert clip.streams.video[0].codec_context.name == expected
        if source.suffix != ".avi":
            assert clip.metadata.get("title") == "A clip é"
    before, after = frames_of(source), frames_of(target)
    # AVI holds no times but a rate, so that readers may begin one frame later.
    zero = (before[0].time, after[0].time) if source.suffix == ".avi" else (0, 0)
    assert [frame.time - zero[1] for frame in after] == pytest.approx(
        [frame.time - zero[0] for frame in before], abs=2e-3
    )
    assert {frame.format.name for frame in after} == {pixel_format}
    assert psnr(pixels_of(source), pixels_of(target)) > (60 if codec == "ffv1" else 36)
    if audio:
        assert sound_of(target) == sound_of(source)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({source.name, target.name})


def test_frames_are_those_that_the_restorer_gives(tiny: Restorer, tmp_path: Path) -> None:
    source = make_clip(tmp_path / "a.mkv", codec="ffv1", pixel_format="bgr0", audio=None)
    target = tmp_path / "o.mkv"
    result = restore_video(tiny, source, target, WISH)
    alone = replace(tiny.settings, guard=False, ensemble=1)  # which is the same for all frames
    restored = [
        tiny.restore(frame.to_ndarray(format="rgb24"), WISH, plan=result.plan, settings=alone)
        for frame in frames_of(source)
    ]
    expected = [np.rint(each.pixels * 255) for each in restored]
    assert np.array_equal(pixels_of(target), np.stack(expected))


def test_uneven_times_and_rotation(tiny: Restorer, tmp_path: Path) -> None:
    times = [0, 1, 5, 6, 20, 21, 30, 31, 32, 50]
    source = make_clip(tmp_path / "a.mp4", times=times, rotation=90)
    restore_video(tiny, source, tmp_path / "o.mp4", WISH)
    after = frames_of(tmp_path / "o.mp4")
    assert [float(frame.time) for frame in after] == pytest.approx([time / 30 for time in times], abs=1e-3)
    assert {frame.rotation for frame in after} == {frame.rotation for frame in frames_of(source)} == {90}


def test_a_killed_run_goes_on(tiny: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "SEGMENT_FRAMES", 4)
    source = make_clip(tmp_path / "a.mp4", frames=14)
    whole = restore_video(tiny, source, tmp_path / "whole.mp4", WISH)
    assert whole.frames == 14
    seen: list[int] = []

    def stops(done: int, expected: int) -> None:
        assert expected == 14
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore_video(tiny, source, tmp_path / "o.mp4", WISH, progress=stops)
    assert not (tmp_path / "o.mp4").exists()
    result = restore_video(
        tiny, source, tmp_path / "o.mp4", WISH, progress=lambda done, expected: seen.append(done)
    )
    assert (result.frames, result.frames_before) == (14, 8)
    assert seen[:3] == [4, 8, 9]
    assert np.array_equal(pixels_of(tmp_path / "o.mp4"), pixels_of(tmp_path / "whole.mp4"))
    assert sound_of(tmp_path / "o.mp4") == sound_of(source)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "o.mp4", "whole.mp4"]


def test_what_is_no_video(tiny: Restorer, tmp_path: Path) -> None:
    text = tmp_path / "a.mp4"
    text.write_text("no video")
    with pytest.raises(ImageFileError, match=r"a\.mp4: cannot be read as a video"):
        restore_video(tiny, text, tmp_path / "o.mp4", WISH)
    cut = make_clip(tmp_path / "b.mp4")
    cut.write_bytes(cut.read_bytes()[:2000])
    with pytest.raises(ImageFileError, match=r"b\.mp4"):
        restore_video(tiny, cut, tmp_path / "o.mp4", WISH)
    assert not (tmp_path / "o.mp4").exists()
