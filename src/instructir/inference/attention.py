"""Channel attention for executors that see a picture in parts: averages are gathered, factors handed out.

What :class:`~instructir.models.image_network.ChannelAttention` computes of the whole picture, or of windows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from instructir.models.image_network import ChannelAttention, window_means

_PARTS = 16
"""In which windows' means are averaged, and turned into factors."""


class AttentionMeans:
    """Where the blocks take their attention's mean from: the given ones, else what they measured.

    Args:
        given: the means (C,) of all blocks, in the order of execution, if they are given.
        record: receives what is measured.
    """

    def __init__(self, given: Sequence[Tensor] | None, record: list[Tensor] | None) -> None:
        self._given: Iterator[Tensor] | None = None if given is None else iter(given)
        self._record = record
        if record is not None:
            record.clear()

    def next(self, measured: Tensor) -> Tensor:
        """The mean that the next block uses, which has measured one."""
        if self._record is not None:
            self._record.append(measured)
        return measured if self._given is None else next(self._given)


class GatedSums:
    """Sums up the gated features of a picture (rows, width, channels), a strip of rows at a time.

    Args:
        rows: of the picture.
        width: of the picture.
        cell: side of the cells that are averaged over, which both are multiples of; 0 for everything.
    """

    def __init__(self, rows: int, width: int, cell: int) -> None:
        self._rows, self._width, self._cell = rows, width, cell
        self._parts: list[Tensor] = []
        self._cells: Tensor | None = None

    def add(self, start: int, gated: Tensor) -> None:
        """Count the rows from `start` on, (N, width, C) of any precision."""
        if not self._cell:
            self._parts.append(gated.sum((0, 1), dtype=torch.float32))
            return
        count, _, channels = gated.shape
        if self._cells is None:
            across = self._rows // self._cell, self._width // self._cell
            self._cells = gated.new_zeros(*across, channels, dtype=torch.float32)
        summed = gated.view(count, -1, self._cell, channels).sum(2, dtype=torch.float32)
        place = torch.arange(start, start + count, device=gated.device) // self._cell
        self._cells.index_add_(0, place, summed)

    def means(self) -> Tensor:
        """Averages once all rows are counted: (C,) over everything, or (C, rows, columns) of the cells."""
        if self._cells is None:
            return torch.stack(self._parts).sum(0) / (self._rows * self._width)
        return self._cells.permute(2, 0, 1) / self._cell**2


@dataclass(frozen=True)
class AttentionWeights:
    """The parameters of a block's channel attention.

    Attributes:
        weight: (C, C).
        bias: (C,).
        cell: side of the cells that windows are made of, in pixels of the block's stage.
        reach: cells that a window reaches beyond its middle one; 0 where there are no windows.
    """

    weight: Tensor
    bias: Tensor
    cell: int
    reach: int

    @classmethod
    def of(cls, attention: ChannelAttention) -> "AttentionWeights":
        """Those of a module, copied."""
        weight, bias = (parameter.detach().clone() for parameter in attention.parameters())
        return cls(weight.flatten(1), bias, attention.cell, attention.reach)

    @property
    def summed_cell(self) -> int:
        """Side of the cells that are averaged over, 0 for everything."""
        return self.cell if self.reach else 0

    def factors(self, means: Tensor) -> Tensor:
        """Factors (C,) of the channels, or (C, rows, columns) at the centres of cells, given their means.

        The cells' means are overwritten where they are contiguous: of a large picture, several copies would
        add up to as much as a map.
        """
        if means.dim() == 1:
            return torch.addmv(self.bias, self.weight, means)
        factors = means.contiguous()
        for channels in factors.chunk(_PARTS):
            channels.copy_(window_means(channels[None], self.reach)[0])
        for places in factors.flatten(1).chunk(_PARTS, 1):
            places.copy_(torch.addmm(self.bias[:, None], self.weight, places))
        return factors


def factor_rows(factors: Tensor, cell: int, first: int, last: int) -> Tensor:
    """Factors (N, width, C) of the pixels in rows `first` to `last`, from the cells' (C, rows, columns)."""
    if cell == 1:
        return factors[:, first:last].permute(1, 2, 0)
    rows = factors.shape[1]
    place = (torch.arange(first, last, device=factors.device) + 0.5) / cell - 0.5
    place = place.clamp_min(0)
    above = place.long()
    below, down = (above + 1).clamp_max(rows - 1), place - above
    between = torch.lerp(factors[:, above], factors[:, below], down[:, None])
    return _factor_columns(between, cell).permute(1, 2, 0)


def _factor_columns(factors: Tensor, cell: int) -> Tensor:
    """Factors (C, N, width) of the pixels in rows of which the cells have factors (C, N, columns)."""
    if cell == 1:
        return factors
    return F.interpolate(factors, scale_factor=float(cell), mode="linear", align_corners=False)
