"""GIF: one frame on a screen that may be larger."""

import io
import struct

import numpy as np
import pytest

from helpers import images as make
from instructir.images import encode, read, read_srgb

PALETTE = np.array([[250, 0, 0], [0, 200, 0], [0, 0, 150], [9, 9, 9]], np.uint8)


def gif(screen: tuple[int, int], corner: tuple[int, int], frame: np.ndarray, key: int | None = None) -> bytes:
    """A GIF of one frame of numbers 0 to 3, of which `key` is transparent."""
    clear, end = 4, 5
    codes = [code for number in frame.ravel() for code in (clear, int(number))] + [end]
    packed = sum(code << (3 * place) for place, code in enumerate(codes))
    body = packed.to_bytes((3 * len(codes) + 7) // 8, "little")
    blocks = b"".join(
        bytes([len(body[at : at + 255])]) + body[at : at + 255] for at in range(0, len(body), 255)
    )
    control = b"" if key is None else b"!\xf9\4" + bytes([1, 0, 0, key, 0])
    head = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x81, 0, 0) + PALETTE.tobytes()
    place = struct.pack("<HHHHB", *corner, frame.shape[1], frame.shape[0], 0)
    return head + control + b"," + place + b"\2" + blocks + b"\0;"


FRAME = np.array([[1, 2, 1], [2, 1, 0]])


@pytest.mark.parametrize("key", [None, 3, 0])
@pytest.mark.parametrize("corner", [(0, 0), (2, 1), (3, 3)])
def test_what_the_frame_leaves_of_the_screen_is_transparent(corner: tuple[int, int], key: int | None) -> None:
    photo = read(io.BytesIO(gif((6, 5), corner, FRAME, key)))
    inside = slice(corner[1], corner[1] + 2), slice(corner[0], corner[0] + 3)
    opaque = np.zeros((5, 6), bool)
    opaque[inside] = True if key is None else key != FRAME
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, 255 * opaque)
    shown = PALETTE[FRAME][opaque[inside]]
    assert np.array_equal(np.rint(photo.pixels[opaque] * 255), shown)
    written = make.array_of(encode(photo, "a.png"))
    assert np.array_equal(written[..., 3], 255 * opaque)
    assert (make.array_of(encode(photo, "a.bmp"))[~opaque] == 255).all()


@pytest.mark.parametrize("screen", [(3, 2), (0, 0), (2, 1)])
def test_a_frame_that_is_all_of_the_picture_is_opaque(screen: tuple[int, int]) -> None:
    data = gif(screen, (0, 0), FRAME)
    assert read(io.BytesIO(data)).alpha is None
    assert np.array_equal(read_srgb(io.BytesIO(data)), PALETTE[FRAME])
