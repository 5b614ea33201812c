"""Overlapped tiles with weighted blending, for any function of pictures.

Knows nothing of networks. The weights of the tiles at a pixel add up to one, so the output needs no
normalisation and nothing is held beside it but the tiles in hand. Near a tile's edge a network lacks context;
therefore neighbours blend over the middle part of their overlap only, and the outer part is thrown away.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

TileFunction = Callable[[Tensor], Tensor]


class ArrayLike(Protocol):
    """Anything (C, H, W) that can be sliced: a tensor, an array, a memory map, a file that reads in parts."""

    @property
    def shape(self) -> Any:
        """Extents, channels first."""

    def __getitem__(self, key: tuple[slice, slice, slice], /) -> Any:
        """Pixels of a region."""


class MutableArrayLike(ArrayLike, Protocol):
    """An array-like that can be written to."""

    def __setitem__(self, key: tuple[slice, slice, slice], value: Any, /) -> None:
        """Replace the pixels of a region."""


@dataclass(frozen=True)
class Span:
    """A tile's extent along one axis, and the weight of each of its pixels.

    Attributes:
        start: first pixel.
        stop: one past the last.
        weight: (stop - start,) float32 in [0, 1]; over the spans that cover a pixel they add up to one.
    """

    start: int
    stop: int
    weight: Tensor


def spans(length: int, tile: int, overlap: int, blend: int, multiple: int = 1) -> list[Span]:
    """Cover one axis with overlapping spans.

    Args:
        length: pixels to cover, at least 1.
        tile: pixels of a span. The last may be up to ``multiple - 1`` longer; where `length` is shorter, so
            is the only one.
        overlap: least number of pixels that neighbours share.
        blend: width of the ramp from one to the next, centred in what they share, at most `overlap`.
        multiple: spans start at multiples of this, as a network that halves its input wants it.

    Raises:
        ValueError: if the numbers contradict each other.
    """
    if length < 1 or not 0 <= blend <= overlap or multiple < 1 or tile < overlap + multiple:
        sizes = f"tiles of {tile}, overlap {overlap}, ramp {blend}, multiple {multiple}"
        raise ValueError(f"cannot cover {length} pixels with {sizes}")
    if length < tile + multiple:
        return [Span(0, length, torch.ones(length))]
    reach = tile - overlap - (multiple - 1)
    count = -(-(length - overlap) // reach)
    starts = [i * (length - tile) // (count - 1) // multiple * multiple for i in range(count)]
    stops = [start + tile for start in starts[:-1]] + [length]
    position = torch.arange(length, dtype=torch.float32) + 0.5
    # The weight of all tiles from the i-th on rises from 0 to 1 over the i-th ramp; a tile's weight is the
    # difference of two such, so that the sum is one whatever the rounding.
    rises = [torch.ones(length)]
    for stop, start in zip(stops, starts[1:], strict=False):
        rises.append(_smooth(position, (start + stop) / 2, blend))
    rises.append(torch.zeros(length))
    weights = [here - after for here, after in pairwise(rises)]
    return [
        Span(start, stop, weight[start:stop])
        for start, stop, weight in zip(starts, stops, weights, strict=True)
    ]


def _smooth(position: Tensor, centre: float, width: int) -> Tensor:
    """Half a cosine from 0 to 1 around `centre`; a step if the width is zero."""
    if width == 0:
        return (position > centre).float()
    phase = ((position - centre) / width + 0.5).clamp(0, 1)
    return 0.5 - 0.5 * torch.cos(torch.pi * phase)


def run_tiled(
    function: TileFunction,
    image: ArrayLike,
    output: MutableArrayLike,
    *,
    tile: int,
    overlap: int,
    blend: int | None = None,
    multiple: int = 1,
    batch: int = 1,
) -> None:
    """Apply `function` to a picture tile by tile and blend the results into `output`.

    Args:
        function: maps (B, C, h, w) float32 to (B, D, h, w).
        image: (C, H, W); read in parts. Its values go to the function as float32, not scaled.
        output: (D, H, W) of floats; overwritten.
        tile: side of a tile in pixels.
        overlap: pixels that neighbouring tiles share at least.
        blend: width of the ramp between tiles; half the overlap by default.
        multiple: tiles start at multiples of this.
        batch: tiles given to the function at once.

    Raises:
        ValueError: if the sizes contradict each other.
    """
    height, width = image.shape[1:]
    if tuple(output.shape[1:]) != (height, width):
        raise ValueError(f"the output is {tuple(output.shape[1:])}, the picture {(height, width)}")
    blend = overlap // 2 if blend is None else blend
    rows = spans(height, tile, overlap, blend, multiple)
    columns = spans(width, tile, overlap, blend, multiple)
    everything = slice(None)
    for row in rows:
        output[everything, slice(row.start, row.stop), everything] = 0
    for group in _groups(rows, columns, batch):
        regions = [(everything, slice(r.start, r.stop), slice(c.start, c.stop)) for r, c in group]
        results = function(torch.stack([_read(image[region]) for region in regions]))
        for region, (r, c), result in zip(regions, group, results, strict=True):
            weighted = result.float().cpu() * (r.weight[:, None] * c.weight)
            output[region] += weighted if isinstance(output, Tensor) else weighted.numpy()


def _groups(rows: list[Span], columns: list[Span], batch: int) -> Iterator[list[tuple[Span, Span]]]:
    """Tiles in reading order, in batches of equal size in pixels."""
    group: list[tuple[Span, Span]] = []
    for pair in ((row, column) for row in rows for column in columns):
        if group and (len(group) == batch or _size(pair) != _size(group[0])):
            yield group
            group = []
        group.append(pair)
    yield group


def _size(pair: tuple[Span, Span]) -> tuple[int, int]:
    return pair[0].stop - pair[0].start, pair[1].stop - pair[1].start


def _read(region: Any) -> Tensor:
    """Copy a region into a float32 tensor."""
    return region.float() if isinstance(region, Tensor) else torch.from_numpy(np.array(region, np.float32))
