"""Videos are told from pictures by their first bytes, and pictures never taken for videos."""

import io
from pathlib import Path

import pytest
from PIL import Image

from instructir.errors import ImageFileError
from instructir.images import MOVING_HEAD, WRITABLE, Photo, check_size, encode, read, video_suffix


@pytest.mark.parametrize(
    "suffix", [".mp4", ".mov", ".mkv", ".webm", ".avi", ".ts", ".m2ts", ".mpg", ".flv", ".wmv", ".mxf"]
)
def test_what_ffmpeg_writes_is_known(tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("av", reason='needs the extra "video"')
    from helpers.videos import make_clip

    codec = {".webm": "libvpx-vp9", ".mpg": "mpeg2video", ".wmv": "wmv2", ".mxf": "mpeg2video"}
    path = make_clip(
        tmp_path / f"a{suffix}", frames=2, audio=None, rate=25, codec=codec.get(suffix, "libx264")
    )
    assert video_suffix(path.read_bytes()[:MOVING_HEAD]) == suffix
    with pytest.raises(ImageFileError, match=r"is a video, .*instructir restore FILE"):
        read(path)


def test_other_files_are_no_videos() -> None:
    for data in (b"", b"G", b"GIF89a" + bytes(400), b"%PDF-1.7", b"\0\0\0\x20ftypM4A " + bytes(99)):
        assert video_suffix(data) == ""


@pytest.mark.parametrize("suffix", sorted(WRITABLE))
def test_pictures_are_no_videos(suffix: str) -> None:
    image = Image.effect_noise((40, 30), 60)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    stream.seek(0)
    photo: Photo = read(stream)
    assert video_suffix(encode(photo, f"a{suffix}")[:MOVING_HEAD]) == ""


def test_sizes_are_checked_by_the_format_that_is_written() -> None:
    check_size("a.webp", 16383, 1)
    check_size("a.webp", 17000, 1, kind="png")
    for name, kind, width in (("a.webp", None, 16384), ("a.png", "webp", 16384), ("a.jpg", None, 65536)):
        with pytest.raises(ImageFileError, match=rf"holds at most {width - 1} pixels a side, .*{width}x1"):
            check_size(name, width, 1, kind=kind)
