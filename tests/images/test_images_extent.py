"""TIFF: what is not all there is refused before it takes time or memory, and what is there is found."""

import io
import struct
from typing import Any

import numpy as np
import pytest

from helpers import images as make
from helpers import needs
from instructir.errors import ImageFileError
from instructir.images import read

pytestmark = needs("formats")
LENGTH, STRIP_COUNTS = 257, 279


def patched(data: bytes, tag: int, *numbers: int) -> bytes:
    """A file with other numbers in a field of its first page."""
    tifffile = pytest.importorskip("tifffile")
    field = tifffile.TiffFile(io.BytesIO(data)).pages[0].tags[tag]
    code = {3: "H", 4: "L"}[int(field.dtype)]
    packed = struct.pack(f"<{len(numbers)}{code}", *numbers)
    return data[: field.valueoffset] + packed + data[field.valueoffset + len(packed) :]


def refused(data: bytes, word: str) -> None:
    with pytest.raises(ImageFileError, match=word) as caught:
        read(io.BytesIO(data))
    assert "get a fresh copy" in str(caught.value)


def ycbcr() -> bytes:
    """YCbCr without compression, its picture data last."""
    codecs = pytest.importorskip("tifffile")
    stream = io.BytesIO()
    codecs.imwrite(stream, make.picture(), photometric="ycbcr", subsampling=(1, 1), metadata=None)
    return stream.getvalue()


KINDS: dict[str, dict[str, Any]] = {
    "8 bits": {},
    "16 bits": {"dtype": np.uint16},
    "deflated": {"compression": "deflate"},
    "deep and deflated": {"compression": "deflate", "dtype": np.uint16},
    "tiles": {"tile": (16, 16)},
    "planes": {"planarconfig": "separate"},
    "deep planes": {"planarconfig": "separate", "dtype": np.uint16},
}


def tiff(kind: str) -> bytes:
    options = {"metadata": None, "photometric": "rgb", **KINDS[kind]}
    array = make.picture(dtype=options.pop("dtype", np.uint8))
    if "tile" not in options:
        options["rowsperstrip"] = 16
    return make.tiff(np.moveaxis(array, 2, 0) if "planarconfig" in options else array, **options)


@pytest.mark.parametrize("kind", KINDS)
def test_more_rows_than_there_are_strips_or_tiles(kind: str) -> None:
    whole = tiff(kind)
    assert read(io.BytesIO(whole)).height == 40
    # Neither a few rows too many nor as many as would take gigabytes.
    for rows in (60, 5_000_000):
        refused(patched(whole, LENGTH, rows), r"of \d+ (strips|tiles) are there")


@pytest.mark.parametrize("kind", ["8 bits", "16 bits"])
def test_a_strip_that_is_too_short(kind: str) -> None:
    whole = tiff(kind)
    counts = [16 * 56 * 3 * (1 + (kind == "16 bits"))] * 3
    refused(patched(whole, STRIP_COUNTS, counts[0], counts[1] // 2, counts[2] // 2), "too short")


@pytest.mark.parametrize("kind", ["deflated", "deep and deflated"])
def test_a_strip_that_is_empty(kind: str) -> None:
    refused(patched(tiff(kind), STRIP_COUNTS, 0), "empty")


def test_ycbcr_without_compression_that_is_cut_short() -> None:
    whole = ycbcr()
    assert read(io.BytesIO(whole)).height == 40
    refused(whole[: len(whole) // 2], "past the end")


def test_a_single_strip_may_state_a_wrong_count() -> None:
    array = make.picture()
    whole = make.tiff(array, photometric="rgb", metadata=None)
    photo = read(io.BytesIO(patched(whole, STRIP_COUNTS, 5)))
    assert np.array_equal(np.rint(photo.pixels * 255), array)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("bigtiff", [False, True])
def test_a_preview_whose_picture_hangs_on_it(bigtiff: bool, order: str) -> None:
    tifffile = pytest.importorskip("tifffile")
    array, stream = make.picture(dtype=np.uint16), io.BytesIO()
    with tifffile.TiffWriter(stream, bigtiff=bigtiff, byteorder=order) as file:
        file.write((array[::4, ::4] >> 8).astype(np.uint8), photometric="rgb", subfiletype=1, subifds=2)
        file.write((array[::2, ::2] >> 8).astype(np.uint8), photometric="rgb", subfiletype=1)
        file.write(array, photometric="rgb")
    photo = read(io.BytesIO(stream.getvalue()))
    assert np.array_equal(np.rint(photo.pixels * 65535), array)


@pytest.mark.parametrize("step", [1, 257])
def test_palettes_of_8_and_of_16_bits(step: int) -> None:
    levels = np.arange(256, dtype=np.uint16)
    palette = np.stack([levels, 255 - levels, levels // 2]) * np.uint16(step)
    indices = make.picture(channels=1)
    photo = read(io.BytesIO(make.tiff(indices, photometric="palette", colormap=palette, metadata=None)))
    assert np.array_equal(np.rint(photo.pixels * 255), (palette // step).T[indices])


def test_a_volume_is_no_single_picture() -> None:
    slices = np.repeat(make.picture(channels=1)[None], 4, axis=0)
    with pytest.raises(ImageFileError, match="4 frames or pages"):
        read(io.BytesIO(make.tiff(slices, volumetric=True, tile=(16, 16, 16), photometric="minisblack")))
