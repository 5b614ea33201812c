"""Pages: paper of any colour, in any light that falls on it, becomes white.

Paper is lighter than all that is printed on it, so its light is seen all over a page: a smooth surface, of
second order in the logarithm of each channel's light. Divided by it, a page that has yellowed, is dark or is
lit from one side is white. A picture of which most does not lie on one such surface is no page.
"""

import numpy as np
from numpy.typing import NDArray

from instructir.images import Photo
from instructir.images.colour.samples import blocks
from instructir.images.colour.spaces import SRGB_CURVE

_Array = NDArray[np.float64]

_SIDE, _CELLS = 512, 32
"""Longer side that is looked at, in pixels, and cells along each side in which paper is looked for."""
_LIGHTER = 0.7
"""Fraction of a cell's pixels that are darker than what is taken for its paper."""
_INK = 0.2
"""Logarithm of light by which ink is darker than paper."""
_PAPER, _LEAST_INK, _BEYOND = 0.7, 0.005, 0.05
"""Fractions of a page: paper and ink, at least, and what is lighter than paper, at most."""
_BLUER = 0.15
"""Logarithm of light by which paper may be bluer than red: skies are."""
_ROUNDS, _FEWEST = 12, 12
"""Most times that cells without paper are told from the others, and fewest cells with paper."""
_DARKEST = 1e-3
"""Light below which nothing is told apart."""


def paper_of(photo: Photo) -> _Array | None:
    """The light of a page's paper: coefficients (6, 3) of its logarithm; None where a picture is no page."""
    step = max(1, max(photo.width, photo.height) // _SIDE)
    seen = photo.visible[::step, ::step].astype(np.float64)
    light = np.log(np.maximum(SRGB_CURVE.forward(seen), _DARKEST))
    down, across = (_positions(side) for side in light.shape[:2])
    colours, places = [], []
    for rows in np.array_split(np.arange(len(down)), min(_CELLS, len(down))):
        for columns in np.array_split(np.arange(len(across)), min(_CELLS, len(across))):
            cell = light[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].reshape(-1, 3)
            tone = cell.mean(axis=1)
            colours.append(cell[tone >= np.quantile(tone, _LIGHTER)].mean(axis=0))
            places.append((down[rows].mean(), across[columns].mean()))
    colour, basis = np.array(colours), _basis(*np.array(places).T)
    kept = colour.mean(axis=1) >= np.quantile(colour.mean(axis=1), 0.25)
    found = np.zeros((basis.shape[1], 3))
    for _ in range(_ROUNDS):
        if kept.sum() < _FEWEST:
            return None
        found = np.linalg.lstsq(basis[kept], colour[kept], rcond=None)[0]
        again = (colour - basis @ found).mean(axis=1) > -_INK / 2
        if (again == kept).all():
            break
        kept = again
    left = light - _basis(down[:, None], across) @ found
    tone = left.mean(axis=2)
    paper = (np.abs(tone) < _INK) & (np.ptp(left, axis=2) < _INK)
    is_page = (
        paper.mean() >= _PAPER
        and (tone < -_INK).mean() >= _LEAST_INK
        and (tone > _INK).mean() <= _BEYOND
        and found[0, 2] - found[0, 0] <= _BLUER
    )
    return found if is_page else None


def whitened(photo: Photo, paper: _Array, fraction: float) -> tuple[Photo, str]:
    """A page with white paper, and what was done in the middle of it.

    Args:
        photo: the page.
        paper: its paper's light, by :func:`paper_of`.
        fraction: how far it goes to white, in [0, 1].
    """
    down, across = _positions(photo.height), _positions(photo.width)
    pixels = np.empty_like(photo.pixels)
    for rows in blocks(photo.pixels.shape):
        gains = np.exp(-fraction * (_basis(down[rows][:, None], across) @ paper))
        light = SRGB_CURVE.forward(photo.pixels[rows].astype(np.float64))
        pixels[rows] = SRGB_CURVE.backward(light * gains).clip(0, 1)
    if photo.alpha is not None:
        pixels = np.where((photo.alpha > 0)[..., None], pixels, photo.pixels)
    red, green, blue = np.exp(-fraction * paper[0])
    said = f"white balance: red \u00d7 {red:.2f}, green \u00d7 {green:.2f}, blue \u00d7 {blue:.2f} in light"
    return photo.with_pixels(pixels), said


def _positions(count: int) -> _Array:
    """Middles (count,) of that many pixels side by side, from -1 to 1."""
    return (np.arange(count) + 0.5) / count * 2 - 1


def _basis(down: _Array, across: _Array) -> _Array:
    """Terms (..., 6) of second order of places on a page."""
    y, x = np.broadcast_arrays(down, across)
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
