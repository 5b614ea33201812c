"""Damaged and hostile files: whatever happens to the bytes, the answer is a picture or an ImageFileError."""

import io
import random

import numpy as np
import pytest

from helpers import images as make
from instructir.errors import ImageFileError
from instructir.images import encode, read, write

EXIF = b"Exif\0\0" + make.exif_block(6, ">", thumbnail=b"\xff\xd8thumbnail\xff\xd9")


def seeds():
    rgb, rgba, deep = make.picture(24, 32), make.picture(24, 32, 4), make.picture(24, 32, 1, np.uint16)
    profile = make.adobe_rgb()
    return {
        "jpeg": make.saved(rgb, "JPEG", exif=EXIF, icc_profile=profile, xmp=make.XMP, comment=b"c"),
        "progressive": make.saved(rgb, "JPEG", progressive=True),
        "png": make.saved(rgba, "PNG", exif=EXIF, icc_profile=profile),
        "png16": make.saved(deep, "PNG"),
        "webp": make.saved(rgba, "WEBP", exif=EXIF, icc_profile=profile),
        "webp-lossless": make.saved(rgb, "WEBP", lossless=True),
        "tiff": make.saved(rgb, "TIFF", exif=EXIF, icc_profile=profile),
        "tiff-lzw": make.saved(rgb, "TIFF", compression="tiff_lzw"),
        "tiff16": make.saved(deep, "TIFF"),
        "bmp": make.saved(rgb, "BMP"),
        "gif": make.saved(rgb, "GIF"),
        "avif": make.saved(rgba, "AVIF", exif=EXIF),
        "jp2": make.saved(rgba, "JPEG2000"),
    } | deep_seeds(rgb, rgba)


def deep_seeds(rgb, rgba):
    """Files of formats that the extra ``formats`` brings, if it is installed."""
    try:
        import imagecodecs
        import pillow_heif
        import tifffile
    except ImportError:
        return {}
    assert pillow_heif
    assert tifffile
    photo = read(io.BytesIO(make.saved(rgba, "PNG", exif=EXIF)))
    tif = {"photometric": "separated", "extrasamples": ["unassalpha"], "byteorder": ">"}
    return {
        "jxl": encode(photo, "a.jxl"),
        "jxl-lossless": imagecodecs.jpegxl_encode(make.picture(24, 32, dtype=np.uint16), lossless=True),
        "jp2-deep": imagecodecs.jpeg2k_encode(make.picture(24, 32, dtype=np.uint16), codecformat="jp2"),
        "heic": encode(photo, "a.heic"),
        "avif-nclx": imagecodecs.avif_encode(rgb, level=90, primaries=12, transfer=16, matrix=6),
        "tiff-inks": make.tiff(np.dstack([rgba, rgba[..., 3:]]), **tif),
        "tiff-float": make.tiff(rgb.astype(np.float32) / 128, photometric="rgb", compression="lzw"),
        "png-cicp": make.png_with(make.saved(rgb, "PNG"), (b"cICP", b"\x09\x10\0\1"), (b"gAMA", b"\0\1\0\0")),
    }


def mutated(data, rng):
    """Flip bits, overwrite with extreme values, cut, double a part or blank one out."""
    body = bytearray(data)
    way = rng.randrange(5)
    # Headers are where the decisions are made, so half of the damage is done there.
    reach = len(body) if rng.random() < 0.5 else min(len(body), 400)
    if way == 0:
        for _ in range(rng.randint(1, 8)):
            body[rng.randrange(reach)] ^= 1 << rng.randrange(8)
    elif way == 1:
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(reach)
            body[at : at + 4] = rng.choice(
                [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0\0\1\0"]
            )
    elif way == 2:
        del body[rng.randrange(len(body)) :]
    elif way == 3:
        at, size = rng.randrange(reach), rng.randint(1, 64)
        body[at:at] = body[at : at + size]
    else:
        at, size = rng.randrange(reach), rng.randint(1, 64)
        body[at : at + size] = bytes(size)
    return bytes(body)


@pytest.mark.parametrize("kind", seeds())
def test_mutated_files_are_read_or_refused(tmp_path, kind):
    original = seeds()[kind]
    assert read(io.BytesIO(original)).pixels.size
    rng = random.Random(kind)
    for number in range(40):
        try:
            photo = read(io.BytesIO(mutated(original, rng)), max_pixels=1_000_000)
        except ImageFileError:
            continue
        assert photo.pixels.dtype == np.float32
        assert photo.pixels.ndim == 3
        if number % 4 == 0:  # what was read can be written, whatever its metadata went through
            for suffix in ("jpg", "png", "tif"):
                write(photo, tmp_path / f"o.{suffix}")


@pytest.mark.parametrize(
    "head", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"II*\0", b"BM", b"GIF89a"]
)
def test_noise_behind_a_good_signature(head):
    rng = random.Random(head)
    for _ in range(10):
        with pytest.raises(ImageFileError):
            read(io.BytesIO(head + rng.randbytes(300)), max_pixels=1_000_000)
