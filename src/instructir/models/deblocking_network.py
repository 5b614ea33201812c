"""A small network that takes away what filtering leaves of JPEG's blocks, ringing and bleeding colours.

It sees luma and chroma before and after the filter, at half the resolution (each two by two pixels are four
channels), how coarse both were stored, and where in its block each pixel lies. What it adds is counted in
units of that coarseness: the finer a file was stored, the less it can change.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_PLACES = 4
"""Places of two by two pixels in a row of a block."""


class DeblockingNetwork(nn.Module):
    """Filtered luma and chroma to restored ones; see :meth:`forward`."""

    def __init__(self, width: int = 32, layers: int = 6) -> None:
        super().__init__()
        self.head = nn.Conv2d(24 + 2 + 2 * _PLACES, width, 3, padding=1)
        self.body = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in range(layers))
        self.tail = nn.Conv2d(width, 12, 3, padding=1)
        # It begins as the filter alone.
        for weights in self.tail.parameters():
            nn.init.zeros_(weights)

    def forward(self, stored: Tensor, filtered: Tensor, levels: Tensor) -> Tensor:
        """Restore.

        Args:
            stored: (B, 3, H, W) luma and chroma on the 8-bit scale as the file decodes to, luma from -128 to
                127, the top left pixel that of a block; H and W even.
            filtered: the same after the filter.
            levels: (B, 2), how coarse luma and chroma are, as standard deviations on the 8-bit scale.

        Returns:
            (B, 3, H, W).
        """
        unit = levels[:, [0, 1, 1], None, None]
        rows, columns = filtered.shape[-2] // 2, filtered.shape[-1] // 2
        places = torch.eye(_PLACES, device=filtered.device, dtype=filtered.dtype)
        down = places[torch.arange(rows, device=filtered.device) % _PLACES].T[None, :, :, None]
        across = places[torch.arange(columns, device=filtered.device) % _PLACES].T[None, :, None, :]
        seen = [
            F.pixel_unshuffle(filtered / 64, 2),
            F.pixel_unshuffle((stored - filtered) / unit, 2),
            levels.log2()[..., None, None].expand(-1, -1, rows, columns) / 4,
            down.expand(len(filtered), -1, -1, columns),
            across.expand(len(filtered), -1, rows, -1),
        ]
        out = self.head(torch.cat(seen, 1))
        for first, second in zip(self.body[::2], self.body[1::2], strict=True):
            out = out + second(F.relu(first(F.relu(out))))
        return filtered + unit * F.pixel_shuffle(self.tail(F.relu(out)), 2)
