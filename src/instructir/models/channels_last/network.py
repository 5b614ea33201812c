"""The image network in channels-last layout for a GPU: same parameters, same function, with gradients.

Pictures are (B, H, W, C) inside, so that 1x1 convolutions are matrix products and a pixel's channels lie
together. The blocks are compiled one by one, which costs seconds a shape; the strided and 3x3 convolutions at
the ends are matrix products of rearranged pictures, because cuDNN's are slow for three channels.
"""

from collections.abc import Callable, Iterable
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from instructir.models.channels_last.depthwise import TAPS, depthwise
from instructir.models.image_network import (
    ImageNetwork,
    InstructionConditionBlock,
    NAFBlock,
    window_means,
)

_EPS = 1e-6

_Block = Callable[..., Tensor]


class ChannelsLast:
    """Calls the parameters of an image network, float32, as a function that computes in `dtype`."""

    def __init__(
        self, network: ImageNetwork, dtype: torch.dtype = torch.bfloat16, *, compiled: bool = True
    ) -> None:
        self.network, self.dtype = network, dtype
        self._naf: _Block = torch.compile(_naf_block, dynamic=False) if compiled else _naf_block
        self._icb: _Block = torch.compile(_condition_block, dynamic=False) if compiled else _condition_block

    def __call__(self, image: Tensor, text: Tensor | None = None) -> Tensor:
        """Restore (B, 3, H, W) in [0, 1], H and W multiples of the network's, as `text` (B, text_dim) says.

        Returns:
            (B, 3, H, W) float32.
        """
        network = self.network
        encoding: list[nn.Module | None] = [*network.enc_cond] or [None] * len(network.encoders)
        decoding: list[nn.Module | None] = [*network.dec_cond] or [None] * len(network.decoders)
        x = _taken_in(image.to(self.dtype).permute(0, 2, 3, 1), network.intro)
        skips = []
        for encoder, condition, down in zip(network.encoders, encoding, network.downs, strict=True):
            x = self._condition(condition, self._stack(cast(nn.Sequential, encoder), x), text)
            skips.append(x)
            x = _shrunk(x, cast(nn.Conv2d, down))
        x = self._stack(network.middle_blks, x)
        for up, decoder, condition in zip(network.ups, network.decoders, decoding, strict=True):
            x = _grown(x, cast(nn.Conv2d, cast(nn.Sequential, up)[0]).weight) + skips.pop()
            x = self._condition(condition, self._stack(cast(nn.Sequential, decoder), x), text)
        return image + _given_out(x, network.ending).permute(0, 3, 1, 2).float()

    def _stack(self, blocks: Iterable[nn.Module], x: Tensor) -> Tensor:
        for module in blocks:
            block = cast(NAFBlock, module)
            x = self._naf(x, *_parameters(block), **_windows(block))
        return x

    def _condition(self, module: nn.Module | None, x: Tensor, text: Tensor | None) -> Tensor:
        if module is None or text is None:
            return x
        block = cast(InstructionConditionBlock, module)
        own = (block.fc.weight, block.fc.bias, block.beta, block.gamma)
        return self._icb(x, text, *own, *_parameters(block.block), **_windows(block.block))


def _naf_block(
    x: Tensor,
    norm1: Tensor,
    shift1: Tensor,
    weight1: Tensor,
    bias1: Tensor,
    weight2: Tensor,
    bias2: Tensor,
    attention: Tensor,
    attention_bias: Tensor,
    weight3: Tensor,
    bias3: Tensor,
    norm2: Tensor,
    shift2: Tensor,
    weight4: Tensor,
    bias4: Tensor,
    weight5: Tensor,
    bias5: Tensor,
    beta: Tensor,
    gamma: Tensor,
    *,
    cell: int,
    reach: int,
) -> Tensor:
    """A NAFBlock of (B, H, W, C), given its parameters in the order of the module's, and its windows."""
    gated = _gate(depthwise(_dense(_normed(x, norm1, shift1), weight1, bias1), weight2, bias2))
    seen = F.linear(_averages(gated.float(), cell, reach), attention.flatten(1), attention_bias)
    if reach and cell > 1:
        seen = F.interpolate(
            seen.permute(0, 3, 1, 2), scale_factor=float(cell), mode="bilinear", align_corners=False
        ).permute(0, 2, 3, 1)
    y = x + _dense(gated * seen.to(x.dtype), weight3, bias3) * beta.view(-1).to(x.dtype)
    hidden = _gate(_dense(_normed(y, norm2, shift2), weight4, bias4))
    return y + _dense(hidden, weight5, bias5) * gamma.view(-1).to(x.dtype)


def _averages(gated: Tensor, cell: int, reach: int) -> Tensor:
    """What channel attention sees of (B, H, W, C): the mean, (B, 1, 1, C), or the means of windows."""
    if not reach:
        return gated.mean((1, 2), keepdim=True)
    batch, height, width, channels = gated.shape
    cells = gated.view(batch, height // cell, cell, width // cell, cell, channels).mean((2, 4))
    return window_means(cells.permute(0, 3, 1, 2), reach).permute(0, 2, 3, 1)


def _condition_block(
    x: Tensor,
    text: Tensor,
    weight: Tensor,
    bias: Tensor,
    beta: Tensor,
    gamma: Tensor,
    *block: Tensor,
    cell: int,
    reach: int,
) -> Tensor:
    """An instruction condition block of (B, H, W, C), given its parameters and its NAFBlock's."""
    mask = torch.sigmoid(F.linear(text, weight, bias)).to(x.dtype)[:, None, None]
    modulated = (x * gamma.view(-1).to(x.dtype) + beta.view(-1).to(x.dtype)) * mask
    return x + _naf_block(modulated, *block, cell=cell, reach=reach)


def _windows(block: NAFBlock) -> dict[str, int]:
    """What its channel attention averages over."""
    return {"cell": block.sca.cell, "reach": block.sca.reach}


def _parameters(block: NAFBlock) -> tuple[Tensor, ...]:
    attention = block.sca[1]
    first = (block.norm1, block.conv1, block.conv2, attention, block.conv3)
    second = (block.norm2, block.conv4, block.conv5)
    pairs = [cast(Tensor, part) for module in (*first, *second) for part in (module.weight, module.bias)]
    return (*pairs, block.beta, block.gamma)


def _normed(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    wide = x.float()
    centred = wide - wide.mean(-1, keepdim=True)
    scale = torch.rsqrt(centred.square().mean(-1, keepdim=True) + _EPS)
    return (centred * scale * weight + bias).to(x.dtype)


def _dense(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    return F.linear(x, weight.flatten(1).to(x.dtype), None if bias is None else bias.to(x.dtype))


def _gate(x: Tensor) -> Tensor:
    a, b = x.chunk(2, -1)
    return a * b


def _taken_in(x: Tensor, conv: nn.Conv2d) -> Tensor:
    """A 3x3 convolution of a few channels: nine shifted pictures side by side, and one product."""
    height, width = x.shape[1:3]
    padded = F.pad(x, (0, 0, 1, 1, 1, 1))
    taps = [padded[:, row : row + height, column : column + width] for row in range(3) for column in range(3)]
    kernel = conv.weight.permute(0, 2, 3, 1)
    return _dense(torch.cat(taps, -1), kernel, conv.bias)


def _given_out(x: Tensor, conv: nn.Conv2d) -> Tensor:
    """A 3x3 convolution to a few channels: one product, and the sum of nine shifted results."""
    height, width = x.shape[1:3]
    channels = conv.weight.shape[0]
    kernel = conv.weight.permute(2, 3, 0, 1).reshape(TAPS * channels, -1)
    padded = F.pad(F.linear(x, kernel.to(x.dtype)).float(), (0, 0, 1, 1, 1, 1))
    parts = padded.view(*padded.shape[:3], 3, 3, channels)
    total = cast(Tensor, conv.bias).float().view(1, 1, 1, -1)
    for row in range(3):
        for column in range(3):
            total = total + parts[:, row : row + height, column : column + width, row, column]
    return total


def _shrunk(x: Tensor, conv: nn.Conv2d) -> Tensor:
    """A 2x2 convolution of stride 2: pixels of a square side by side, and one product."""
    batch, height, width, channels = x.shape
    squares = x.view(batch, height // 2, 2, width // 2, 2, channels).permute(0, 1, 3, 2, 4, 5)
    kernel = conv.weight.permute(0, 2, 3, 1)
    return _dense(squares.reshape(batch, height // 2, width // 2, 4 * channels), kernel, conv.bias)


def _grown(x: Tensor, weight: Tensor) -> Tensor:
    """A 1x1 convolution and a pixel shuffle by 2."""
    y = _dense(x, weight)
    batch, height, width, channels = y.shape
    squares = y.view(batch, height, width, channels // 4, 2, 2).permute(0, 1, 4, 2, 5, 3)
    return squares.reshape(batch, 2 * height, 2 * width, channels // 4)
