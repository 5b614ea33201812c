"""Pictures in boxes: what boxes say of the pixels is done to them."""

import io
import struct

import numpy as np
import pytest

from helpers import images as make
from instructir.images import read
from instructir.images.codecs import boxes


def with_crop(array, crop):
    """An AVIF file that states `crop`, in the place of a colour profile of the same size."""
    place_held = b"prof" + bytes(range(28))
    data = bytearray(make.saved(array, "AVIF", icc_profile=place_held[4:], quality=100, subsampling="4:4:4"))
    start = data.index(place_held)
    data[start - 4 : start] = b"clap"
    data[start : start + 32] = struct.pack(">8l", *crop)
    table = boxes.find_box(bytes(data), b"meta", b"iprp", b"ipma")
    for place in range(table.start + 11, table.end):
        data[place] |= 128  # which a crop must be stated with
    return bytes(data)


@pytest.mark.parametrize(
    ("crop", "rows", "columns"),
    [
        ((16, 1, 8, 1, 0, 1, 0, 1), slice(8, 16), slice(12, 28)),
        ((32, 2, 8, 1, -4, 1, 6, 1), slice(14, 22), slice(8, 24)),
    ],
)
def test_an_avif_file_is_cropped_as_it_says(crop, rows, columns):
    array = make.picture(24, 40)
    whole, cropped = (
        read(io.BytesIO(data)).pixels
        for data in (make.saved(array, "AVIF", quality=100, subsampling="4:4:4"), with_crop(array, crop))
    )
    assert np.array_equal(cropped, whole[rows, columns])


def test_a_crop_that_does_not_fit_is_passed_over():
    data = with_crop(make.picture(24, 40), (16, 1, 8, 1, 0, 1, 0, 1))
    for crop in ((16, 0, 8, 1, 0, 1, 0, 1), (50, 1, 8, 1, 0, 1, 0, 1), (16, 1, 8, 1, 30, 1, 0, 1)):
        start = data.index(b"clap") + 4
        broken = data[:start] + struct.pack(">8l", *crop) + data[start + 32 :]
        assert boxes.clean_aperture(broken, 40, 24) is None
    assert boxes.clean_aperture(b"", 40, 24) is None


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(("channels", "order"), [(3, (2, 1, 0)), (4, (3, 2, 0, 1)), (3, (1, 2, 0))])
def test_channels_of_jpeg_2000_in_an_order_of_their_own(dtype, channels, order):
    array = make.picture(24, 32, channels, dtype=dtype)
    if dtype == np.uint16:
        imagecodecs = pytest.importorskip("imagecodecs", reason='needs the extra "formats"')

        def encoded(samples):
            samples = np.ascontiguousarray(samples)
            return bytes(imagecodecs.jpeg2k_encode(samples, codecformat="jp2", level=0, mct=False))
    else:

        def encoded(samples):
            return make.saved(samples, "JPEG2000", mct=0)

    plain, shuffled = encoded(array), encoded(array[..., order])
    rows = [
        (number, int(channel == 3), 0 if channel == 3 else channel + 1)
        for number, channel in enumerate(order)
    ]
    stated = boxes.made(b"cdef", struct.pack(">H", channels) + b"".join(struct.pack(">3H", *r) for r in rows))
    out = b""
    for box in boxes.boxes(shuffled):
        body = shuffled[box.start : box.end]
        if box.kind == b"jp2h":
            kept = [b for b in boxes.boxes(body) if b.kind != b"cdef"]
            body = b"".join(boxes.made(b.kind, body[b.start : b.end]) for b in kept) + stated
        out += boxes.made(box.kind, body)
    whole, ordered = (read(io.BytesIO(data)) for data in (plain, out))
    assert np.array_equal(ordered.pixels, whole.pixels)
    if channels == 4:
        assert np.array_equal(ordered.alpha, whole.alpha)


def test_floats_of_which_none_is_light_are_called_black():
    (note,) = read(io.BytesIO(make.saved(np.full((8, 8), -1, np.float32), "TIFF"))).notes
    assert "all of the picture is black: give values from 0 to 1" in note
