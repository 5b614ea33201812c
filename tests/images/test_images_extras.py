"""Deep colour, HEIC and camera RAW: what needs the extra ``formats``."""

import io
import subprocess
import sys

import image_makers as make
import numpy as np
import pytest

from instructir.errors import ImageFileError
from instructir.images import Photo, read, write

tifffile = pytest.importorskip("tifffile")
imagecodecs = pytest.importorskip("imagecodecs")


def tiff(array, **options):
    stream = io.BytesIO()
    tifffile.imwrite(stream, array, **options)
    return stream.getvalue()


@pytest.mark.parametrize("channels", [2, 3, 4])
def test_16_bit_png_is_identical(tmp_path, channels):
    array = make.every_level(np.uint16, channels)
    photo = read(io.BytesIO(imagecodecs.png_encode(array)))
    assert photo.depth == 16
    assert photo.greyscale == (channels == 2)
    write(photo, tmp_path / "o.png")
    assert np.array_equal(imagecodecs.png_decode((tmp_path / "o.png").read_bytes()), array)
    if channels != 3:
        assert photo.alpha.dtype == np.uint16


def test_16_bit_png_keeps_its_metadata(tmp_path):
    array = make.every_level(np.uint16)
    block = make.exif_block(6)
    chunks = [
        (b"pHYs", (11811).to_bytes(4, "big") * 2 + b"\1"),
        (b"eXIf", block),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + make.XMP),
    ]
    data = make.png_with(imagecodecs.png_encode(array), *chunks)
    photo = read(io.BytesIO(data))
    write(photo, tmp_path / "o.png")
    after = (tmp_path / "o.png").read_bytes()
    assert np.array_equal(imagecodecs.png_decode(after), np.rot90(array, -1))
    kept = dict(make.png_chunks(after))
    assert kept[b"pHYs"] == chunks[0][1]
    assert b'Orientation="1"' in kept[b"iTXt"]
    image = make.opened(after)
    assert image.getexif()[274] == 1
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.01)


def test_16_bit_png_with_colour_key():
    array = make.every_level(np.uint16)
    key = b"".join(int(v).to_bytes(2, "big") for v in array[5, 5])
    photo = read(io.BytesIO(make.png_with(imagecodecs.png_encode(array), (b"tRNS", key))))
    assert photo.alpha[5, 5] == 0
    assert photo.alpha[5, 6] == 0xFFFF


def test_damaged_16_bit_png_is_refused():
    data = imagecodecs.png_encode(make.every_level(np.uint16))
    for length in (len(data) // 2, len(data) - 30):
        with pytest.raises(ImageFileError):
            read(io.BytesIO(data[:length]))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"compression": "zlib", "predictor": True},
        {"compression": "lzw"},
        {"compression": "zstd"},
        {"byteorder": ">"},
        {"bigtiff": True},
        {"planarconfig": "separate"},
        {"tile": (16, 16)},
    ],
    ids=str,
)
def test_16_bit_tiff_is_identical(tmp_path, options):
    array = make.picture(dtype=np.uint16)
    planes = np.moveaxis(array, -1, 0) if "planarconfig" in options else array
    photo = read(io.BytesIO(tiff(planes, photometric="rgb", **options)))
    assert photo.depth == 16
    write(photo, tmp_path / "o.tif")
    assert np.array_equal(tifffile.imread(tmp_path / "o.tif"), array)


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
@pytest.mark.parametrize("channels", [2, 4])
def test_deep_tiff_with_alpha_is_identical(tmp_path, channels, dtype):
    array = make.picture(channels=channels, dtype=dtype)
    photometric = "minisblack" if channels == 2 else "rgb"
    data = tiff(array, photometric=photometric, extrasamples=["unassalpha"], planarconfig="contig")
    photo = read(io.BytesIO(data))
    assert photo.alpha.dtype == dtype
    write(photo, tmp_path / "o.tif")
    assert np.array_equal(tifffile.imread(tmp_path / "o.tif"), array)
    with tifffile.TiffFile(tmp_path / "o.tif") as file:
        assert [int(sample) for sample in file.pages[0].extrasamples] == [2]


def test_premultiplied_alpha_is_divided_out():
    straight = make.picture(channels=4, dtype=np.float32)
    straight[..., 3] = straight[..., 3] * 0.8 + 0.1
    for top, dtype in ((1, np.float32), (65535, np.uint16)):
        stored = straight.copy()
        stored[..., :3] *= stored[..., 3:]
        data = tiff((stored * top).astype(dtype), photometric="rgb", extrasamples=["assocalpha"])
        assert np.abs(read(io.BytesIO(data)).pixels - straight[..., :3]).max() < 1e-3


def test_extra_samples_that_are_not_alpha_are_left():
    array = make.picture(channels=4, dtype=np.uint16)
    photo = read(io.BytesIO(tiff(array, photometric="rgb", extrasamples=["unspecified"])))
    assert photo.alpha is None
    assert np.array_equal(np.rint(photo.pixels * 65535), array[..., :3])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_float_tiff_survives_beyond_one(tmp_path, dtype):
    array = (make.picture(dtype=np.float32) * 3 - 1).astype(dtype)
    photo = read(io.BytesIO(tiff(array, photometric="rgb")))
    assert photo.depth == 32
    assert photo.pixels.max() > 1 > 0 > photo.pixels.min()
    write(photo, tmp_path / "o.tif")
    assert np.array_equal(tifffile.imread(tmp_path / "o.tif"), array.astype(np.float32))


def test_12_bit_tiff_keeps_its_white(tmp_path):
    array = make.picture(dtype=np.uint16) >> 4
    data = tiff(array, photometric="rgb", compression="jpeg2000", bitspersample=12)
    photo = read(io.BytesIO(data))
    assert np.abs(photo.pixels * 4095 - array).max() < 0.01


def test_deep_white_is_zero():
    array = make.picture(channels=1, dtype=np.float32)
    photo = read(io.BytesIO(tiff(array, photometric="miniswhite")))
    assert np.abs(photo.pixels[..., 0] - (1 - array)).max() < 1e-6


def test_deep_tiff_orientation_and_fields(tmp_path):
    array = make.picture(dtype=np.uint16)
    data = tiff(
        array,
        photometric="rgb",
        resolution=(300, 300),
        extratags=[(274, 3, 1, 6, True), (315, 2, 0, "Somebody", True)],
    )
    photo = read(io.BytesIO(data))
    assert photo.pixels.shape == (56, 40, 3)
    write(photo, tmp_path / "o.tif")
    with tifffile.TiffFile(tmp_path / "o.tif") as file:
        tags = file.pages[0].tags
        assert tags["Artist"].value == "Somebody"
        assert tags["Orientation"].value == 1
        assert tags["XResolution"].value == (300, 1)
        assert np.array_equal(file.asarray(), np.rot90(array, -1))


@pytest.mark.parametrize("array", [np.zeros((4, 4, 3), np.uint32), np.zeros((4, 4, 3), np.int16)])
def test_other_samples_are_refused(array):
    with pytest.raises(ImageFileError, match="save it as"):
        read(io.BytesIO(tiff(array, photometric="rgb")))


def test_damaged_deep_tiff_is_refused():
    data = tiff(make.picture(80, 90, dtype=np.uint16), photometric="rgb", compression="zlib")
    for length in (len(data) // 2, len(data) - 16, 100):
        with pytest.raises(ImageFileError):
            read(io.BytesIO(data[:length]))


def test_depths_between_formats(tmp_path):
    array = make.every_level(np.uint16)
    photo = read(io.BytesIO(tiff(array, photometric="rgb")))
    write(photo, tmp_path / "o.png")
    assert np.array_equal(imagecodecs.png_decode((tmp_path / "o.png").read_bytes()), array)
    write(photo, tmp_path / "o.bmp")
    assert np.array_equal(make.array_of(tmp_path / "o.bmp"), np.rint(array / 257))


def heic(array, **options):
    heif = pytest.importorskip("pillow_heif")
    bits = options.get("bit_depth", 8)
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[array.shape[2] if array.ndim == 3 else 1]
    stream = io.BytesIO()
    size = (array.shape[1], array.shape[0])
    heif.encode(mode if bits == 8 else f"{mode};{bits}", size, array.tobytes(), stream, chroma=444, **options)
    return stream.getvalue()


def test_heic_round_trip(tmp_path):
    array = make.picture(64, 96, channels=4)
    data = heic(
        array,
        quality=95,
        exif=make.exif_block(1, ">", size=(96, 64)),
        xmp=make.XMP.replace(b'"6"', b'"1"'),
        icc_profile=make.display_p3(),
        icc_profile_type="prof",
    )
    photo = read(io.BytesIO(data))
    assert (photo.format, photo.depth) == ("HEIF", 8)
    assert photo.metadata.icc == make.display_p3()
    write(photo, tmp_path / "o.heic")
    back = read(tmp_path / "o.heic")
    assert np.abs(back.pixels - photo.pixels).mean() < 0.02
    assert np.abs(back.alpha.astype(int) - photo.alpha).mean() < 3
    for name in ("exif", "xmp", "icc"):
        assert getattr(back.metadata, name) == getattr(photo.metadata, name)


@pytest.mark.parametrize("bits", [10, 12])
def test_deep_heic_stays_deep(tmp_path, bits):
    array = make.picture(64, 96, dtype=np.uint16) >> (16 - bits)
    photo = read(io.BytesIO(heic(array, quality=100, bit_depth=bits)))
    assert (photo.depth, photo.metadata.bits) == (16, bits)
    top = (1 << bits) - 1
    assert np.abs(photo.pixels - array / top).mean() < 0.01
    write(photo, tmp_path / "o.heic", quality=100)
    back = read(tmp_path / "o.heic")
    assert back.metadata.bits == bits
    assert np.abs(back.pixels - photo.pixels).mean() < 0.005


def test_heic_orientation_is_not_applied_twice():
    # The encoder turns the field into the container's own rotation, which libheif undoes while decoding.
    photo = read(io.BytesIO(heic(make.picture(64, 96), quality=95, exif=make.exif_block(6))))
    assert photo.pixels.shape == (96, 64, 3)
    assert photo.metadata.exif == make.exif_block(1)


def test_grey_heic_stays_grey(tmp_path):
    photo = read(io.BytesIO(heic(make.picture(64, 96, channels=1), quality=95)))
    assert photo.greyscale
    write(photo, tmp_path / "o.heic")
    assert read(tmp_path / "o.heic").greyscale


def test_heic_limits_and_damage():
    data = heic(make.picture(64, 96), quality=90)
    with pytest.raises(ImageFileError, match="max_pixels"):
        read(io.BytesIO(data), max_pixels=1000)
    for share in (0.99, 0.7, 0.3, 0.1):
        with pytest.raises(ImageFileError):
            read(io.BytesIO(data[: int(len(data) * share)]))


def test_deep_photo_to_heic(tmp_path):
    pytest.importorskip("pillow_heif")
    write(Photo(make.picture(64, 96, dtype=np.float32), depth=16), tmp_path / "o.heic")
    assert read(tmp_path / "o.heic").metadata.bits == 10


def dng(orientation=1):
    """A minimal DNG of one RGGB mosaic: mid grey with a bright left half."""
    mosaic = np.full((64, 96), 8000, np.uint16)
    mosaic[:, :48] = 40000
    matrix = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
    rationals = [int(n) for value in matrix.ravel() for n in (round(value * 10000), 10000)]
    tags = [
        (274, 3, 1, orientation, True),
        (271, 2, 0, "Maker", True),
        (33421, 3, 2, (2, 2), True),
        (33422, 1, 4, bytes([0, 1, 1, 2]), True),
        (50706, 1, 4, bytes([1, 4, 0, 0]), True),
        (50708, 2, 0, "Maker Model", True),
        (50714, 3, 1, 0, True),
        (50717, 4, 1, 65535, True),
        (50721, 10, 9, rationals, True),
        (50728, 5, 3, [1, 1, 1, 1, 1, 1], True),
        (50778, 3, 1, 21, True),
    ]
    return tiff(mosaic, photometric=32803, extratags=tags, metadata=None)


def test_camera_raw_is_developed(tmp_path):
    pytest.importorskip("rawpy")
    for source in (io.BytesIO(dng()), tmp_path / "a.dng"):
        (tmp_path / "a.dng").write_bytes(dng())
        photo = read(source)
        assert (photo.format, photo.depth) == ("RAW", 16)
        assert photo.pixels.shape == (64, 96, 3)
        assert photo.pixels[:, :40].mean() > 2 * photo.pixels[:, 56:].mean() > 0.1
    write(photo, tmp_path / "o.tif")
    with tifffile.TiffFile(tmp_path / "o.tif") as file:
        tags = file.pages[0].tags
        assert tags["Make"].value == "Maker"
        assert "DNGVersion" not in tags
        assert file.pages[0].dtype == np.uint16
    write(photo, tmp_path / "o.jpg")
    assert make.opened(tmp_path / "o.jpg").getexif()[271] == "Maker"


def test_camera_raw_is_turned_upright():
    pytest.importorskip("rawpy")
    photo = read(io.BytesIO(dng(6)))
    assert photo.pixels.shape == (96, 64, 3)
    assert photo.pixels[:40].mean() > photo.pixels[56:].mean()


def test_camera_raw_limits_and_damage(tmp_path):
    pytest.importorskip("rawpy")
    with pytest.raises(ImageFileError, match="max_pixels"):
        read(io.BytesIO(dng()), max_pixels=1000)
    for data in (dng()[:3000], b"FUJIFILMCCD-RAW " + bytes(500), b"IIRO\x08\0\0\0" + bytes(500)):
        with pytest.raises(ImageFileError):
            read(io.BytesIO(data))
    (tmp_path / "a.nef").write_bytes(make.saved(make.picture(), "TIFF"))
    with pytest.raises(ImageFileError, match=r"a\.nef"):
        read(tmp_path / "a.nef")


def test_fuzzed_deep_files_are_read_or_refused():
    import random

    from test_images_fuzz import mutated

    pytest.importorskip("pillow_heif")
    pytest.importorskip("rawpy")
    rng = random.Random(7)
    seeds = [
        imagecodecs.png_encode(make.picture(24, 32, dtype=np.uint16)),
        tiff(make.picture(24, 32, dtype=np.uint16), photometric="rgb", compression="zlib"),
        tiff(make.picture(24, 32, dtype=np.float32), photometric="rgb"),
        heic(make.picture(64, 64), quality=80, exif=make.exif_block(6)),
        dng(),
    ]
    for data in seeds:
        for _ in range(25):
            try:
                photo = read(io.BytesIO(mutated(data, rng)), max_pixels=1_000_000)
            except ImageFileError:
                continue
            assert photo.pixels.ndim == 3


def test_the_package_is_light_to_import():
    code = "import sys, instructir.images as i; print([m for m in sys.modules if m.split('.')[0] in %r])"
    heavy = ("torch", "transformers", "tifffile", "imagecodecs", "pillow_heif", "rawpy")
    result = subprocess.run(
        [sys.executable, "-c", code % (heavy,)], check=True, capture_output=True, text=True
    )
    assert result.stdout.strip() == "[]"
