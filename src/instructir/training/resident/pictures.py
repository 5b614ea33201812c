"""Training pictures on the device at several scales, and crops gathered from them in one operation."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from instructir.data.pictures import BytePixels
from instructir.data.sources import Companion

_SHRUNK = (1.0, 0.84, 0.7, 0.59, 0.5, 0.42, 0.35, 0.3, 0.25)
"""Scales of a picture, a quarter of an octave apart."""
_ENLARGED = (2.0, 1.68, 1.41, 1.19)
"""Those of sources that enlarge, too."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class CropPlace:
    """Where crops lie: pictures, levels, rows and columns of their upper left corners, (N,) each."""

    picture: Ints
    level: Ints
    top: Ints
    left: Ints


class ResidentPictures:
    """One set of pictures, and their companions, at all scales, as bytes on the device."""

    def __init__(
        self,
        pairs: Sequence[tuple[BytePixels, BytePixels | None]],
        companion: Companion,
        device: torch.device,
        *,
        enlarged: bool = False,
        least: int = 128,
    ) -> None:
        """Scale and move pictures.

        Args:
            pairs: pictures (H, W, 3) and their companions of the same size, (H, W) or (H, W, 3).
            companion: what those are.
            device: where to.
            enlarged: scales above one as well.
            least: no picture is scaled down to fewer pixels than this a side.
        """
        self.companion = companion
        self.scales = np.array([*(_ENLARGED if enlarged else ()), *_SHRUNK])
        sizes = np.array([picture.shape[:2] for picture, _ in pairs])
        scaled = np.rint(sizes[:, None] * self.scales[None, :, None]).astype(np.int64)
        self.sizes: Ints = scaled
        """Heights and widths, (pictures, scales, 2)."""
        self.usable = (self.scales >= 1) | (scaled.min(-1) >= least)
        """Whether a picture is there at a scale, (pictures, scales)."""
        self._clean = _Pyramid([picture for picture, _ in pairs], scaled, self.usable, device)
        others = [other for _, other in pairs if other is not None]
        self._other = _Pyramid(others, scaled, self.usable, device) if others else None

    def __len__(self) -> int:
        return len(self.sizes)

    def crops(self, place: CropPlace, side: int) -> tuple[Tensor, Tensor | None]:
        """Crops (N, 3, side, side) uint8, mirrored up to that size, and their companions."""
        other = None if self._other is None else self._other.crops(place, side)
        return self._clean.crops(place, side), other


class _Pyramid:
    def __init__(
        self, pictures: Sequence[BytePixels], sizes: Ints, usable: NDArray[np.bool_], device: torch.device
    ) -> None:
        self._channels = 1 if pictures[0].ndim == 2 else pictures[0].shape[2]
        lengths = np.where(usable, sizes.prod(-1) * self._channels, 0)
        offsets = (lengths.cumsum() - lengths.ravel()).reshape(lengths.shape)
        self._offsets, self._sizes = offsets, sizes
        self._bytes = torch.empty(int(lengths.sum()), dtype=torch.uint8, device=device)
        for index, picture in enumerate(pictures):
            planes = torch.from_numpy(picture).to(device).view(*picture.shape[:2], self._channels)
            wide = planes.permute(2, 0, 1)[None].float()
            for level in np.flatnonzero(usable[index]):
                height, width = sizes[index, level].tolist()
                scaled = wide
                if (height, width) != tuple(wide.shape[2:]):
                    scaled = F.interpolate(
                        wide, (height, width), mode="bicubic", align_corners=False, antialias=True
                    )
                start = int(offsets[index, level])
                flat = scaled.round().clamp(0, 255).to(torch.uint8).flatten()
                self._bytes[start : start + len(flat)] = flat

    def crops(self, place: CropPlace, side: int, together: int = 512) -> Tensor:
        device = self._bytes.device
        offsets = self._offsets[place.picture, place.level]
        sizes = self._sizes[place.picture, place.level]
        table = torch.from_numpy(np.column_stack([offsets, sizes, place.top, place.left])).to(device)
        parts = [self._gathered(part.unbind(1), side) for part in torch.split(table, together)]
        return torch.cat(parts)

    def _gathered(self, columns: Sequence[Tensor], side: int) -> Tensor:
        offset, height, width, top, left = (column.view(-1, 1) for column in columns)
        reach = torch.arange(side, device=offset.device)
        rows, across = _mirrored(top + reach, height), _mirrored(left + reach, width)
        plane = torch.arange(self._channels, device=offset.device).view(1, -1, 1, 1)
        start = offset[:, :, None, None] + plane * (height * width)[:, :, None, None]
        index = start + (rows * width)[:, None, :, None] + across[:, None, None, :]
        return self._bytes[index].expand(-1, 3, -1, -1)


def _mirrored(place: Tensor, length: Tensor) -> Tensor:
    place = place % (2 * length)
    return torch.where(place < length, place, 2 * length - 1 - place)


@dataclass(frozen=True)
class ResidentEntry:
    """A :class:`~instructir.data.mixture.MixtureEntry` with what its source says of crops."""

    task: int
    pictures: ResidentPictures
    weight: float
    strength: tuple[float, float] = (0.0, 1.0)
    margin: int = 0
    shrink: float = 0.0
    enlarge: float = 0.0

    def places(self, count: int, side: int, rng: np.random.Generator) -> CropPlace:
        """Draw `count` crops of `side` pixels."""
        held = self.pictures
        picture = rng.integers(len(held), size=count)
        level = np.full(count, int(np.flatnonzero(held.scales == 1)[0]))
        fate, octaves = rng.random((2, count))
        logs = np.log(held.scales)
        large = held.sizes[picture].min(-1) >= side
        for row in np.flatnonzero(fate < self.shrink):
            below = np.flatnonzero(held.usable[picture[row]] & large[row] & (held.scales <= 1))
            if len(below):
                wanted = logs[below].min() * octaves[row]
                level[row] = below[np.abs(logs[below] - wanted).argmin()]
        above = np.flatnonzero(held.scales >= 1)
        for row in np.flatnonzero((fate >= self.shrink) & (fate < self.shrink + self.enlarge)):
            level[row] = above[np.abs(logs[above] - math.log(2) * octaves[row]).argmin()]
        room = np.maximum(held.sizes[picture, level] - side, 0) + 1
        top, left = (rng.random((2, count)) * room.T).astype(np.int64)
        return CropPlace(picture, level, top, left)
