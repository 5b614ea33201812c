"""The image network: a NAFNet U-Net whose features are masked by the instruction.

Paper: Conde, Geigle, Timofte, "InstructIR: High-Quality Image Restoration Following Human Instructions",
ECCV 2024, section 3.3 and figure 2; the block is from Chen et al., "Simple Baselines for Image Restoration",
ECCV 2022, section 3.5. Parameter names and shapes are those of the released InstructIR weights, so either
side's checkpoints load into the other.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from instructir.errors import CheckpointError

_WINDOW_TENTHS = 6
"""Least side of a window, in tenths of the picture's longer side: in the sky of a large photo, a smaller one
has nothing to judge it by and makes it blotchy."""


@dataclass(frozen=True)
class ImageConfig:
    """Shape of the image network.

    Attributes:
        width: channels of the first stage; each deeper stage doubles them (paper: 32).
        encoder_blocks: NAFBlocks in each encoder stage (paper: 2, 2, 4, 8).
        middle_blocks: NAFBlocks in the bottleneck (paper: 4).
        decoder_blocks: NAFBlocks in each decoder stage, deepest first (paper: 2, 2, 2, 2).
        text_dim: size of the text embedding, or 0 for the text-free network (a plain NAFNet).
        channels: colour channels of the picture.
        window: side in pixels of the square around it that each place's channel attention averages over, in
            large pictures more; or 0 for one average over the whole picture (paper).
    """

    width: int = 32
    encoder_blocks: tuple[int, ...] = (2, 2, 4, 8)
    middle_blocks: int = 4
    decoder_blocks: tuple[int, ...] = (2, 2, 2, 2)
    text_dim: int = 256
    channels: int = 3
    window: int = 0

    @property
    def shape(self) -> "ImageConfig":
        """The same with the paper's attention: what the parameters' shapes go by."""
        return replace(self, window=0)

    @property
    def size_multiple(self) -> int:
        """Heights and widths are padded up to a multiple of this many pixels."""
        return int(2 ** len(self.encoder_blocks))

    @property
    def reach(self) -> int:
        """Cells that a window reaches beyond its middle one; each is one pixel of the deepest stage."""
        return self.window // (2 * self.size_multiple)

    def cell(self, channels: int) -> int:
        """Side of a cell in the stage of so many channels, in that stage's pixels."""
        return self.size_multiple * self.width // channels

    def to_dict(self) -> dict[str, Any]:
        """Return the configuration as plain JSON types."""
        return asdict(self)

    @classmethod
    def from_state_dict(cls, state: Mapping[str, Tensor]) -> "ImageConfig":
        """Infer the configuration from parameter names and shapes.

        Raises:
            CheckpointError: if the names are not those of this network.
        """
        try:
            width, channels = state["intro.weight"].shape[:2]
        except KeyError:
            raise CheckpointError("these are not the weights of an InstructIR image network") from None
        stages = _count(state, r"encoders\.(\d+)\.")
        text = state.get("enc_cond.0.fc.weight")
        return cls(
            width=width,
            encoder_blocks=tuple(_count(state, rf"encoders\.{s}\.(\d+)\.") for s in range(stages)),
            middle_blocks=_count(state, r"middle_blks\.(\d+)\."),
            decoder_blocks=tuple(_count(state, rf"decoders\.{s}\.(\d+)\.") for s in range(stages)),
            text_dim=0 if text is None else text.shape[1],
            channels=channels,
        )


def _count(names: Iterable[str], pattern: str) -> int:
    """Number of distinct indices that `pattern` captures at the start of `names`."""
    return len({found[1] for name in names if (found := re.match(pattern, name))})


class LayerNorm2d(nn.Module):
    """Layer normalisation over the channels of each pixel, (B, C, H, W) to the same.

    Plain tensor code, so that it compiles and exports. The statistics are taken in float32: the squares of
    half-precision features overflow or lose the small differences that restoration is about.
    """

    def __init__(self, channels: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Normalise `x`."""
        wide = x.float()
        centred = wide - wide.mean(1, keepdim=True)
        scale = torch.rsqrt(centred.square().mean(1, keepdim=True) + self.eps)
        out = centred * scale * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)
        return out.to(x.dtype)


class ChannelAttention(nn.Sequential):
    """Simplified channel attention: of gated features (B, C, H, W), the factor of each channel, (B, C, 1, 1).

    It is made of their average over the whole picture (paper), or of averages over windows. A network that
    was trained on crops saw no more than these hold, and does better with them (Chu et al., "Improving Image
    Restoration by Revisiting Global Information Aggregation", ECCV 2022, section 3.2). Then each pixel has
    factors, (B, C, H, W): averages are taken of the windows around square cells, and the factors between the
    cells' centres are interpolated, so that an executor over strips can do the same.
    """

    def __init__(self, channels: int) -> None:
        super().__init__(nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, channels, 1))
        self.channels = channels
        self.cell, self.reach = 1, 0

    def forward(self, x: Tensor) -> Tensor:
        """The factors of `x`; its height and width are multiples of the cell, if there are windows."""
        if not self.reach:
            whole: Tensor = self[1](self[0](x))
            return whole
        factors: Tensor = self[1](window_means(F.avg_pool2d(x, self.cell), self.reach))
        if self.cell == 1:
            return factors
        return F.interpolate(factors, scale_factor=float(self.cell), mode="bilinear", align_corners=False)


def window_means(cells: Tensor, reach: int) -> Tensor:
    """Of the averages of cells (B, C, rows, columns), those of the windows around each, of the same shape.

    Args:
        cells: averages.
        reach: cells that a window reaches beyond its middle one, if that is not less than `_WINDOW_TENTHS` of
            the longer side; at the border, as far as there are any.
    """
    rows, columns = cells.shape[-2:]
    longest: int = torch.sym_max(rows, columns)  # type: ignore[no-untyped-call]  # max, for exporters too
    reach = torch.sym_max(reach, _WINDOW_TENTHS * longest // 20)  # type: ignore[no-untyped-call]
    down, across = (_nearby(count, reach, cells) for count in (rows, columns))
    return down @ (cells @ across.t())


def _nearby(count: int, reach: int, like: Tensor) -> Tensor:
    """The matrix (count, count) by which a vector is multiplied to average over what is near each place."""
    place = torch.arange(count, device=like.device)
    near = ((place[:, None] - place).abs() <= reach).to(like.dtype)
    return near / near.sum(1, keepdim=True)


def _simple_gate(x: Tensor) -> Tensor:
    """Product of the two halves of the channels, (B, 2C, H, W) to (B, C, H, W)."""
    a, b = x.chunk(2, dim=1)
    return a * b


class NAFBlock(nn.Module):
    """Block without activation functions: gated depthwise convolution, then a gated feed-forward part.

    The forward pass is in three steps, so that an executor that sees the picture in strips can run the
    first over all strips, average, and run the others.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        doubled = 2 * channels
        self.norm1 = LayerNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, doubled, 1)
        self.conv2 = nn.Conv2d(doubled, doubled, 3, padding=1, groups=doubled)
        self.sca = ChannelAttention(channels)
        self.conv3 = nn.Conv2d(channels, channels, 1)
        self.norm2 = LayerNorm2d(channels)
        self.conv4 = nn.Conv2d(channels, doubled, 1)
        self.conv5 = nn.Conv2d(channels, channels, 1)
        # Zero scales make a new block the identity, which is what lets deep stacks train.
        self.beta = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.gamma = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def gated_features(self, x: Tensor) -> Tensor:
        """Features before channel attention, (B, C, H, W)."""
        return _simple_gate(self.conv2(self.conv1(self.norm1(x))))

    def attend(self, x: Tensor, gated: Tensor, attention: Tensor) -> Tensor:
        """Rest of the block, given the gated features and the attention (B, C, 1, 1), or of each pixel."""
        y = x + self.conv3(gated * attention) * self.beta
        hidden = _simple_gate(self.conv4(self.norm2(y)))
        out: Tensor = y + self.conv5(hidden) * self.gamma
        return out

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, C, H, W) to the same shape."""
        gated = self.gated_features(x)
        return self.attend(x, gated, self.sca(gated))


class InstructionConditionBlock(nn.Module):
    """ICB: the instruction opens and closes channels, then a NAFBlock mixes them (paper, section 3.3)."""

    def __init__(self, channels: int, text_dim: int) -> None:
        super().__init__()
        self.fc = nn.Linear(text_dim, channels)
        self.block = NAFBlock(channels)
        self.beta = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.gamma = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def mask(self, text_embedding: Tensor) -> Tensor:
        """Channel mask in (0, 1) that the embedding (B, text_dim) opens, (B, C, 1, 1)."""
        return torch.sigmoid(self.fc(text_embedding))[:, :, None, None]

    def forward(self, x: Tensor, text_embedding: Tensor) -> Tensor:
        """Map features (B, C, H, W) and embeddings (B, text_dim) to features of the same shape."""
        out: Tensor = x + self.block((x * self.gamma + self.beta) * self.mask(text_embedding))
        return out


class ImageNetwork(nn.Module):
    """Restores pictures, told by a text embedding what to restore.

    Input is (B, 3, H, W) in [0, 1], any height and width from 1 up, and a text embedding (B, text_dim) of
    unit length. Output has the input's shape, is not clamped, and is the input plus a learned residual.
    """

    def __init__(self, config: ImageConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or ImageConfig()
        widths = [config.width * 2**stage for stage in range(len(config.encoder_blocks) + 1)]
        self.intro = nn.Conv2d(config.channels, config.width, 3, padding=1)
        self.encoders = nn.ModuleList(
            _stack(width, count) for width, count in zip(widths, config.encoder_blocks, strict=False)
        )
        self.downs = nn.ModuleList(nn.Conv2d(wide, deep, 2, 2) for wide, deep in pairwise(widths))
        self.middle_blks = _stack(widths[-1], config.middle_blocks)
        self.ups = nn.ModuleList(
            nn.Sequential(nn.Conv2d(deep, 2 * deep, 1, bias=False), nn.PixelShuffle(2))
            for deep in widths[:0:-1]
        )
        self.decoders = nn.ModuleList(
            _stack(width, count) for width, count in zip(widths[-2::-1], config.decoder_blocks, strict=True)
        )
        conditioned = widths[:-1] if config.text_dim else []
        self.enc_cond = nn.ModuleList(InstructionConditionBlock(w, config.text_dim) for w in conditioned)
        self.dec_cond = nn.ModuleList(
            InstructionConditionBlock(w, config.text_dim) for w in reversed(conditioned)
        )
        self.ending = nn.Conv2d(config.width, config.channels, 3, padding=1)
        self.attend_within(config.window)

    def attend_within(self, window: int) -> None:
        """Have channel attention average over windows of so many pixels from now on; 0: the whole picture."""
        self.config = replace(self.config, window=window)
        for attention in self.modules():
            if isinstance(attention, ChannelAttention):
                attention.reach = self.config.reach
                attention.cell = self.config.cell(attention.channels)

    def forward(self, image: Tensor, text_embedding: Tensor | None = None) -> Tensor:
        """Restore `image`; the text-free network takes no embedding."""
        height, width = image.shape[-2:]
        padded = zero_padded(image, self.config.size_multiple)
        x = self.intro(padded)
        skips = []
        for stage, (encoder, down) in enumerate(zip(self.encoders, self.downs, strict=True)):
            x = self._condition(self.enc_cond, stage, encoder(x), text_embedding)
            skips.append(x)
            x = down(x)
        x = self.middle_blks(x)
        for stage, (up, decoder) in enumerate(zip(self.ups, self.decoders, strict=True)):
            x = self._condition(self.dec_cond, stage, decoder(up(x) + skips.pop()), text_embedding)
        restored: Tensor = self.ending(x) + padded
        return restored[..., :height, :width]

    def _condition(self, blocks: nn.ModuleList, stage: int, x: Tensor, text: Tensor | None) -> Tensor:
        if not self.config.text_dim:
            return x
        if text is None:
            raise ValueError("this network is conditioned on text: pass text_embedding")
        out: Tensor = blocks[stage](x, text)
        return out


def _stack(channels: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(NAFBlock(channels) for _ in range(count)))


def zero_padded(image: Tensor, multiple: int) -> Tensor:
    """Pad (..., H, W) with zeros on the right and bottom to the next multiple."""
    height, width = image.shape[-2:]
    return F.pad(image, (0, -width % multiple, 0, -height % multiple))
