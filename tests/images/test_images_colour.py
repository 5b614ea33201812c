"""Colour profiles: pixels have the curve of sRGB while we work, and the file's own values come back."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from helpers import images as make
from instructir.images import read, write
from instructir.images.colour import icc

PROFILES = {
    "adobe": make.adobe_rgb(),
    "p3": make.display_p3(),
    "prophoto": make.prophoto_sampled(),
    "linear": make.rgb_profile(make.SRGB_TO_XYZ, make.gamma_curve(1.0)),
    "identity": make.rgb_profile(make.P3_TO_XYZ, b"curv\0\0\0\0\0\0\0\0"),
    "power": make.rgb_profile(make.ADOBE_TO_XYZ, make.parametric_curve(0, [1.8])),
    "cie": make.rgb_profile(make.P3_TO_XYZ, make.parametric_curve(1, [2.4, 1 / 1.055, 0.055 / 1.055])),
    "iec": make.rgb_profile(make.P3_TO_XYZ, make.parametric_curve(4, [*make.SRGB_PARAMETERS, 0.0, 0.0])),
}
SUFFIX = {"PNG": "png", "TIFF": "tif", "JPEG": "jpg", "WEBP": "webp", "AVIF": "avif"}


def by_lcms(array, profile):
    """The 8-bit conversion of Little CMS, an independent reference."""
    image = ImageCms.profileToProfile(
        Image.fromarray(array),
        io.BytesIO(profile),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
    )
    return np.asarray(image).astype(int)


@pytest.mark.parametrize("name", PROFILES)
def test_conversion_agrees_with_lcms(name):
    array = make.picture()
    photo = read(io.BytesIO(make.saved(array, "PNG", icc_profile=PROFILES[name])))
    ours = np.rint(photo.srgb * 255)
    # Little CMS rounds at several places on its way.
    assert np.abs(ours - by_lcms(array, PROFILES[name])).max() <= 2
    assert np.abs(ours - array).max() > 3


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("name", PROFILES)
def test_unchanged_pictures_come_back_to_the_level(tmp_path, name, kind):
    array = make.every_level()
    data = make.saved(array, kind, icc_profile=PROFILES[name])
    photo = read(io.BytesIO(data))
    assert photo.pixels.min() >= 0
    assert photo.pixels.max() <= 1
    path = tmp_path / f"o.{SUFFIX[kind]}"
    write(photo, path)
    assert make.opened(path).info["icc_profile"] == PROFILES[name]
    assert np.array_equal(make.array_of(path), array)


@pytest.mark.parametrize("name", ["adobe", "p3", "prophoto"])
def test_16_bit_pictures_keep_their_precision(tmp_path, name):
    tifffile = pytest.importorskip("tifffile")
    pytest.importorskip("imagecodecs")
    array = make.every_level(np.uint16)
    stream = io.BytesIO()
    tifffile.imwrite(stream, array, photometric="rgb", iccprofile=PROFILES[name])
    photo = read(io.BytesIO(stream.getvalue()))
    assert photo.depth == 16
    write(photo, tmp_path / "o.tif")
    back = tifffile.imread(tmp_path / "o.tif").astype(int)
    difference = np.abs(back - array)
    assert np.quantile(difference, 0.99) <= 1
    # A sampled curve is flat near black: its first steps cannot be told apart.
    assert difference.max() <= (128 if name == "prophoto" else 1)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF"])
def test_profile_bytes_in_every_format(tmp_path, kind):
    photo = read(io.BytesIO(make.saved(make.picture(), kind, icc_profile=PROFILES["adobe"])))
    for suffix in SUFFIX.values():
        write(photo, tmp_path / f"o.{suffix}")
        assert make.opened(tmp_path / f"o.{suffix}").info["icc_profile"] == PROFILES["adobe"]


def test_a_profile_longer_than_a_jpeg_segment(tmp_path):
    long = make.rgb_profile(make.P3_TO_XYZ, make.sampled_curve(np.linspace(0, 1, 40_000) ** 2))
    data = make.saved(make.picture(), "JPEG", icc_profile=long)
    write(read(io.BytesIO(data)), tmp_path / "o.jpg")
    assert make.opened(tmp_path / "o.jpg").info["icc_profile"] == long


def test_srgb_profiles_change_nothing():
    for profile in (make.srgb_sampled(), ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()):
        array = make.every_level()
        photo = read(io.BytesIO(make.saved(array, "PNG", icc_profile=profile)))
        assert np.array_equal(np.rint(photo.pixels * 255), array)
        assert photo.space is None
        assert photo.metadata.icc == profile


@pytest.mark.parametrize("name", ["adobe", "p3", "prophoto"])
def test_saturated_colour_is_within_reach_of_the_network(tmp_path, name):
    array = np.zeros((8, 8, 3), np.uint8)
    array[..., 1] = 250  # greener than sRGB can say
    photo = read(io.BytesIO(make.saved(array, "PNG", icc_profile=PROFILES[name])))
    assert photo.visible.max() < 1
    assert photo.srgb[..., 0].max() == 0
    grey = np.full_like(photo.pixels, 0.5)
    write(photo.with_visible(grey), tmp_path / "o.png")
    back = make.array_of(tmp_path / "o.png")
    assert (back == back[0, 0, 0]).all(), "nothing of the old colour is carried round the restoration"


def test_wide_colour_follows_the_size(tmp_path):
    array = np.zeros((8, 8, 3), np.uint8)
    array[..., 1] = 250
    photo = read(io.BytesIO(make.saved(array, "PNG", icc_profile=PROFILES["adobe"])))
    write(photo.with_pixels(np.repeat(photo.pixels, 2, axis=1)), tmp_path / "o.png")
    back = make.array_of(tmp_path / "o.png")
    assert back.shape == (8, 16, 3)
    assert np.abs(back.astype(int) - array[0, 0]).max() <= 1


def test_orientation_turns_wide_colour_too(tmp_path):
    array = make.every_level()[:, ::-1].copy()
    data = make.png_with(
        make.saved(array, "PNG", icc_profile=PROFILES["adobe"]), (b"eXIf", make.exif_block(6))
    )
    write(read(io.BytesIO(data)), tmp_path / "o.png")
    assert np.array_equal(make.array_of(tmp_path / "o.png"), np.rot90(array, -1))


def test_formats_without_profile_get_srgb(tmp_path):
    array = make.picture()
    photo = read(io.BytesIO(make.saved(array, "PNG", icc_profile=PROFILES["adobe"])))
    write(photo, tmp_path / "o.bmp")
    assert np.array_equal(make.array_of(tmp_path / "o.bmp"), np.rint(photo.srgb * 255))
    assert np.abs(make.array_of(tmp_path / "o.bmp") - by_lcms(array, PROFILES["adobe"])).max() <= 2


def test_alpha_with_profile(tmp_path):
    array = make.every_level(channels=4)
    data = make.saved(array, "PNG", icc_profile=PROFILES["p3"])
    photo = read(io.BytesIO(data))
    write(photo, tmp_path / "o.png")
    assert np.array_equal(make.array_of(tmp_path / "o.png"), array)
    write(photo, tmp_path / "o.jpg")
    assert make.opened(tmp_path / "o.jpg").info["icc_profile"] == PROFILES["p3"]


GREY = {
    "gamma": make.grey_profile(),
    "sampled": make.grey_profile(make.sampled_curve(np.linspace(0, 1, 256) ** 1.6)),
    "lightness": make.grey_profile(make.sampled_curve(np.linspace(0, 1, 256) ** 0.8), pcs=b"Lab "),
}


@pytest.mark.parametrize("name", GREY)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_grey_profiles(tmp_path, name, dtype):
    array = make.every_level(dtype, channels=1).squeeze()
    photo = read(io.BytesIO(make.saved(array, "PNG", icc_profile=GREY[name])))
    top = np.iinfo(dtype).max
    assert np.abs(photo.pixels[..., 0] * top - array).max() > 3 * top / 255
    assert np.array_equal(photo.pixels[..., 0], photo.pixels[..., 2])
    write(photo, tmp_path / "o.png")
    assert make.opened(tmp_path / "o.png").info["icc_profile"] == GREY[name]
    assert np.abs(make.array_of(tmp_path / "o.png").astype(int) - array).max() <= (top > 255)


def test_grey_gamma_is_what_it_says():
    array = np.full((4, 4), 128, np.uint8)
    photo = read(io.BytesIO(make.saved(array, "PNG", icc_profile=GREY["gamma"])))
    linear = (128 / 255) ** 1.8
    assert photo.pixels[0, 0, 0] == pytest.approx(1.055 * linear ** (1 / 2.4) - 0.055, abs=1e-3)


def test_grey_profile_is_not_put_into_colour_files(tmp_path):
    photo = read(io.BytesIO(make.saved(make.picture(channels=1), "PNG", icc_profile=GREY["gamma"])))
    write(photo, tmp_path / "o.webp")
    image = make.opened(tmp_path / "o.webp")
    assert "icc_profile" not in image.info
    assert np.abs(np.asarray(image) / 255 - photo.pixels).mean() < 0.02


@pytest.mark.parametrize(
    "profile",
    [
        make.lut_profile(b"RGB ", 3),
        make.grey_profile(),
        make.lut_profile(),
        make.adobe_rgb()[:200],
        make.adobe_rgb()[:131],
        b"not a profile",
        make.rgb_profile(np.ones((3, 3)), make.gamma_curve(2.2)),
        make.rgb_profile(make.ADOBE_TO_XYZ, make.gamma_curve(0.0)),
        make.rgb_profile(make.ADOBE_TO_XYZ, make.sampled_curve(np.linspace(1, 0, 64))),
        make.rgb_profile(make.ADOBE_TO_XYZ, make.sampled_curve(np.repeat([0.0, 1.0], 64))),
        make.rgb_profile(make.ADOBE_TO_XYZ, make.parametric_curve(3, [2.4, -1, 0, 0, 0])),
        make.rgb_profile(make.ADOBE_TO_XYZ, make.parametric_curve(9, [2.4])),
        make.rgb_profile(make.ADOBE_TO_XYZ, b"none\0\0\0\0" + bytes(8)),
        make.rgb_profile(make.ADOBE_TO_XYZ, b"curv\0\0\0\0\xff\xff\xff\xff"),
    ],
)
def test_profiles_without_an_exact_inverse_are_carried(tmp_path, profile):
    array = make.every_level()
    photo = read(io.BytesIO(make.saved(array, "PNG", icc_profile=profile)))
    assert np.array_equal(np.rint(photo.pixels * 255), array)
    write(photo, tmp_path / "o.png")
    assert np.array_equal(make.array_of(tmp_path / "o.png"), array)
    chunk = dict(make.png_chunks((tmp_path / "o.png").read_bytes()))[b"iCCP"]
    import zlib

    assert zlib.decompress(chunk.split(b"\0", 1)[1][1:]) == profile


def test_float_tiff_with_profile_keeps_its_range(tmp_path):
    tifffile = pytest.importorskip("tifffile")
    pytest.importorskip("imagecodecs")
    array = make.picture(dtype=np.float32) * 4 - 1
    for profile in (PROFILES["linear"], PROFILES["prophoto"]):
        stream = io.BytesIO()
        tifffile.imwrite(stream, array, photometric="rgb", iccprofile=profile)
        photo = read(io.BytesIO(stream.getvalue()))
        assert photo.pixels.max() > 1
        write(photo, tmp_path / "o.tif")
        assert np.abs(tifffile.imread(tmp_path / "o.tif") - array).max() < 1e-3


def test_colour_space_names():
    assert icc.device_space(make.adobe_rgb()) == "RGB"
    assert icc.device_space(make.grey_profile()) == "GRAY"
    assert icc.device_space(b"nonsense") == ""
    assert icc.device_space(None) == ""
