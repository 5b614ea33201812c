"""Feature maps of the native kernel, in memory that runs leave to each other."""

import math
import threading
import weakref

import torch
from torch import Tensor


class _Memory:
    """What maps leave, for those that come: pages that are new to the process cost a tenth of a run."""

    _MOST = 512 * 1024**2  # bytes

    def __init__(self) -> None:
        self._unused: list[Tensor] = []
        self._turn = threading.Lock()

    def take(self, size: int) -> Tensor:
        """At least `size` floats, of any values."""
        with self._turn:
            fitting = [index for index, values in enumerate(self._unused) if len(values) >= size]
            if fitting:
                return self._unused.pop(min(fitting, key=lambda index: len(self._unused[index])))
        return torch.empty(size)

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
        rows: of pixels.
        width: of a row, in pixels.
        channels: of a pixel.
        tiles: of a row, which may have pixels behind the width.
        address: of the first float.
    """

    def __init__(self, rows: int, width: int, channels: int, tile: int) -> None:
        self.rows, self.width, self.channels = rows, width, channels
        self.tiles = -(-width // tile)
        shape = rows, self.tiles, channels, tile
        values = _memory.take(math.prod(shape))
        self.address = values.data_ptr()
        self._values = values[: math.prod(shape)].view(shape)
        weakref.finalize(self, _memory.keep, values)

    def clear(self) -> None:
        """Make all of it zero."""
        self._values.zero_()
