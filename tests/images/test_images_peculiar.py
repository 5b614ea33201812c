"""Peculiarities of programs and devices that write pictures, and damage that their decoders do not tell."""

import contextlib
import hashlib
import io
import struct
import zlib

import numpy as np
import pytest

from helpers import images as make
from helpers import needs
from instructir.errors import ImageFileError
from instructir.images import encode, read
from instructir.images.raster import WITHOUT_COMPANIONS


def levels(data: bytes) -> np.ndarray:
    return np.rint(read(io.BytesIO(data)).pixels * 255).astype(np.uint8)


def bitmap(pixels: np.ndarray, alpha: int) -> bytes:
    """A BMP of version 5, whose header states the masks of four channels."""
    height, width, _ = pixels.shape
    body = np.dstack([pixels[::-1, :, ::-1], np.full((height, width), alpha, np.uint8)]).tobytes()
    head = struct.pack("<LllHHLLllLL", 124, width, height, 1, 32, 3, len(body), 2835, 2835, 0, 0)
    head += struct.pack("<4L", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    return b"BM" + struct.pack("<LHHL", 138 + len(body), 0, 0, 138) + head.ljust(124, b"\0") + body


def test_transparency_that_a_bitmap_leaves_at_zero_is_none() -> None:
    pixels = make.picture()
    photo = read(io.BytesIO(bitmap(pixels, 0)))
    assert photo.alpha is None
    assert np.array_equal(make.array_of(encode(photo, "a.bmp")), pixels)
    half = read(io.BytesIO(bitmap(pixels, 128))).alpha
    assert half is not None
    assert (half == 128).all()


@needs("formats")
@pytest.mark.parametrize("bits", [1, 2, 4, 7])
@pytest.mark.parametrize("channels", [1, 3])
def test_white_of_a_jpeg_2000_of_few_bits_is_white(bits: int, channels: int) -> None:
    import imagecodecs

    white = (1 << bits) - 1
    stored = np.rint(make.picture(channels=channels) / 255 * white).astype(np.uint8)
    stored[:8] = white
    data = imagecodecs.jpeg2k_encode(stored, bitspersample=bits, codecformat="jp2", level=0)
    shown = np.rint(stored * (255 / white)).reshape(40, 56, channels)
    assert np.abs(levels(bytes(data))[..., :channels] - shown).max() == 0


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("interlaced", [False, True])
def test_a_png_that_ends_early_though_its_data_are_whole(depth: int, interlaced: bool) -> None:
    header = struct.pack(">LLBBBBB", 5, 3, depth, 0, 0, 0, int(interlaced))
    # Interlaced, these are rows of six of the seven passes.
    rows = [1, 1, 1, 3, 2, 2, 5] if interlaced else [5, 5, 5]
    whole = b"".join(b"\0" + b"\x80" * (count * depth // 8) for count in rows)

    def png(body: bytes) -> bytes:
        parts = ((b"IHDR", header), (b"IDAT", zlib.compress(body)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(make.png_chunk(*part) for part in parts)

    assert (levels(png(whole)) == 128).all()
    for cut in (1, 6):
        with pytest.raises(ImageFileError, match="rows of the picture are missing"):
            read(io.BytesIO(png(whole[:-cut])))


@needs("formats")
def test_a_palette_of_more_than_256_colours() -> None:
    grey = np.arange(40 * 56, dtype=np.uint16).reshape(40, 56) * 7
    table = np.zeros((3, 65536), np.uint16)
    table[:, grey.ravel()] = np.array([[257], [2 * 257], [3 * 257]]) * (np.arange(grey.size) % 80)
    data = make.tiff(grey, photometric="palette", colormap=table)
    assert np.array_equal(levels(data), table.T[grey] // 257)


@needs("formats")
@pytest.mark.parametrize("pieces", [{"rowsperstrip": 16}, {"tile": (64, 64)}, {}], ids=str)
@pytest.mark.parametrize("channels", [1, 3])
def test_damage_in_the_jpeg_data_of_a_tiff_is_told(pieces: dict[str, object], channels: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (128, 128, channels), np.uint8).squeeze()
    kind = "rgb" if channels == 3 else "minisblack"
    data = make.tiff(noise, photometric=kind, compression="jpeg", **pieces)
    assert read(io.BytesIO(data)).notes == ()
    assert read(io.BytesIO(make.saved(noise, "TIFF", compression="jpeg"))).notes == ()  # with shared tables
    middle = len(data) // 2
    (note,) = read(io.BytesIO(data[:middle] + bytes(range(60)) + data[middle + 60 :])).notes
    assert note.startswith("the file is damaged: its data ")


@needs("formats")
@pytest.mark.parametrize("options", [{"predictor": 2}, {"tile": (64, 64)}, {"byteorder": ">"}], ids=str)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_damage_in_the_deflated_data_of_a_tiff_is_told_or_refused(
    options: dict[str, object], dtype: type
) -> None:
    data = make.tiff(make.picture(128, 128, dtype=dtype), photometric="rgb", compression="deflate", **options)
    assert read(io.BytesIO(data)).notes == ()
    for place in range(len(data) // 4, len(data) * 3 // 4, len(data) // 16):
        hole = data[:place] + bytes(64) + data[place + 64 :]
        with contextlib.suppress(ImageFileError):
            (note,) = read(io.BytesIO(hole)).notes
            assert note.startswith("the file is damaged: its data do not agree with their checksum")


def extended(properties: bytes) -> bytes:
    """A JPEG whose XMP goes on behind its first segment, as phones with two lenses write it."""
    frame = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/" xmlns:xmpNote="'
        b'http://ns.adobe.com/xmp/note/" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" %s/>'
        b"</rdf:RDF></x:xmpmeta>"
    )
    more = frame % properties
    name = hashlib.md5(more).hexdigest().upper().encode()
    first = frame % (b'crs:Tint="4" GDepth:Near="1" xmpNote:HasExtendedXMP="' + name + b'"')
    body = b"http://ns.adobe.com/xmp/extension/\0" + name + struct.pack(">LL", len(more), 0) + more
    data = make.saved(make.picture(), "JPEG", xmp=first)
    return data[:2] + struct.pack(">BBH", 0xFF, 0xE1, len(body) + 2) + body + data[2:]


def test_a_depth_map_in_extended_xmp_is_told_and_left_out() -> None:
    photo = read(io.BytesIO(extended(b'GDepth:Data="' + b"QUJD" * 9000 + b'"')))
    assert photo.notes == (WITHOUT_COMPANIONS,)
    for name in ("a.jpg", "a.png"):
        written = encode(photo, name)
        assert b"QUJD" not in written
        assert b"GDepth:Near" not in written
        assert b"HasExtendedXMP=" not in written
        assert b'crs:Tint="4"' in written


def test_other_extended_xmp_is_carried() -> None:
    photo = read(io.BytesIO(extended(b'crs:Look="' + b"QUJD" * 9000 + b'"')))
    assert b"QUJD" * 9000 in encode(photo, "a.jpg")
    assert b"HasExtendedXMP=" in encode(photo, "a.jpg")


@needs("formats")
@pytest.mark.parametrize("suffix", ["webp", "avif", "heic"])
def test_a_file_of_its_length_whose_end_was_not_saved_is_told(suffix: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    whole = encode(read(io.BytesIO(make.saved(noise, "PNG"))), f"a.{suffix}")
    assert read(io.BytesIO(whole)).notes == ()
    for part in (0.5, 0.8):
        kept = int(len(whole) * part)
        (note,) = read(io.BytesIO(whole[:kept].ljust(len(whole), b"\0"))).notes
        assert note.startswith("the file ends in zeros")


def coded(pixels: np.ndarray, kind: str) -> bytes:
    if kind == "HEIF":
        return encode(read(io.BytesIO(make.saved(pixels, "PNG"))), "a.heic")
    options: dict[str, object] = {"quality": 90}
    if kind.endswith("lossless"):
        options = {"lossless": True, "quality": 0, "method": 0}
    return make.saved(pixels, kind.split()[0], **options)


@needs("formats")
@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize("size", [1024, 4096])
def test_a_hole_of_zeros_in_the_middle_is_told(kind: str, size: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (160, 200, 3), np.uint8)
    whole = coded(noise, kind)
    assert read(io.BytesIO(whole)).notes == ()
    middle = len(whole) // 2
    (note,) = read(io.BytesIO(whole[:middle] + bytes(size) + whole[middle + size :])).notes
    assert note.startswith("zeros stand in a part of the file")


def test_most_holes_in_a_lossless_webp_are_told_or_refused() -> None:
    whole = make.saved(make.picture(240, 320), "WEBP", lossless=True)
    assert read(io.BytesIO(whole)).notes == ()
    found = 0
    for place in range(len(whole) // 10, len(whole) * 9 // 10, len(whole) // 10):
        try:
            notes = read(io.BytesIO(whole[:place] + bytes(2048) + whole[place + 2048 :])).notes
        except ImageFileError:
            notes = ("",)
        found += len(notes)
    # What is decoded of the others needs all that follows, as that of a good file does.
    assert found >= 4


@pytest.mark.parametrize("kind", ["WEBP", "WEBP lossless", "AVIF"])
def test_zeros_that_stand_for_large_areas_of_one_colour_are_no_hole(kind: str) -> None:
    flat = np.full((2600, 2600, 3), 255, np.uint8)
    flat[100:200, 100:200] = np.random.default_rng(0).integers(0, 256, (100, 100, 3), np.uint8)
    data = coded(flat, kind)
    # Else there is nothing to be taken for a hole.
    assert (bytes(512) in data) == kind.startswith("WEBP")
    assert read(io.BytesIO(data)).notes == ()


@needs("formats")
@pytest.mark.parametrize("suffix", ["avif", "heic"])
def test_zeros_in_the_exif_of_a_file_are_no_hole(suffix: str) -> None:
    block = make.exif_block() + bytes(3000)
    photo = read(io.BytesIO(make.saved(make.picture(), "JPEG", exif=b"Exif\0\0" + block)))
    data = encode(photo, f"a.{suffix}")
    assert bytes(2000) in data
    assert read(io.BytesIO(data)).notes == ()
