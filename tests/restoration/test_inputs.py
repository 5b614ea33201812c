"""Samples of arrays and Pillow images: what is taken, said of, and refused."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

from instructir.errors import ImageFileError
from instructir.images import Photo
from instructir.restoration.inputs import to_photo
from instructir.restoration.restorer import Restorer
from instructir.restoration.result import to_image

DARKER = "darken it by one stop"
LEVELS = np.linspace(0, 255, 48).round().astype(np.uint8).reshape(4, 4, 3)


@pytest.mark.parametrize("kind", ["u2", "f2", "f4", "f8"])
def test_either_byte_order_is_read(photo_array: np.ndarray, kind: str) -> None:
    given = photo_array / 255 if kind.startswith("f") else photo_array.astype("u2") * 257
    little, big = (to_photo(given.astype(f"{order}{kind}")) for order in "<>")
    assert np.array_equal(little.pixels, big.pixels)
    assert np.allclose(big.pixels, photo_array / 255, atol=1e-3)


@pytest.mark.parametrize(("alpha", "level"), [(1.002, 255), (-0.002, 0), (0.5, 128)])
def test_alpha_beside_its_range_does_not_turn_over(
    tiny: Restorer, photo_array: np.ndarray, alpha: float, level: int
) -> None:
    opacity = np.full(photo_array.shape[:2], alpha, np.float32)
    result = tiny.restore(np.dstack([photo_array / np.float32(255), opacity]), DARKER)
    assert (np.asarray(result.image)[..., 3] == level).all()
    photo = Photo(np.full((4, 4, 3), 1.01, np.float32), alpha=np.full((4, 4), alpha, np.float32))
    assert (np.asarray(to_image(photo)) == (255, 255, 255, level)).all()


@pytest.mark.parametrize(
    ("image", "says"),
    [
        (LEVELS / 127.5 - 1, "values go from -1 to 1; what lies outside 0 to 1"),
        ((LEVELS * 0.2).astype(np.float32), "values go from 0 to 51"),
        (LEVELS.astype(np.uint16), "16-bit samples reach only 255 of 65535, which is nearly black"),
        (Image.fromarray(LEVELS[..., 0]).convert("I"), "16-bit samples reach only 244"),
        (Image.fromarray((LEVELS[..., 0] / 127.5 - 1).astype(np.float32)), "values go from -1 to 0.914"),
        (np.where(np.arange(4)[:, None, None] < 1, np.nan, LEVELS / 255), "4 pixels were no finite light"),
    ],
)
def test_samples_of_another_range_are_said(tiny: Restorer, image: Any, says: str) -> None:
    assert any(says in note for note in tiny.restore(image, DARKER).notes)


@pytest.mark.parametrize(
    "image",
    [
        LEVELS / 255,
        np.zeros((4, 4), np.uint16),
        np.full((4, 4), 256, np.uint16),
        np.ones((4, 4, 3), np.uint8),
        Image.fromarray(np.full((4, 4), 300, np.int32)),
    ],
)
def test_nothing_is_said_of_samples_in_their_range(image: Any) -> None:
    assert to_photo(image).notes == ()


@pytest.mark.parametrize(
    ("image", "says"),
    [
        (np.full((4, 4, 3), -200.0), "floats from -200 to 0 are not a picture: give floats in"),
        (np.array([[255.0, np.nan], [0.0, 1.0]]), "floats from 0 to 255"),
        (np.zeros((4, 4), ">i2"), "an array of >i2 is not a picture"),
        (np.zeros((0, 4, 3)), r"an array of shape \(0, 4, 3\) has no pixels"),
        (Image.new("RGB", (0, 5)), r"picture: has no pixels \(0 x 5\)"),
        (Image.new("I", (5, 0)), r"picture: has no pixels \(5 x 0\)"),
    ],
)
def test_what_stands_for_no_light_is_refused(image: Any, says: str) -> None:
    with pytest.raises(ImageFileError, match=says):
        to_photo(image)
