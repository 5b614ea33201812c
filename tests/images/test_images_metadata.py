"""EXIF, XMP, resolution and the rest come back as they were, orientation aside."""

import io
import json
import struct
import subprocess
import warnings

import numpy as np
import pytest
from PIL import ExifTags, Image

from helpers import images as make
from instructir.images import encode, read, write

UPRIGHT = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SUFFIX = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif", "AVIF": "avif"}


def file_with_exif(kind, block, **options):
    array = make.picture()
    if kind == "PNG":
        return make.png_with(make.saved(array, "PNG", **options), (b"eXIf", block))
    return make.saved(array, kind, exif=b"Exif\0\0" + block, **options)


def exif_of(data):
    """The EXIF block of a file, found without the package."""
    if data[:4] == b"\x89PNG":
        return dict(make.png_chunks(data))[b"eXIf"]
    if data[:2] == b"\xff\xd8":
        start = data.index(b"Exif\0\0")
        size = struct.unpack(">H", data[start - 2 : start])[0] - 2
        return data[start + 6 : start + size]
    return make.opened(data).info["exif"].removeprefix(b"Exif\0\0")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_and_reset(tmp_path, kind, orientation):
    array = make.picture(24, 32)
    options = {"lossless": True} if kind == "WEBP" else {}
    if kind == "TIFF":
        data = make.saved(array, kind, tiffinfo={274: orientation})
    else:
        block = make.exif_block(orientation, size=(32, 24))
        data = (
            make.png_with(make.saved(array, kind), (b"eXIf", block))
            if kind == "PNG"
            else make.saved(array, kind, exif=b"Exif\0\0" + block, **options)
        )
    stored = make.saved(array, kind, **options)
    expected = make.opened(stored)
    if UPRIGHT[orientation] is not None:
        expected = expected.transpose(UPRIGHT[orientation])
    photo = read(io.BytesIO(data))
    assert np.array_equal(np.rint(photo.pixels * 255), np.asarray(expected))
    write(photo, tmp_path / f"o.{SUFFIX[kind]}")
    image = make.opened(tmp_path / f"o.{SUFFIX[kind]}")
    assert image.size == expected.size
    exif = image.getexif()
    assert exif[ExifTags.Base.Orientation] == 1
    if kind != "TIFF":
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        assert (inner[0xA002], inner[0xA003]) == expected.size


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_exif_is_kept_to_the_byte(tmp_path, kind, order):
    before = make.exif_block(6, order, size=(40, 56))
    photo = read(io.BytesIO(file_with_exif(kind, before)))
    write(photo, tmp_path / f"o.{SUFFIX[kind]}")
    after = exif_of((tmp_path / f"o.{SUFFIX[kind]}").read_bytes())
    # Turning from 6 makes the stated size of 40 x 56 true, so the orientation alone differs.
    assert after == make.exif_block(1, order, size=(40, 56))


def test_avif_keeps_exif_but_for_its_orientation_field(tmp_path):
    data = make.saved(make.picture(), "AVIF", exif=b"Exif\0\0" + make.exif_block(6))
    photo = read(io.BytesIO(data))
    assert photo.pixels.shape == (56, 40, 3)
    write(photo, tmp_path / "o.avif")
    image = make.opened(tmp_path / "o.avif")
    exif = image.getexif()
    assert image.size == (40, 56)
    assert exif.get(ExifTags.Base.Orientation, 1) == 1
    assert exif[ExifTags.Base.Model] == "Model X"
    assert exif.get_ifd(ExifTags.IFD.Exif)[0x927C] == make.MAKER_NOTE
    assert exif.get_ifd(ExifTags.IFD.GPSInfo)[1] == "N"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_exif_travels_to_other_formats(tmp_path, kind, order):
    photo = read(io.BytesIO(file_with_exif("JPEG", make.exif_block(1, order))))
    path = tmp_path / f"o.{SUFFIX[kind]}"
    write(photo, path)
    exif = make.opened(path).getexif()
    assert exif[ExifTags.Base.Make] == "Maker"
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    assert inner[0x927C] == make.MAKER_NOTE
    assert inner[0x829A] == pytest.approx(1 / 250)
    assert inner[0x9003] == "2024:05:06 07:08:09"
    assert tuple(map(float, exif.get_ifd(ExifTags.IFD.GPSInfo)[2])) == (48.0, 51.0, 29.99)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_tiff_fields_travel(tmp_path, kind):
    exif = Image.Exif()
    exif.load(make.exif_block(6))
    exif[ExifTags.Base.Artist] = "Somebody"
    exif[ExifTags.Base.Copyright] = "CC0"
    data = make.saved(make.picture(), "TIFF", exif=exif)
    photo = read(io.BytesIO(data))
    write(photo, tmp_path / f"o.{SUFFIX[kind]}")
    back = make.opened(tmp_path / f"o.{SUFFIX[kind]}").getexif()
    assert back[ExifTags.Base.Artist] == "Somebody"
    assert back[ExifTags.Base.Copyright] == "CC0"
    assert back[ExifTags.Base.Orientation] == 1
    assert back.get_ifd(ExifTags.IFD.GPSInfo)[1] == "N"
    assert back.get_ifd(ExifTags.IFD.Exif)[0x927C] == make.MAKER_NOTE
    assert back.get_ifd(ExifTags.IFD.Exif)[0x829A] == pytest.approx(0.004)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_xmp_is_kept(tmp_path, kind):
    packet = make.XMP.replace(b'tiff:Orientation="6" ', b"")
    if kind == "PNG":
        text = b"XML:com.adobe.xmp\0\0\0\0\0" + packet
        data = make.png_with(make.saved(make.picture(), "PNG"), (b"iTXt", text))
    elif kind == "TIFF":
        data = make.saved(make.picture(), "TIFF", tiffinfo={700: packet})
    else:
        data = make.saved(make.picture(), kind, xmp=packet)
    photo = read(io.BytesIO(data))
    assert photo.metadata.xmp == packet
    for suffix in SUFFIX.values():
        write(photo, tmp_path / f"o.{suffix}")
        after = make.opened(tmp_path / f"o.{suffix}").info["xmp"]
        assert (after.encode() if isinstance(after, str) else after) == packet


def test_xmp_orientation_is_reset_with_the_pixels():
    data = make.saved(make.picture(), "JPEG", xmp=make.XMP, exif=b"Exif\0\0" + make.exif_block(6))
    photo = read(io.BytesIO(data))
    assert photo.pixels.shape == (56, 40, 3)
    assert photo.metadata.xmp == make.XMP.replace(b'Orientation="6"', b'Orientation="1"')


def test_xmp_orientation_counts_where_exif_has_none():
    photo = read(io.BytesIO(make.saved(make.picture(), "JPEG", xmp=make.XMP)))
    assert photo.pixels.shape == (56, 40, 3)
    assert b'Orientation="1"' in photo.metadata.xmp


def test_compressed_png_xmp_and_legacy_exif(tmp_path):
    import zlib

    digits = (b"Exif\0\0" + make.exif_block(6)).hex()
    legacy = b"Raw profile type exif\0\0" + zlib.compress(f"\nexif\n{len(digits) // 2}\n{digits}\n".encode())
    xmp = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(make.XMP)
    data = make.png_with(make.saved(make.picture(), "PNG"), (b"zTXt", legacy), (b"iTXt", xmp))
    photo = read(io.BytesIO(data))
    assert photo.pixels.shape == (56, 40, 3)
    write(photo, tmp_path / "o.png")
    after = (tmp_path / "o.png").read_bytes()
    assert exif_of(after) == make.exif_block(1, size=(40, 56))
    assert b"Raw profile type" not in after


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP"])
@pytest.mark.parametrize("dpi", [(300, 300), (72, 96)])
def test_resolution_is_kept(tmp_path, kind, dpi):
    suffix = SUFFIX.get(kind, "bmp")
    photo = read(io.BytesIO(make.saved(make.picture(), kind, dpi=dpi)))
    assert photo.metadata.dpi == pytest.approx(dpi, abs=0.02)
    write(photo, tmp_path / f"o.{suffix}")
    back = make.opened(tmp_path / f"o.{suffix}").info["dpi"]
    assert tuple(map(float, back)) == pytest.approx(dpi, abs=0.02)


def test_resolution_of_a_turned_picture_is_turned():
    data = make.saved(make.picture(), "JPEG", dpi=(72, 96), exif=b"Exif\0\0" + make.exif_block(6))
    assert read(io.BytesIO(data)).metadata.dpi == (96, 72)


def test_tiff_resolution_in_centimetres():
    data = make.saved(make.picture(), "TIFF", resolution=100, resolution_unit="cm")
    assert read(io.BytesIO(data)).metadata.dpi == pytest.approx((254, 254))


def test_jpeg_segments_are_carried(tmp_path):
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0b\x1c\x02\x05\0\x06Title1\0"
    extended = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + b"rest of it"
    extra = b"".join(
        struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
        for marker, body in ((0xED, iptc), (0xE1, extended), (0xEB, b"JP signed claims"))
    )
    data = make.saved(make.picture(), "JPEG", extra=extra, comment=b"a comment")
    write(read(io.BytesIO(data)), tmp_path / "o.jpg")
    image = make.opened(tmp_path / "o.jpg")
    segments = [body for _, body in image.applist]
    assert segments.count(iptc) == segments.count(extended) == 1
    assert image.info["comment"] == b"a comment"
    assert b"JP signed claims" not in segments
    assert [name for name, _ in image.applist].count("APP0") == 1


def test_png_chunks_are_carried(tmp_path):
    kept = [
        (b"gAMA", struct.pack(">L", 45455)),
        (b"cHRM", struct.pack(">8L", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
        (b"pHYs", struct.pack(">LLB", 3, 2, 0)),
        (b"tEXt", b"Author\0Somebody"),
        (b"iTXt", b"Title\0\0\0de\0Titel\0\xc3\x84pfel"),
        (b"tIME", struct.pack(">HBBBBB", 2024, 5, 6, 7, 8, 9)),
    ]
    data = make.png_with(make.saved(make.picture(), "PNG"), *kept, (b"bKGD", b"\0\1\0\1\0\1"))
    write(read(io.BytesIO(data)), tmp_path / "o.png")
    after = make.png_chunks((tmp_path / "o.png").read_bytes())
    assert after[1 : 1 + len(kept)] == kept
    assert not any(kind == b"bKGD" for kind, _ in after)


def test_thumbnail_goes_when_pixels_change(tmp_path):
    thumbnail = make.saved(make.picture(8, 8), "JPEG")
    block = make.exif_block(thumbnail=thumbnail)
    photo = read(io.BytesIO(file_with_exif("JPEG", block)))
    assert photo.metadata.exif == block
    changed = photo.with_pixels(1 - photo.pixels)
    write(changed, tmp_path / "o.jpg")
    exif = make.opened(tmp_path / "o.jpg").getexif()
    assert not exif.get_ifd(ExifTags.IFD.IFD1)
    assert exif.get_ifd(ExifTags.IFD.Exif)[0x927C] == make.MAKER_NOTE


def test_thumbnail_goes_when_pixels_are_turned():
    block = make.exif_block(8, thumbnail=make.saved(make.picture(8, 8), "JPEG"))
    photo = read(io.BytesIO(file_with_exif("JPEG", block)))
    exif = Image.Exif()
    exif.load(photo.metadata.exif)
    assert not exif.get_ifd(ExifTags.IFD.IFD1)


def test_stated_size_follows_the_pixels(tmp_path):
    photo = read(io.BytesIO(file_with_exif("JPEG", make.exif_block())))
    write(photo.with_pixels(np.zeros((20, 30, 3), np.float32)), tmp_path / "o.jpg")
    inner = make.opened(tmp_path / "o.jpg").getexif().get_ifd(ExifTags.IFD.Exif)
    assert (inner[0xA002], inner[0xA003]) == (30, 20)


def test_exif_too_large_for_jpeg_loses_its_ballast_first(tmp_path):
    block = make.exif_block(thumbnail=b"\xff\xd8" + bytes(70_000))
    photo = read(io.BytesIO(file_with_exif("PNG", block)))
    write(photo, tmp_path / "o.jpg")
    exif = make.opened(tmp_path / "o.jpg").getexif()
    assert exif.get_ifd(ExifTags.IFD.Exif)[0x927C] == make.MAKER_NOTE
    assert exif.get_ifd(ExifTags.IFD.GPSInfo)[1] == "N"


def test_xmp_too_large_for_jpeg(tmp_path):
    padded = make.XMP.replace(b"<?xpacket end", (b" " * 99 + b"\n") * 700 + b"<?xpacket end")
    huge = make.XMP.replace(b"xmp:Rating", b"xmp:Label='" + b"x" * 70_000 + b"' xmp:Rating")
    for packet, is_kept in ((padded, True), (huge, False)):
        text = b"XML:com.adobe.xmp\0\0\0\0\0" + packet
        data = make.png_with(make.saved(make.picture(), "PNG"), (b"iTXt", text))
        write(read(io.BytesIO(data)), tmp_path / "o.jpg")
        assert ("xmp" in make.opened(tmp_path / "o.jpg").info) == is_kept


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"II",
        b"MM\0\x2a\xff\xff\xff\xff",
        b"II\x2a\0\x08\0\0\0\xff\xff",
        b"II\x2a\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0",
        b"nonsense" * 20,
        struct.pack("<2sHLHHHLL", b"II", 42, 8, 1, 0x0112, 3, 1, 77) + bytes(4),
        struct.pack("<2sHLHHHLL", b"II", 42, 8, 1, 0x8769, 4, 1, 8) + bytes(4),
        struct.pack("<2sHLHHHLL", b"II", 42, 8, 1, 0x010F, 2, 0xFFFFFFFF, 8) + bytes(4),
    ],
)
def test_broken_exif_does_not_stop_anything(tmp_path, block):
    photo = read(io.BytesIO(file_with_exif("PNG", block)))
    assert photo.pixels.shape == (40, 56, 3)
    for suffix in SUFFIX.values():
        write(photo, tmp_path / f"o.{suffix}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, about the block
            assert make.opened(tmp_path / f"o.{suffix}").size == (56, 40)


def tags_by_exiftool(exiftool, path):
    command = [exiftool, "-j", "-a", "-G1", "-s", "-n", "-u", str(path)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)[0]
    ignored = ("System:", "File:", "ExifTool:", "Composite:", "SourceFile", "JFIF:", "PNG:", "RIFF:")
    return {key: value for key, value in found.items() if not key.startswith(ignored)}


@pytest.mark.parametrize("order", ["<", ">"])
def test_exiftool_sees_the_same_in_jpeg(tmp_path, exiftool, order):
    block = make.exif_block(1, order, thumbnail=make.saved(make.picture(8, 8), "JPEG"))
    data = file_with_exif("JPEG", block, dpi=(300, 300), icc_profile=make.display_p3(), xmp=make.XMP)
    (tmp_path / "a.jpg").write_bytes(data)
    write(read(tmp_path / "a.jpg"), tmp_path / "b.jpg")
    before = tags_by_exiftool(exiftool, tmp_path / "a.jpg")
    after = tags_by_exiftool(exiftool, tmp_path / "b.jpg")
    before["XMP-tiff:Orientation"] = 1
    assert len(before) > 20
    assert after == before


def test_exiftool_finds_no_fault_with_tiff(tmp_path, exiftool):
    (tmp_path / "a.jpg").write_bytes(file_with_exif("JPEG", make.exif_block(1, ">"), dpi=(300, 300)))
    write(read(tmp_path / "a.jpg"), tmp_path / "b.tif")
    after = tags_by_exiftool(exiftool, tmp_path / "b.tif")
    command = [exiftool, "-validate", "-warning", "-a", str(tmp_path / "b.tif")]
    report = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for key, value in tags_by_exiftool(exiftool, tmp_path / "a.jpg").items():
        if key.startswith(("IFD0:", "ExifIFD:", "GPS:")):
            assert after[key] == value, key
    # Deflate is not among the compressions that exiftool's list of the EXIF standard allows.
    told = [line for line in report.splitlines() if "IFD0" in line and "Compression" not in line]
    assert not told
    assert "Error" not in report


@pytest.mark.parametrize("exif", [b"", b"Exif\0\0" + make.exif_block()])
@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG"])
def test_files_that_state_no_resolution_get_none(kind, exif):
    photo = read(io.BytesIO(make.saved(make.picture(), kind, exif=exif)))
    assert photo.metadata.dpi is None
    assert make.opened(encode(photo, "o.jpg")).info["jfif_unit"] == 0
    assert "dpi" not in make.opened(encode(photo, "o.png")).info
    assert make.opened(encode(photo, "o.bmp")).info["dpi"] == (0, 0)
