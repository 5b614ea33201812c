"""Every format with every kind of picture that it can hold, at strength 0: nothing changes."""

import io
import itertools
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from helpers import images as make
from instructir.images import encode, losses, read
from instructir.images.codecs import CODECS
from instructir.images.colour.samples import from_working, to_srgb
from instructir.images.metadata import exif

tifffile = pytest.importorskip("tifffile", reason='needs the extra "formats"')
pytest.importorskip("imagecodecs", reason='needs the extra "formats"')
pytest.importorskip("pillow_heif", reason='needs the extra "formats"')

TYPES: dict[int, Any] = {8: np.uint8, 16: np.uint16, 32: np.float32}
TAGS = ["none", "p3", "adobe", "prophoto", "linear"]
LOSSLESS = {"PNG", "TIFF", "BMP", "JXL", "JPEG2000"}
WRITTEN = [codec for codec in CODECS if codec.encode]


@pytest.fixture(scope="module")
def table(pytestconfig):
    """Largest errors in levels of 255, by format and kind: of those measured in this process."""
    found: dict[tuple[str, str], float] = {}
    yield found
    names = [codec.name for codec in WRITTEN]
    lines = ["largest error, in levels of 255".ljust(34) + "".join(f"{name:>10}" for name in names)]
    for row in sorted({row for _, row in found}):
        cells = (f"{found[name, row]:10.3f}" if (name, row) in found else f"{'':10}" for name in names)
        lines.append(row.ljust(34) + "".join(cells))
    with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")


def profile_of(tag):
    return {
        "p3": make.display_p3,
        "adobe": make.adobe_rgb,
        "prophoto": make.prophoto_sampled,
        "linear": lambda: make.rgb_profile(make.SRGB_TO_XYZ, make.gamma_curve(1.0)),
    }[tag]()


def source(depth, channels, tag, orientation):
    """A TIFF file, which holds them all, with alpha in every level from none to full."""
    array = make.picture(24, 32, channels, TYPES[depth])
    if channels in (2, 4):
        top = 1 if depth == 32 else np.iinfo(TYPES[depth]).max
        array[..., -1] = np.rint(np.linspace(0, top, 32)) if depth < 32 else np.linspace(0, 1, 32)
    stream = io.BytesIO()
    tifffile.imwrite(
        stream,
        array,
        photometric="rgb" if channels > 2 else "minisblack",
        planarconfig="contig" if channels > 1 else None,
        extrasamples=["unassalpha"] if channels in (2, 4) else None,
        iccprofile=None if tag == "none" else profile_of(tag),
        extratags=[(274, 3, 1, orientation, True)],
    )
    return stream.getvalue()


def at_strength_0(data, name):
    """What a restoration does to a file whose pixels the network leaves alone."""
    stream = io.BytesIO(data)
    stream.name = name
    photo = read(stream)
    return photo.with_visible(photo.visible)


def fraction(alpha):
    return alpha.astype(float) / (1 if alpha.dtype.kind == "f" else np.iinfo(alpha.dtype).max)


def expected_of(photo, codec):
    """The pixels that a reader of the written file is to see, in the space that it then states."""
    states = codec.holds.states
    is_held = photo.space is None or not photo.space.is_wide or "icc" in states or "parameters" in states
    pixels = photo.pixels
    if photo.alpha is not None and not codec.holds.alpha:
        cover = fraction(photo.alpha)[..., None]
        pixels = (pixels * cover + 1 - cover).astype(np.float32)
    return pixels if is_held else np.clip(to_srgb(pixels, photo.space), 0, 1)


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("codec", WRITTEN, ids=lambda codec: codec.name)
@pytest.mark.parametrize(
    ("depth", "channels", "tag"),
    [
        (depth, channels, tag)
        for depth, channels, tag in itertools.product(TYPES, (1, 2, 3, 4), TAGS)
        if tag == "none" or channels > 2
    ],
)
def test_matrix(codec, depth, channels, tag, orientation, table):
    photo = at_strength_0(source(depth, channels, tag, orientation), "a.tif")
    name = f"a{codec.suffixes[0]}"
    photo = replace(photo, metadata=replace(photo.metadata, lossless=codec.name in LOSSLESS or None))
    first = at_strength_0(encode(photo, name), name)
    second = at_strength_0(encode(first, name), name)
    size = (32, 24) if orientation == 1 else (24, 32)
    assert (first.width, first.height) == (photo.width, photo.height) == size
    assert exif.exif_orientation(first.metadata.exif) in (None, 1)

    said = " ".join(losses(photo, name))
    held = min(depth, codec.holds.bits or codec.holds.depth)
    assert ("rounded" in said) == (depth > held)
    # Half a level of what the format holds, and the rounding of floats.
    half = 0.51 / (2**held - 1) if held < 32 else 1e-6
    assert (first.alpha is None) == (photo.alpha is None or not codec.holds.alpha)
    if first.alpha is not None:
        # There is no lossless HEVC here; 2 levels of 255 is what it makes of alpha.
        allowed = 2 / 255 if codec.name == "HEIF" else half
        assert np.abs(fraction(first.alpha) - fraction(photo.alpha)).max() <= allowed
    elif photo.alpha is not None:
        assert "transparency" in said

    # Rounding is that of the file's own samples, so these are compared.
    own = photo.space if first.space is not None and first.space.stated == photo.space.stated else None
    difference = np.abs(
        from_working(first.pixels, own, 32) - from_working(expected_of(photo, codec), own, 32)
    )
    table[codec.name, f"{depth:2d} bits, {channels} channels, {tag}"] = difference.max() * 255
    if codec.name in LOSSLESS:
        assert difference.max() <= half
        assert np.array_equal(second.pixels, first.pixels)
    else:
        assert difference.mean() < 0.02


@pytest.mark.parametrize("suffix", ["png", "avif", "heic", "jxl"])
@pytest.mark.parametrize(("primaries", "transfer"), [(12, 13), (9, 16), (9, 18), (1, 8), (12, 16)])
def test_code_points_stay(suffix, primaries, transfer):
    """PNG's cICP, the nclx of AVIF and HEIC, and JPEG XL's own, from one to the other."""
    array = make.picture(24, 32)
    data = make.png_with(make.saved(array, "PNG"), (b"cICP", bytes([primaries, transfer, 0, 1])))
    photo = at_strength_0(data, "a.png")
    name = f"a.{suffix}"
    back = at_strength_0(encode(photo, name), name)
    assert losses(photo, name) == ()
    assert back.space is not None
    assert back.space.is_wide == (primaries != 1)
    assert back.space.is_hdr == (transfer in (16, 18))
    assert np.abs(back.pixels - photo.pixels).mean() < (1e-6 if suffix in ("png", "jxl") else 0.02)
    if suffix in ("png", "jxl"):
        again = encode(back, "a.png")
        assert np.array_equal(make.array_of(again), array)
        # Light without primaries of its own is stated as a number by JPEG XL, and in gAMA.
        stated = dict(make.png_chunks(again))
        assert stated.get(b"cICP", b"")[:2] == bytes([primaries, transfer]) or stated[b"gAMA"]


@pytest.mark.parametrize("transfer", [16, 18])
@pytest.mark.parametrize("depth", [8, 16])
def test_hdr_is_rolled_off_and_back_to_the_level(tmp_path, transfer, depth):
    imagecodecs = pytest.importorskip("imagecodecs")
    array = make.every_level(TYPES[depth])[:256]
    png = imagecodecs.png_encode(array)
    data = make.png_with(png, (b"cICP", bytes([9, transfer, 0, 1])))
    photo = at_strength_0(data, "a.png")
    assert photo.visible.max() <= 1
    assert photo.space.is_hdr
    after = encode(photo, "a.png")
    assert np.array_equal(imagecodecs.png_decode(after), array)
    for name in ("a.jpg", "a.webp", "a.tif", "a.bmp"):
        assert any("HDR" in said for said in losses(photo, name))
        assert (
            read(io.BytesIO(encode(photo, name))).space is None
            or not read(io.BytesIO(encode(photo, name))).space.is_hdr
        )


def test_ordinary_light_in_hdr_is_ordinary_elsewhere():
    """A picture without highlights comes out of PQ as sRGB shows it: 203 candelas are white."""
    srgb = make.picture(24, 32) // 2
    linear = np.where(srgb / 255 <= 0.04045, srgb / 255 / 12.92, ((srgb / 255 + 0.055) / 1.055) ** 2.4)
    power = (linear * 203 / 10_000) ** (2610 / 16384)
    signal = ((3424 / 4096 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32)
    imagecodecs = pytest.importorskip("imagecodecs")
    data = imagecodecs.png_encode(np.rint(signal * 65535).astype(np.uint16))
    photo = at_strength_0(make.png_with(data, (b"cICP", bytes([1, 16, 0, 1]))), "a.png")
    back = read(io.BytesIO(encode(photo, "a.bmp")))
    assert np.abs(back.pixels * 255 - srgb).max() <= 1


@pytest.mark.parametrize("gamma", [1.0, 0.45455, 0.5556, 0.3])
@pytest.mark.parametrize("points", [None, "adobe"])
@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif", "avif", "bmp", "jxl", "jp2"])
def test_gamma_and_chromaticities(gamma, points, suffix):
    import struct

    array = make.picture(24, 32)
    chunks = [(b"gAMA", struct.pack(">L", round(gamma * 100_000)))]
    if points:
        chunks.append((b"cHRM", struct.pack(">8L", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)))
    photo = at_strength_0(make.png_with(make.saved(array, "PNG"), *chunks), "a.png")
    linear = (array / 255) ** (1 / gamma)
    if abs(gamma - 0.45455) < 0.001:
        linear = np.where(array / 255 <= 0.04045, array / 255 / 12.92, ((array / 255 + 0.055) / 1.055) ** 2.4)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    assert np.abs(photo.pixels - encoded).max() < 1e-4
    assert (photo.space is not None and photo.space.is_wide) == bool(points)
    name = f"a.{suffix}"
    data = encode(photo, name)
    back = at_strength_0(data, name)
    assert np.abs(back.srgb - photo.srgb).mean() < 0.03
    if suffix == "png":
        assert np.array_equal(make.array_of(data), array)
        kept = dict(make.png_chunks(data))
        assert all(kept[kind] == body for kind, body in chunks)


def test_made_profiles_are_sound():
    """Little CMS reads the profile that states a space elsewhere, and has the same colours."""
    from PIL import ImageCms

    array = make.picture(24, 32)
    data = make.png_with(make.saved(array, "PNG"), (b"cICP", bytes([12, 13, 0, 1])))
    photo = at_strength_0(data, "a.png")
    image = make.opened(encode(photo, "a.tif"))
    own = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    shown = ImageCms.profileToProfile(
        image, own, ImageCms.createProfile("sRGB"), renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC
    )
    p3 = ImageCms.ImageCmsProfile(io.BytesIO(make.display_p3()))
    wanted = ImageCms.profileToProfile(
        image, p3, ImageCms.createProfile("sRGB"), renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC
    )
    assert np.abs(np.asarray(shown).astype(int) - np.asarray(wanted)).max() <= 1
    assert np.abs(np.asarray(shown) - photo.srgb * 255).max() <= 2
