"""Bars, frames and transparent surroundings: neither looked at nor changed."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from instructir.images import Photo, read
from instructir.inference.execution import Outcome
from instructir.instructions.plan import Plan, Step
from instructir.restoration.diagnosis import examine
from instructir.restoration.margins import inner
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings
from instructir.tasks import Task


def framed(pixels: np.ndarray, widths: tuple[int, int, int, int], colour: int) -> np.ndarray:
    """`pixels` with bars above, below, on the left and on the right."""
    above, below, left, right = widths
    return np.pad(pixels, ((above, below), (left, right), (0, 0)), constant_values=colour)


def photo_of(pixels: np.ndarray) -> Photo:
    return read(io.BytesIO(encoded(pixels, "PNG")))


def encoded(pixels: np.ndarray, form: str) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, form)
    return stream.getvalue()


def box(photo: Photo) -> tuple[int, ...]:
    found = inner(photo)
    return found.rows.start, found.rows.stop, found.columns.start, found.columns.stop


@pytest.mark.parametrize("colour", [0, 255, 90])
@pytest.mark.parametrize("widths", [(20, 20, 0, 0), (0, 0, 13, 30), (9, 40, 5, 5), (3, 3, 3, 3)])
def test_what_lies_within_bars_is_found(
    photo_array: np.ndarray, widths: tuple[int, int, int, int], colour: int
) -> None:
    photo = photo_of(framed(photo_array, widths, colour))
    height, width = photo_array.shape[:2]
    assert box(photo) == (widths[0], widths[0] + height, widths[2], widths[2] + width)
    assert np.array_equal(inner(photo).of(photo.visible), photo_of(photo_array).visible)


def test_bars_of_a_jpeg_file_are_found_to_the_edge(photo_array: np.ndarray) -> None:
    pixels = framed(photo_array.repeat(4, 0).repeat(4, 1), (60, 60, 0, 0), 0)
    top, bottom, left, right = box(read(io.BytesIO(encoded(pixels, "JPEG"))))
    assert abs(top - 60) <= 2
    assert abs(bottom - (60 + 4 * 48)) <= 2
    assert (left, right) == (0, 4 * 64)


def gradient() -> np.ndarray:
    """A sky that is clipped above and below, without an edge."""
    rows = np.clip(np.abs(np.arange(-100, 100)) * -1.5 + 330, 0, 255)
    return np.broadcast_to(rows[:, None, None], (200, 90, 3)).astype(np.uint8)


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((60, 40, 3), 255, np.uint8),
        np.zeros((5, 300, 3), np.uint8),
        gradient(),
        framed(np.full((4, 4, 3), 90, np.uint8), (40, 40, 40, 40), 0),
    ],
)
def test_what_has_no_edge_or_nothing_within_has_no_margins(pixels: np.ndarray) -> None:
    assert box(photo_of(pixels)) == (0, len(pixels), 0, pixels.shape[1])


def test_a_wall_on_one_side_is_part_of_the_picture(photo_array: np.ndarray) -> None:
    pixels = framed(photo_array, (0, 30, 0, 0), 0)
    assert box(photo_of(pixels)) == (0, len(pixels), 0, pixels.shape[1])
    pixels[-60:] = 255
    pixels = framed(pixels, (30, 0, 0, 0), 0)
    assert box(photo_of(pixels)) == (0, len(pixels), 0, pixels.shape[1])


def test_what_is_transparent_around_is_a_margin(photo_array: np.ndarray) -> None:
    alpha = np.full((48, 64, 1), 255, np.uint8)
    pixels = framed(np.concatenate([photo_array, alpha], axis=2), (7, 8, 9, 10), 0)
    assert box(photo_of(pixels)) == (7, 55, 9, 73)


def test_the_network_sees_what_lies_within_and_bars_stay(
    tiny: Restorer, photo_array: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes: list[tuple[int, ...]] = []

    def run(images: torch.Tensor, *_: object) -> Outcome:
        shapes.append(tuple(images.shape))
        return Outcome(images * 0.5, ())

    monkeypatch.setattr(tiny, "execute", lambda ensemble: run)
    pixels = framed(photo_array, (20, 20, 0, 0), 200)
    plan = Plan("clear", (Step(Task.DERAINING, 1.0, 1.0, ""),))
    result = tiny.restore(pixels, plan=plan, settings=Settings(device="cpu", guard=False))
    assert shapes == [(1, 3, 48, 64)]
    start = pixels.astype(np.float32) / 255
    assert np.array_equal(result.pixels[:20], start[:20])
    assert np.array_equal(result.pixels[-20:], start[-20:])
    assert np.allclose(result.pixels[20:-20], start[20:-20] / 2)


def test_bars_are_no_darkness(photo_array: np.ndarray) -> None:
    pixels = photo_array.repeat(4, 0).repeat(4, 1)
    assert examine(framed(pixels, (150, 150, 0, 0), 0)).probabilities == examine(pixels).probabilities
