"""A picture and what was made of it: how far it goes from the one to the other, and where."""

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from instructir.images import Photo
from instructir.restoration.masking import Mask


def channels_first(pixels: NDArray[np.float32]) -> Tensor:
    """(3, H, W), as the network takes it, of (H, W, 3); both share their memory."""
    return torch.from_numpy(pixels).permute(2, 0, 1)


def blended(before: Photo, restored: Tensor, fraction: float = 1.0) -> Photo:
    """Go that fraction of the way to (3, H, W); what has no colours, though stored in colour, gets none."""
    if before.neutral:
        restored = restored.mean(0, keepdim=True).expand(3, -1, -1)
    start = channels_first(before.visible)
    return before.with_visible(torch.lerp(start, restored, fraction).permute(1, 2, 0).numpy())


def faded(before: Photo, after: Photo, fraction: float) -> Photo:
    """The picture that lies that fraction of the way from one to the other."""
    if fraction in (0, 1):
        return after if fraction else before
    return blended(before, channels_first(after.visible), fraction)


def within(mask: Mask | None, before: Photo, after: Photo) -> Photo:
    """`after` where `mask` is 1 and `before` where it is 0; the mask is resized where the picture was."""
    if mask is None or before is after:
        return after
    if mask.shape != (before.height, before.width):
        size = (before.width, before.height)
        mask = np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.BILINEAR))
    fraction = mask[..., None]
    pixels = before.pixels + fraction * (after.pixels - before.pixels)
    return after.with_pixels(np.where(fraction > 0, pixels, before.pixels))
