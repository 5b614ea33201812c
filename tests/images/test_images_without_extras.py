"""What happens where the extra ``formats`` is not installed: it is named, and all else works."""

import builtins
import io
import struct
import sys

import numpy as np
import pytest
from test_images_refusals import png_stating, refused

from helpers import images as make
from instructir.images import read, write


def without(monkeypatch, *modules):
    """Make imports of `modules` fail as if they were not installed."""
    real = builtins.__import__

    def imported(name, *args, **kwargs):
        if name.split(".")[0] in modules:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *args, **kwargs)

    for name in [name for name in sys.modules if name.split(".")[0] in modules]:
        monkeypatch.delitem(sys.modules, name)
    for name in modules:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(builtins, "__import__", imported)


HEIC_HEAD = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(40)


def deep_tiff():
    """A 16-bit RGB TIFF of 2 x 2 pixels, by hand."""
    entries = [(256, 3, 1, 2), (257, 3, 1, 2), (258, 3, 3, 134), (259, 3, 1, 1), (262, 3, 1, 2)]
    entries += [(273, 4, 1, 140), (277, 3, 1, 3), (278, 3, 1, 2), (279, 4, 1, 24), (284, 3, 1, 1)]
    body = struct.pack("<2sHLH", b"II", 42, 8, len(entries))
    body += b"".join(struct.pack("<HHLL", *entry) for entry in entries) + bytes(4)
    return body.ljust(134, b"\0") + struct.pack("<3H", 16, 16, 16) + bytes(range(24))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (png_stating(4, 4, 16, 2), "PNG with 16-bit colour"),
        (deep_tiff(), "TIFF with deep colour"),
        (HEIC_HEAD, "HEIC"),
        (b"FUJIFILMCCD-RAW " + bytes(200), "camera RAW"),
    ],
    ids=["png", "tiff", "heic", "raw"],
)
def test_missing_extra_is_named(monkeypatch, data, what):
    without(monkeypatch, "imagecodecs", "tifffile", "pillow_heif", "rawpy")
    refused(io.BytesIO(data), what, 'pip install "instructir[formats]"')


def test_everything_else_works_without_the_extra(tmp_path, monkeypatch):
    without(monkeypatch, "imagecodecs", "tifffile", "pillow_heif", "rawpy")
    for array, kind in (
        (make.picture(channels=4), "PNG"),
        (make.picture(channels=4), "TIFF"),
        (make.picture(channels=1, dtype=np.uint16), "PNG"),
        (make.picture(channels=1, dtype=np.uint16), "TIFF"),
        (make.picture(channels=1, dtype=np.float32), "TIFF"),
    ):
        path = tmp_path / ("o.png" if kind == "PNG" else "o.tif")
        write(read(io.BytesIO(make.saved(array, kind))), path)
        assert np.array_equal(make.array_of(path), array)
