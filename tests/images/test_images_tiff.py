"""TIFF: containers, further channels, previews."""

import io
import itertools
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from helpers import images as make
from helpers import needs
from instructir.errors import ImageFileError
from instructir.images import read


def tiff_files():
    """Arrays, the alpha and colours that are to be read, and how tifffile is to write them."""
    rgb, grey = make.picture(24, 32), make.picture(24, 32, 1)
    alpha = np.tile(np.linspace(40, 255, 32), (24, 1)).astype(np.uint8)
    deep, real = make.picture(24, 32, 1, np.uint16), make.picture(24, 32, 1, np.float32)
    for order, compression in itertools.product("<>", (None, "deflate", "lzw", "packbits", "zstd", "lzma")):
        form: dict[str, Any] = {"byteorder": order, "compression": compression}
        black, white = {"photometric": "minisblack"} | form, {"photometric": "miniswhite"} | form
        yield grey, None, grey, black
        yield 255 - grey, None, grey, white
        yield deep, None, deep, black
        yield 65535 - deep, None, deep, white
        yield real, None, real, black
        yield real.astype(np.float64), None, real, black
        yield rgb, None, rgb, {"photometric": "rgb"} | form
    for order, bigtiff in itertools.product("<>", (False, True)):
        form = {"byteorder": order, "bigtiff": bigtiff}
        for array, seen, colours, options in with_further_channels(rgb, grey, alpha):
            yield array, seen, colours, options | form
        yield rgb, None, rgb, {"photometric": "rgb"} | form
        yield deep, None, deep, {"photometric": "minisblack"} | form
    for compression in ("jpeg2000", "jpegxl", "webp", "png"):
        further = {"compressionargs": {"lossless": True}} if compression == "webp" else {}
        yield rgb, None, rgb, {"photometric": "rgb", "compression": compression} | further
    for array in (grey, deep):
        yield array, None, array, {"photometric": "minisblack", "compression": "jpeg2000"}


def with_further_channels(rgb, grey, alpha):
    one, none = {"extrasamples": ["unassalpha"]}, {"extrasamples": ["unspecified"]}
    both, planes = np.dstack([grey, alpha]), np.stack([grey, alpha])
    separate = {"planarconfig": "separate"}
    yield np.moveaxis(rgb, 2, 0), None, rgb, {"photometric": "rgb"} | separate
    yield both, alpha, grey, {"photometric": "minisblack"} | one
    yield planes, alpha, grey, {"photometric": "minisblack"} | one | separate
    yield both, None, grey, {"photometric": "minisblack"} | none
    kinds = ["unassalpha", "unspecified"]
    yield np.dstack([rgb, alpha, grey]), alpha, rgb, {"photometric": "rgb", "extrasamples": kinds}
    yield np.dstack([rgb, grey, alpha]), alpha, rgb, {"photometric": "rgb", "extrasamples": kinds[::-1]}
    inks = np.dstack([255 - rgb, np.zeros_like(alpha)])
    yield inks, None, rgb, {"photometric": "separated"}
    yield np.dstack([inks, alpha]), alpha, rgb, {"photometric": "separated"} | one


def test_tiff_containers():
    pytest.importorskip("tifffile", reason='needs the extra "formats"')
    pytest.importorskip("imagecodecs", reason='needs the extra "formats"')
    for array, alpha, wanted, options in tiff_files():
        if wanted.dtype.kind == "f" and options.get("compression") in ("deflate", "lzw"):
            options["predictor"] = 3
        photo = read(io.BytesIO(make.tiff(array, **options)))
        top = 1 if wanted.dtype.kind == "f" else np.iinfo(wanted.dtype).max
        colours = wanted if wanted.ndim == 3 else wanted[..., None]
        assert np.abs(photo.pixels * top - colours).max() < 0.01 * (top == 1) + 0.6 * (top > 1), options
        assert (photo.alpha is None) == (alpha is None), options
        assert alpha is None or np.array_equal(photo.alpha, alpha), options


@pytest.mark.parametrize("order", "<>")
def test_premultiplied_grey(order):
    pytest.importorskip("tifffile", reason='needs the extra "formats"')
    grey = make.picture(24, 32, 1)
    alpha = np.tile(np.linspace(40, 255, 32), (24, 1)).astype(np.uint8)
    stored = np.dstack([np.rint(grey * (alpha / 255)).astype(np.uint8), alpha])
    data = make.tiff(stored, photometric="minisblack", extrasamples=["assocalpha"], byteorder=order)
    photo = read(io.BytesIO(data))
    assert np.array_equal(photo.alpha, alpha)
    assert (np.abs(photo.pixels[..., 0] * 255 - grey) <= 0.5 + 127.5 / alpha).all()


@pytest.mark.parametrize("bigtiff", [False, True])
@pytest.mark.parametrize("first", [True, False])
def test_tiff_previews(bigtiff, first):
    tifffile = pytest.importorskip("tifffile", reason='needs the extra "formats"')
    array = make.picture(40, 56)
    stream = io.BytesIO()
    with tifffile.TiffWriter(stream, bigtiff=bigtiff) as file:
        pages = [(array[::4, ::4].copy(), 1), (array, 0)]
        for page, kind in pages if first else pages[::-1]:
            file.write(page, photometric="rgb", subfiletype=kind)
    photo = read(io.BytesIO(stream.getvalue()))
    assert np.array_equal(np.rint(photo.pixels * 255), array)


@pytest.mark.parametrize(
    ("array", "word"),
    [
        (np.zeros((8, 8), np.int16), "signed"),
        (np.zeros((8, 8), np.int8), "signed"),
        (np.zeros((8, 8), np.uint32), "more than 16 bits"),
        (np.zeros((8, 8, 3), np.uint32), "more than 16 bits"),
    ],
)
def test_what_a_tiff_holds_is_said_rightly(array, word):
    pytest.importorskip("tifffile", reason='needs the extra "formats"')
    with pytest.raises(ImageFileError, match=word) as caught:
        read(io.BytesIO(make.tiff(array, photometric="rgb" if array.ndim == 3 else "minisblack")))
    assert "damaged" not in str(caught.value)


@needs("formats")
@pytest.mark.parametrize(("kind", "is_told"), [("unspecified", True), ("unassalpha", False)])
def test_a_fourth_channel_that_is_no_transparency_is_told(kind, is_told):
    data = make.tiff(make.picture(channels=4), photometric="rgb", extrasamples=[kind])
    photo = read(io.BytesIO(data))
    assert (photo.alpha is None) == is_told
    assert make.noted(photo, "neither colour nor transparency") == is_told


def test_damage_is_told_once_and_not_by_the_decoder(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.tif"
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(path, compression="tiff_lzw")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 300] = np.random.default_rng(1).bytes(300)
    path.write_bytes(data)
    with pytest.raises(ImageFileError, match=r"a\.tif: "):
        read(path)
    assert capfd.readouterr().err == ""


def without_model(data: bytes) -> bytes:
    """A classic TIFF with its field PhotometricInterpretation taken out of the first directory."""
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(f"{order}L", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, at)
    rows = [data[at + 2 + 12 * i : at + 14 + 12 * i] for i in range(count)]
    kept = [row for row in rows if struct.unpack_from(f"{order}H", row)[0] != 262]
    assert len(kept) == count - 1
    table = struct.pack(f"{order}H", count - 1) + b"".join(kept) + bytes(16)
    return data[:at] + table + data[at + len(table) :]


@needs("formats")
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("compression", [None, "deflate"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_tiff_without_its_colour_model(channels: int, dtype: type, compression: str, order: str) -> None:
    array = make.picture(channels=channels, dtype=dtype)
    kind = "rgb" if channels == 3 else "minisblack"
    stated = make.tiff(array, photometric=kind, compression=compression, byteorder=order, metadata=None)
    photo = read(io.BytesIO(without_model(stated)))
    assert np.array_equal(np.rint(photo.pixels * np.iinfo(dtype).max)[..., :channels].squeeze(), array)
    named = "RGB" if channels == 3 else "greyscale, 0 being black"
    assert photo.notes == (f"the file does not state its colour model: read as {named}",)


@needs("formats")
def test_the_colour_model_that_other_fields_tell() -> None:
    grey, rgba = make.picture(channels=1), make.picture(channels=4)
    table = np.stack([np.arange(256), 255 - np.arange(256), np.arange(256) // 2]).astype(np.uint16) * 257
    palette = make.tiff(grey, photometric="palette", colormap=table, metadata=None)
    colours = np.rint(read(io.BytesIO(without_model(palette))).pixels * 255)
    assert np.array_equal(colours, (table // 257).T[grey])
    with_alpha = make.tiff(rgba, photometric="rgb", extrasamples=["unassalpha"], metadata=None)
    assert np.array_equal(read(io.BytesIO(without_model(with_alpha))).alpha, rgba[..., 3])
    fax = make.saved(Image.fromarray(grey).convert("1"), "TIFF", compression="group4")
    model = next(i for i in range(len(fax)) if fax[i : i + 4] == b"\x06\x01\x03\x00")
    white_is_zero = fax[: model + 8] + b"\0" + fax[model + 9 :]
    assert np.array_equal(read(io.BytesIO(without_model(fax))).pixels, read(io.BytesIO(white_is_zero)).pixels)


@needs("formats")
def test_a_colour_model_that_cannot_be_told_is_refused() -> None:
    inks = make.tiff(make.picture(channels=4), photometric="separated", metadata=None)
    jpeg = make.tiff(make.picture(64, 64), photometric="rgb", compression="jpeg", metadata=None)
    for data in (inks, jpeg):
        with pytest.raises(ImageFileError, match=r"^stream: does not state its colour model .*; save it"):
            read(io.BytesIO(without_model(data)))
