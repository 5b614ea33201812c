"""What surrounds a picture when the network sees it, and the average of runs that differ in that alone.

The network wants sizes that are multiples of its own, and its channel attention averages over all that it is
given. Filled up with black, as the paper's code does it, a picture is misjudged and its last rows and columns
are convolved with black. So a picture is laid into a larger one that continues it by reflection, on every
side: at a border without, one row and column of noise stay, because the convolutions there meet zeros. The
outermost row is repeated by its reflection. Without that, its error on noisy pictures was 21 % above that of
the same pixels inside a picture, with it 15 %; the means of whole test sets differ by 0.03 dB at most, either
way.

Where the picture lies relative to the network's strides matters to what has a grid of its own: the blocks of
a JPEG file, the pixels of a picture that was enlarged. In training such grids begin with the crop. So a
picture begins at a multiple of eight. At four pixels from one, JPEG of quality 10 was restored 0.2 dB worse,
at odd ones 1.1 dB, and pictures enlarged four times lost as much at two pixels.

It also decides what pattern the strides weave into flat areas. Runs with the picture elsewhere, and mirrored,
weave it elsewhere, and their average has little of it and is closer to the truth (test-time augmentation,
after the self-ensemble of Lim et al., EDSR, CVPR workshops 2017). They keep to the grid.
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

BORDER = 4
"""Least rows and columns of reflection on every side, in pixels."""
GRID = 8
"""Pictures begin at multiples of so many pixels: JPEG's blocks, and twice the largest factor of enlarging."""


_SMALL = 1_000_000
"""Pixels of a picture whose second run takes no time that anybody would notice."""


class Placement(NamedTuple):
    """Where a picture lies for one run.

    Attributes:
        down: rows of reflection above it beyond those of the first run.
        right: columns of reflection left of it beyond those of the first run.
        mirrored: whether it is seen as in a mirror.
    """

    down: int = 0
    right: int = 0
    mirrored: bool = False


_FIRST = Placement()
"""Of the first run, or of the only one."""


def runs_of(ensemble: int, height: int, width: int) -> int:
    """How many runs of a picture of this size are averaged: `ensemble`, or by the size where that is 0."""
    return ensemble or (2 if height * width <= _SMALL else 1)


def placements(runs: int) -> Iterator[Placement]:
    """Where the picture lies in each of `runs` runs, 16 at most.

    Two runs differ most: by half of the deepest stride each way, and as in a mirror. Eight have all such
    pairs; those beyond leave the grid of eight pixels for one of four.
    """
    for run in range(runs):
        odd, second, third, beyond = run % 2, run // 2 % 2, run // 4 % 2, run // 8
        down, right = odd ^ third, odd ^ second ^ third
        yield Placement(GRID * down + GRID // 2 * beyond, GRID * right + GRID // 2 * beyond, bool(odd))


class Surrounded:
    """Pictures continued by reflection on every side, to sizes that are multiples.

    They are made when they are asked for, and again each time: what computes for long need not hold them.

    Args:
        image: (B, C, H, W), any height and width from 1 up; more than a picture's size is reflected again.
        multiple: what height and width become a multiple of.
        placement: where the picture lies.

    Attributes:
        shape: of :meth:`all`.
        device: where they are.
    """

    def __init__(self, image: Tensor, multiple: int, placement: Placement = _FIRST) -> None:
        self._image, self._mirrored = image, placement.mirrored
        self._rows, self._columns = _extents(image, multiple, placement)
        self.device = image.device
        self.shape = torch.Size((*image.shape[:2], self._rows[1], self._columns[1]))

    def __len__(self) -> int:
        return len(self._image)

    def __getitem__(self, index: int) -> Tensor:
        """One of them, (C, H, W)."""
        return self._continued(self._image[index])

    def all(self) -> Tensor:
        """All of them, (B, C, H, W)."""
        return self._continued(self._image)

    def _continued(self, seen: Tensor) -> Tensor:
        seen = seen.flip(-1) if self._mirrored else seen
        for axis, (before, total) in ((-2, self._rows), (-1, self._columns)):
            extent = seen.shape[axis]
            places = _reflected(extent, before, total, seen.device)
            ends = places[:before], places[before + extent :]
            first, last = (seen.index_select(axis, end) for end in ends)
            seen = torch.cat([first, seen, last], axis)
        return seen

    def cut_out(self, restored: Tensor) -> Tensor:
        """The pictures' own part of what became of :meth:`all`, as they were given."""
        height, width = self._image.shape[-2:]
        (top, _), (left, _) = self._rows, self._columns
        own = restored[..., top : top + height, left : left + width]
        return own.flip(-1) if self._mirrored else own


def _extents(image: Tensor, multiple: int, placement: Placement) -> tuple[tuple[int, int], tuple[int, int]]:
    """Of rows and of columns: how many come before the picture, and how many there are in all."""
    height, width = image.shape[-2:]
    turned = -width % GRID if placement.mirrored else 0  # what is its first column then is its last
    found = []
    for extent, shift in ((height, placement.down), (width, placement.right + turned)):
        before = GRID + shift
        found.append((before, -(-(before + extent + BORDER) // multiple) * multiple))
    return found[0], found[1]


def _reflected(extent: int, before: int, total: int, device: torch.device) -> Tensor:
    """For each of `total` rows or columns the one of the picture's `extent` that it shows."""
    places = (torch.arange(total, device=device) - before) % (2 * extent)
    return torch.where(places < extent, places, 2 * extent - 1 - places)
