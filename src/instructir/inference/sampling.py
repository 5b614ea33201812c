"""What the tiles of one picture must agree on, estimated from a sample of its pixels.

Every block's channel attention is made from the mean of its gated features over the whole picture. A picture
that does not fit the memory cannot be pooled exactly; but a mean is what samples are for. Patches spread
evenly over the picture, at its own resolution, are laid side by side into a mosaic, and the network runs on
that. Shrinking the picture instead is far off: it takes away the very noise, rain or blur whose strength the
attention measures (25 dB worse, measured on noise).
"""

from collections.abc import Iterator
from functools import partial

import torch
from torch import Tensor

from instructir.inference.native.executor import NativeExecutor
from instructir.inference.strips import StripExecutor
from instructir.inference.tiling import run_tiled

_PATCH = 64
"""Side of a patch in pixels. Many small ones beat few large ones, though their seams are more."""

_SAMPLE_PIXELS = 4 * 1024**2
"""Pixels to sample in all."""

# With the means agreed, what a tile lacks is the context at its edge: 48 pixels of it make the difference to
# exact execution vanish in float32 (more than 90 dB), so that the ramp is only a precaution.
OVERLAP, RAMP = 128, 32

# Fractional parts of multiples of these cover a square evenly, however many there are (the R2 sequence:
# powers of the plastic number).
_STEPS = (0.7548776662466927, 0.5698402909980532)


def run_in_tiles(
    executor: StripExecutor | NativeExecutor,
    image: Tensor,
    text_embedding: Tensor | None,
    side: int,
    restored: Tensor,
) -> None:
    """Restore a picture in tiles that share the means of the whole, if that is what the network goes by.

    One that attends within windows needs no more than what lies around a tile.

    Args:
        executor: runs the network.
        image: (1, 3, H, W) in [0, 1].
        text_embedding: (1, text_dim); none for a text-free network.
        side: of a tile in pixels.
        restored: (3, H, W), receives the result.
    """
    multiple = executor.config.size_multiple
    side = side // multiple * multiple
    window = executor.config.window
    # A pixel halfway into the overlap sees nearly all of its window.
    overlap = min(max(OVERLAP, window), side // 4 // multiple * multiple)
    means = None if window else _estimate_means(executor, image, text_embedding, side)
    run_tiled(
        partial(executor, text_embedding=text_embedding, means=means),
        image[0],
        restored,
        tile=side,
        overlap=overlap,
        blend=overlap // 2 if window else min(RAMP, overlap // 2),
        multiple=multiple,
    )


def _estimate_means(
    executor: StripExecutor | NativeExecutor,
    image: Tensor,
    text_embedding: Tensor | None,
    mosaic_side: int,
    sample_pixels: int = _SAMPLE_PIXELS,
) -> list[Tensor]:
    """Mean of each block's gated features over a picture, in the order of execution.

    Mosaics are run one after the other, each with the means so far, so that small ones add up to a large
    sample: the blocks of a later mosaic see features as the whole picture would have made them.

    Args:
        executor: runs the network.
        image: (1, 3, H, W).
        text_embedding: (1, text_dim), or None for a text-free network.
        mosaic_side: side of a mosaic in pixels; memory goes with its square.
        sample_pixels: pixels in all mosaics together, at least one mosaic, and no more than the picture has.
    """
    sample_pixels = min(sample_pixels, image.shape[-2] * image.shape[-1])
    means: list[Tensor] | None = None
    for count, mosaic in enumerate(_mosaics(image, mosaic_side, sample_pixels), start=1):
        measured: list[Tensor] = []
        executor(mosaic, text_embedding, means=means, record=measured)
        if means is None:
            means = measured
        else:
            means = [mean + (new - mean) / count for mean, new in zip(means, measured, strict=True)]
    assert means is not None
    return means


def _mosaics(image: Tensor, side: int, sample_pixels: int) -> Iterator[Tensor]:
    """Mosaics (1, C, side, side) of patches that together cover a picture evenly, at least one of them.

    Args:
        image: (1, C, H, W).
        side: side of a mosaic, rounded down to whole patches.
        sample_pixels: pixels in all.
    """
    patch = min(_PATCH, side, *image.shape[-2:])
    across = side // patch
    rows, columns = (extent - patch for extent in image.shape[-2:])
    count = max(1, round(sample_pixels / (across * patch) ** 2))
    for first in range(0, count * across**2, across**2):
        index = torch.arange(first, first + across**2, dtype=torch.float64) + 1
        tops, lefts = (
            ((index * step + 0.5) % 1 * (extent + 1)).long().tolist()
            for step, extent in zip(_STEPS, (rows, columns), strict=True)
        )
        patches = [image[..., y : y + patch, x : x + patch] for y, x in zip(tops, lefts, strict=True)]
        bands = [torch.cat(patches[i : i + across], -1) for i in range(0, len(patches), across)]
        yield torch.cat(bands, -2)
