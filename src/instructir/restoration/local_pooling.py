"""The test-time local converter (TLC): channel attention from a window instead of the whole picture.

Paper: Chu, Chen, Chen, Lu, "Improving Image Restoration by Revisiting Global Information Aggregation",
ECCV 2022, section 3.3. A network trained on crops pools over a crop; at test time it pools over a whole
picture, whose statistics are others. TLC gives every pixel the mean of a window about the size of the crop.
It is a different function of the picture, better or worse as the model and the picture have it, and therefore
a choice of the caller, not a way to save memory.
"""

import copy

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from instructir.models.image_network import ImageNetwork, NAFBlock


def window_mean(x: Tensor, kernel: tuple[int, int]) -> Tensor:
    """Mean over a window around every pixel, by an integral image.

    The windows lie inside the picture; pixels nearer to the border than half a window take the mean of the
    nearest window that does (the reference's replication).

    Args:
        x: features (B, C, H, W).
        kernel: height and width of the window in pixels; cut to the size of `x`.

    Returns:
        (B, C, H, W), or (B, C, 1, 1) if the window covers all of `x`.
    """
    height, width = x.shape[-2:]
    rows, columns = min(kernel[0], height), min(kernel[1], width)
    if (rows, columns) == (height, width):
        return x.mean((-2, -1), keepdim=True)
    # In double precision: the sums grow with the picture, and what is wanted is their small differences.
    wide = torch.float32 if x.device.type == "mps" else torch.float64
    integral = F.pad(x.to(wide).cumsum(-1).cumsum(-2), (1, 0, 1, 0))
    top, bottom = integral[..., :-rows, :], integral[..., rows:, :]
    boxes = bottom[..., columns:] - bottom[..., :-columns] - top[..., columns:] + top[..., :-columns]
    mean = (boxes / (rows * columns)).to(x.dtype)
    left, above = (columns - 1) // 2, (rows - 1) // 2
    return F.pad(mean, (left, columns - 1 - left, above, rows - 1 - above), mode="replicate")


class WindowMean(nn.Module):
    """:func:`window_mean` in the place of a global average pool."""

    def __init__(self, kernel: tuple[int, int]) -> None:
        super().__init__()
        self.kernel = kernel

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, C, H, W) to the same shape, or to (B, C, 1, 1) if the window covers it."""
        return window_mean(x, self.kernel)


def localise(
    network: ImageNetwork, train_size: tuple[int, int], base_size: tuple[int, int] | None = None
) -> ImageNetwork:
    """Copy a network, its pools replaced by windows.

    Args:
        network: trained network; left as it is.
        train_size: height and width of the crops that it was trained on.
        base_size: window at full resolution, 1.5 times the crops by default (the paper's choice). Deeper
            stages have it in proportion.
    """
    base_size = base_size or (train_size[0] * 3 // 2, train_size[1] * 3 // 2)
    local = copy.deepcopy(network)
    multiple = network.config.size_multiple
    depth = len(network.config.encoder_blocks)
    for name, part in local.named_modules():
        if not isinstance(part, NAFBlock):
            continue
        level = _level(name, depth)
        # The size that a training crop has on this level, and of it the share that the window takes.
        crop = [-(-side // multiple) * multiple // 2**level for side in train_size]
        high, wide = (c * base // side for c, base, side in zip(crop, base_size, train_size, strict=True))
        part.sca[0] = WindowMean((high, wide))
    return local


def _level(name: str, depth: int) -> int:
    """How often the input was halved where the block called `name` sits, in a network of `depth` stages."""
    stack, index, *_ = name.split(".")
    if stack in ("encoders", "enc_cond"):
        return int(index)
    return depth if stack == "middle_blks" else depth - 1 - int(index)
