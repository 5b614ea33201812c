"""Statements of colour that stand for none are not handed on, and none costs a result."""

import io
import struct

import numpy as np
import pytest

from helpers import images as make
from helpers import needs
from instructir.errors import ImageFileError
from instructir.images import Metadata, Photo, encode, losses, read
from instructir.images.codecs import jxl_header
from instructir.images.colour.cicp import Codes, Parameters

pytestmark = needs("formats")
SUFFIXES = (".png", ".jxl", ".heic", ".avif", ".tif")
WHITE = (31270, 32900)
IMPOSSIBLE = {
    "huge": (2_000_000_000,) * 8,
    "far": (*WHITE, 2_200_000, 300_000, 30_000, 60_000, 15_000, 6_000),
    "nothing": (0,) * 8,
    "one point": (30_000,) * 8,
    "no white": (0, 0, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000),
    "white outside": (70_000, 20_000, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000),
}


def png(kind: bytes, body: bytes, channels: int = 3) -> bytes:
    return make.png_with(make.saved(make.picture(channels=channels), "PNG"), (kind, body))


def back(photo: Photo, suffix: str) -> Photo:
    return read(io.BytesIO(encode(photo, f"out{suffix}")))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_impossible_chromaticities_are_not_handed_on(name: str, channels: int) -> None:
    photo = read(io.BytesIO(png(b"cHRM", struct.pack(">8L", *IMPOSSIBLE[name]), channels)))
    assert photo.space is None
    for suffix in SUFFIXES:
        data = encode(photo, f"out{suffix}")
        again = read(io.BytesIO(data))
        assert again.space is None, suffix
        assert suffix != ".png" or b"cHRM" not in data
        assert suffix != ".jxl" or jxl_header.parse_header(data[data.index(b"\xff\x0a") :]).colours == (
            jxl_header.Colours()
        )


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        *(((code, 13), (2, 13)) for code in (0, 3, 13, 20, 23, 255)),
        *(((1, code), (1, 2)) for code in (0, 3, 19, 255)),
        *((codes, codes) for codes in ((9, 16), (12, 13), (1, 8))),
    ],
)
def test_code_points_without_a_meaning_become_not_specified(
    stated: tuple[int, int], kept: tuple[int, int]
) -> None:
    photo = read(io.BytesIO(png(b"cICP", bytes([*stated, 0, 1]))))
    assert photo.metadata.cicp == kept
    for suffix in (".png", ".heic", ".avif"):
        assert back(photo, suffix).metadata.cicp == kept, suffix


def test_a_profile_counts_beside_code_points_without_a_meaning() -> None:
    data = make.saved(make.picture(), "PNG", icc_profile=make.display_p3())
    photo = read(io.BytesIO(make.png_with(data, (b"cICP", bytes([255, 255, 0, 1])))))
    assert photo.space is not None
    assert photo.space.stated == "icc"


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("kind", "body", "suffix"),
    [(b"cICP", bytes([22, 13, 0, 1]), ".heic"), (b"gAMA", struct.pack(">L", 220_000), ".jxl")],
)
def test_what_an_encoder_does_not_take_is_written_in_the_working_space(
    kind: bytes, body: bytes, suffix: str, channels: int
) -> None:
    photo = read(io.BytesIO(png(kind, body, channels)))
    assert not losses(photo, f"out{suffix}")
    again = back(photo, suffix)
    assert np.abs(again.srgb - photo.srgb).mean() < 0.02


def test_an_encoder_refuses_what_it_cannot_state_as_a_file_error() -> None:
    far = Metadata(parameters=Parameters(None, ((9.0, 0.3), (0.3, 0.6), (0.15, 0.06), (0.31, 0.33))))
    photo = Photo(make.picture(dtype=np.float32), metadata=far)
    with pytest.raises(ImageFileError, match="choose another format"):
        encode(photo, "out.jxl")


def test_a_matrix_that_the_encoder_of_heic_does_not_take() -> None:
    codes = {"color_primaries": 1, "transfer_characteristics": 13, "full_range_flag": 1}
    stated = Metadata(cicp=Codes(1, 13), nclx={**codes, "matrix_coefficients": 14})
    again = back(Photo(make.picture(dtype=np.float32), metadata=stated), ".heic")
    assert again.metadata.cicp == (1, 13)
