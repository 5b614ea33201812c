"""Videos: nothing that was computed is lost, whatever comes between."""

import errno
import multiprocessing
import random
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from helpers.patience import PATIENCE
from instructir.jobs.video.muxing import join

pytest.importorskip("av", reason='needs the extra "video"')

from helpers.videos import frames_of, make_clip, pixels_of, sound_of
from instructir.errors import ImageFileError
from instructir.jobs.video import job as video
from instructir.jobs.video.extent import CUT_OFF, is_cut_off
from instructir.jobs.video.job import restore_video
from instructir.jobs.video.muxing import StreamLayout
from instructir.jobs.video.rehearsal import rehearse
from instructir.jobs.video.segments import SegmentWriter
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings

WISH = "take the noise away"
KILLS, FRAMES = 5, 48


def work(model: str, source: str, target: str) -> None:
    """The job, from its beginning to its end or to the kill."""
    video.SEGMENT_FRAMES = 4
    restore_video(Restorer.load(Settings(model=model, device="cpu", runtime="torch")), source, target)


def finished(folder: Path) -> int:
    return len(list(folder.glob(".*.instructir-video/*.nut")))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_killed_at_random_moments(plain_model: str, tmp_path: Path) -> None:
    """It ends with the video of a job that was left alone; no finished segment is made twice."""
    rng = random.Random(3)
    source, target = make_clip(tmp_path / "a.mp4", FRAMES), tmp_path / "o.mp4"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["instructir.jobs.video.job", "av", "test_video_safety"])
    made: dict[Path, int] = {}
    for _ in range(KILLS):
        seen = finished(tmp_path)
        process = context.Process(target=work, args=(plain_model, str(source), str(target)))
        process.start()
        end = time.monotonic() + PATIENCE
        while finished(tmp_path) <= seen and process.is_alive() and time.monotonic() < end:
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.05))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert not target.exists()
        for path in tmp_path.glob(".*.instructir-video/*.nut"):
            assert made.setdefault(path, path.stat().st_ino) == path.stat().st_ino, "made twice"
    assert len(made) >= KILLS
    work(plain_model, str(source), str(target))
    work(plain_model, str(source), str(tmp_path / "whole.mp4"))
    assert np.array_equal(pixels_of(target), pixels_of(tmp_path / "whole.mp4"))
    assert sound_of(target) == sound_of(source)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "o.mp4", "whole.mp4"]


@pytest.mark.parametrize("changed", ["tile", "precision", "weights", "head", "words", "source"])
def test_an_interrupted_job_goes_on_only_if_all_is_as_it_was(
    tiny: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    monkeypatch.setattr(video, "SEGMENT_FRAMES", 2)
    source, target = make_clip(tmp_path / "a.mkv", 6, audio=None), tmp_path / "o.mkv"

    def stops(done: int, _: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            restore_video(tiny, source, target, WISH, progress=stops)
    restorer, settings, wish = tiny, tiny.settings, WISH
    if changed == "tile":
        settings = Settings(device="cpu", tile=32)
    elif changed == "precision":
        settings = Settings(device="cpu", precision="bf16")
    elif changed == "weights":
        with torch.no_grad():
            next(iter(restorer.model.image.parameters())).mul_(1.001)
    elif changed == "head":
        assert restorer.model.text is not None
        with torch.no_grad():
            next(iter(restorer.model.text.parameters())).mul_(1.001)
    elif changed == "words":
        wish = "it is blurry"
    else:
        make_clip(source, 7, audio=None)
    assert restore_video(restorer, source, target, wish, settings=settings).frames_before == 0


def test_a_full_disk_costs_no_frame(tiny: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    source, target = make_clip(tmp_path / "a.mp4", 4), tmp_path / "o.mp4"
    with monkeypatch.context() as patch:
        patch.setattr(video, "join", full)
        with pytest.raises(ImageFileError, match=r"o\.mp4: .*No space left.*frames are kept in"):
            restore_video(tiny, source, target, WISH)
    assert not target.exists()
    result = restore_video(tiny, source, target, WISH)
    assert (result.frames, result.frames_before) == (4, 4)


def test_what_the_muxer_refuses_only_in_the_end_costs_no_frame(
    tiny: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = join

    def picky(source: Path, segments: Any, target: Path, coding: Any, layout: StreamLayout) -> Any:
        if not layout.left_out:
            raise ValueError("of some packet")
        return real(source, segments, target, coding, layout)

    monkeypatch.setattr(video, "join", picky)
    source = make_clip(tmp_path / "a.mp4", 4)
    result = restore_video(tiny, source, tmp_path / "o.mp4", WISH)
    assert len(frames_of(tmp_path / "o.mp4")) == 4
    assert any("of some packet" in note and "left out" in note for note in result.notes)


def test_a_video_that_cannot_be_written_is_refused_before_anything_is_computed(
    tiny: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("a frame was computed")

    monkeypatch.setattr(Restorer, "restore", never)
    source = make_clip(tmp_path / "a.mp4", 4)
    for name in ("o.xyz", "o.ogv", "o"):
        with pytest.raises(
            ImageFileError, match=r"cannot hold this video.*name another output, such as o\.mkv"
        ):
            restore_video(tiny, source, tmp_path / name, WISH)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_a_folder_is_refused_before_anything_is_computed(
    tiny: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video, "rehearse", None)
    target = tmp_path / "o.mp4"
    target.mkdir()
    with pytest.raises(ImageFileError, match=r"o\.mp4: is a folder; name a file in it"):
        restore_video(tiny, make_clip(tmp_path / "a.mp4", 4), target, WISH)


def test_a_link_is_followed(tiny: Restorer, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link, target = tmp_path / "o.mp4", tmp_path / "there" / "o.mp4"
    link.symlink_to(target)
    assert restore_video(tiny, make_clip(tmp_path / "a.mp4", 4), link, WISH).target == link
    assert link.is_symlink()
    assert len(frames_of(target)) == 4


def test_a_second_job_on_one_output_is_refused(tiny: Restorer, tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    source, target = make_clip(tmp_path / "a.mp4", 4), tmp_path / "o.mp4"
    refused = []

    def again(*_: int) -> None:
        with pytest.raises(ImageFileError, match=r"o\.mp4: another job is writing it; wait for it") as error:
            restore_video(tiny, source, target, "it is too dark")
        refused.append(error)

    restore_video(tiny, source, target, WISH, progress=again)
    assert refused
    assert len(frames_of(target)) == 4
    restore_video(tiny, source, target, WISH)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "o.mp4"]


def test_an_interruption_tells_what_is_kept(
    tiny: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video, "SEGMENT_FRAMES", 2)
    source, target = make_clip(tmp_path / "a.mkv", 6, audio=None), tmp_path / "o.mkv"
    for after, says in ((1, r"\A\Z"), (4, r"frames are kept in .*\.instructir-video, and the same again")):

        def stops(done: int, _: int, after: int = after) -> None:
            if done == after:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt, match=says):
            restore_video(tiny, source, target, WISH, progress=stops)
        assert bool(list(tmp_path.glob(".*"))) == (after == 4)


def test_a_disk_that_is_full_names_the_output(
    tiny: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    source, target = make_clip(tmp_path / "a.mp4", 4), tmp_path / "o.mp4"
    rehearsal = rehearse(source, target, None)
    monkeypatch.setattr(SegmentWriter, "write", full)
    monkeypatch.setattr(video, "rehearse", lambda *_: rehearsal)
    with pytest.raises(ImageFileError, match=r"o\.mp4: cannot be written \(No space left on device\)"):
        restore_video(tiny, source, target, WISH)


@pytest.mark.parametrize("name", ["a.mkv", "a.ts", "a.avi"])
def test_damage_in_the_middle_is_passed_over(tiny: Restorer, tmp_path: Path, name: str) -> None:
    codec = {"a.ts": "mpeg2video", "a.avi": "mjpeg", "a.mkv": "ffv1"}[name]
    form = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    source = make_clip(tmp_path / name, 30, codec, form, audio=None, options={"b": "4000000"})
    data = bytearray(source.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 1500] = random.Random(1).randbytes(1500)
    source.write_bytes(data)
    result = restore_video(tiny, source, tmp_path / f"o{source.suffix}", WISH)
    assert 15 <= result.frames <= 30
    assert len(frames_of(tmp_path / f"o{source.suffix}")) == result.frames


@pytest.mark.parametrize("name", ["a.mkv", "a.webm", "a.avi", "a.mp4"])
def test_a_file_that_was_cut_off_is_restored_as_far_as_it_goes(
    tiny: Restorer, tmp_path: Path, name: str
) -> None:
    codec = {"a.webm": "libvpx-vp9", "a.avi": "mjpeg"}.get(name, "libx264")
    form = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    source = make_clip(tmp_path / name, 30, codec, form, audio=None)
    if name == "a.mp4":
        index_first(source)
    assert not is_cut_off(source)
    source.write_bytes(source.read_bytes()[: source.stat().st_size * 2 // 3])
    result = restore_video(tiny, source, tmp_path / "o.mkv", WISH)
    assert 0 < result.frames < 30
    assert CUT_OFF in result.notes
    assert len(frames_of(tmp_path / "o.mkv")) == result.frames


def index_first(source: Path) -> None:
    """Write an MP4 anew with its index before the frames, as cameras and sites do."""
    import av

    target = source.with_name("first.mp4")
    with (
        av.open(str(source)) as before,
        av.open(str(target), "w", options={"movflags": "faststart"}) as after,
    ):
        stream = after.add_stream_from_template(before.streams.video[0])
        for packet in before.demux(before.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                after.mux(packet)
    target.replace(source)


def test_two_frames_at_one_time(tiny: Restorer, tmp_path: Path) -> None:
    """What comes too close for the container's clock goes one tick later."""
    source = make_clip(tmp_path / "a.mkv", 6, times=[0, 1, 2, 3, 4, 5], rate=1000, audio=None)
    result = restore_video(tiny, source, tmp_path / "o.mpg", WISH)
    assert (result.frames, len(frames_of(tmp_path / "o.mpg"))) == (6, 6)


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux counts it")
def test_memory_does_not_grow_with_length(plain_model: str, tmp_path: Path) -> None:
    lengths = (20, 80)
    for frames in lengths:
        make_clip(tmp_path / f"{frames}.mp4", frames, size=(320, 240))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        peaks = [pool.apply(peak, (plain_model, str(tmp_path / f"{frames}.mp4"))) for frames in lengths]
    assert peaks[1] - peaks[0] < 12, f"{peaks} MB; the frames alone are {60 * 320 * 240 * 3 / 1e6:.0f} MB"


def peak(model: str, source: str) -> float:
    """Most memory that this process has had once the job is done; the longer one comes last."""
    work(model, source, f"{source}.out.mp4")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
