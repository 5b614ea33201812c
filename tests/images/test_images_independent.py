"""Whole restorations, read back by others: exiftool, tifffile, Pillow, LittleCMS."""

import io
import json
import subprocess
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from helpers import images as make
from instructir.images import read
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings

WISH = "remove the noise"
KINDS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif", "AVIF": "avif"}
KEPT = ("IFD0:", "ExifIFD:", "GPS:", "XMP", "ICC_Profile:", "ICC-header:", "MakerNotes:")
CHANGED = {"Orientation", "StripOffsets", "StripByteCounts", "RowsPerStrip", "Compression", "Predictor"}
CHANGED |= {"PlanarConfiguration", "BitsPerSample", "SamplesPerPixel", "PhotometricInterpretation"}
CHANGED |= {"ImageWidth", "ImageHeight", "ExifImageWidth", "ExifImageHeight", "SampleFormat", "ExtraSamples"}


@pytest.fixture(scope="module")
def restorer(plain_model):
    # What was done would be one tag more.
    return Restorer.load(Settings(plain_model, "cpu", runtime="torch", note=False))


def file_of(kind, folder, name="my photo é 😀"):
    """A file with everything: EXIF turned by a quarter, GPS, maker note, XMP, profile, resolution."""
    array = make.picture(24, 40)
    block = b"Exif\0\0" + make.exif_block(6, ">", size=(40, 24))
    options = {"icc_profile": make.display_p3(), "exif": block, "dpi": (300, 300)}
    if kind in ("WEBP", "AVIF"):
        del options["dpi"]
    if kind in ("JPEG", "WEBP", "AVIF"):
        options["xmp"] = make.XMP
    data = make.saved(array, kind, **options)
    if kind == "PNG":
        data = make.png_with(data, (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + make.XMP))
    path = folder / f"{name}.{KINDS[kind]}"
    path.write_bytes(data)
    return path


def tags(exiftool, path):
    command = [exiftool, "-j", "-a", "-G1", "-s", "-n", "-u", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)[0]


def kept(found):
    return {
        key: value
        for key, value in found.items()
        if key.startswith(KEPT) and key.split(":")[-1] not in CHANGED
    }


@pytest.mark.parametrize("kind", KINDS)
def test_exiftool_finds_every_tag_again(tmp_path, exiftool, restorer, kind):
    source = file_of(kind, tmp_path)
    target = restorer.restore(source, WISH).save(tmp_path / f"out ü.{KINDS[kind]}")
    before, after = tags(exiftool, source), tags(exiftool, target)
    assert kept(after) == kept(before)
    assert kept(before)["ExifIFD:DateTimeOriginal"] == "2024:05:06 07:08:09"
    assert any(key.startswith("GPS:") for key in kept(before))
    orientations = {value for key, value in after.items() if key.endswith(":Orientation")}
    assert orientations <= {1}
    assert (
        (after["File:ImageWidth"], after["File:ImageHeight"]) == (24, 40)
        if "File:ImageWidth" in after
        else True
    )
    profiles = [
        subprocess.run([exiftool, "-b", "-ICC_Profile", str(path)], check=True, capture_output=True).stdout
        for path in (source, target)
    ]
    assert profiles[0] == profiles[1] == make.display_p3()
    if kind in ("JPEG", "TIFF", "PNG"):
        names = ("XResolution", "YResolution", "PixelsPerUnitX", "PixelsPerUnitY")
        resolution = {key: value for key, value in after.items() if key.split(":")[-1] in names}
        assert resolution
        assert set(resolution.values()) <= {300, 11811}


@pytest.mark.parametrize(
    ("array", "suffix", "bits", "mode"),
    [
        (make.picture(20, 24), "png", 8, "RGB"),
        (make.picture(20, 24, 1), "png", 8, "L"),
        (make.picture(20, 24, 1), "jpg", 8, "L"),
        (make.picture(20, 24, 1), "tif", 8, "L"),
        (make.picture(20, 24, 4), "png", 8, "RGBA"),
        (make.picture(20, 24, 4), "webp", 8, "RGBA"),
        (make.picture(20, 24, 4), "tif", 8, "RGBA"),
        (make.picture(20, 24, 4), "avif", 8, "RGBA"),
        (make.picture(20, 24, 1, np.uint16), "png", 16, "I;16"),
        (make.picture(20, 24, 1, np.uint16), "tif", 16, "I;16"),
    ],
)
def test_depth_channels_and_alpha(tmp_path, exiftool, restorer, array, suffix, bits, mode):
    source = tmp_path / f"in.{suffix}"
    options: dict[str, Any] = {"lossless": True, "exact": True} if suffix == "webp" else {}
    Image.fromarray(array).save(source, **options)
    target = restorer.restore(source, WISH).save(tmp_path / f"out.{suffix}")
    found = tags(exiftool, target)
    depths = {str(v).split()[0] for k, v in found.items() if k.endswith((":BitDepth", ":BitsPerSample"))}
    assert depths <= {str(bits)}
    before, after = make.opened(source), make.opened(target)
    assert after.mode == mode
    if mode == "RGBA":
        assert np.array_equal(np.asarray(after)[..., 3], np.asarray(before)[..., 3])
        assert not np.array_equal(np.asarray(after)[..., :3], np.asarray(before)[..., :3])


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
@pytest.mark.parametrize("channels", [3, 4])
def test_tifffile_reads_the_depth_that_went_in(tmp_path, restorer, dtype, channels):
    tifffile = pytest.importorskip("tifffile", reason='needs the extra "formats"')
    array = make.picture(20, 24, channels, dtype)
    extra = ["unassalpha"] if channels == 4 else None
    tifffile.imwrite(
        tmp_path / "in.tif",
        array,
        photometric="rgb",
        extrasamples=extra,
        resolution=(240, 240),
        resolutionunit=2,
    )
    result = restorer.restore(tmp_path / "in.tif", WISH)
    result.save(tmp_path / "out.tif")
    with tifffile.TiffFile(tmp_path / "out.tif") as file:
        page = file.pages[0]
        after = page.asarray()
        assert (after.dtype, after.shape) == (array.dtype, array.shape)
        assert page.tags["XResolution"].value == (240, 1)
    if channels == 4:
        assert np.array_equal(after[..., 3], array[..., 3])
    scale = 1 if dtype == np.float32 else 65535
    assert np.allclose(after[..., :3] / scale, result.pixels, atol=1 / 65535)


@pytest.mark.parametrize("profile", ["adobe_rgb", "display_p3", "srgb_sampled", "prophoto_sampled"])
def test_colours_by_another_colour_management(tmp_path, restorer, profile):
    """LittleCMS shows, of the file written, the sRGB colours that the network gave."""
    icc = getattr(make, profile)()
    source = tmp_path / "in.png"
    Image.fromarray(make.picture(24, 32) // 4 + 96).save(source, icc_profile=icc)
    result = restorer.restore(source, WISH)
    target = result.save(tmp_path / "out.png")

    def shown(path):
        image = make.opened(path)
        own = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(
            image, own, srgb, renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB"
        )
        return np.asarray(converted).astype(float)

    assert np.abs(shown(source) - read(source).srgb * 255).max() <= 1.5
    srgb = result.photo.srgb
    inside = ((srgb > 0.1) & (srgb < 0.998)).all(axis=2)
    difference = np.abs(shown(target) - srgb * 255)[inside]
    assert inside.mean() > 0.5
    assert difference.mean() < 0.5
    assert difference.max() <= 4  # a step of 8-bit ProPhoto is as much as three of sRGB


def test_jpeg_tables_and_subsampling_are_the_sources(tmp_path, exiftool, restorer):
    source = tmp_path / "in.jpg"
    Image.fromarray(make.picture()).save(source, quality=72, subsampling="4:2:2")
    target = restorer.restore(source, WISH).save(tmp_path / "out.jpg")
    key = "File:YCbCrSubSampling"
    assert tags(exiftool, target)[key] == tags(exiftool, source)[key] == "2 1"
    assert make.opened(target).quantization == make.opened(source).quantization
    asked = restorer.restore(source, WISH).save(tmp_path / "asked.jpg", quality=98)
    assert asked.stat().st_size > 1.5 * target.stat().st_size
