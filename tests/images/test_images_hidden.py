"""Pictures: what is not seen or is no colour does not reach the network."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from helpers import images as make
from instructir.errors import ImageFileError
from instructir.images import Photo, encode, losses, read
from instructir.images.filling import known_part


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("grey", [False, True])
def test_hidden_colours_are_not_shown_to_the_network(dtype, grey):
    seen = []
    for hidden in (0.0, 1.0):
        pixels = make.picture(40, 64, dtype=np.float32)
        pixels[:, 32:] = hidden
        full = 1 if dtype == np.float32 else np.iinfo(dtype).max
        alpha = np.where(np.arange(64) < 32, full, 0)[None].repeat(40, 0).astype(dtype)
        photo = Photo(pixels, alpha=alpha, greyscale=grey, depth=8 * np.dtype(dtype).itemsize)
        seen.append(photo.visible)
        restored = photo.with_visible(np.full_like(pixels, 0.25))
        assert (restored.pixels[:, 32:] == hidden).all(), "what is hidden stays"
        assert (restored.pixels[:, :32] == 0.25).all()
    assert np.array_equal(seen[0], seen[1])
    assert np.abs(seen[0][:, 32:] - seen[0][:, :32].mean((0, 1))).mean() < 0.15, (
        "filled from the surroundings"
    )


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_hidden_colours_of_files(kind):
    views = []
    for hidden in (0, 255):
        array = make.picture(32, 48, 4)
        array[..., 3] = 255
        array[:, 24:] = (hidden, hidden, hidden, 0)
        options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
        views.append(read(io.BytesIO(make.saved(array, kind, **options))).visible)
    assert np.array_equal(views[0], views[1])


def test_hidden_entries_of_a_palette():
    views = []
    for hidden in ((0, 0, 0), (255, 255, 255)):
        image = Image.fromarray((np.indices((16, 16)).sum(0) % 3).astype(np.uint8), "P")
        image.putpalette([200, 20, 30, *hidden, 40, 50, 60])
        views.append(read(io.BytesIO(make.saved(image, "PNG", transparency=1))).visible)
    assert np.array_equal(views[0], views[1])


@pytest.mark.parametrize("size", [(1, 1), (30, 20), (300, 500)])
def test_the_part_in_which_everything_is_known(size):
    known = np.ones(size, bool)
    assert known[known_part(known)].shape == size
    known[: size[0] // 3] = known[:, -(size[1] // 4) or size[1] :] = False
    part = known[known_part(known)]
    assert part.all()
    assert part.size > 0.9 * known.sum()
    assert known[known_part(np.zeros(size, bool))].size == 0


def test_what_is_plainly_visible_of_a_round_picture():
    pixels = make.picture(200, 240, dtype=np.float32)
    y, x = np.mgrid[:200, :240]
    round_ = ((y - 100) ** 2 + (x - 120) ** 2 < 90**2).astype(np.uint8) * 255
    photo = Photo(pixels, alpha=round_)
    seen = photo.plainly_visible
    assert seen.size > 0.55 * pixels[round_ > 0].size  # the largest square has 2 / pi of a circle
    middle = photo.visible[90:110, 110:130]
    windows = np.lib.stride_tricks.sliding_window_view(seen, middle.shape)
    assert (windows == middle).all(axis=(-3, -2, -1)).any()
    assert Photo(pixels).plainly_visible.shape == pixels.shape


def test_a_picture_of_nothing_but_transparency():
    photo = Photo(make.picture(8, 8, dtype=np.float32), alpha=np.zeros((8, 8), np.uint8))
    assert (photo.visible == 0.5).all()
    assert np.array_equal(photo.with_visible(photo.visible).pixels, photo.pixels)


# --- without colours


def test_neutral_pictures_are_known():
    grey = np.repeat(make.picture(64, 64, 1)[..., None], 3, 2)
    assert read(io.BytesIO(make.saved(grey, "PNG"))).neutral
    assert read(io.BytesIO(make.saved(grey, "JPEG", quality=70))).neutral
    assert not read(io.BytesIO(make.saved((grey * [1.0, 0.9, 0.8]).astype(np.uint8), "PNG"))).neutral


def test_dark_colour_pictures_are_not_taken_for_grey():
    dark = (make.picture(64, 64) // 22).astype(np.uint8)  # all below 12 of 255, as nights are
    assert not read(io.BytesIO(make.saved(dark, "PNG"))).neutral


def test_colours_below_transparency_do_not_make_a_grey_picture_coloured():
    array = np.dstack([np.repeat(make.picture(32, 32, 1)[..., None], 3, 2), np.full((32, 32), 255, np.uint8)])
    array[:, :8] = (255, 0, 0, 0)
    assert read(io.BytesIO(make.saved(array, "PNG"))).neutral


# --- floats that are no light


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30, -1e30])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_impossible_samples_are_filled_and_told(value, channels):
    pytest.importorskip("tifffile", reason='needs the extra "formats"')
    array = make.picture(24, 24, channels, np.float32)
    broken = array.copy()
    broken[10, 12] = value
    options = {"extrasamples": ["unassalpha"]} if channels == 4 else {}
    photo = read(
        io.BytesIO(make.tiff(broken, photometric="minisblack" if channels == 1 else "rgb", **options))
    )
    assert make.noted(photo, "1 pixel")
    whole = array[..., None] if channels == 1 else array[..., :3]
    difference = np.abs(photo.pixels - whole)
    assert difference[10, 12].max() < 0.4
    difference[10, 12] = 0
    assert difference.max() < 1e-6
    assert photo.alpha is None or np.isfinite(photo.alpha).all()


def test_a_file_of_nan_is_refused():
    pytest.importorskip("tifffile", reason='needs the extra "formats"')
    with pytest.raises(ImageFileError, match="no numbers that stand for light"):
        read(io.BytesIO(make.tiff(np.full((8, 8, 3), np.nan, np.float32), photometric="rgb")))


def test_light_beyond_white_is_kept_and_told():
    pytest.importorskip("tifffile", reason='needs the extra "formats"')
    array = make.picture(24, 24, dtype=np.float32) * 4 - 0.5
    photo = read(io.BytesIO(make.tiff(array, photometric="rgb")))
    assert make.noted(photo, "outside 0 to 1")
    assert photo.visible.min() >= 0
    assert photo.visible.max() <= 1
    assert np.allclose(photo.with_visible(photo.visible).pixels, array)
    assert any("clipped" in said for said in losses(photo, "a.png"))
    assert not losses(photo, "a.tif")


# --- PNG


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_transparent_grey_of_every_depth(depth):
    levels = np.arange(64) % (1 << depth)
    packed = "".join(f"{level:0{depth}b}" for level in levels)
    row = b"\0" + int(packed, 2).to_bytes(len(packed) // 8, "big")
    parts = [(b"IHDR", struct.pack(">LLBBBBB", 64, 4, depth, 0, 0, 0, 0)), (b"tRNS", b"\0\1")]
    parts += [(b"IDAT", zlib.compress(row * 4)), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(make.png_chunk(*part) for part in parts)
    photo = read(io.BytesIO(data))
    assert np.array_equal(photo.alpha[0] == 0, levels == 1)
    assert np.allclose(photo.pixels[0, :, 0], levels / ((1 << depth) - 1))
    back = read(make.named(encode(photo, "a.png"), "a.png"))
    assert np.array_equal(back.alpha, photo.alpha)
