"""A picture that is read and written without a change is the same picture."""

import io

import numpy as np
import pytest
from PIL import Image, JpegImagePlugin

from helpers import images as make
from helpers import needs
from instructir.images import Photo, read, write

LOSSLESS = ["png", "tif", "bmp"]


def through(data, path, **options):
    """Read bytes, write them to `path`; return the photo and the new bytes."""
    photo = read(io.BytesIO(data))
    assert write(photo, path, **options) == path
    return photo, path.read_bytes()


@pytest.mark.parametrize("suffix", LOSSLESS)
@pytest.mark.parametrize("channels", [1, 3])
def test_8_bit_is_identical(tmp_path, suffix, channels):
    array = make.every_level(channels=channels).squeeze()
    data = make.saved(array, {"png": "PNG", "tif": "TIFF", "bmp": "BMP"}[suffix])
    photo, after = through(data, tmp_path / f"out.{suffix}")
    assert np.array_equal(make.array_of(after), array)
    assert photo.depth == 8
    assert photo.greyscale == (channels == 1)
    assert photo.pixels.dtype == np.float32
    assert photo.pixels.shape == (*array.shape[:2], 3)
    assert photo.pixels.min() == 0
    assert photo.pixels.max() == 1


@pytest.mark.parametrize(
    ("suffix", "channels"),
    [("png", 2), ("png", 4), pytest.param("tif", 2, marks=needs("formats")), ("tif", 4)],
)
def test_alpha_is_identical(tmp_path, suffix, channels):
    array = make.every_level(channels=channels)
    array[::2, :, -1] = 0  # colour below full transparency counts as well
    data = make.saved(array, {"png": "PNG", "tif": "TIFF"}[suffix])
    photo, after = through(data, tmp_path / f"out.{suffix}")
    assert np.array_equal(make.array_of(after), array)
    assert photo.alpha.dtype == np.uint8
    assert photo.greyscale == (channels == 2)


def test_lossless_webp_stays_lossless(tmp_path):
    array = make.every_level(channels=4)
    array[::2, :, -1] = 0
    data = make.saved(array, "WEBP", lossless=True, exact=True)
    photo, after = through(data, tmp_path / "out.webp")
    assert photo.metadata.lossless
    assert np.array_equal(make.array_of(after), array)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_lossy_formats_stay_close_and_keep_alpha(tmp_path, kind):
    array = make.picture(channels=4)
    data = make.saved(array, kind, quality=95)
    before = make.array_of(data).astype(int)
    _, after = through(data, tmp_path / f"out.{kind.lower()}")
    back = make.array_of(after).astype(int)
    assert np.abs(back - before)[..., :3].mean() < 4
    assert np.array_equal(back[..., 3], before[..., 3])


def test_grey_avif_stays_grey(tmp_path):
    data = make.saved(make.picture(channels=1), "AVIF", quality=95)
    if make.opened(data).mode != "L":
        pytest.skip("this Pillow has no greyscale AVIF")
    photo, after = through(data, tmp_path / "out.avif")
    assert photo.greyscale
    assert make.opened(after).mode == "L"


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_16_bit_grey_is_identical(tmp_path, suffix):
    array = make.every_level(np.uint16, channels=1).squeeze()
    data = make.saved(array, {"png": "PNG", "tif": "TIFF"}[suffix])
    photo, after = through(data, tmp_path / f"out.{suffix}")
    assert (photo.depth, photo.greyscale) == (16, True)
    assert make.opened(after).mode == "I;16"
    assert np.array_equal(make.array_of(after), array)


def test_float_grey_tiff_survives_beyond_one(tmp_path):
    array = make.picture(channels=1, dtype=np.float32) * 3 - 1
    photo, after = through(make.saved(array, "TIFF"), tmp_path / "out.tif")
    assert photo.depth == 32
    assert photo.pixels.max() > 1 > 0 > photo.pixels.min()
    assert np.array_equal(make.array_of(after), array)


def test_bilevel_becomes_grey(tmp_path):
    array = make.picture(channels=1) > 128
    photo, after = through(make.saved(array, "PNG"), tmp_path / "out.png")
    assert photo.greyscale
    assert make.opened(after).mode == "L"
    assert np.array_equal(make.array_of(after), array * np.uint8(255))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "GIF"])
def test_palette_is_looked_up(kind):
    image = Image.fromarray(make.picture()).quantize(17)
    photo = read(io.BytesIO(make.saved(image, kind)))
    assert np.array_equal(np.rint(photo.pixels * 255), np.asarray(image.convert("RGB")))
    assert photo.alpha is None


def test_palette_with_transparency(tmp_path):
    image = Image.fromarray(make.picture()).quantize(17)
    levels = bytes(range(0, 17 * 15, 15))
    data = make.saved(image, "PNG", transparency=levels)
    photo, after = through(data, tmp_path / "out.png")
    assert np.array_equal(photo.alpha, np.frombuffer(levels, np.uint8)[np.asarray(image)])
    assert np.array_equal(make.array_of(after)[..., 3], photo.alpha)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_colour_key_becomes_alpha(mode):
    array = make.picture(channels=1 if mode == "L" else 3)
    key = int(array[3, 4]) if mode == "L" else tuple(map(int, array[3, 4]))
    photo = read(io.BytesIO(make.saved(array, "PNG", transparency=key)))
    hidden = (array.reshape(*array.shape[:2], -1) == np.array(key)).all(axis=-1)
    assert np.array_equal(photo.alpha == 0, hidden)
    assert photo.greyscale == (mode == "L")


def test_16_bit_colour_key_becomes_alpha():
    array = make.picture(channels=1, dtype=np.uint16)
    key = int(array[3, 4])
    data = make.png_with(make.saved(array, "PNG"), (b"tRNS", key.to_bytes(2, "big")))
    photo = read(io.BytesIO(data))
    assert np.array_equal(photo.alpha == 0, array == key)
    assert photo.alpha.dtype == np.uint16


def test_white_is_zero_tiff_is_inverted():
    tifffile = pytest.importorskip("tifffile")
    for dtype in (np.uint8, np.uint16):
        array = make.picture(channels=1, dtype=dtype)
        stream = io.BytesIO()
        tifffile.imwrite(stream, array, photometric="miniswhite")
        photo = read(io.BytesIO(stream.getvalue()))
        top = np.iinfo(dtype).max
        assert np.array_equal(np.rint(photo.pixels[..., 0] * top), top - array)


@pytest.mark.parametrize("compression", ["raw", "packbits", "tiff_lzw", "tiff_adobe_deflate"])
def test_tiff_compressions(tmp_path, compression):
    array = make.picture()
    _, after = through(make.saved(array, "TIFF", compression=compression), tmp_path / "out.tiff")
    assert np.array_equal(make.array_of(after), array)


def test_wide_tiff_of_many_strips(tmp_path):
    array = make.picture(700, 300)
    _, after = through(make.saved(array, "TIFF"), tmp_path / "out.tif")
    assert len(make.opened(after).tag_v2[273]) > 1
    assert np.array_equal(make.array_of(after), array)


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("quality", [35, 80, 97])
def test_jpeg_keeps_tables_and_subsampling(tmp_path, quality, subsampling):
    data = make.saved(make.picture(), "JPEG", quality=quality, subsampling=subsampling)
    _, after = through(data, tmp_path / "out.jpg")
    before, image = make.opened(data), make.opened(after)
    assert image.quantization == before.quantization
    assert JpegImagePlugin.get_sampling(image) == subsampling
    difference = np.abs(np.asarray(image).astype(int) - np.asarray(before))
    assert difference.mean() < 1.5


def test_jpeg_quality_asked(tmp_path):
    data = make.saved(make.picture(), "JPEG", quality=95)
    _, after = through(data, tmp_path / "out.jpg", quality=20)
    reference = make.opened(make.saved(make.picture(), "JPEG", quality=20))
    assert make.opened(after).quantization == reference.quantization
    assert len(after) < len(data)


def test_jpeg_with_unwritable_subsampling_gets_none(tmp_path):
    data = bytearray(make.saved(make.picture(), "JPEG", subsampling=1))
    frame = data.index(b"\xff\xc0")
    data[frame + 11] = 0x12  # 4:4:0, which Pillow reads but does not write
    photo = read(io.BytesIO(bytes(data)))
    assert photo.metadata.jpeg.subsampling == -1
    write(photo, tmp_path / "out.jpg")
    assert JpegImagePlugin.get_sampling(make.opened(tmp_path / "out.jpg")) == 0


def test_grey_and_progressive_jpeg(tmp_path):
    data = make.saved(make.picture(channels=1), "JPEG", quality=85, progressive=True)
    photo, after = through(data, tmp_path / "out.jpg")
    image = make.opened(after)
    assert photo.greyscale
    assert image.mode == "L"
    assert image.info["progressive"]
    assert image.quantization == make.opened(data).quantization


def test_progressive_noise_is_written_all_the_same(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    smooth = make.saved(make.picture(), "JPEG", quality=100, subsampling=0, progressive=True)
    photo = read(io.BytesIO(smooth)).with_pixels(noise / np.float32(255))
    write(photo, tmp_path / "out.jpg")
    assert make.opened(tmp_path / "out.jpg").size == (128, 128)


def test_cmyk_becomes_rgb(tmp_path):
    image = Image.fromarray(make.picture()).convert("CMYK")
    for kind, suffix in (("JPEG", "jpg"), ("TIFF", "tif")):
        data = make.saved(image, kind)
        _, after = through(data, tmp_path / f"out.{suffix}")
        assert make.opened(after).mode == "RGB"
        expected = np.asarray(make.opened(data).convert("RGB")).astype(int)
        assert np.abs(make.array_of(after).astype(int) - expected).mean() < 3


def test_cmyk_profile_is_applied_and_left_behind(tmp_path):
    image = Image.fromarray(make.picture()).convert("CMYK")
    naive = read(io.BytesIO(make.saved(image, "TIFF")))
    photo, after = through(make.saved(image, "TIFF", icc_profile=make.lut_profile()), tmp_path / "o.tif")
    assert np.abs(photo.pixels - naive.pixels).mean() > 0.02
    assert photo.metadata.icc is None
    assert "icc_profile" not in make.opened(after).info


def test_broken_cmyk_profile_is_ignored():
    image = Image.fromarray(make.picture()).convert("CMYK")
    naive = read(io.BytesIO(make.saved(image, "TIFF")))
    photo = read(io.BytesIO(make.saved(image, "TIFF", icc_profile=b"no profile at all")))
    assert np.array_equal(photo.pixels, naive.pixels)


def test_other_colour_models_become_rgb():
    from PIL import ImageCms

    image = Image.fromarray(make.picture())
    lab = ImageCms.profileToProfile(
        image, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    # Compressed, since Pillow 11.3 writes plain YCbCr files that it cannot read.
    for other, options in ((lab, {}), (image.convert("YCbCr"), {"compression": "tiff_lzw"})):
        photo = read(io.BytesIO(make.saved(other, "TIFF", **options)))
        assert np.abs(photo.pixels * 255 - np.asarray(image)).mean() < 2


def test_format_changes_keep_what_they_can(tmp_path):
    array = make.picture(channels=4)
    photo = read(io.BytesIO(make.saved(array, "PNG")))
    write(photo, tmp_path / "o.tif")
    assert np.array_equal(make.array_of(tmp_path / "o.tif"), array)
    cover = array[..., 3:] / 255
    over_white = np.rint(array[..., :3] * cover + 255 * (1 - cover))
    write(photo, tmp_path / "o.bmp")
    assert np.array_equal(make.array_of(tmp_path / "o.bmp"), over_white)
    write(photo, tmp_path / "o.jpg")
    assert np.abs(make.array_of(tmp_path / "o.jpg") - over_white).mean() < 3


def test_16_bits_are_rounded_where_8_must_do(tmp_path):
    array = make.every_level(np.uint16, channels=1).squeeze()
    photo = read(io.BytesIO(make.saved(array, "PNG")))
    write(photo, tmp_path / "o.bmp")
    assert np.array_equal(make.array_of(tmp_path / "o.bmp"), np.rint(array / 257).astype(np.uint8))


def test_floats_are_clipped_for_integers(tmp_path):
    array = make.picture(channels=1, dtype=np.float32) * 3 - 1
    array[0, 0] = np.nan
    photo = read(io.BytesIO(make.saved(array, "TIFF")))
    write(photo, tmp_path / "o.png")
    expected = np.rint(np.clip(np.nan_to_num(array), 0, 1) * np.float32(65535))
    back = make.array_of(tmp_path / "o.png")
    assert np.array_equal(back.ravel()[1:], expected.ravel()[1:])
    assert back[0, 0] > 0, "filled from around"


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "bmp", "avif"])
def test_a_photo_made_from_pixels_alone(tmp_path, suffix):
    photo = Photo(make.picture(dtype=np.float32))
    write(photo, tmp_path / f"o.{suffix}")
    back = read(tmp_path / f"o.{suffix}")
    assert np.abs(back.pixels - photo.pixels).mean() < 0.02


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_another_size(tmp_path, kind):
    suffix = {"PNG": "png", "JPEG": "jpg", "TIFF": "tif"}[kind]
    array = make.picture(channels=3 if kind == "JPEG" else 4)
    photo = read(io.BytesIO(make.saved(array, kind)))
    larger = np.repeat(np.repeat(photo.pixels, 2, axis=0), 2, axis=1)
    doubled = photo.with_pixels(larger)
    write(doubled, tmp_path / f"o.{suffix}")
    image = make.opened(tmp_path / f"o.{suffix}")
    assert image.size == (112, 80)
    if photo.alpha is not None:
        small = np.asarray(image.getchannel("A").resize((56, 40), Image.Resampling.BOX)).astype(int)
        assert np.abs(small - array[..., 3]).mean() < 4


def test_grey_stays_grey_with_coloured_pixels(tmp_path):
    photo = read(io.BytesIO(make.saved(make.picture(channels=1), "PNG")))
    tinted = photo.pixels * np.array([1.0, 0.9, 0.8], np.float32)
    write(photo.with_pixels(tinted), tmp_path / "o.png")
    expected = np.rint(255 * (tinted @ np.array([0.2126, 0.7152, 0.0722])))
    image = make.opened(tmp_path / "o.png")
    assert image.mode == "L"
    assert np.abs(np.asarray(image) - expected).max() <= 1


def test_pixels_of_another_shape_are_refused():
    photo = Photo(make.picture(dtype=np.float32))
    for shape in ((4, 4), (4, 4, 4), (0, 4, 3)):
        with pytest.raises(ValueError, match="shape"):
            photo.with_pixels(np.zeros(shape, np.float32))


def test_with_pixels_leaves_the_original(tmp_path):
    photo = Photo(make.picture(dtype=np.float32))
    before = photo.pixels.copy()
    other = photo.with_pixels(np.zeros((4, 5, 3)))
    assert other.pixels.dtype == np.float32
    assert (other.height, other.width) == (4, 5)
    assert np.array_equal(photo.pixels, before)
