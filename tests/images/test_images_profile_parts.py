"""The segments over which a JPEG spreads its ICC profile: in any order, twice, or not all there."""

import io
import struct
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from helpers import images as make
from instructir.images import encode, read
from instructir.images.raster import WITHOUT_PROFILE

PROFILE = make.adobe_rgb()


def file_of(*segments: tuple[int, int, bytes], inks: bool = False) -> bytes:
    """A JPEG with parts of a profile: their numbers, how many there are said to be, and what is in them."""
    image = Image.fromarray(make.picture())
    plain = make.saved(image.convert("CMYK") if inks else image, "JPEG", quality=95)
    bodies = [b"ICC_PROFILE\0" + bytes([number, count]) + part for number, count, part in segments]
    packed = b"".join(struct.pack(">BBH", 0xFF, 0xE2, len(body) + 2) + body for body in bodies)
    return plain[:2] + packed + plain[2:]


def parts(count: int, first: int = 1) -> list[tuple[int, int, bytes]]:
    step = -(-len(PROFILE) // count)
    return [(first + i, count, PROFILE[i * step : (i + 1) * step]) for i in range(count)]


ORDERS: dict[str, Callable[[], list[tuple[int, int, bytes]]]] = {
    "in order": lambda: parts(3),
    "backwards": lambda: parts(3)[::-1],
    "more than nine": lambda: parts(12)[::-1],
    "each twice": lambda: parts(3) * 2,
    "one twice": lambda: [*parts(3), parts(3)[1]],
    "counted from 0": lambda: parts(2, 0),
}


@pytest.mark.parametrize("order", ORDERS)
def test_a_profile_is_put_together_by_numbers(order: str) -> None:
    photo = read(io.BytesIO(file_of(*ORDERS[order]())))
    assert photo.notes == ()
    assert photo.metadata.icc == PROFILE
    assert photo.space is not None
    assert make.opened(encode(photo, "a.jpg")).info["icc_profile"] == PROFILE


LACKING: dict[str, Callable[[], list[tuple[int, int, bytes]]]] = {
    "the first": lambda: parts(3)[1:],
    "the middle": lambda: parts(3)[::2],
    "the last": lambda: parts(2)[:1],
    "the last, one being twice": lambda: parts(2)[:1] * 2,
    "two states of one": lambda: [*parts(2), (2, 2, b"another")],
    "counts that differ": lambda: [parts(2)[0], (2, 3, parts(2)[1][2])],
    "none is said to be": lambda: [(1, 0, PROFILE)],
}


@pytest.mark.parametrize("inks", [False, True])
@pytest.mark.parametrize("lacking", LACKING)
def test_a_profile_of_which_a_part_is_missing_is_told_and_left_out(lacking: str, inks: bool) -> None:
    photo = read(io.BytesIO(file_of(*LACKING[lacking](), inks=inks)))
    assert WITHOUT_PROFILE in photo.notes
    assert photo.metadata.icc is None
    assert photo.space is None
    plain = read(io.BytesIO(file_of(inks=inks)))
    assert np.array_equal(photo.pixels, plain.pixels)
    for name in ("a.jpg", "a.png"):
        written = encode(photo, name)
        assert "icc_profile" not in make.opened(written).info
        assert b"ICC_PROFILE" not in written
