"""Situations that people meet with their files, and the neighbours of each."""

import io
import struct

import numpy as np
import pytest

from helpers import images as make
from instructir.errors import ImageFileError
from instructir.images import check_writable, encode, losses, read, read_srgb


@pytest.mark.parametrize("kind", [b"tEXt", b"gAMA", b"iCCP", b"eXIf", b"pHYs", b"tIME", b"abCd"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_damaged_chunks_beside_the_picture_are_left_out(kind, dtype):
    imagecodecs = pytest.importorskip("imagecodecs", reason='needs the extra "formats"')
    array = make.picture(24, 32, dtype=dtype)
    chunk = bytearray(make.png_chunk(kind, b"something\0or other"))
    chunk[-1] ^= 1
    whole = imagecodecs.png_encode(array)
    photo = read(io.BytesIO(whole[:33] + bytes(chunk) + whole[33:]))
    assert np.array_equal(np.rint(photo.pixels * np.iinfo(dtype).max), array)
    assert make.noted(photo, "damaged")


def test_png_without_its_end():
    data = make.saved(make.picture(), "PNG")
    for cut in (12, 8, 4, 1):
        photo = read(io.BytesIO(data[:-cut]))
        assert np.array_equal(np.rint(photo.pixels * 255), make.picture())
        assert make.noted(photo, "damaged")


# --- JPEG


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"subsampling": 0}, {"optimize": True}], ids=str
)
@pytest.mark.parametrize("tail", [b"", b"\0", b"\0\0", b"\0" * 64, b"\xff"])
@pytest.mark.parametrize("grey", [False, True])
def test_jpeg_without_its_end(options, tail, grey):
    whole = make.saved(make.picture(90, 131, 1 if grey else 3), "JPEG", quality=92, **options)
    expected = read(io.BytesIO(whole))
    photo = read(io.BytesIO(whole[:-2] + tail))
    assert np.array_equal(photo.pixels, expected.pixels)
    for cut in (12, 60, len(whole) // 2):
        with pytest.raises(ImageFileError, match="cut short"):
            read(io.BytesIO(whole[:-cut]))


def test_progressive_jpeg_without_its_last_scans_is_cut_short():
    whole = make.saved(make.picture(90, 131), "JPEG", progressive=True)
    last = whole.rfind(b"\xff\xda")
    last = whole.rfind(b"\xff\xc4", 0, last) if b"\xff\xc4" in whole[last - 200 : last] else last
    with pytest.raises(ImageFileError):
        read(io.BytesIO(whole[:last]))


GAIN_MAP_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:h="http://ns.adobe.com/hdr-gain-map/1.0/" '
    b'xmlns:Container="http://ns.google.com/photos/1.0/container/" '
    b'xmlns:Item="http://ns.google.com/photos/1.0/container/item/" '
    b'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    b'xmp:Rating="4" h:Version="1.0" h:GainMapMax="2.5" GCamera:MotionPhoto="1" '
    b"GCamera:MicroVideoOffset='9' GCamera:SpecialTypeID='keep'>"
    b"<h:GainMapMin><rdf:Seq><rdf:li>0</rdf:li></rdf:Seq></h:GainMapMin>"
    b"<Container:Directory><rdf:Seq><rdf:li rdf:parseType='Resource'>"
    b'<Container:Item Item:Semantic="GainMap" Item:Length="9"/></rdf:li></rdf:Seq></Container:Directory>'
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


@pytest.mark.parametrize("suffix", ["jpg", "webp", "png", "tif", "avif", "heic", "jxl", "jp2"])
def test_claims_of_a_gain_map_or_film_go(suffix):
    import xml.etree.ElementTree as ElementTree

    pytest.importorskip("pillow_heif", reason='needs the extra "formats"')
    data = make.saved(make.picture(), "JPEG", xmp=GAIN_MAP_XMP)
    gain = b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0"
    data = data[:2] + b"\xff\xe2" + struct.pack(">H", len(gain) + 2) + gain + data[2:] + b"\xff\xd8gain map"
    photo = read(io.BytesIO(data))
    assert make.noted(photo, "gain map")
    written = encode(photo, f"a.{suffix}")
    back = read(make.named(written, f"a.{suffix}"))
    for claim in (b"GainMap", b"MotionPhoto", b"MicroVideo", b"Semantic", b"h:Version", b"21496"):
        assert claim not in written.replace(b"http://ns.adobe.com/hdr-gain-map/1.0/", b"")
    assert b'Rating="4"' in back.metadata.xmp
    assert b"SpecialTypeID" in back.metadata.xmp
    ElementTree.fromstring(back.metadata.xmp)


# --- AVIF and HEIC


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "avif", "heic", "jxl", "jp2"])
@pytest.mark.parametrize("kind", ["avif", "heic"])
def test_colours_of_nclx_travel(kind, suffix):
    imagecodecs = pytest.importorskip("imagecodecs", reason='needs the extra "formats"')
    heif = pytest.importorskip("pillow_heif", reason='needs the extra "formats"')
    array = np.zeros((64, 96, 3), np.uint8)
    array[:, :32], array[:, 32:64], array[:, 64:] = (250, 10, 10), (10, 250, 10), 128
    if kind == "avif":
        data = imagecodecs.avif_encode(array, level=95, primaries=12, transfer=13, matrix=6)
    else:
        stream = io.BytesIO()
        nclx = {
            "color_primaries": 12,
            "transfer_characteristics": 13,
            "matrix_coefficients": 6,
            "full_range_flag": 1,
        }
        heif.encode("RGB", (96, 64), array.tobytes(), stream, quality=95, chroma=444, nclx_profile=nclx)
        data = stream.getvalue()
    photo = read(io.BytesIO(data))
    assert photo.space.is_wide
    assert np.abs(photo.pixels * 255 - array).mean() < 4, "in its own primaries"
    back = read(make.named(encode(photo, f"a.{suffix}"), f"a.{suffix}"))
    assert back.space is not None
    assert back.space.is_wide
    assert np.abs(back.srgb - photo.srgb).mean() < 0.02


# --- names


def test_content_keeps_its_format_where_asked():
    array = make.picture(channels=4)
    photo = read(make.named(make.saved(array, "PNG"), "logo.jpg"))
    assert make.opened(encode(photo, "logo.jpg", kind=photo.format)).format == "PNG"
    assert losses(photo, "logo.jpg", kind=photo.format) == ()
    assert any("transparency" in said for said in losses(photo, "logo.jpg"))


def test_names_that_no_disk_takes(tmp_path):
    for name in ("x" * 252 + ".png", "ü" * 126 + ".jpg"):
        with pytest.raises(ImageFileError, match="too long"):
            check_writable(tmp_path / name)


# --- one reader


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_learning_sees_what_restoring_sees(kind, orientation):
    options = {"exif": b"Exif\0\0" + make.exif_block(orientation), "icc_profile": make.adobe_rgb()}
    data = make.saved(make.picture(24, 40), kind, **options)
    photo = read(io.BytesIO(data))
    learned = read_srgb(io.BytesIO(data))
    assert learned.shape == (photo.height, photo.width, 3)
    assert np.array_equal(learned, np.rint(photo.srgb * 255).astype(np.uint8))


def test_learning_takes_plain_pictures_as_they_are():
    for array in (make.picture(24, 40), make.picture(24, 40, 1)):
        assert np.array_equal(read_srgb(io.BytesIO(make.saved(array, "PNG"))).squeeze(), array)
    deep = read_srgb(io.BytesIO(make.saved(make.picture(24, 40, 1, np.uint16), "PNG")))
    assert deep.dtype == np.uint8
    assert deep.shape == (24, 40, 1)
