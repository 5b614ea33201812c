"""A small network that sees which faults a picture has: seven probabilities and seven severities.

Noise, streaks and blur show in single pixels, haze and darkness in the picture as a whole. So it looks twice:
at windows in full resolution, and at the whole picture made small. Each look is a short stack of convolutions
whose channels are summed up by their mean and spread at every scale; spread is what tells noise levels apart.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from instructir.tasks import TASKS

WINDOW = 112
"""Side of a window in full resolution, in pixels."""
THUMBNAIL = 96
"""Side to which the whole picture is shrunk."""


@dataclass(frozen=True)
class Views:
    """What the network looks at, in [0, 1].

    Attributes:
        windows: (B, N, 3, WINDOW, WINDOW).
        thumbnails: (B, 3, THUMBNAIL, THUMBNAIL).
    """

    windows: Tensor
    thumbnails: Tensor


class Look(nn.Module):
    """Convolutions from `channels[0]` on, each halving the picture, and the statistics of every scale."""

    def __init__(self, channels: tuple[int, ...]) -> None:
        super().__init__()
        sizes = (3, *channels)
        self.layers = nn.ModuleList(
            nn.Conv2d(sizes[i], sizes[i + 1], 5 if i == 0 else 3, stride=2, padding=2 if i == 0 else 1)
            for i in range(len(channels))
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(size) for size in channels)
        self.features = 2 * sum(channels)

    def forward(self, images: Tensor) -> Tensor:
        """Statistics (B, features) of pictures (B, 3, H, W) in [0, 1]."""
        out, statistics = images - 0.5, []
        for layer, norm in zip(self.layers, self.norms, strict=True):
            out = F.leaky_relu(norm(layer(out)), 0.1)
            spread = (out.var((2, 3), correction=0) + 1e-5).log() / 2
            statistics += [out.mean((2, 3)), spread]
        return torch.cat(statistics, dim=1)


class FaultNetwork(nn.Module):
    """Logits of presence (B, 7) and severities in [0, 1] (B, 7), in class order."""

    def __init__(self, channels: tuple[int, ...] = (16, 24, 32, 48), hidden: int = 96) -> None:
        super().__init__()
        self.near, self.far = Look(channels), Look(channels)
        width = 2 * self.near.features + self.far.features
        self.head = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, 2 * len(TASKS))
        )

    def forward(self, views: Views) -> tuple[Tensor, Tensor]:
        """See the class."""
        batch, count = views.windows.shape[:2]
        near = self.near(views.windows.flatten(0, 1)).view(batch, count, -1)
        # The mean tells what is everywhere (noise, rain), the extreme where a sharp or blurred part is.
        seen = torch.cat([near.mean(1), near.amax(1), self.far(views.thumbnails)], dim=1)
        presence, severity = self.head(seen).chunk(2, dim=1)
        return presence, severity.sigmoid()


def views_of(pictures: Tensor, corners: list[tuple[int, int]] | None = None) -> Views:
    """Cut the views out of pictures (B, 3, H, W) in [0, 1] of any size.

    Args:
        pictures: all of one size.
        corners: top left of each window; by default the middle and the centres of the four quarters.
    """
    padded = pictures
    while min(padded.shape[-2:]) < WINDOW:
        lack = [max(0, WINDOW - size) for size in padded.shape[-2:]]
        down, right = (min(need, size) for need, size in zip(lack, padded.shape[-2:], strict=True))
        # Mirrored, as a repeated edge would look like blur.
        padded = torch.cat([padded, padded[:, :, -down:].flip(2)], 2) if down else padded
        padded = torch.cat([padded, padded[:, :, :, -right:].flip(3)], 3) if right else padded
    if corners is None:
        rooms = [size - WINDOW for size in padded.shape[-2:]]
        corners = [
            (round(rooms[0] * y), round(rooms[1] * x))
            for y, x in ((0.5, 0.5), (0.2, 0.2), (0.2, 0.8), (0.8, 0.2), (0.8, 0.8))
        ]
    windows = torch.stack([padded[:, :, y : y + WINDOW, x : x + WINDOW] for y, x in corners], dim=1)
    thumbnails = F.interpolate(pictures, (THUMBNAIL, THUMBNAIL), mode="area")
    return Views(windows.clamp(0, 1), thumbnails.clamp(0, 1))
