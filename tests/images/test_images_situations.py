"""Situations that people meet with their files, and the neighbours of each."""

import io
import itertools
import struct
import zlib

import image_makers as make
import numpy as np
import pytest
from PIL import Image

from instructir.errors import ImageFileError
from instructir.images import Photo, check_writable, encode, losses, read, read_srgb


def named(data, name):
    stream = io.BytesIO(data)
    stream.name = name
    return stream


def noted(photo, word):
    return any(word in note for note in photo.notes)


# --- what cannot be seen


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("grey", [False, True])
def test_hidden_colours_are_not_shown_to_the_network(dtype, grey):
    seen = []
    for hidden in (0.0, 1.0):
        pixels = make.picture(40, 64, dtype=np.float32)
        pixels[:, 32:] = hidden
        full = 1 if dtype == np.float32 else np.iinfo(dtype).max
        alpha = np.where(np.arange(64) < 32, full, 0)[None].repeat(40, 0).astype(dtype)
        photo = Photo(pixels, alpha=alpha, greyscale=grey, depth=8 * np.dtype(dtype).itemsize)
        seen.append(photo.visible)
        restored = photo.with_visible(np.full_like(pixels, 0.25))
        assert (restored.pixels[:, 32:] == hidden).all(), "what is hidden stays"
        assert (restored.pixels[:, :32] == 0.25).all()
    assert np.array_equal(*seen)
    assert np.abs(seen[0][:, 32:] - seen[0][:, :32].mean((0, 1))).mean() < 0.15, (
        "filled from the surroundings"
    )


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_hidden_colours_of_files(kind):
    views = []
    for hidden in (0, 255):
        array = make.picture(32, 48, 4)
        array[..., 3] = 255
        array[:, 24:] = (hidden, hidden, hidden, 0)
        options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
        views.append(read(io.BytesIO(make.saved(array, kind, **options))).visible)
    assert np.array_equal(*views)


def test_hidden_entries_of_a_palette():
    views = []
    for hidden in ((0, 0, 0), (255, 255, 255)):
        image = Image.fromarray((np.indices((16, 16)).sum(0) % 3).astype(np.uint8), "P")
        image.putpalette([200, 20, 30, *hidden, 40, 50, 60])
        views.append(read(io.BytesIO(make.saved(image, "PNG", transparency=1))).visible)
    assert np.array_equal(*views)


def test_a_picture_of_nothing_but_transparency():
    photo = Photo(make.picture(8, 8, dtype=np.float32), alpha=np.zeros((8, 8), np.uint8))
    assert (photo.visible == 0.5).all()
    assert np.array_equal(photo.with_visible(photo.visible).pixels, photo.pixels)


# --- without colours


def test_neutral_pictures_are_known():
    grey = np.repeat(make.picture(64, 64, 1)[..., None], 3, 2)
    assert read(io.BytesIO(make.saved(grey, "PNG"))).neutral
    assert read(io.BytesIO(make.saved(grey, "JPEG", quality=70))).neutral
    assert not read(io.BytesIO(make.saved((grey * [1.0, 0.9, 0.8]).astype(np.uint8), "PNG"))).neutral


def test_dark_colour_pictures_are_not_taken_for_grey():
    dark = (make.picture(64, 64) // 22).astype(np.uint8)  # all below 12 of 255, as nights are
    assert not read(io.BytesIO(make.saved(dark, "PNG"))).neutral


def test_colours_below_transparency_do_not_make_a_grey_picture_coloured():
    array = np.dstack([np.repeat(make.picture(32, 32, 1)[..., None], 3, 2), np.full((32, 32), 255, np.uint8)])
    array[:, :8] = (255, 0, 0, 0)
    assert read(io.BytesIO(make.saved(array, "PNG"))).neutral


# --- floats that are no light


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30, -1e30])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_impossible_samples_are_filled_and_told(value, channels):
    pytest.importorskip("tifffile", reason='needs the extra "formats"')
    array = make.picture(24, 24, channels, np.float32)
    broken = array.copy()
    broken[10, 12] = value
    options = {"extrasamples": ["unassalpha"]} if channels == 4 else {}
    photo = read(
        io.BytesIO(make.tiff(broken, photometric="minisblack" if channels == 1 else "rgb", **options))
    )
    assert noted(photo, "1 pixel")
    whole = array[..., None] if channels == 1 else array[..., :3]
    difference = np.abs(photo.pixels - whole)
    assert difference[10, 12].max() < 0.4
    difference[10, 12] = 0
    assert difference.max() < 1e-6
    assert photo.alpha is None or np.isfinite(photo.alpha).all()


def test_a_file_of_nan_is_refused():
    pytest.importorskip("tifffile", reason='needs the extra "formats"')
    with pytest.raises(ImageFileError, match="no numbers that stand for light"):
        read(io.BytesIO(make.tiff(np.full((8, 8, 3), np.nan, np.float32), photometric="rgb")))


def test_light_beyond_white_is_kept_and_told():
    pytest.importorskip("tifffile", reason='needs the extra "formats"')
    array = make.picture(24, 24, dtype=np.float32) * 4 - 0.5
    photo = read(io.BytesIO(make.tiff(array, photometric="rgb")))
    assert noted(photo, "outside 0 to 1")
    assert photo.visible.min() >= 0
    assert photo.visible.max() <= 1
    assert np.allclose(photo.with_visible(photo.visible).pixels, array)
    assert any("clipped" in said for said in losses(photo, "a.png"))
    assert not losses(photo, "a.tif")


# --- PNG


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_transparent_grey_of_every_depth(depth):
    levels = np.arange(64) % (1 << depth)
    packed = "".join(f"{level:0{depth}b}" for level in levels)
    row = b"\0" + int(packed, 2).to_bytes(len(packed) // 8, "big")
    parts = [(b"IHDR", struct.pack(">LLBBBBB", 64, 4, depth, 0, 0, 0, 0)), (b"tRNS", b"\0\1")]
    parts += [(b"IDAT", zlib.compress(row * 4)), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(make.png_chunk(*part) for part in parts)
    photo = read(io.BytesIO(data))
    assert np.array_equal(photo.alpha[0] == 0, levels == 1)
    assert np.allclose(photo.pixels[0, :, 0], levels / ((1 << depth) - 1))
    back = read(named(encode(photo, "a.png"), "a.png"))
    assert np.array_equal(back.alpha, photo.alpha)


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
    assert noted(photo, "damaged")


def test_png_without_its_end():
    data = make.saved(make.picture(), "PNG")
    for cut in (12, 8, 4, 1):
        photo = read(io.BytesIO(data[:-cut]))
        assert np.array_equal(np.rint(photo.pixels * 255), make.picture())
        assert noted(photo, "damaged")


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
    assert noted(photo, "gain map")
    written = encode(photo, f"a.{suffix}")
    back = read(named(written, f"a.{suffix}"))
    for claim in (b"GainMap", b"MotionPhoto", b"MicroVideo", b"Semantic", b"h:Version", b"21496"):
        assert claim not in written.replace(b"http://ns.adobe.com/hdr-gain-map/1.0/", b"")
    assert b'Rating="4"' in back.metadata.xmp
    assert b"SpecialTypeID" in back.metadata.xmp
    ElementTree.fromstring(back.metadata.xmp)


# --- TIFF


def tiff_files():
    """Arrays, the alpha and colours that are to be read, and how tifffile is to write them."""
    rgb, grey = make.picture(24, 32), make.picture(24, 32, 1)
    alpha = np.tile(np.linspace(40, 255, 32), (24, 1)).astype(np.uint8)
    deep, real = make.picture(24, 32, 1, np.uint16), make.picture(24, 32, 1, np.float32)
    for order, compression in itertools.product("<>", (None, "deflate", "lzw", "packbits", "zstd", "lzma")):
        form = {"byteorder": order, "compression": compression}
        black, white = {"photometric": "minisblack"} | form, {"photometric": "miniswhite"} | form
        yield grey, None, grey, black
        yield 255 - grey, None, grey, white
        yield deep, None, deep, black
        yield 65535 - deep, None, deep, white
        yield real, None, real, black
        yield real.astype(np.float64), None, real, black
        yield rgb, None, rgb, {"photometric": "rgb"} | form
    for order, bigtiff in itertools.product("<>", (False, True)):
        form = {"byteorder": order, "bigtiff": bigtiff}
        for array, seen, colours, options in with_further_channels(rgb, grey, alpha):
            yield array, seen, colours, options | form
        yield rgb, None, rgb, {"photometric": "rgb"} | form
        yield deep, None, deep, {"photometric": "minisblack"} | form
    for compression in ("jpeg2000", "jpegxl", "webp", "png"):
        further = {"compressionargs": {"lossless": True}} if compression == "webp" else {}
        yield rgb, None, rgb, {"photometric": "rgb", "compression": compression} | further
    for array in (grey, deep):
        yield array, None, array, {"photometric": "minisblack", "compression": "jpeg2000"}


def with_further_channels(rgb, grey, alpha):
    one, none = {"extrasamples": ["unassalpha"]}, {"extrasamples": ["unspecified"]}
    both, planes = np.dstack([grey, alpha]), np.stack([grey, alpha])
    separate = {"planarconfig": "separate"}
    yield np.moveaxis(rgb, 2, 0), None, rgb, {"photometric": "rgb"} | separate
    yield both, alpha, grey, {"photometric": "minisblack"} | one
    yield planes, alpha, grey, {"photometric": "minisblack"} | one | separate
    yield both, None, grey, {"photometric": "minisblack"} | none
    kinds = ["unassalpha", "unspecified"]
    yield np.dstack([rgb, alpha, grey]), alpha, rgb, {"photometric": "rgb", "extrasamples": kinds}
    yield np.dstack([rgb, grey, alpha]), alpha, rgb, {"photometric": "rgb", "extrasamples": kinds[::-1]}
    inks = np.dstack([255 - rgb, np.zeros_like(alpha)])
    yield inks, None, rgb, {"photometric": "separated"}
    yield np.dstack([inks, alpha]), alpha, rgb, {"photometric": "separated"} | one


def test_tiff_containers():
    pytest.importorskip("tifffile", reason='needs the extra "formats"')
    pytest.importorskip("imagecodecs", reason='needs the extra "formats"')
    for array, alpha, wanted, options in tiff_files():
        if wanted.dtype.kind == "f" and options.get("compression") in ("deflate", "lzw"):
            options["predictor"] = 3
        photo = read(io.BytesIO(make.tiff(array, **options)))
        top = 1 if wanted.dtype.kind == "f" else np.iinfo(wanted.dtype).max
        colours = wanted if wanted.ndim == 3 else wanted[..., None]
        assert np.abs(photo.pixels * top - colours).max() < 0.01 * (top == 1) + 0.6 * (top > 1), options
        assert (photo.alpha is None) == (alpha is None), options
        assert alpha is None or np.array_equal(photo.alpha, alpha), options


@pytest.mark.parametrize("order", "<>")
def test_premultiplied_grey(order):
    pytest.importorskip("tifffile", reason='needs the extra "formats"')
    grey = make.picture(24, 32, 1)
    alpha = np.tile(np.linspace(40, 255, 32), (24, 1)).astype(np.uint8)
    stored = np.dstack([np.rint(grey * (alpha / 255)).astype(np.uint8), alpha])
    data = make.tiff(stored, photometric="minisblack", extrasamples=["assocalpha"], byteorder=order)
    photo = read(io.BytesIO(data))
    assert np.array_equal(photo.alpha, alpha)
    assert (np.abs(photo.pixels[..., 0] * 255 - grey) <= 0.5 + 127.5 / alpha).all()


@pytest.mark.parametrize("bigtiff", [False, True])
@pytest.mark.parametrize("first", [True, False])
def test_tiff_previews(bigtiff, first):
    tifffile = pytest.importorskip("tifffile", reason='needs the extra "formats"')
    array = make.picture(40, 56)
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream, bigtiff=bigtiff) as file:
        pages = [(array[::4, ::4].copy(), 1), (array, 0)]
        for page, kind in pages if first else pages[::-1]:
            file.write(page, photometric="rgb", subfiletype=kind)
    photo = read(io.BytesIO(stream.getvalue()))
    assert np.array_equal(np.rint(photo.pixels * 255), array)


@pytest.mark.parametrize(
    ("array", "word"),
    [
        (np.zeros((8, 8), np.int16), "signed"),
        (np.zeros((8, 8), np.int8), "signed"),
        (np.zeros((8, 8), np.uint32), "more than 16 bits"),
        (np.zeros((8, 8, 3), np.uint32), "more than 16 bits"),
    ],
)
def test_what_a_tiff_holds_is_said_rightly(array, word):
    pytest.importorskip("tifffile", reason='needs the extra "formats"')
    with pytest.raises(ImageFileError, match=word) as caught:
        read(io.BytesIO(make.tiff(array, photometric="rgb" if array.ndim == 3 else "minisblack")))
    assert "damaged" not in str(caught.value)


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
    back = read(named(encode(photo, f"a.{suffix}"), f"a.{suffix}"))
    assert back.space is not None
    assert back.space.is_wide
    assert np.abs(back.srgb - photo.srgb).mean() < 0.02


# --- names


def test_content_keeps_its_format_where_asked():
    array = make.picture(channels=4)
    photo = read(named(make.saved(array, "PNG"), "logo.jpg"))
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
