"""Execution of the image network by the compiled kernel, on the CPU.

As in :mod:`instructir.inference.strips` a block takes two sweeps, since its channel attention sees the whole
picture, and two maps of a stage are held. Here a sweep is one call, whose rows and columns the threads share.
All is computed in float32; the maps are kept in float32 too, which is exact, or in float16: half of the
memory, and half of its traffic, which large pictures wait for. Where a processor has a matrix unit, that one
computes the products, of factors in bfloat16.
"""

import logging
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate
from typing import cast

import torch
from torch import Tensor, nn

from instructir.inference.attention import AttentionMeans, AttentionWeights
from instructir.inference.borders import Surrounded
from instructir.inference.native.library import (
    BlockCall,
    ConvolutionCall,
    Library,
    ResampleCall,
    compiled_kernel,
)
from instructir.inference.native.maps import FeatureMap, MapShape, MapStack
from instructir.inference.progress import advance
from instructir.inference.strip_blocks import Condition, Modulation
from instructir.models.image_network import (
    ImageConfig,
    ImageNetwork,
    InstructionConditionBlock,
    NAFBlock,
)

_logger = logging.getLogger(__name__)

_ROUNDING = {torch.float32: 1e-4, torch.float16: 2e-2, torch.bfloat16: 5e-2}
# Most columns in a task of the first sweep, which computes a vector more at either end. By measurement.
_CHUNK = 512
# Rows in a task of the first sweep: two more are computed for each, but all threads want some.
_LEAST_BAND, _MOST_BAND = 8, 64
# Tiles of which the pixels are those of whole cells, on every processor.
_CELLS = 4
_TASKS = 4
"""Tasks a thread, so that none waits for long."""


class _Block:
    """The weights of one NAFBlock as the kernel wants them, and the text's part if it sits in an ICB.

    The affine part of a layer norm goes into the convolution behind it, beta and gamma into those before
    them.
    """

    def __init__(self, block: NAFBlock, library: Library, condition: Condition | None = None) -> None:
        group = library.group

        def affine(conv: nn.Conv2d, norm: nn.Module) -> tuple[Tensor, Tensor]:
            scale, shift = norm.parameters()
            return _matrix(conv) * scale, _bias(conv) + _matrix(conv) @ shift

        self.condition = condition
        beta, gamma = block.beta.flatten(), block.gamma.flatten()
        self._eps = block.norm1.eps
        weight, bias = affine(block.conv1, block.norm1)
        self._w1, self._b1 = library.packed(weight), _filled(bias, group)
        self._w2, self._b2 = block.conv2.weight.reshape(-1, 9).clone(), _bias(block.conv2).clone()
        self._w3 = beta[:, None] * _matrix(block.conv3)  # packed once its attention is known
        self._b3 = _filled(beta * _bias(block.conv3), group)
        weight, bias = (_paired(value, group) for value in affine(block.conv4, block.norm2))
        self._w4, self._b4 = library.packed(weight), _filled(bias, group)
        self._w5 = library.packed(gamma[:, None] * _matrix(block.conv5))
        self._b5 = _filled(gamma * _bias(block.conv5), group)
        self.attention = AttentionWeights.of(block.sca)

    def call(self, x: FeatureMap, gated: FeatureMap, modulation: Modulation | None) -> BlockCall:
        """What both sweeps are called with, all but the attention."""
        call = BlockCall(rows=x.rows, width=x.width, channels=x.channels, eps=self._eps)
        call.x, call.gated = x.address, gated.address
        for name in ("w1", "b1", "w2", "b2", "w3", "b3", "w4", "b4", "w5", "b5"):
            setattr(call, name, getattr(self, f"_{name}").data_ptr())
        if modulation is not None:
            call.scale, call.shift = modulation.scale.data_ptr(), modulation.shift.data_ptr()
        return call


class NativeExecutor:
    """Runs an image network by the compiled kernel, one picture of a batch at a time.

    Args:
        network: trained network. Its weights are copied; later changes to it have no effect.
        library: the kernel.

    Attributes:
        config: shape of the network.
        stream: in which the residual stream is kept.
    """

    def __init__(self, network: ImageNetwork, library: Library) -> None:
        self.config = network.config
        self._library = library
        self.stream = library.stream
        group = library.convolution_group
        with torch.no_grad():
            self._encoders = self._stages(network.encoders, network.enc_cond)
            self._middle = self._blocks_of(network.middle_blks)
            self._decoders = self._stages(network.decoders, network.dec_cond)
            self._block_count = sum(map(len, (*self._encoders, self._middle, *self._decoders)))
            self._intro, self._ending = (
                (_packed(_matrix(conv), group), _filled(_bias(conv), group))
                for conv in (network.intro, network.ending)
            )
            self._downs = [
                (library.packed(_matrix(conv)), _filled(_bias(conv), library.group))
                for conv in cast(Iterable[nn.Conv2d], network.downs)
            ]
            self._ups = [library.packed(next(up.parameters()).flatten(1).float()) for up in network.ups]

    @property
    def scratch_bytes(self) -> int:
        """Most bytes that the threads hold beside the maps: hidden features of six rows, and a weight."""
        channels = self.config.width * self.config.size_multiple
        return 4 * torch.get_num_threads() * channels * (12 * (_CHUNK + 8 * self._library.tile) + channels)

    def _stages(self, stacks: nn.ModuleList, icbs: nn.ModuleList) -> list[list[_Block]]:
        stages = [self._blocks_of(stack) for stack in stacks]
        for blocks, icb in zip(stages, icbs, strict=False):  # the text-free network has no ICBs
            assert isinstance(icb, InstructionConditionBlock)
            blocks.append(_Block(icb.block, self._library, Condition(icb)))
        return stages

    def _blocks_of(self, stack: nn.Module) -> list[_Block]:
        return [_Block(b, self._library) for b in stack.children() if isinstance(b, NAFBlock)]

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

        Args and result are those of :meth:`instructir.inference.strips.StripExecutor.__call__`, on the CPU.

        Raises:
            ValueError: if the network is conditioned on text and there is none.
        """
        if self.config.text_dim and text_embedding is None:
            raise ValueError("this network is conditioned on text: pass text_embedding")
        restored = torch.empty(image.shape, dtype=torch.float32)
        for index in range(len(image)):
            text = None
            if text_embedding is not None and self.config.text_dim:
                text = text_embedding[index].float()
            # One that is surrounded is not held between the first convolution and the last: it is made twice.
            x = self._begin(image[index])
            x = self._features(x, text, AttentionMeans(means, record))
            self._end(x, image[index], restored[index])
        return restored

    def _features(self, x: FeatureMap, text: Tensor | None, means: AttentionMeans) -> FeatureMap:
        """What is added to the picture, before the last convolution; in place of `x`."""
        stack = MapStack(self._stack_size(x.rows, x.width))
        skips = []
        for blocks, down in zip(self._encoders, self._downs, strict=True):
            self._run_blocks(x, blocks, text, means, stack)
            skips.append(x)
            x = self._down(x, down, stack)
        self._run_blocks(x, self._middle, text, means, stack)
        for blocks, up in zip(self._decoders, self._ups, strict=True):
            skip = skips.pop()
            self._up(x, up, skip)
            stack.pop()
            x = skip
            self._run_blocks(x, blocks, text, means, stack)
        return x

    def _stack_size(self, rows: int, width: int) -> int:
        """Most bytes of maps but the first stage's stream: deeper streams, and what blocks of one need."""
        shapes = [
            self._shape(rows >> depth, width >> depth, self.config.width << depth)
            for depth in range(len(self._downs) + 1)
        ]
        needs = [shape.size + (self._cells_shape(shape).size if self.config.reach else 0) for shape in shapes]
        streams = accumulate((shape.size for shape in shapes[1:]), initial=0)
        return max(map(sum, zip(streams, needs, strict=True)))

    def _cells_shape(self, shape: MapShape) -> MapShape:
        """Of the averages of a stage's cells, if there are windows: channel by channel."""
        cell = self.config.cell(shape.channels)
        return MapShape(shape.channels * shape.rows // cell, shape.width // cell, 1, 1, torch.float32)

    def _run_blocks(
        self,
        x: FeatureMap,
        blocks: Iterable[_Block],
        text: Tensor | None,
        means: AttentionMeans,
        stack: MapStack,
    ) -> None:
        gated = stack.push(x.shape)
        cells = stack.push(self._cells_shape(x.shape)) if self.config.reach else None
        # All blocks cost the same: a stage down has a quarter of the pixels and twice the channels.
        pixels = x.rows * x.width * (x.channels / self.config.width) ** 2 / self._block_count
        columns = -(-x.width // _CHUNK)
        chunk = -(-x.tiles // columns)
        if cells is not None:
            chunk = -(-chunk // _CELLS) * _CELLS
        for block in blocks:
            advance(pixels)
            modulation = block.condition(text) if block.condition and text is not None else None
            call = block.call(x, gated, modulation)
            call.chunk = chunk
            tasks = 2 * torch.get_num_threads()  # each computes two rows more than it is for
            call.band = min(max(-(-x.rows * columns // tasks), _LEAST_BAND), _MOST_BAND)
            if cells is not None:
                self._run_within_windows(x, cells, block.attention, call)
                continue
            parts = -(-x.rows // call.band) * -(-x.tiles // chunk)
            sums = self._library.run("gate", call, x.channels, parts)
            assert sums is not None
            factors = block.attention.factors(means.next((sums / (x.rows * x.width)).float()))
            call.attention, call.band = factors.data_ptr(), _band(x.rows)
            self._library.run("finish", call)
        if cells is not None:
            stack.pop()
        stack.pop()

    def _run_within_windows(
        self, x: FeatureMap, cells: FeatureMap, attention: AttentionWeights, call: BlockCall
    ) -> None:
        """Both sweeps of a block whose attention is not the same everywhere."""
        cell = call.cell = attention.cell
        call.cells = cells.address
        call.band = -(-call.band // cell) * cell  # a cell is averaged by one task
        self._library.run("gate", call)
        attention.factors(cells.values.view(x.channels, x.rows // cell, x.width // cell))
        call.band = _band(x.rows)
        self._library.run("finish", call)

    def _begin(self, picture: Tensor) -> FeatureMap:
        picture = picture.float().contiguous()
        multiple = self.config.size_multiple
        rows, width = (-(-extent // multiple) * multiple for extent in picture.shape[1:])
        x = FeatureMap(self._shape(rows, width, self.config.width))
        call = _convolution(x, picture, self._intro)
        call.inputs, call.outputs = len(picture), x.channels
        call.x, call.y = picture.data_ptr(), x.address
        self._library.run("convolve", call)
        return x

    def _end(self, x: FeatureMap, picture: Tensor, restored: Tensor) -> None:
        picture = picture.float().contiguous()
        call = _convolution(x, picture, self._ending)
        call.inputs, call.outputs = x.channels, len(picture)
        call.x, call.y, call.add = x.address, restored.data_ptr(), picture.data_ptr()
        self._library.run("convolve", call)

    def _shape(self, rows: int, width: int, channels: int) -> MapShape:
        return MapShape(rows, width, channels, self._library.tile, self.stream)

    def _down(self, x: FeatureMap, weights: tuple[Tensor, Tensor], stack: MapStack) -> FeatureMap:
        deep = stack.push(self._shape(x.rows // 2, x.width // 2, 2 * x.channels))
        call = _between(x, deep, x.channels)
        call.w, call.b = (value.data_ptr() for value in weights)
        self._library.run("down", call)
        return deep

    def _up(self, x: FeatureMap, weight: Tensor, skip: FeatureMap) -> None:
        """Double the size of `x` by a 1x1 convolution and a pixel shuffle, and add it to `skip`."""
        call = _between(skip, x, x.channels)
        call.w = weight.data_ptr()
        self._library.run("up", call)


@cache
def usable_kernel(dtype: torch.dtype = torch.float32) -> Library | None:
    """The kernel for `dtype`, if there is one and it computes what the network computes."""
    kernel = compiled_kernel(dtype)
    if kernel is None:
        return None
    with torch.random.fork_rng(devices=[]):  # whoever seeds torch must not see that this was here
        torch.manual_seed(0)
        network = ImageNetwork(ImageConfig(16, (1, 1), 1, (1, 1), text_dim=8)).eval().requires_grad_(False)
        for parameter in network.parameters():
            parameter.add_(torch.randn(parameter.shape), alpha=0.1)
        image, text = torch.rand(1, 3, 37, 61), torch.rand(1, 8)
    error = (NativeExecutor(network, kernel)(image, text) - network(image, text)).abs().max().item()
    if error < _ROUNDING[dtype]:  # not if it is NaN
        return kernel
    _logger.warning(
        "the compiled kernel differs from PyTorch by %.2g on this processor and is not used", error
    )
    return None


def _convolution(x: FeatureMap, picture: Tensor, weights: tuple[Tensor, Tensor]) -> ConvolutionCall:
    """What a convolution between a map and a picture (channels, rows, width) is called with, either way."""
    call = ConvolutionCall(rows=x.rows, width=x.width, band=_band(x.rows))
    call.picture_rows, call.picture_width = picture.shape[1:]
    call.w, call.b = (value.data_ptr() for value in weights)
    return call


def _between(wide: FeatureMap, deep: FeatureMap, channels: int) -> ResampleCall:
    """What a change of resolution is called with, all but its weights; `channels` are those that it reads."""
    call = ResampleCall(rows=deep.rows, width=deep.width, channels=channels, band=_band(deep.rows))
    call.wide, call.wide_tiles, call.deep = wide.address, wide.tiles, deep.address
    return call


def _band(rows: int) -> int:
    """Rows in a task of which each row is computed once."""
    return min(max(rows // (_TASKS * torch.get_num_threads()), 1), _LEAST_BAND)


def _matrix(conv: nn.Conv2d) -> Tensor:
    """Weights (outputs, inputs), those of a larger kernel side by side."""
    return conv.weight.flatten(1).float()


def _bias(conv: nn.Conv2d) -> Tensor:
    return conv.weight.new_zeros(conv.out_channels) if conv.bias is None else conv.bias.float()


def _filled(values: Tensor, multiple: int) -> Tensor:
    """Zeros behind `values` (N, ...) up to the next multiple; a copy."""
    rest = values.new_zeros(-len(values) % multiple, *values.shape[1:])
    return torch.cat([values, rest])


def _packed(matrix: Tensor, group: int) -> Tensor:
    """Weights (outputs, inputs) as (groups, inputs, group)."""
    return _filled(matrix, group).view(-1, group, matrix.shape[1]).transpose(1, 2).contiguous()


def _paired(values: Tensor, group: int) -> Tensor:
    """The two factors of a gate, (2C, ...), so sorted that a group holds both of `group` / 2 channels."""
    pairs = group // 2
    halves = [_filled(half, pairs).view(-1, pairs, *half.shape[1:]) for half in values.chunk(2)]
    return torch.cat(halves, 1).flatten(0, 1)
