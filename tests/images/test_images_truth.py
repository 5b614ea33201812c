"""What a file says of its picture is true of the one that is written: place, size, resolution, previews."""

import io
import struct
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from helpers import images as make
from instructir.images import encode, losses, read
from instructir.images.metadata.provenance import noted

SUFFIXES = ["jpg", "png", "webp", "tif", "avif", "heic", "jxl", "jp2", "bmp"]
HEAD = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:t="http://ns.adobe.com/tiff/1.0/" '
    b'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    b'xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" '
    b'xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#" '
    b'xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" '
    b'xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#" '
    b'xmlns:GPano="http://ns.google.com/photos/1.0/panorama/"'
)
TAIL = b"</rdf:Description></rdf:RDF></x:xmpmeta>"


def block_of(*fields, order="<"):
    """An EXIF block of fields, each a tag, a type, a format and its numbers."""
    table = struct.pack(f"{order}H", len(fields))
    tail, body = 8 + 2 + 12 * len(fields) + 4, b""
    for tag, kind, form, *numbers in sorted(fields):
        raw = struct.pack(order + form, *numbers)
        count = len(numbers) // (2 if kind == 5 else 1)
        if len(raw) > 4:
            raw, body = struct.pack(f"{order}L", tail + len(body)), body + raw
        table += struct.pack(f"{order}HHL", tag, kind, count) + raw.ljust(4, b"\0")
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}L", 8)
    return b"Exif\0\0" + start + table + b"\0\0\0\0" + body


def jpeg(**options):
    return make.saved(make.picture(), "JPEG", **options)


def with_segment(data, marker, body):
    return data[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + data[2:]


def photo_of(data):
    return read(io.BytesIO(data))


def doubled(photo):
    pixels = photo.pixels.repeat(2, 0).repeat(2, 1)
    made = photo.with_pixels(pixels)
    return replace(made, metadata=made.metadata.enlarged(2, 2))


def xmp_of(data):
    return make.opened(data).info["xmp"]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG", "TIFF"])
@pytest.mark.parametrize(
    "field",
    [(1, "B", 6), (3, "H", 6), (4, "L", 6), (8, "h", 6), (9, "l", 6), (3, "HH", 6, 0), (1, "BB", 6, 6)],
)
def test_an_orientation_of_any_type_turns_once(kind, field, order):
    if kind == "TIFF":
        data = make.saved(make.picture(), kind, tiffinfo={274: 6})
        plain = struct.pack("<HHLL", 0x0112, 3, 1, 6)
        number, form, *values = field
        stated = struct.pack(f"<HHL{form}", 0x0112, number, len(values), *values)
        assert plain in data
        data = data.replace(plain, stated.ljust(12, b"\0"))
    else:
        data = make.saved(make.picture(), kind, exif=block_of((0x0112, *field), order=order))
    first = photo_of(data)
    assert first.pixels.shape == (56, 40, 3)
    again = photo_of(encode(first, f"o.{kind.lower()}"))
    assert again.pixels.shape == (56, 40, 3)


def test_the_thumbnail_of_photoshop_goes_and_the_captions_stay():
    captions = b"8BIM\4\4\0\0\0\0\0\x08\x1c\2\x19\0\3abc"
    thumbnail = b"8BIM\4\x0c\0\0" + struct.pack(">L", 5) + b"thumb\0"
    resolution = b"8BIM\3\xed\0\0\0\0\0\x10" + struct.pack(">LHHLHH", 300 << 16, 1, 1, 300 << 16, 1, 1)
    data = with_segment(jpeg(), 0xED, b"Photoshop 3.0\0" + captions + thumbnail + resolution)
    assert b"thumb" in encode(photo_of(data), "o.jpg")
    after = encode(doubled(photo_of(data)), "o.jpg")
    assert b"thumb" not in after
    assert captions in after
    assert struct.pack(">LHHLHH", 600 << 16, 1, 1, 600 << 16, 1, 1) in after
    tiff = make.saved(make.picture(), "TIFF", tiffinfo={34377: captions + thumbnail + resolution})
    after = encode(doubled(photo_of(tiff)), "o.tif")
    assert b"thumb" not in after
    assert captions in after


def test_the_thumbnail_in_xmp_goes():
    packet = HEAD + b'><xmp:Rating>4</xmp:Rating><xmp:Thumbnails><rdf:Alt><rdf:li image="old"/></rdf:Alt>'
    photo = photo_of(jpeg(xmp=packet + b"</xmp:Thumbnails>" + TAIL))
    after = xmp_of(encode(photo.with_pixels(1 - photo.pixels), "o.jpg"))
    assert b"old" not in after
    assert b"<xmp:Rating>4</xmp:Rating>" in after


@pytest.mark.parametrize("form", ["attributes", "elements"])
def test_xmp_follows_the_turning_and_the_size(form):
    stated = {
        b"t:Orientation": b"6",
        b"t:ImageWidth": b"56",
        b"t:ImageLength": b"40",
        b"exif:PixelXDimension": b"56",
        b"exif:PixelYDimension": b"40",
        b"t:XResolution": b"300/1",
        b"t:YResolution": b"150/1",
        b"MPReg:Rectangle": b"0.1, 0.2, 0.3, 0.4",
    }
    inner = (
        b'<mwg-rs:AppliedToDimensions stDim:w="56" stDim:h="40"/>'
        b'<mwg-rs:Area stArea:x="0.25" stArea:y="0.1" stArea:w="0.2" stArea:h="0.1"/>'
        b'<mwg-rs:Area rdf:parseType="Resource"><stArea:x>10</stArea:x><stArea:y>5</stArea:y>'
        b"<stArea:unit>pixel</stArea:unit></mwg-rs:Area>"
    )
    if form == "attributes":
        head = HEAD + b"".join(b' %s="%s"' % pair for pair in stated.items()) + b">"
    else:
        head = HEAD + b">" + b"".join(b"<%s>%s</%s>" % (k, v, k) for k, v in stated.items())
    photo = photo_of(jpeg(xmp=head + inner + TAIL))
    assert photo.pixels.shape == (56, 40, 3)
    after = xmp_of(encode(doubled(photo), "o.jpg"))
    true = {
        b"t:Orientation": b"1",
        b"t:ImageWidth": b"80",
        b"t:ImageLength": b"112",
        b"exif:PixelXDimension": b"80",
        b"exif:PixelYDimension": b"112",
        b"t:XResolution": b"300/1",
        b"t:YResolution": b"600/1",
        b"MPReg:Rectangle": b"0.4, 0.1, 0.4, 0.3",
    }
    for name, value in true.items():
        assert (b'%s="%s"' % (name, value) in after) or (b"<%s>%s<" % (name, value) in after), name
    assert b'stDim:w="80" stDim:h="112"' in after
    assert b'stArea:x="0.9" stArea:y="0.25" stArea:w="0.1" stArea:h="0.2"' in after
    assert b"<stArea:x>68</stArea:x><stArea:y>20</stArea:y>" in after


def test_a_panorama_grows_and_is_not_turned():
    stated = b' GPano:FullPanoWidthPixels="56" GPano:ProjectionType="equirectangular">' + TAIL
    after = xmp_of(encode(doubled(photo_of(jpeg(xmp=HEAD + stated))), "o.jpg"))
    assert b'GPano:FullPanoWidthPixels="112" GPano:ProjectionType="equirectangular"' in after
    turned = photo_of(jpeg(xmp=HEAD + stated, exif=block_of((0x0112, 3, "H", 6))))
    assert make.noted(turned, "a panorama")
    assert b"GPano:" not in turned.metadata.xmp.replace(b"xmlns:GPano", b"")


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_subject_follows_the_turning_and_the_size(order):
    place = (0xA214, 3, "HH", 20, 30)  # where the first directory has it, too
    block = block_of((0x0112, 3, "H", 6), (0x9214, 3, "HHHH", 20, 30, 4, 8), place, order=order)
    exif = Image.Exif()
    exif.load(doubled(photo_of(jpeg(exif=block))).metadata.exif)
    assert exif[0x9214] == (18, 40, 16, 8)
    assert exif[0xA214] == (18, 40)


def test_a_map_follows_the_size():
    fields = {33550: (10.0, 10.0, 0.0), 33922: (4.0, 2.0, 0.0, 5e5, 4e6, 0.0)}
    photo = photo_of(make.saved(make.picture(), "TIFF", tiffinfo=fields))
    after = make.opened(encode(doubled(photo), "o.tif"))
    assert after.tag_v2[33550] == (5.0, 5.0, 0.0)
    assert after.tag_v2[33922] == (8.0, 4.0, 0.0, 5e5, 4e6, 0.0)


def test_our_line_never_costs_the_xmp_of_others():
    for filling, is_kept in ((65_000, True), (60_000, False)):
        packet = HEAD + b"><xmp:Label>" + b"x" * (filling - len(HEAD) - 60) + b"</xmp:Label>" + TAIL
        photo = photo_of(jpeg(xmp=packet))
        written = replace(photo, metadata=noted(photo.metadata, "restored " + "at length " * 60))
        after = xmp_of(encode(written, "o.jpg"))
        assert b"<xmp:Label>" in after
        assert (b"restored" not in after) == is_kept
        assert any("the line on what was done" in said for said in losses(written, "o.jpg")) == is_kept
    assert losses(replace(photo, metadata=noted(replace(photo.metadata, xmp=None), "x")), "o.bmp") == ()


@pytest.mark.parametrize("kind", ["TIFF", "PNG"])
def test_a_field_too_long_for_a_jpeg_is_told(kind):
    exif = Image.Exif()
    exif[0x010F], exif[0x010E], exif[0x8298] = "Maker", "x" * 70_000, "y" * 5_000
    photo = photo_of(make.saved(make.picture(), kind, exif=exif))
    assert losses(photo, "o.png") == ()
    assert any("ImageDescription left out" in said for said in losses(photo, "o.jpg"))
    after = make.opened(encode(photo, "o.jpg")).getexif()
    assert (after[0x010F], len(after[0x8298])) == ("Maker", 5_000)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("exif", [b"", b"Exif\0\0" + make.exif_block(1, ">")])
def test_a_resolution_reaches_every_format(suffix, exif):
    photo = photo_of(jpeg(dpi=(300, 150), exif=exif))
    again = photo_of(encode(photo, f"o.{suffix}"))
    assert again.metadata.dpi == pytest.approx((300, 150), rel=1e-3)
    if exif and suffix in ("webp", "avif"):
        back = make.opened(encode(photo, f"o.{suffix}")).getexif()
        assert back.get_ifd(0x8769)[0x927C] == make.MAKER_NOTE
        assert back.get_ifd(0x8825)[1] == "N"


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG"])
def test_unequal_resolutions_turn_with_the_picture(kind):
    block = block_of(
        (0x0112, 3, "H", 6), (0x011A, 5, "LL", 300, 1), (0x011B, 5, "LL", 150, 1), (0x0128, 3, "H", 2)
    )
    photo = photo_of(make.saved(make.picture(), kind, dpi=(300, 150), exif=block))
    assert photo.metadata.dpi == pytest.approx((150, 300), rel=1e-3)
    after = make.opened(encode(photo, f"o.{kind.lower()}"))
    assert after.info["dpi"] == pytest.approx((150, 300), rel=1e-3)
    exif = after.getexif()
    assert (exif[0x011A], exif[0x011B]) == (150, 300)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
def test_the_shape_of_pixels_is_kept_or_told(kind, suffix):
    if kind == "JPEG":
        data = bytearray(jpeg())
        data[13:18] = struct.pack(">BHH", 0, 2, 1)
    elif kind == "PNG":
        data = make.png_with(make.saved(make.picture(), "PNG"), (b"pHYs", struct.pack(">LLB", 2, 1, 0)))
    else:
        data = make.saved(make.picture(), "TIFF", tiffinfo={282: 2.0, 283: 1.0, 296: 1})
    photo = doubled(photo_of(bytes(data)))
    if suffix == "webp":
        assert any("not square" in said for said in losses(photo, "o.webp"))
        return
    assert losses(photo, f"o.{suffix}") == ()
    assert photo_of(encode(photo, f"o.{suffix}")).metadata.aspect == (2, 1)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_previews_orientation_is_not_the_pictures(dtype):
    tifffile = pytest.importorskip("tifffile")
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream) as file:
        small = make.picture(8, 8, dtype=dtype)
        preview = {"extratags": [(274, 3, 1, 6, False)], "subfiletype": 1}
        file.write(small, photometric="rgb", metadata=None, **preview)
        file.write(make.picture(dtype=dtype), photometric="rgb", metadata=None)
    assert photo_of(stream.getvalue()).pixels.shape == (40, 56, 3)


def test_what_lies_behind_a_jpeg_is_told():
    assert photo_of(jpeg()).notes == ()
    assert photo_of(jpeg() + bytes(5000)).notes == ()
    for behind in (jpeg(), b"MotionPhoto_Data" + bytes(500), b"\0\0\0\x18ftypmp42" + b"film" * 99):
        assert make.noted(photo_of(jpeg() + behind), "further pictures")
    assert make.noted(photo_of(jpeg(progressive=True) + b"remarks of a scanner"), "20 bytes behind the end")


def test_a_second_picture_of_a_heic_is_told():
    heif = pytest.importorskip("pillow_heif")
    file = heif.from_pillow(Image.fromarray(make.picture(64, 64)))
    for count in (1, 2):
        stream = io.BytesIO()
        file.save(stream, quality=80)
        assert make.noted(photo_of(stream.getvalue()), "further pictures") == (count == 2)
        file.add_from_pillow(Image.fromarray(make.picture(64, 64, seed=3)))


def test_credentials_that_become_void_are_told():
    box = struct.pack(">L", 40) + b"jumb" + bytes(32)
    for data in (
        with_segment(jpeg(), 0xEB, b"JP\0\1\0\0\0\1" + box),
        make.png_with(make.saved(make.picture(), "PNG"), (b"caBX", box)),
        make.saved(make.picture(), "TIFF", tiffinfo={52545: box}),
        make.saved(make.picture(), "AVIF")
        + struct.pack(">L4s", 32, b"uuid")
        + bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
        + bytes(8),
    ):
        assert make.noted(photo_of(data), "content credentials")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_narrow_range_of_a_png_is_stretched(dtype):
    white = np.iinfo(dtype).max
    unit = (white + 1) // 256
    full = make.picture(dtype=dtype)
    narrow = np.rint(16 * unit + full * (219 * unit / white)).astype(dtype)
    png = encode(photo_of(make.saved(narrow, "PNG")), "o.png") if dtype == np.uint8 else _deep_png(narrow)
    photo = photo_of(make.png_with(png, (b"cICP", bytes([1, 13, 0, 0]))))
    assert np.abs(photo.pixels - full / white).max() < 1.01 / 255
    again = encode(photo, "o.png")
    assert dict(make.png_chunks(again))[b"cICP"] == bytes([1, 13, 0, 1])
    assert np.array_equal(photo_of(again).pixels, photo.pixels)


def _deep_png(array):
    return bytes(pytest.importorskip("imagecodecs").png_encode(array))


@pytest.mark.parametrize("cells", [(1, 1), (2, 2)])
def test_ycbcr_tiff_without_compression(cells):
    pytest.importorskip("imagecodecs")
    array = make.picture(16, 16)
    planes = np.asarray(Image.fromarray(array).convert("YCbCr")).astype(int)
    across, down = cells
    units = planes.reshape(16 // down, down, 16 // across, across, 3).transpose(0, 2, 1, 3, 4)
    units = units.reshape(-1, across * down, 3)
    body = np.concatenate([units[..., 0], units[..., 1:].mean(1).round()], 1).astype(np.uint8).tobytes()
    numbers = [(256, 16), (257, 16), (259, 1), (262, 6), (273, 0), (277, 3), (278, 16), (279, len(body))]
    fields = [
        *((tag, 4, "L", value) for tag, value in numbers),
        (530, 3, "HH", *cells),
        (258, 3, "HHH", 8, 8, 8),
    ]
    place = len(block_of(*fields)) - 6
    fields[4] = (273, 4, "L", place)
    photo = photo_of(block_of(*fields)[6:] + body)
    assert np.abs(photo.pixels - array / 255).mean() < (0.01 if cells == (1, 1) else 0.05)
