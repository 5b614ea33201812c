"""Every file that cannot be read is refused in one line that names it and the remedy."""

import io
import os
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile, UnidentifiedImageError

from helpers import images as make
from helpers import needs
from instructir.errors import ImageFileError
from instructir.images import MAX_PIXELS, read, refusals, write


def refused(source, *words, **options):
    with pytest.raises(ImageFileError) as caught:
        read(source, **options)
    message = str(caught.value)
    assert message.isprintable(), message
    assert "; " in message, "no remedy is named"
    for word in words:
        assert word in message, message
    return message


def test_missing_file(tmp_path):
    refused(tmp_path / "none.jpg", "none.jpg", "no such file", "check the path")
    refused(str(tmp_path / "no" / "folder.jpg"), "folder.jpg")


def test_folder(tmp_path):
    refused(tmp_path, tmp_path.name, "is a folder")


def test_file_as_folder(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"x")
    refused(tmp_path / "a.jpg" / "b.jpg", "b.jpg", "cannot be opened")


@pytest.mark.parametrize("name", ["", "a\0b.jpg", "x" * 5000 + ".jpg"])
def test_impossible_paths(name):
    refused(name)


def test_name_with_line_breaks(tmp_path):
    path = tmp_path / "a\nb.jpg"
    path.write_bytes(b"text")
    refused(path, "a\\nb.jpg")


def test_unreadable_file(tmp_path, monkeypatch):
    path = tmp_path / "a.jpg"
    path.write_bytes(make.saved(make.picture(), "JPEG"))
    if os.geteuid() == 0:  # root may read anything, so the system's answer is imitated

        def denied(self, *args, **kwargs):
            raise PermissionError(13, "Permission denied", str(self))

        monkeypatch.setattr(Path, "open", denied)
    else:
        path.chmod(0)
    refused(path, "a.jpg", "may not be read", "permissions")


def test_failing_disk(tmp_path, monkeypatch):
    class Failing(io.RawIOBase):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    refused(Failing(), "stream", "Input/output error")


def test_empty_file(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    refused(tmp_path / "a.png", "a.png", "is empty", "fresh copy")
    refused(io.BytesIO(), "stream", "is empty")


def test_text_file_named_jpg(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_text("this is no picture\n" * 100)
    refused(path, "a.jpg", "not a picture", "save it as")


def test_text_file_named_like_camera_raw(tmp_path):
    path = tmp_path / "a.nef"
    path.write_text("this is no picture\n" * 100)
    refused(path, "a.nef", "not a picture")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero on this system")
def test_endless_device_is_not_read_to_its_end():
    refused("/dev/zero", "is no file of bytes but a device or a pipe")
    with Path("/dev/zero").open("rb") as stream:
        refused(stream, "not a picture")


def test_content_counts_more_than_the_name(tmp_path):
    array = make.picture()
    for kind in ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "AVIF", "GIF"):
        for suffix in ("jpg", "png", "dat", "nef" if kind != "TIFF" else "webp"):
            path = tmp_path / f"a.{suffix}"
            path.write_bytes(make.saved(array, kind))
            photo = read(path)
            assert photo.format == kind
            assert photo.pixels.shape == (40, 56, 3)


def test_streams_are_read_from_where_they_stand():
    data = make.saved(make.picture(), "PNG")
    stream = io.BytesIO(b"before" + data)
    stream.seek(6)
    assert read(stream).format == "PNG"


KINDS = ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "AVIF"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fraction", [0.999, 0.9, 0.5, 0.1])
def test_truncated_files(kind, fraction):
    data = make.saved(make.picture(200, 300), kind)
    refused(io.BytesIO(data[: min(int(len(data) * fraction), len(data) - 16)]), "stream")


@pytest.mark.parametrize("options", [{"progressive": True}, {"optimize": True}, {"subsampling": 0}])
def test_truncated_jpeg_variants(options):
    data = make.saved(make.picture(200, 300), "JPEG", **options)
    for fraction in (0.95, 0.6, 0.3):
        refused(io.BytesIO(data[: int(len(data) * fraction)]), "cut short")


def test_leniency_switched_on_elsewhere_does_not_count(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    data = make.saved(make.picture(200, 300), "JPEG")
    refused(io.BytesIO(data[: len(data) // 2]), "cut short")
    assert ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [1, 4, 8, 12, 13, 16, 20, 30])
def test_stumps(kind, length):
    refused(io.BytesIO(make.saved(make.picture(), kind)[:length]))


def test_flipped_bit_in_png_is_found():
    data = bytearray(make.saved(make.picture(200, 300), "PNG"))
    data[len(data) // 2] ^= 1
    refused(io.BytesIO(bytes(data)), "checksum")


def test_size_limit_is_checked_before_decoding():
    data = make.saved(make.picture(), "PNG")
    assert read(io.BytesIO(data), max_pixels=40 * 56).pixels.shape == (40, 56, 3)
    for kind in [*KINDS, "GIF"]:
        refused(io.BytesIO(make.saved(make.picture(), kind)), "56 x 40", "limit", max_pixels=40 * 56 - 1)


def png_stating(width, height, depth=8, colour_type=2):
    header = struct.pack(">LLBBBBB", width, height, depth, colour_type, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(make.png_chunk(*part) for part in parts)


def test_decompression_bomb():
    for depth, colour_type in ((8, 2), (16, 2), (16, 0), (1, 0)):
        data = png_stating(100_000, 100_000, depth, colour_type)
        refused(io.BytesIO(data), "100000 x 100000", "megapixels", "over the limit")


def test_large_pictures_below_the_limit_are_no_bombs(monkeypatch):
    # Pillow alone warns above 89 megapixels and refuses above 179.
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    for kind in [*KINDS, "GIF"]:
        assert read(io.BytesIO(make.saved(make.picture(), kind))).pixels.shape == (40, 56, 3)
        assert Image.MAX_IMAGE_PIXELS == 100
    assert MAX_PIXELS == 400_000_000


def test_pillow_limit_between_warning_and_refusal():
    message = refused(io.BytesIO(png_stating(15_000, 14_000)))
    assert "megapixels" not in message


@pytest.mark.parametrize("size", [(0, 5), (5, 0)])
def test_no_pixels(size):
    refused(io.BytesIO(png_stating(*size)), "stream")


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_animations_and_pages_are_refused(kind):
    frames = [Image.fromarray(make.picture(seed=i)) for i in range(3)]
    data = make.saved(frames[0], kind, save_all=True, append_images=frames[1:])
    refused(io.BytesIO(data), "3 frames or pages", "export one")


def test_animation_of_one_frame_is_a_picture():
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        data = make.saved(make.picture(), kind, save_all=True)
        assert read(io.BytesIO(data)).pixels.shape == (40, 56, 3)


def test_jpeg_with_a_second_picture_is_a_picture(tmp_path):
    frames = [Image.fromarray(make.picture(seed=i)) for i in range(2)]
    data = make.saved(frames[0], "MPO", save_all=True, append_images=frames[1:])
    photo = read(io.BytesIO(data))
    assert photo.format == "JPEG"
    first = make.opened(data).convert("RGB")
    assert np.array_equal(np.rint(photo.pixels * 255), np.asarray(first))
    write(photo, tmp_path / "o.jpg")
    assert b"MPF\0" not in (tmp_path / "o.jpg").read_bytes()


def test_tiff_with_a_preview_page_is_a_picture():
    tifffile = pytest.importorskip("tifffile")
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as file:
        file.write(make.picture(), photometric="rgb")
        file.write(make.picture(8, 8), photometric="rgb", subfiletype=1)
    assert read(io.BytesIO(stream.getvalue())).pixels.shape == (40, 56, 3)


@needs("formats")
def test_wide_integers_are_refused():
    array = make.picture(channels=1).astype(np.int32)
    refused(io.BytesIO(make.saved(array, "TIFF")), "signed", "16-bit")


def test_looping_tiff_directories_end():
    data = bytearray(make.saved(make.picture(), "TIFF"))
    offset = struct.unpack_from("<L", data, 4)[0]
    count = struct.unpack_from("<H", data, offset)[0]
    struct.pack_into("<L", data, offset + 2 + 12 * count, offset)
    assert read(io.BytesIO(bytes(data))).pixels.shape == (40, 56, 3)


def test_compressed_text_bomb_in_png():
    bomb = b"ICC Profile\0\0" + zlib.compress(bytes(1 << 27), 9)
    data = make.png_with(make.saved(make.picture(), "PNG"), (b"iCCP", bomb))
    try:
        photo = read(io.BytesIO(data))
    except ImageFileError:
        return
    assert photo.metadata.icc is None


@pytest.mark.parametrize(
    "error",
    [
        struct.error("bad"),
        SyntaxError("bad"),
        OverflowError("bad"),
        zlib.error("bad"),
        MemoryError(),
        ZeroDivisionError("bad"),
        KeyError("bad"),
        IndexError("bad"),
        TypeError("bad"),
        AttributeError("bad"),
        EOFError("bad"),
        RuntimeError("bad\nin two lines"),
        RecursionError("bad"),
        AssertionError(),
        UnicodeDecodeError("ascii", b"\xff", 0, 1, "bad"),
        Image.DecompressionBombError("bad"),
        UnidentifiedImageError("bad"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_decoder_raises_is_told_in_one_line(monkeypatch, error):
    from PIL import PngImagePlugin

    def fails(self):
        raise error

    for method in ("_open", "load"):
        with monkeypatch.context() as patch:
            patch.setattr(PngImagePlugin.PngImageFile, method, fails)
            refused(io.BytesIO(make.saved(make.picture(), "PNG")), "stream")


def test_our_own_mistakes_keep_their_traceback(monkeypatch):
    from instructir.images import reading

    def wrong(*args):
        raise TypeError("a defect")

    monkeypatch.setattr(reading, "photo_of", wrong)
    with pytest.raises(TypeError, match="a defect"):
        read(io.BytesIO(make.saved(make.picture(), "PNG")))


def test_memory_that_runs_out_while_converting(monkeypatch):
    from instructir.images import reading

    def full(*args):
        raise MemoryError

    monkeypatch.setattr(reading, "photo_of", full)
    refused(io.BytesIO(make.saved(make.picture(), "PNG")), "memory")


def test_warnings_of_codecs_do_not_leak():
    exif = b"Exif\0\0II\x2a\0\x08\0\0\0\xff\xff"
    palette = Image.fromarray(make.picture()).quantize(8)
    for data in (
        make.saved(make.picture(), "JPEG", exif=exif),
        make.saved(palette, "PNG", transparency=bytes(range(8))),
    ):
        assert read(io.BytesIO(data)).pixels.shape == (40, 56, 3)  # warnings are errors here


def test_threads_leave_the_settings_of_the_process_alone():
    data = [make.saved(make.picture(seed=i), kind) for i in range(4) for kind in ("PNG", "TIFF", "JPEG")]
    before = (list(warnings.filters), Image.MAX_IMAGE_PIXELS)
    with ThreadPoolExecutor(8) as pool:
        photos = list(pool.map(lambda body: read(io.BytesIO(body)), data * 5))
    assert len(photos) == 60
    assert (list(warnings.filters), Image.MAX_IMAGE_PIXELS) == before


def test_shown_names():
    assert refusals.shown("a b.jpg") == "a b.jpg"
    assert refusals.shown("Ä.jpg") == "Ä.jpg"
    assert refusals.shown("\udcff.jpg").isprintable()
