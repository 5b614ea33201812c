"""Made pictures without a fault that look as if they had one: pages, drawings, empty pictures, night skies.

Photographs alone teach that what is pale and without detail is veiled, and what is black too dark. A receipt,
a line drawing, a plain wall or a sky full of stars is as it should be.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

_Pixels = NDArray[np.uint8]
_LETTERS = "abcdefghijklmnopqrstuvwxyz      ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,-:%"


def made_page(rng: np.random.Generator, size: int) -> _Pixels:
    """A picture (size, size, 3) of a kind drawn at random; `size` is 32 or more."""
    return _KINDS[rng.integers(len(_KINDS))](rng, size)


def _colour(rng: np.random.Generator, least: int, most: int, spread: int = 20) -> tuple[int, int, int]:
    """A nearly grey colour."""
    shade = int(rng.integers(least, most + 1))
    red, green, blue = (int(np.clip(shade + rng.integers(-spread, spread + 1), 0, 255)) for _ in range(3))
    return red, green, blue


def _paper(rng: np.random.Generator, size: int) -> tuple[Image.Image, tuple[int, int, int]]:
    """An empty sheet, now and then a dark one, and a colour to write in."""
    dark = rng.random() < 0.2
    sheet = (255, 255, 255) if rng.random() < 0.4 else _colour(rng, 215, 250, 12)
    ink = _colour(rng, 0, 110)
    sheet, ink = (_colour(rng, 5, 50, 10), _colour(rng, 180, 255)) if dark else (sheet, ink)
    return Image.new("RGB", (size, size), sheet), ink


def _text(rng: np.random.Generator, size: int) -> _Pixels:
    picture, ink = _paper(rng, size)
    pen, height = ImageDraw.Draw(picture), int(rng.integers(8, 30))
    font = ImageFont.load_default(height)
    top, left = (int(rng.integers(0, size // 3)) for _ in range(2))
    for line in range(int(rng.integers(1, 24))):
        if rng.random() < 0.85:
            words = "".join(rng.choice(list(_LETTERS), int(rng.integers(4, 60))))
            pen.text((left, top + line * height * 1.4), words, ink, font)
    return np.asarray(picture)


def _drawing(rng: np.random.Generator, size: int) -> _Pixels:
    picture, ink = _paper(rng, size)
    pen, filled = ImageDraw.Draw(picture), rng.random() < 0.5
    for _ in range(int(rng.integers(1, 16))):
        (left, right), (top, bottom) = np.sort(
            rng.integers(-size // 4, size * 5 // 4, (2, 2)), axis=1
        ).tolist()
        fill = tuple(int(value) for value in rng.integers(0, 256, 3)) if filled else None
        width, shape = int(rng.integers(1, 5)), rng.integers(3)
        if shape == 0:
            pen.line((left, top, right, bottom), ink, width)
        elif shape == 1:
            pen.ellipse((left, top, right, bottom), fill, ink, width)
        else:
            pen.rectangle((left, top, right, bottom), fill, ink, width)
    return np.asarray(picture)


def _empty(rng: np.random.Generator, size: int) -> _Pixels:
    """One colour, or one that goes over into another, with nothing or something small before it."""
    ends = rng.integers(0, 256, 3) + rng.integers(-25, 26, (2, 3)) * (rng.random() < 0.7)
    share = np.linspace(0, 1, size)[:, None, None] * np.ones((1, size, 1))
    plane = (1 - share) * ends[0] + share * ends[1]
    picture = Image.fromarray(np.rint(plane.clip(0, 255)).astype(np.uint8))
    if rng.random() < 0.4:
        left, top = (int(value) for value in rng.integers(0, size * 3 // 4, 2))
        side = int(rng.integers(4, size // 4))
        ImageDraw.Draw(picture).ellipse((left, top, left + side, top + side), _colour(rng, 0, 255))
    return np.asarray(picture.rotate(90 * int(rng.integers(4))))


def _night(rng: np.random.Generator, size: int) -> _Pixels:
    """Stars, or a moon, on a black sky."""
    sky = rng.integers(0, 22) + rng.integers(-6, 7, 3).clip(-3, 6)
    plane = np.ones((size, size, 1)) * np.maximum(sky, 0)
    if rng.random() < 0.5:
        count = int(rng.integers(20, 400))
        rows, columns = rng.integers(0, size, (2, count))
        plane[rows, columns] = rng.uniform(60, 255, (count, 1))
        return np.asarray(Image.fromarray(np.rint(plane.clip(0, 255)).astype(np.uint8)))
    picture = Image.fromarray(plane.astype(np.uint8))
    left, top = (int(value) for value in rng.integers(0, size * 2 // 3, 2))
    side = int(rng.integers(8, size // 2))
    ImageDraw.Draw(picture).ellipse((left, top, left + side, top + side), _colour(rng, 170, 250, 8))
    return np.asarray(picture)


_KINDS: tuple[Callable[[np.random.Generator, int], _Pixels], ...] = (_text, _text, _drawing, _empty, _night)
