"""Videos: what is in the file beside the pixels is kept in every kind of file, or its loss is said."""

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("av", reason='needs the extra "video"')

from video_makers import add_tone, frames_of, make_clip, picture, pixels_of, psnr

from instructir.jobs.video.job import VideoRestoration, restore_video
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings

FRAMES = 4
UNTOUCHED = Settings(strength=0.0)


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


@pytest.mark.parametrize("loop", [None, 0, 3])
def test_animated_gif(tiny: Restorer, tmp_path: Path, loop: int | None) -> None:
    from PIL import Image

    frames = [Image.fromarray(picture(number)).quantize(200) for number in range(FRAMES)]
    options = {} if loop is None else {"loop": loop}
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


def test_transparent_gif(tiny: Restorer, tmp_path: Path) -> None:
    from PIL import Image

    pixels = [picture(number, transparent=True) for number in range(FRAMES)]
    for array in pixels:
        array[..., 3] = np.where(array[..., 3] < 100, 0, 255)
    frames = [Image.fromarray(array) for array in pixels]
    source = tmp_path / "a.gif"
    frames[0].save(source, save_all=True, append_images=frames[1:], duration=100, disposal=2)
    target, _ = restored(tiny, source)
    alphas = [pixels_of(path, "rgba")[..., 3] for path in (source, target)]
    assert 0 < (alphas[0] == 0).mean() < 1
    assert np.array_equal(*alphas)
