"""What a restored picture's file says: everything that the source said and what was done, or nothing."""

import io
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest
from PIL import Image

from instructir.errors import ImageFileError
from instructir.images import Photo, read
from instructir.images.metadata import Metadata
from instructir.images.metadata.provenance import NAMESPACE, noted, without_metadata
from instructir.instructions.plan import Plan, Step
from instructir.restoration.result import Restoration
from instructir.settings import Settings
from instructir.tasks import Task

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
OTHERS = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<r:Description r:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image/png"/>'
    b"</r:RDF></x:xmpmeta>"
)


def lines(packet: bytes) -> list[str]:
    """Our history in an XMP packet, by an independent parser."""
    root = ET.fromstring(packet.decode("utf-8-sig"))
    return [
        item.text or ""
        for history in root.iter(f"{{{NAMESPACE}}}History")
        for item in history.iter(f"{RDF}li")
    ]


def restored(settings: Settings, metadata: Metadata) -> Restoration:
    photo = Photo(np.full((20, 30, 3), 0.4, np.float32), metadata=metadata)
    plan = Plan("clear", (Step(Task.DENOISING, 0.99, 0.5, 'my <"grainy"> photo'),))
    return Restoration(photo, photo, plan, "some-model", 1.0, stages=(photo,), settings=settings)


def full() -> Metadata:
    exif = Image.Exif()
    exif[0x010E] = "a holiday"
    return Metadata(exif=exif.tobytes().removeprefix(b"Exif\0\0"), xmp=OTHERS, dpi=(300, 300))


@pytest.mark.parametrize("packet", [None, OTHERS])
def test_a_note_joins_what_others_wrote_and_earlier_notes(packet):
    once = noted(Metadata(xmp=packet), "first & <second>")
    twice = noted(once, "third")
    assert lines(once.xmp) == ["first & <second>"]
    assert lines(twice.xmp) == ["first & <second>", "third"]
    assert (b'dc:format="image/png"' in twice.xmp) is (packet is not None)


def test_a_broken_packet_is_left_as_it_is():
    broken = Metadata(xmp=b"<x:xmpmeta")
    assert noted(broken, "line") == broken


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_the_file_says_what_was_done(tmp_path, suffix):
    path = restored(Settings(), full()).save(tmp_path / f"out{suffix}")
    (line,) = lines(read(path).metadata.xmp)
    assert 'some-model: denoising 50% ("my <"grainy"> photo")' in line
    assert line.startswith("InstructIR ")


@pytest.mark.parametrize("quality", ["90", 50.5, True, np.float32(90)])
def test_a_quality_that_is_no_whole_number_is_refused(tmp_path, quality):
    for suffix in (".jpg", ".png"):
        with pytest.raises(ImageFileError, match=r"quality .* is not a whole number; use 1 to 100"):
            restored(Settings(), full()).save(tmp_path / f"q{suffix}", quality=quality)
    assert not list(tmp_path.iterdir())
    number: Any = np.int64(90)
    assert restored(Settings(), full()).save(tmp_path / "q.jpg", quality=number).exists()


@pytest.mark.parametrize(
    ("kind", "written"), [("PNG", "PNG"), ("png", "PNG"), ("Webp", "WEBP"), ("GIF", "JPEG"), (None, "JPEG")]
)
def test_a_kind_counts_for_more_than_the_suffix(tmp_path, kind, written):
    with Image.open(restored(Settings(), full()).save(tmp_path / "k.jpg", kind=kind)) as image:
        assert image.format == written


@pytest.mark.parametrize("kind", ["XX", "jpg", "", 5])
def test_a_kind_that_is_no_format_is_refused(tmp_path, kind):
    result = restored(Settings(), full())
    for make in (result.save, result.encode, result.all_notes):
        with pytest.raises(ImageFileError, match="is not a format that is known; use one of JPEG PNG"):
            make(tmp_path / "k.jpg", kind=kind)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_no_note_and_strip(tmp_path, suffix):
    kept = read(restored(Settings(note=False), full()).save(tmp_path / f"kept{suffix}")).metadata
    assert kept.xmp == OTHERS
    assert b"a holiday" in kept.exif
    data = restored(Settings(strip=True), full()).encode(f"bare{suffix}")
    assert b"a holiday" not in data
    assert b"xmpmeta" not in data
    assert Image.open(io.BytesIO(data)).size == (30, 20)


def test_strip_keeps_what_the_colours_need():
    chunks = ((b"sRGB", b"\0"), (b"tEXt", b"a\0b"))
    full_one = Metadata(icc=b"profile", exif=b"II*\0 something", dpi=(72, 72), chunks=chunks)
    assert without_metadata(full_one) == Metadata(icc=b"profile", chunks=chunks[:1])
