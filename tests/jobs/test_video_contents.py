"""Videos: what is in the file beside the pixels is kept in every kind of file, or its loss is said."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("av", reason='needs the extra "video"')

from helpers.videos import (
    FRAMES,
    add_tone,
    make_clip,
    picture,
    pixels_of,
    psnr,
    restored,
    streams_of,
)
from instructir.restoration.restorer import Restorer


@pytest.mark.parametrize(
    ("name", "codec", "rate", "timecode"),
    [
        ("a.mp4", "libx264", 25, "01:00:00:00"),
        ("a.mov", "libx264", Fraction(30000, 1001), "10:00:00;02"),
        ("a.mov", "prores_ks", Fraction(24000, 1001), "00:59:58:12"),
        ("a.mkv", "libx264", 50, "23:59:59:49"),
    ],
)
def test_timecode(
    tiny: Restorer, tmp_path: Path, name: str, codec: str, rate: Fraction, timecode: str
) -> None:
    form = "yuv422p10le" if codec == "prores_ks" else "yuv420p"

    def prepare(_: Any, stream: Any) -> None:
        stream.metadata["timecode"] = timecode

    source = make_clip(tmp_path / name, FRAMES, codec, form, rate=rate, audio=None, prepare=prepare)
    target, result = restored(tiny, source)
    assert result.notes == ()
    assert streams_of(target)[0]["timecode"] == timecode
    assert [stream["type"] for stream in streams_of(target)] == [s["type"] for s in streams_of(source)]


def test_a_tag_that_the_muxer_refuses_costs_nothing_else(tiny: Restorer, tmp_path: Path) -> None:
    def prepare(_: Any, stream: Any) -> None:
        stream.metadata["timecode"] = "01:00:00;00"  # frames are dropped at 29.97 a second alone
        stream.metadata["comment"] = "of the track"

    source = make_clip(tmp_path / "a.mkv", FRAMES, rate=25, prepare=prepare)
    target, result = restored(tiny, source, ".mp4")
    assert any("timecode" in note and ".mp4" in note for note in result.notes)
    assert {stream["type"] for stream in streams_of(target)} == {"video", "audio"}


@pytest.mark.parametrize(
    ("name", "codec", "expected"),
    [
        ("a.mpg", "mpeg2video", "mpeg2video"),
        ("a.mpeg", "mpeg1video", "mpeg1video"),
        ("a.vob", "mpeg2video", "mpeg2video"),
        ("a.wmv", "wmv2", "wmv2"),
        ("a.mjpeg.avi", "mjpeg", "mjpeg"),
        ("a.3gp", "mpeg4", "h264"),
        ("a.ts", "mpeg2video", "mpeg2video"),
    ],
)
def test_codecs_that_the_container_is_at_home_with(
    tiny: Restorer, tmp_path: Path, name: str, codec: str, expected: str
) -> None:
    form = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    source = make_clip(tmp_path / name, 12, codec, form, audio=None, options={"b": "2000000"})
    target, _ = restored(tiny, source)
    assert streams_of(target)[0]["codec"] == expected
    assert psnr(pixels_of(source), pixels_of(target)) > 34


@pytest.mark.parametrize("suffix", [".mpg", ".webm"])
def test_sound_is_coded_anew_where_it_must(tiny: Restorer, tmp_path: Path, suffix: str) -> None:
    source = make_clip(tmp_path / "a.mp4", FRAMES)
    target, result = restored(tiny, source, suffix)
    codec = {".mpg": "mp2", ".webm": "opus"}[suffix]
    assert [stream["codec"] for stream in streams_of(target) if stream["type"] == "audio"] == [codec]
    assert any(f"becomes {codec}" in note for note in result.notes)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.mov"])
def test_sound_tracks_keep_language_title_and_flags(tiny: Restorer, tmp_path: Path, name: str) -> None:
    import av

    flags = av.stream.Disposition
    tracks: list[Any] = []

    def prepare(output: Any, _: Any) -> None:
        for language, marks in (("eng", 0), ("fra", flags.default | flags.comment)):
            track = output.add_stream("aac", rate=48000)
            track.metadata["language"] = language
            track.disposition = int(marks)
            tracks.append(track)

    def finish(output: Any) -> None:
        for track in tracks:
            add_tone(output, track, FRAMES)

    source = make_clip(tmp_path / name, FRAMES, audio=None, prepare=prepare, finish=finish)
    target, result = restored(tiny, source)
    said = [(s["language"], s["flags"]) for s in streams_of(target) if s["type"] == "audio"]
    assert said == [(s["language"], s["flags"]) for s in streams_of(source) if s["type"] == "audio"]
    assert ["default" in marks for _, marks in said] == [False, True]
    assert result.notes == ()


def test_subtitles_fonts_and_covers(tiny: Restorer, tmp_path: Path) -> None:
    import av

    tracks: list[Any] = []
    small = av.VideoFrame.from_ndarray(picture(0, (16, 16)), format="rgb24")
    coder = av.CodecContext.create("mjpeg", "w")
    coder.width, coder.height, coder.pix_fmt, coder.time_base = 16, 16, "yuvj420p", Fraction(1, 25)
    cover = b"".join(
        bytes(packet) for packet in (*coder.encode(small.reformat(format="yuvj420p")), *coder.encode())
    )

    def prepare(output: Any, _: Any) -> None:
        for language, marks in (("deu", "default"), ("eng", "forced")):
            track = output.add_mux_stream("subrip")
            track.time_base = Fraction(1, 1000)
            track.metadata["language"] = language
            track.disposition = int(av.stream.Disposition[marks])
            tracks.append(track)
        output.add_attachment("a.ttf", "font/ttf", bytes(range(200)))
        output.add_attachment("cover.jpg", "image/jpeg", cover)

    def finish(output: Any) -> None:
        for track in tracks:
            packet = av.Packet("Grüße".encode())
            packet.pts = packet.dts = 0
            packet.duration, packet.time_base, packet.stream = 100, Fraction(1, 1000), track
            output.mux(packet)

    source = make_clip(tmp_path / "a.mkv", FRAMES, prepare=prepare, finish=finish)
    target, result = restored(tiny, source)
    assert result.notes == ()
    before, after = streams_of(source), streams_of(target)
    kinds = [(s["type"], s["codec"], s.get("language"), s["flags"]) for s in after]
    assert kinds == [(s["type"], s["codec"], s.get("language"), s["flags"]) for s in before]
    assert sum("attached_pic" in s["flags"] for s in after) == 1
    with av.open(str(target)) as clip:
        assert clip.streams.attachments[0].data == bytes(range(200))
        said = [bytes(packet) for packet in clip.demux(clip.streams.subtitles[0]) if packet.size]
    assert said == ["Grüße".encode()]

    target, result = restored(tiny, source, ".mp4")
    lost = [note for note in result.notes if "cannot hold" in note]
    assert len(lost) == 3, "two tracks of subtitles and a font"
    assert sum("attached_pic" in s["flags"] for s in streams_of(target)) == 1


def test_chapters_and_tags(tiny: Restorer, tmp_path: Path) -> None:
    import av

    def prepare(output: Any, _: Any) -> None:
        output.metadata["comment"] = "by me"
        output.set_chapters(
            [
                {
                    "id": n,
                    "start": 50 * n,
                    "end": 50 * n + 50,
                    "time_base": Fraction(1, 1000),
                    "metadata": {"title": f"{n}"},
                }
                for n in range(2)
            ]
        )

    source = make_clip(tmp_path / "a.mp4", FRAMES, prepare=prepare)
    target, result = restored(tiny, source)
    with av.open(str(target)) as clip:
        assert [chapter["metadata"]["title"] for chapter in clip.chapters()] == ["0", "1"]
        assert (clip.metadata["title"], clip.metadata["comment"]) == ("A clip é", "by me")
    assert result.notes == ()
    _, result = restored(tiny, source, ".mpg")
    assert any("chapters" in note for note in result.notes)
    assert any("comment, title" in note for note in result.notes)


def test_h265_is_marked_as_apple_plays_it(tiny: Restorer, tmp_path: Path) -> None:
    import av

    source = make_clip(tmp_path / "a.mp4", FRAMES, "libx265", options={"x265-params": "log-level=none"})
    target, _ = restored(tiny, source)
    with av.open(str(target)) as clip:
        assert clip.streams.video[0].codec_context.codec_tag == "hvc1"
