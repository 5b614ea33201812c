"""HEIC and camera RAW, which need the extra ``formats``."""

import io

import numpy as np
import pytest

from helpers import images as make
from instructir.errors import ImageFileError
from instructir.images import Photo, read, write

tifffile = pytest.importorskip("tifffile")
imagecodecs = pytest.importorskip("imagecodecs")


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
    with pytest.raises(ImageFileError, match="over the limit"):
        read(io.BytesIO(data), max_pixels=1000)
    for fraction in (0.99, 0.7, 0.3, 0.1):
        with pytest.raises(ImageFileError):
            read(io.BytesIO(data[: int(len(data) * fraction)]))


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
    return make.tiff(mosaic, photometric=32803, extratags=tags, metadata=None)


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
    with pytest.raises(ImageFileError, match="over the limit"):
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
        make.tiff(make.picture(24, 32, dtype=np.uint16), photometric="rgb", compression="zlib"),
        make.tiff(make.picture(24, 32, dtype=np.float32), photometric="rgb"),
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
