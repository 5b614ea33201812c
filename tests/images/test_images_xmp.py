"""XMP packets in other encodings than UTF-8."""

import io
import struct

import numpy as np
import pytest

from helpers import images as make
from helpers import needs
from instructir.images import Photo, encode, read, read_srgb
from instructir.images.metadata.provenance import NAMESPACE, noted
from instructir.images.metadata.xmp import as_utf8

TEXT = make.XMP.decode()
CODINGS = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]


def packet(coding: str, mark: str = "\ufeff", text: str = TEXT) -> bytes:
    return (mark + text).encode(coding)


def file_of(kind: str, xmp: bytes) -> bytes:
    """A file of 40 rows and 56 columns with this packet, put there by other programs than ours."""
    array = make.picture()
    if kind == "PNG":
        plain = make.saved(array, "PNG")
        chunk = make.png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)
        return plain[:33] + chunk + plain[33:]
    if kind == "TIFF":
        return make.tiff(array, photometric="rgb", extratags=[(700, 1, len(xmp), xmp, True)])
    if kind == "HEIC":
        heif = pytest.importorskip("pillow_heif")
        stream, blank = io.BytesIO(), b"x" * len(xmp)  # which the encoder would spoil
        heif.encode("RGB", (56, 40), array.tobytes(), stream, xmp=blank)
        assert blank in stream.getvalue()
        return stream.getvalue().replace(blank, xmp)
    if kind == "JP2":
        body = bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + xmp
        return make.saved(array, "JPEG2000") + struct.pack(">L4s", len(body) + 8, b"uuid") + body
    return make.saved(array, kind, xmp=xmp)


@needs("formats")
@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "JP2"])
def test_the_orientation_in_it_counts_and_is_reset(kind: str, coding: str) -> None:
    data = file_of(kind, packet(coding))
    photo = read(io.BytesIO(data))
    assert photo.pixels.shape == (56, 40, 3)
    assert photo.metadata.xmp == make.XMP.replace(b'Orientation="6"', b'Orientation="1"')
    assert read_srgb(io.BytesIO(data)).shape == (56, 40, 3)


@needs("formats")
@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
def test_where_the_container_alone_counts_it_is_set_to_upright(kind: str) -> None:
    photo = read(io.BytesIO(file_of(kind, packet("utf-16-le"))))
    assert photo.pixels.shape == (40, 56, 3)
    assert photo.metadata.xmp == make.XMP.replace(b'Orientation="6"', b'Orientation="1"')


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_it_becomes_utf_8_with_and_without_a_mark(mark: str, coding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{coding[:6]}"?>' + TEXT.replace('"5"', '"5 étoiles ★"')
    found = as_utf8(packet(coding, mark, declared) + b"\0")
    assert found == declared.replace(coding[:6], "UTF-8").encode()
    assert as_utf8(found) is found


@pytest.mark.parametrize(
    "text", [b"", make.XMP, b"\xef\xbb\xbf" + make.XMP, b"\xff\xfe<\0\0\xd8<\0", b"\0\1\2\3"]
)
def test_other_packets_stay_as_they_are(text: bytes) -> None:
    assert as_utf8(text) == text


@pytest.mark.parametrize("coding", CODINGS)
def test_what_was_done_is_noted_in_it(coding: str) -> None:
    photo = read(io.BytesIO(make.saved(make.picture(), "WEBP", xmp=packet(coding))))
    again = Photo(np.zeros((8, 8, 3), np.float32), metadata=noted(photo.metadata, "noise removed"))
    written = encode(again, "a.jpg")
    assert NAMESPACE.encode() in written
    assert b'xmp:Rating="5"' in written
