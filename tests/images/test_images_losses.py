"""What an output has no place for is said, and what there is a place for is not."""

import io
import struct

import pytest
from PIL import Image

from helpers import images as make
from instructir.images import encode, losses, read

CAPTIONS = b"Photoshop 3.0\x008BIM\4\4\0\0\0\0\0\x08\x1c\2\x19\0\3abc\0"


@pytest.mark.parametrize("suffix", ["png", "webp", "tif", "avif", "bmp"])
def test_what_only_a_jpeg_holds_is_said(suffix):
    data = make.saved(make.picture(), "JPEG", comment=b"the harbour")
    data = data[:2] + b"\xff\xed" + struct.pack(">H", len(CAPTIONS) + 2) + CAPTIONS + data[2:]
    photo = read(io.BytesIO(data))
    assert losses(photo, "o.jpg") == ()
    (said,) = losses(photo, f"o.{suffix}")
    assert said.endswith("has no place for the IPTC captions and the comment of a JPEG: left out")


@pytest.mark.parametrize("suffix", ["jpg", "webp", "tif", "avif", "bmp"])
def test_what_only_a_png_holds_is_said(suffix):
    data = make.png_with(make.saved(make.picture(), "PNG"), (b"tEXt", b"Comment\0the harbour"))
    photo = read(io.BytesIO(data))
    assert losses(photo, "o.png") == ()
    (said,) = losses(photo, f"o.{suffix}")
    assert said.endswith("has no place for the texts of a PNG: left out")


def test_bmp_holds_no_xmp():
    photo = read(io.BytesIO(make.saved(make.picture(), "JPEG", xmp=make.XMP)))
    assert losses(photo, "o.bmp") == ("BMP holds no XMP: captions, keywords and edits are left out",)


def test_a_second_picture_behind_a_jpeg_is_told():
    first, second = (Image.fromarray(make.picture(seed=seed)) for seed in (0, 1))
    stream = io.BytesIO()
    first.save(stream, "MPO", save_all=True, append_images=[second])
    assert make.noted(read(io.BytesIO(stream.getvalue())), "further pictures behind this one")


def test_xmp_that_is_too_long_for_a_jpeg_is_told():
    for size, is_told in ((60_000, False), (70_000, True)):
        packet = make.XMP.replace(b"</rdf:RDF>", b"<!--" + b"x" * size + b"--></rdf:RDF>")
        photo = read(
            io.BytesIO(
                make.png_with(
                    make.saved(make.picture(), "PNG"), (b"iTXt", b"XML:com.adobe.xmp" + b"\0" * 5 + packet)
                )
            )
        )
        assert any("KB of XMP" in said for said in losses(photo, "o.jpg")) == is_told
        assert ("xmp" in make.opened(encode(photo, "o.jpg")).info) != is_told
