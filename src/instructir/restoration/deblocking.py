"""JPEG artefacts taken away by what the file says of itself.

A JPEG file keeps the cosine coefficients of blocks of eight by eight pixels to whole multiples of the steps
in its tables. So the steps say how much was lost, and where the lost part can lie: no coefficient can have
been further than half a step from what is stored. What is done, in luma and chroma:

1. Windows at every second pixel lose their small coefficients, which are mostly what the blocks left, and
   are averaged, those with few coefficients counting most (Nosratinia, "Enhancement of JPEG-compressed
   images by re-application of JPEG", Journal of VLSI Signal Processing 2001; the measure of the loss is that
   of Foi, Katkovnik and Egiazarian, "Pointwise shape-adaptive DCT for high-quality denoising and deblocking
   of grayscale and color images", IEEE Transactions on Image Processing 2007). Chroma that was stored at half
   the resolution is filtered there.
2. A small network takes away what it has learnt that this leaves
   (:class:`~instructir.models.deblocking_network.DeblockingNetwork`).
3. Coefficients that moved further than half a step are brought back: the set of pictures that the file can
   have come from is convex, so this only brings the result nearer to the sharp picture.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from instructir.degradations.compression import TO_YCBCR, cosines
from instructir.images import Photo
from instructir.images.metadata import JpegCoding
from instructir.images.metadata.quality import estimated_quality
from instructir.images.raster import turned
from instructir.inference.progress import advance
from instructir.models.bundled import packaged
from instructir.models.deblocking_network import DeblockingNetwork
from instructir.models.tensors import read_tensors

DEBLOCKING_WEIGHTS = "deblocking-network.safetensors"
"""Packaged weights; ``instructir train deblocking`` makes them."""

_BLOCK = 8
_UNIT = 2 * _BLOCK
"""Pixels of a block of chroma at half the resolution."""
_STEP = 2
"""Pixels from one window of the filter to the next."""
_THRESHOLDS = (2.4, 1.6)
"""Thresholds of luma's and chroma's cosine coefficients, in units of how coarse they were stored."""
_TILE, _HALO = 1024, 48
"""Side of the part that is worked on at once, and how far beyond it pixels count; multiples of `_UNIT`."""
_COARSE = 75
"""Quality up to which artefacts are seen."""
_FINE = 95
"""Quality from which a file's own tables serve to write the result: it is no coarser than by default."""

_INVERSE = {6: 8, 8: 6}
"""EXIF orientations that undo others; the rest undo themselves."""


class Storage(NamedTuple):
    """How a picture was stored.

    Attributes:
        steps: (3, 8, 8), of luma's and chroma's coefficients, from low to high frequency downwards and
            across.
        halved: whether chroma has half the resolution.
    """

    steps: Tensor
    halved: bool

    @property
    def levels(self) -> Tensor:
        """How coarse luma and chroma are, (2,); see :func:`coarseness`."""
        return torch.stack([coarseness(table) for table in self.steps[:2]])


def deblocked(photo: Photo, coding: JpegCoding | None = None) -> tuple[Photo, str]:
    """A photo without the artefacts of the JPEG file that it was read from, and what was done.

    The photo itself and nothing where its pixels are not, or no longer, those of a JPEG file. What is
    returned says no longer how the file was coded, so that it is not written as coarsely again.

    Args:
        photo: the picture.
        coding: of the file, where the picture is what a network made of it, pixel by pixel; by default the
            photo's own. The cells are then those around what the network made.
    """
    coding = coding or photo.metadata.jpeg
    if coding is None or coding.orientation is None or not coding.tables:
        return photo, ""
    stored = as_stored(photo.visible, coding)
    made = np.empty_like(stored)
    network, how = _network(), coding_of(coding)
    for inner, outer in _tiles(stored.shape[0], stored.shape[1]):
        part = torch.from_numpy(_cut(stored, outer))
        with torch.inference_mode():
            restored = _restored_part(part.permute(2, 0, 1)[None], how, network)[0].permute(1, 2, 0).numpy()
        top, left = (own.start - wide.start for own, wide in zip(inner, outer, strict=True))
        height, width = made[inner].shape[:2]
        made[inner] = restored[top : top + height, left : left + width]
        advance(0)  # next to the network's time it counts for little, but it can be broken off
    if photo.neutral:
        made[:] = made.mean(axis=2, keepdims=True)
    quality = estimated_quality(coding.tables) or 0
    result = photo.with_visible(turned(made, coding.orientation))
    if quality < _FINE:
        fresh = replace(coding, tables=(), orientation=None)
        result = replace(result, metadata=replace(result.metadata, jpeg=fresh))
    return result, f"JPEG artefacts of quality {quality} removed"


def as_stored(pixels: NDArray[np.float32], coding: JpegCoding) -> NDArray[np.float32]:
    """Pixels (H, W, 3) as they lie in their file, from which an EXIF orientation may have turned them."""
    orientation = coding.orientation or 1
    return turned(pixels, _INVERSE.get(orientation, orientation))


def is_coarse(coding: JpegCoding | None) -> bool:
    """Whether artefacts are seen in a JPEG file."""
    quality = estimated_quality(coding.tables) if coding is not None else None
    return quality is not None and quality <= _COARSE


def is_fine(coding: JpegCoding | None) -> bool:
    """Whether a JPEG file has no artefacts that any step would bring up, or there is none."""
    quality = estimated_quality(coding.tables) if coding is not None else None
    return quality is None or quality >= _FINE


def coding_of(coding: JpegCoding) -> Storage:
    """How a file with tables was stored, as the filter wants it."""
    tables = [torch.tensor(table, dtype=torch.float32).view(_BLOCK, _BLOCK) for table in coding.tables]
    luma, blue, red = (tables[min(number, len(tables) - 1)] for number in range(3))
    return Storage(torch.stack([luma, blue, red]), coding.subsampling == 2)


def coarseness(steps: Tensor) -> Tensor:
    """Standard deviation, on the 8-bit scale, of what quantisation by `steps` (8, 8) did to a plane."""
    return (0.69 * steps[:3, :3].mean() ** 1.3).sqrt()


def _restored_part(pixels: Tensor, how: Storage, network: DeblockingNetwork | None) -> Tensor:
    """Restore pixels (B, 3, H, W) in [0, 1] whose top left pixel is that of a block.

    Args:
        pixels: H and W multiples of 16.
        how: they were stored.
        network: None for the filter alone.
    """
    stored = planes(pixels)
    levels = how.levels.expand(len(pixels), -1)
    made = filtered(stored, levels, torch.full((len(pixels),), how.halved))
    if network is not None:
        made = network(stored, made, levels)
    made = within_cells(stored, made, how)
    made[:, 0] += 128
    matrix = torch.linalg.inv(torch.tensor(TO_YCBCR))
    return (torch.einsum("ij,bjhw->bihw", matrix, made) / 255).clamp(0, 1)


def planes(pixels: Tensor) -> Tensor:
    """Luma and chroma (B, 3, H, W), on the 8-bit scale about zero, of pixels in [0, 1]."""
    made = torch.einsum("ij,bjhw->bihw", torch.tensor(TO_YCBCR), pixels * 255)
    made[:, 0] -= 128
    return made


def filtered(stored: Tensor, levels: Tensor, halved: Tensor) -> Tensor:
    """Luma and chroma without most of what quantisation added.

    Args:
        stored: (B, 3, H, W) luma and chroma on the 8-bit scale; H and W multiples of 16.
        levels: (B, 2), see :func:`coarseness`.
        halved: (B,), whether chroma was stored at half the resolution: then it is filtered there.
    """
    luma = _thresholded(stored[:, :1], _THRESHOLDS[0] * levels[:, 0])
    limit = _THRESHOLDS[1] * levels[:, 1]
    chroma = stored[:, 1:].clone()
    if halved.any():
        small = F.avg_pool2d(chroma[halved], 2)
        change = _thresholded(small, limit[halved]) - small
        chroma[halved] += F.interpolate(change, scale_factor=2, mode="bilinear", align_corners=False)
    if not halved.all():
        chroma[~halved] = _thresholded(chroma[~halved], limit[~halved])
    return torch.cat([luma, chroma], 1)


def within_cells(stored: Tensor, restored: Tensor, how: Storage) -> Tensor:
    """`restored` with no coefficient of the file's blocks further than half a step from `stored`.

    Both are luma and chroma (B, 3, H, W), H and W multiples of 16. Halved chroma is held by its means over
    two by two pixels.
    """
    change, limit = restored - stored, how.steps / 2
    luma = _limited(change[:, :1], limit[:1])
    chroma = change[:, 1:]
    if how.halved:
        small = F.avg_pool2d(chroma, 2)
        chroma = chroma + F.interpolate(_limited(small, limit[1:]) - small, scale_factor=2)
    else:
        chroma = _limited(chroma, limit[1:])
    return stored + torch.cat([luma, chroma], 1)


def _limited(change: Tensor, limit: Tensor) -> Tensor:
    """A change (B, C, H, W) whose blocks' coefficients are no larger than limits (C, 8, 8)."""
    batch, channels, height, width = change.shape
    blocks = change.reshape(batch, channels, height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    waves, most = cosines(change.device), limit[None, :, None, None]
    spectrum = waves @ blocks.transpose(3, 4) @ waves.T
    held = waves.T @ torch.minimum(torch.maximum(spectrum, -most), most) @ waves
    return held.transpose(3, 4).reshape(change.shape)


def _thresholded(stored: Tensor, limit: Tensor) -> Tensor:
    """Planes (B, C, H, W) less the small coefficients of overlapping windows' cosine transforms.

    Args:
        stored: H and W multiples of 8.
        limit: (B,), about what counts as small.
    """
    batch, channels, height, width = stored.shape
    waves = cosines(stored.device)
    basis = torch.einsum("ui,vj->vuij", waves, waves).reshape(-1, 1, _BLOCK, _BLOCK)
    room = _BLOCK - _STEP
    padded = F.pad(stored.reshape(-1, 1, height, width), [room] * 4, mode="reflect")
    spectrum = F.conv2d(padded, basis, stride=_STEP)
    scale = limit.repeat_interleave(channels)[:, None, None, None]
    # The eighth power of the coefficients in units of the threshold, and from it their weights, in place.
    weights = (spectrum / scale).square_().square_().square_().add_(1).reciprocal_().neg_().add_(1)
    weights[:, 0] = 1
    weight = 1 / weights.sum(1, keepdim=True)
    kept = spectrum.mul_(weights).mul_(weight)
    # Back by columns, then by rows, which is several times faster than both at once.
    columns = waves.view(_BLOCK, 1, _BLOCK, 1).repeat(_BLOCK, 1, 1, 1)
    partly = F.conv_transpose2d(kept, columns, stride=(_STEP, 1), groups=_BLOCK)
    total = F.conv_transpose2d(partly, waves.view(_BLOCK, 1, 1, _BLOCK), stride=(1, _STEP))
    whole = F.conv_transpose2d(weight, torch.ones_like(basis[:1]), stride=_STEP)
    inner = slice(room, -room)
    return (total / whole)[..., inner, inner].reshape(batch, channels, height, width)


def _tiles(height: int, width: int) -> Iterator[tuple[tuple[slice, slice], tuple[slice, slice]]]:
    """What is written of a picture, and what is looked at for it, beyond its edges to whole units."""
    for top in range(0, height, _TILE):
        for left in range(0, width, _TILE):
            ends = [(top, height), (left, width)]
            inner = [slice(start, min(start + _TILE, size)) for start, size in ends]
            outer = [
                slice(max(0, start - _HALO), min(start + _TILE + _HALO, -(-size // _UNIT) * _UNIT))
                for start, size in ends
            ]
            yield (inner[0], inner[1]), (outer[0], outer[1])


def _cut(pixels: NDArray[np.float32], where: tuple[slice, slice]) -> NDArray[np.float32]:
    """That part of (H, W, 3); beyond the edge its last pixels are repeated, as encoders do."""
    part = pixels[where]
    lack = [own.stop - own.start - size for own, size in zip(where, part.shape, strict=False)]
    return np.ascontiguousarray(np.pad(part, ((0, lack[0]), (0, lack[1]), (0, 0)), mode="edge"))


@lru_cache(maxsize=1)
def _network() -> DeblockingNetwork:
    network = DeblockingNetwork().eval()
    network.load_state_dict(read_tensors(packaged(DEBLOCKING_WEIGHTS))[1])
    return network
