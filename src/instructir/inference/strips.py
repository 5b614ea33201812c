"""Exact execution of the image network in bounded memory, over strips of rows.

The simplified channel attention pools over the whole picture, so restoring tiles apart changes the result.
This executor computes what :class:`~instructir.models.image_network.ImageNetwork` computes, to rounding, and
holds two feature maps instead of dozens: every block runs strip by strip (see
:mod:`instructir.inference.strip_blocks`), in place. A strip fits the processor's cache, which makes this
the faster way as well.
"""

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from instructir.inference.attention import AttentionMeans
from instructir.inference.borders import Surrounded
from instructir.inference.progress import advance
from instructir.inference.strip_blocks import (
    Attended,
    Condition,
    Modulation,
    StripBlock,
    Sweep,
    as_picture,
    strips,
)
from instructir.models.image_network import ImageNetwork, InstructionConditionBlock, NAFBlock, zero_padded

# Bytes of one map in a strip; the working set is about six times that. By measurement.
CPU_STRIP_BYTES = 2 * 1024 * 1024
_ACCELERATOR_STRIP_BYTES = 64 * 1024 * 1024
_STRIP_MAPS = 16
"""Strips of a map that are in hand at a time, scratch space of the libraries included."""


@dataclass(frozen=True)
class _Step:
    """A NAFBlock, and the text's part if it sits in an ICB."""

    block: StripBlock
    condition: Condition | None = None


class StripExecutor:
    """Runs an image network over strips, one picture of a batch at a time.

    Args:
        network: trained network. Its weights are copied; later changes to it have no effect.
        dtype: precision of the products and gated features: float32, bfloat16 or float16. The residual
            stream, the first and last convolution, and all means are float32 in any case.
        device: where to run; the network's device by default.
        strip_bytes: size of a strip of one feature map. Smaller saves memory, larger saves overhead.
    """

    def __init__(
        self,
        network: ImageNetwork,
        *,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
        strip_bytes: int | None = None,
    ) -> None:
        self.config = network.config
        self.stream = torch.float32
        self.dtype = dtype
        self.device = network.intro.weight.device if device is None else torch.device(device)
        on_cpu = self.device.type == "cpu"
        self.strip_bytes = strip_bytes or (CPU_STRIP_BYTES if on_cpu else _ACCELERATOR_STRIP_BYTES)
        with torch.no_grad():
            network = copy.deepcopy(network).requires_grad_(False).to(self.device, torch.float32)
            self._encoders = self._stages(network.encoders, network.enc_cond)
            self._middle = self._steps(network.middle_blks)
            self._decoders = self._stages(network.decoders, network.dec_cond)
            stages = (*self._encoders, self._middle, *self._decoders)
            self._block_count = sum(len(steps) for steps in stages)
            self._intro, self._ending = network.intro, network.ending
            self._downs = [self._down_weight(down) for down in network.downs]
            self._ups = [self._up_weight(up) for up in network.ups]

    @property
    def scratch_bytes(self) -> int:
        """Most bytes that are held beside the maps."""
        return _STRIP_MAPS * self.strip_bytes

    def _stages(self, stacks: nn.ModuleList, icbs: nn.ModuleList) -> list[list[_Step]]:
        stages = [self._steps(stack) for stack in stacks]
        for steps, icb in zip(stages, icbs, strict=False):  # the text-free network has no ICBs
            assert isinstance(icb, InstructionConditionBlock)
            steps.append(_Step(StripBlock(icb.block, self.dtype), Condition(icb)))
        return stages

    def _steps(self, stack: nn.Module) -> list[_Step]:
        return [_Step(StripBlock(b, self.dtype)) for b in stack.children() if isinstance(b, NAFBlock)]

    def _down_weight(self, down: nn.Module) -> tuple[Tensor, Tensor]:
        weight, bias = (p.to(self.dtype) for p in down.parameters())
        return weight.contiguous(memory_format=torch.channels_last), bias

    def _up_weight(self, up: nn.Module) -> Tensor:
        """Up-convolution as an (in, out) matrix, its outputs sorted by the pixel they become."""
        weight = next(up.parameters())
        deep = weight.shape[1]
        by_pixel = weight.view(-1, 4, deep).transpose(0, 1).reshape(-1, deep)
        return by_pixel.t().to(self.dtype).contiguous()

    @torch.inference_mode()
    def __call__(
        self,
        image: Tensor | Surrounded,
        text_embedding: Tensor | None = None,
        *,
        means: Sequence[Tensor] | None = None,
        record: list[Tensor] | None = None,
    ) -> Tensor:
        """Restore pictures as the network does.

        Args:
            image: (B, 3, H, W) in [0, 1], any height and width from 1 up.
            text_embedding: (B, text_dim); the text-free network takes none.
            means: the mean that each block's channel attention is made from, (C,) each, in the order of
                execution, instead of the picture's own: what tiles of one picture must agree on.
            record: receives those means as measured on the last picture of the batch, whatever was used.

        Returns:
            (B, 3, H, W) float32 on the device of `image`, not clamped.

        Raises:
            ValueError: if the network is conditioned on text and there is none.
        """
        if self.config.text_dim and text_embedding is None:
            raise ValueError("this network is conditioned on text: pass text_embedding")
        restored = torch.empty(image.shape, dtype=torch.float32, device=image.device)
        for index in range(len(image)):
            text = None
            if text_embedding is not None and self.config.text_dim:
                text = text_embedding[index].to(self.device, torch.float32)
            self._restore(image[index], text, AttentionMeans(means, record), restored[index])
        return restored

    def _restore(self, picture: Tensor, text: Tensor | None, means: AttentionMeans, restored: Tensor) -> None:
        padded = picture.to(self.device, torch.float32)
        if any(extent % self.config.size_multiple for extent in padded.shape[1:]):
            padded = zero_padded(padded, self.config.size_multiple)
        x = self._map(padded.shape[1], padded.shape[2], self.config.width)
        pending: Sweep = partial(self._intro_rows, padded, x)
        skips = []
        for steps, down in zip(self._encoders, self._downs, strict=True):
            self._settle(x, self._blocks(x, steps, pending, text, means))
            skips.append(x)
            x = self._down(x, down)
            pending = _nothing
        pending = self._blocks(x, self._middle, pending, text, means)
        for steps, up in zip(self._decoders, self._ups, strict=True):
            self._settle(x, pending)
            pending = _nothing  # or the maps that it refers to would live on
            skip = skips.pop()
            self._up(x, up, skip)
            x = skip
            pending = self._blocks(x, steps, pending, text, means)
        self._end(x, pending, padded, restored)

    def _map(self, height: int, width: int, channels: int) -> Tensor:
        return torch.empty(height, width, channels, device=self.device)

    def _height(self, x: Tensor) -> int:
        """Rows in a strip of the map `x`."""
        return min(len(x), max(1, self.strip_bytes // (x[0].numel() * x.element_size())))

    def _blocks(
        self, x: Tensor, steps: Iterable[_Step], pending: Sweep, text: Tensor | None, means: AttentionMeans
    ) -> Sweep:
        """Run blocks on `x` in place, all but the last one's second sweep, which is returned.

        A block's second sweep and the next one's first go together, so that rows are still in the cache.
        """
        gated = torch.empty_like(x, dtype=self.dtype)
        rows, width, channels = x.shape
        # All blocks cost the same: a stage down has a quarter of the pixels and twice the channels.
        pixels = rows * width * (channels / self.config.width) ** 2 / self._block_count
        for step in steps:
            advance(pixels)
            modulation = step.condition(text) if step.condition and text is not None else None
            mean = means.next(step.block.gate(x, gated, self._height(x), pending, modulation))
            pending = partial(_finish, step.block, x, gated, step.block.attended(mean), modulation)
        return pending

    def _settle(self, x: Tensor, pending: Sweep) -> None:
        """Do the pending work, which frees the gated map before the next stage needs the memory."""
        for start, stop in self._cut(x):
            pending(start, stop)

    def _cut(self, x: Tensor) -> Iterator[tuple[int, int]]:
        """Strips of an even number of rows, which a down-convolution takes in pairs."""
        height = -(-self._height(x) // 2) * 2
        for start in range(0, len(x), height):
            yield start, min(start + height, len(x))

    def _intro_rows(self, padded: Tensor, x: Tensor, first: int, last: int) -> None:
        x[first:last] = _convolve_rows(self._intro, padded, first, last).permute(1, 2, 0)

    def _down(self, x: Tensor, weights: tuple[Tensor, Tensor]) -> Tensor:
        rows, width, channels = x.shape
        deeper = self._map(rows // 2, width // 2, 2 * channels)
        for start, stop in self._cut(x):
            halved = F.conv2d(as_picture(x[start:stop].to(self.dtype)), *weights, stride=2)
            deeper[start // 2 : stop // 2] = halved[0].permute(1, 2, 0)
        return deeper

    def _up(self, x: Tensor, weight: Tensor, skip: Tensor) -> None:
        """Double the size of `x` by a 1x1 convolution and a pixel shuffle, and add it to `skip`."""
        rows, width, channels = x.shape
        pixels = skip.view(rows, 2, width, channels)
        for start, stop in self._cut(x):
            up = x[start:stop].to(self.dtype).view(-1, channels) @ weight
            pixels[start:stop].add_(up.view(stop - start, width, 2, channels).transpose(1, 2))

    def _end(self, x: Tensor, pending: Sweep, padded: Tensor, restored: Tensor) -> None:
        height, width = restored.shape[1:]
        features = as_picture(x)[0]
        for start, stop, first, last in strips(len(x), self._height(x)):
            if first < last:
                pending(first, last)
            if start < height:
                stop = min(stop, height)
                rows = _convolve_rows(self._ending, features, start, stop).add_(padded[:, start:stop])
                restored[:, start:stop] = rows[..., :width]


def _nothing(first: int, last: int) -> None:
    """No work is pending for these rows."""


def _finish(
    block: StripBlock,
    x: Tensor,
    gated: Tensor,
    attended: Attended,
    modulation: Modulation | None,
    first: int,
    last: int,
) -> None:
    block.finish(x[first:last], gated[first:last], attended, modulation, first)


def _convolve_rows(convolution: nn.Conv2d, x: Tensor, first: int, last: int) -> Tensor:
    """Rows first to last of a 3x3 convolution, padded with one zero, of `x` (C, H, W), in float32."""
    top = max(first - 1, 0)
    window = x[None, :, top : last + 1].float()
    out: Tensor = F.conv2d(window, convolution.weight, convolution.bias, padding=1)
    return out[0, :, first - top : last - top]
