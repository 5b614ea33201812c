"""Pictures as text that a page carries within itself, and the crop in which differences are looked for."""

import base64
import io

import torch
import torch.nn.functional as F
from torch import Tensor

_LONGEST = 800
"""Longest side of a picture in the report, in pixels."""
CROP = 96
"""Side of the crop that is shown magnified, in pixels."""
QUALITY = 86


def data_uri(pixels: Tensor, *, lossless: bool = False) -> str:
    """A picture (3, H, W), clamped to [0, 1], as a WebP data URI; large ones are shrunk unless `lossless`."""
    from PIL import Image

    stored = (pixels.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).contiguous().numpy()
    picture = Image.fromarray(stored)
    if not lossless:
        picture.thumbnail((_LONGEST, _LONGEST), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    picture.save(stream, "WEBP", lossless=lossless, quality=QUALITY, method=4)
    return f"data:image/webp;base64,{base64.b64encode(stream.getvalue()).decode()}"


def telling_crop(target: Tensor, side: int = CROP) -> tuple[slice, slice]:
    """Rows and columns of the most detailed square of a reference (3, H, W), where restoration is hardest."""
    height, width = (min(side, length) for length in target.shape[1:])
    grey = target.mean(0, keepdim=True)[None]
    down = F.pad((grey[..., 1:, :] - grey[..., :-1, :]).abs(), (0, 0, 0, 1))
    right = F.pad((grey[..., 1:] - grey[..., :-1]).abs(), (0, 1))
    energy = F.avg_pool2d(down + right, (height, width), stride=1)[0, 0]
    place = int(energy.argmax())
    top, left = divmod(place, energy.shape[1])
    return slice(top, top + height), slice(left, left + width)
