"""Traces of an earlier JPEG file in a picture: a screenshot, a copy as PNG, a file saved twice.

Cosine coefficients that were once kept to multiples of a step still lie near multiples of it. The tables of
libjpeg at each quality are tried; at the right one the coefficients gather, at all others they do not (as in
Fan and de Queiroz, "Identification of bitmap compression history", IEEE Transactions on Image Processing
2003). Pictures that were resized, turned or cut since have no traces, or elsewhere. In a file that was saved
twice the finer steps of the second time blur them, but leave them as long as they are clearly the finer ones.
"""

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from instructir.degradations.compression import TO_YCBCR, cosines, tables_at
from instructir.images import Photo
from instructir.images.metadata import JpegCoding
from instructir.restoration.deblocking import as_stored, coding_of, is_fine

_BLOCK = 8
_BLOCKS = 2500
"""Blocks that are looked at, evenly over the picture."""
_QUALITIES = range(5, 86)
"""Finer files leave hardly anything to remove."""
_LOW = 4
"""Frequencies a direction: beyond them hardly a coefficient is left."""
_GATHERED = 0.5
"""Mean cosine of the coefficients' phases from which they gather: it is 1 at multiples of the steps, and
within 0.1 of 0 in pictures without traces."""
_CHANCE = 2.0
"""By how many over the root of their number that may be chance: so many fewer coefficients tell less."""
_COARSER = 1.25
"""How many times a file's own steps those of an earlier one are, at least: the coefficients lie at multiples
of the own ones, and steps much like these would seem to fit."""
_HALVED = 2
"""Subsampling of 4:2:0, as nearly all such files have it."""


def with_traces(photo: Photo) -> Photo:
    """A photo that says how it was coded before, where its pixels show that and its file is no coarser."""
    file = photo.metadata.jpeg
    if file is not None and file.orientation is None and not is_fine(file):
        return photo  # its pixels are not, or no longer, those of the file
    own = file or JpegCoding(())
    own = replace(own, orientation=own.orientation or 1)
    step = float(coding_of(own).steps[0, :_LOW, :_LOW].mean()) if own.tables else 0.0
    quality = earlier_quality(as_stored(photo.visible, own), step)
    if quality is None:
        return photo
    luma, chroma = (tuple(map(int, table.flatten().tolist())) for table in tables_at(quality))
    coding = replace(own, tables=(luma, chroma), subsampling=_HALVED)
    return replace(photo, metadata=replace(photo.metadata, jpeg=coding))


def earlier_quality(pixels: NDArray[np.float32], step: float = 0.0) -> int | None:
    """Quality at which a picture was once a JPEG file; None where nothing tells.

    Args:
        pixels: (H, W, 3) in [0, 1], as they lie in their file.
        step: mean step of the low frequencies in its present JPEG file; 0 where that does not count.
    """
    rows, columns = (size // _BLOCK for size in pixels.shape[:2])
    every = max(1, int(np.sqrt(rows * columns / _BLOCKS)))
    cut = pixels[: rows * _BLOCK, : columns * _BLOCK]
    blocks = cut.reshape(rows, _BLOCK, columns, _BLOCK, 3)[::every, :, ::every].swapaxes(1, 2)
    blocks = blocks.reshape(-1, _BLOCK, _BLOCK, 3) * 255
    inside = (blocks.min(axis=(1, 2, 3)) > 0) & (blocks.max(axis=(1, 2, 3)) < 255)  # what is clipped moved
    luma = torch.from_numpy(blocks[inside]).float() @ torch.tensor(TO_YCBCR[0])
    waves = cosines(luma.device)
    spectrum = (waves @ luma @ waves.T)[:, :_LOW, :_LOW]
    # Means do not tell: in drawings there are few different ones. Nor do blocks that occur more than once.
    spectrum[:, 0, 0] = 0
    spectrum = torch.unique(spectrum.round(decimals=2), dim=0)
    tables = {quality: tables_at(quality)[0, :_LOW, :_LOW] for quality in _QUALITIES}
    found = {
        quality: _gathering(spectrum, steps)
        for quality, steps in tables.items()
        if steps.mean() >= _COARSER * step
    }
    best = max(found, key=lambda quality: (found[quality], quality), default=None)  # some begin alike
    return best if best is not None and found[best] >= _GATHERED else None


def _gathering(spectrum: torch.Tensor, steps: torch.Tensor) -> float:
    """How near coefficients (N, L, L) are to multiples of the steps (L, L), of those that are not zero."""
    units = spectrum / steps
    told = units[units.abs() > 0.5]
    return (
        float(torch.cos(2 * torch.pi * told).mean()) - _CHANCE / max(1, len(told)) ** 0.5
        if len(told)
        else 0.0
    )
