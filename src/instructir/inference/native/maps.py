"""Feature maps of the native kernel, in memory that runs leave to each other."""

import threading
import weakref
from typing import NamedTuple

import torch
from torch import Tensor

_LINE = 64  # bytes that the cache holds together


class _Memory:
    """What maps leave, for those that come: pages that are new to the process cost a tenth of a run."""

    _MOST = 256 * 1024**2  # bytes

    def __init__(self) -> None:
        self._unused: list[Tensor] = []
        self._turn = threading.Lock()

    def take(self, size: int) -> Tensor:
        """At least `size` bytes, of any values."""
        with self._turn:
            fitting = [index for index, values in enumerate(self._unused) if len(values) >= size]
            if fitting:
                return self._unused.pop(min(fitting, key=lambda index: len(self._unused[index])))
        return torch.empty(size, dtype=torch.uint8)

    def keep(self, values: Tensor) -> None:
        """Have them back, and let go of them if that is more than is worth it."""
        with self._turn:
            if sum(kept.nbytes for kept in [*self._unused, values]) <= self._MOST:
                self._unused.append(values)

    def release(self) -> None:
        """Let go of all of it."""
        with self._turn:
            self._unused.clear()


_memory = _Memory()
release_memory = _memory.release
"""Give back to the system what earlier runs have left."""


class FeatureMap:
    """Features (rows, tiles, channels, tile), of whose pixels the first `width` of each row count.

    Attributes:
        shape: of all of it.
        rows: of pixels.
        width: of a row, in pixels.
        channels: of a pixel.
        tiles: of a row, which may have pixels behind the width.
        address: of the first value.
    """

    def __init__(self, shape: "MapShape", memory: Tensor | None = None) -> None:
        """Values of any kind.

        Args:
            shape: of the map.
            memory: bytes to lie in; by default some of its own.
        """
        self.shape = shape
        self.rows, self.width, self.channels = shape.rows, shape.width, shape.channels
        self.tiles = shape.tiles
        if memory is None:
            memory = _memory.take(shape.size)
            weakref.finalize(self, _memory.keep, memory)
        self.address = memory.data_ptr()
        self._memory = memory[: shape.size]  # memory of earlier runs may have more

    @property
    def values(self) -> Tensor:
        """All of them, one after the other, in the map's memory."""
        return self._memory.view(self.shape.dtype)[: self.shape.length]


class MapShape(NamedTuple):
    """What a map takes.

    Attributes:
        rows: of pixels.
        width: of a row, in pixels.
        channels: of a pixel.
        tile: pixels of a row whose channels lie together.
        dtype: of a value.
    """

    rows: int
    width: int
    channels: int
    tile: int
    dtype: torch.dtype

    @property
    def tiles(self) -> int:
        """Tiles of a row."""
        return -(-self.width // self.tile)

    @property
    def length(self) -> int:
        """Number of values."""
        return self.rows * self.tiles * self.channels * self.tile

    @property
    def size(self) -> int:
        """Bytes, in whole lines of the cache."""
        return -(-self.length * self.dtype.itemsize // _LINE) * _LINE


class MapStack:
    """Memory of maps of which the last is given up first: none of it lies idle between those in use."""

    def __init__(self, size: int) -> None:
        """Take as many bytes as the maps ever take together."""
        self._whole = _memory.take(size)
        self._ends = [0]
        weakref.finalize(self, _memory.keep, self._whole)

    def push(self, shape: MapShape) -> FeatureMap:
        """A map behind the others."""
        start = self._ends[-1]
        self._ends.append(start + shape.size)
        return FeatureMap(shape, self._whole[start : self._ends[-1]])

    def pop(self) -> None:
        """Give up the last."""
        self._ends.pop()
