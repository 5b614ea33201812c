"""Deep colour in PNG and TIFF, which needs the extra ``formats``."""

import io
import subprocess
import sys

import numpy as np
import pytest

from helpers import images as make
from instructir.errors import ImageFileError
from instructir.images import read, write

tifffile = pytest.importorskip("tifffile")
imagecodecs = pytest.importorskip("imagecodecs")


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
    photo = read(io.BytesIO(make.tiff(planes, photometric="rgb", **options)))
    assert photo.depth == 16
    write(photo, tmp_path / "o.tif")
    assert np.array_equal(tifffile.imread(tmp_path / "o.tif"), array)


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
@pytest.mark.parametrize("channels", [2, 4])
def test_deep_tiff_with_alpha_is_identical(tmp_path, channels, dtype):
    array = make.picture(channels=channels, dtype=dtype)
    photometric = "minisblack" if channels == 2 else "rgb"
    data = make.tiff(array, photometric=photometric, extrasamples=["unassalpha"], planarconfig="contig")
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
        data = make.tiff((stored * top).astype(dtype), photometric="rgb", extrasamples=["assocalpha"])
        assert np.abs(read(io.BytesIO(data)).pixels - straight[..., :3]).max() < 1e-3


def test_extra_samples_that_are_not_alpha_are_left():
    array = make.picture(channels=4, dtype=np.uint16)
    photo = read(io.BytesIO(make.tiff(array, photometric="rgb", extrasamples=["unspecified"])))
    assert photo.alpha is None
    assert np.array_equal(np.rint(photo.pixels * 65535), array[..., :3])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_float_tiff_survives_beyond_one(tmp_path, dtype):
    array = (make.picture(dtype=np.float32) * 3 - 1).astype(dtype)
    photo = read(io.BytesIO(make.tiff(array, photometric="rgb")))
    assert photo.depth == 32
    assert photo.pixels.max() > 1 > 0 > photo.pixels.min()
    write(photo, tmp_path / "o.tif")
    assert np.array_equal(tifffile.imread(tmp_path / "o.tif"), array.astype(np.float32))


def test_12_bit_tiff_keeps_its_white(tmp_path):
    array = make.picture(dtype=np.uint16) >> 4
    data = make.tiff(array, photometric="rgb", compression="jpeg2000", bitspersample=12)
    photo = read(io.BytesIO(data))
    assert np.abs(photo.pixels * 4095 - array).max() < 0.01


def test_deep_white_is_zero():
    array = make.picture(channels=1, dtype=np.float32)
    photo = read(io.BytesIO(make.tiff(array, photometric="miniswhite")))
    assert np.abs(photo.pixels[..., 0] - (1 - array)).max() < 1e-6


def test_deep_tiff_orientation_and_fields(tmp_path):
    array = make.picture(dtype=np.uint16)
    data = make.tiff(
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
        read(io.BytesIO(make.tiff(array, photometric="rgb")))


def test_damaged_deep_tiff_is_refused():
    data = make.tiff(make.picture(80, 90, dtype=np.uint16), photometric="rgb", compression="zlib")
    for length in (len(data) // 2, len(data) - 16, 100):
        with pytest.raises(ImageFileError):
            read(io.BytesIO(data[:length]))


def test_depths_between_formats(tmp_path):
    array = make.every_level(np.uint16)
    photo = read(io.BytesIO(make.tiff(array, photometric="rgb")))
    write(photo, tmp_path / "o.png")
    assert np.array_equal(imagecodecs.png_decode((tmp_path / "o.png").read_bytes()), array)
    write(photo, tmp_path / "o.bmp")
    assert np.array_equal(make.array_of(tmp_path / "o.bmp"), np.rint(array / 257))


def test_the_package_is_light_to_import():
    code = "import sys, instructir.images as i; print([m for m in sys.modules if m.split('.')[0] in %r])"
    heavy = ("torch", "transformers", "tifffile", "imagecodecs", "pillow_heif", "rawpy")
    result = subprocess.run(
        [sys.executable, "-c", code % (heavy,)], check=True, capture_output=True, text=True
    )
    assert result.stdout.strip() == "[]"
