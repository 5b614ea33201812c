"""One NAFBlock, made ready to run over a picture in strips of rows.

The block of Chen et al., "Simple Baselines for Image Restoration", ECCV 2022, section 3.5, has one operation
that sees the whole picture: the mean of the gated features, from which the channel attention is made. So a
block takes two sweeps. The first writes the gated features of every strip and sums them; the second, which
works on single pixels, finishes the block in place.

Maps are contiguous (H, W, C) tensors. With the channels last, a 1x1 convolution is a matrix product over a
view, `layer_norm` runs its native kernel, and a strip of rows is a contiguous slice.

The residual stream is float32 in every precision. Rounding it after each of the network's eighty additions
would be most of the error of a half-precision run: measured, 13 dB of it for 5 % of the time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from instructir.inference.attention import AttentionWeights, GatedSums, factor_rows
from instructir.models.image_network import InstructionConditionBlock, LayerNorm2d, NAFBlock

Sweep = Callable[[int, int], None]


@dataclass(frozen=True)
class Modulation:
    """What an ICB feeds to its block: ``x * scale + shift``, per channel, the text mask multiplied in."""

    scale: Tensor
    shift: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        """Modulate features (..., C)."""
        return torch.addcmul(self.shift, x, self.scale)


class Condition:
    """The part of an ICB that depends on the text alone."""

    def __init__(self, block: InstructionConditionBlock) -> None:
        self._fc = block.fc.weight.detach().clone(), block.fc.bias.detach().clone()
        self._scale, self._shift = (p.detach().flatten().clone() for p in (block.gamma, block.beta))

    def __call__(self, text_embedding: Tensor) -> Modulation:
        """Modulation by an embedding (text_dim,)."""
        mask = torch.sigmoid(F.linear(text_embedding, *self._fc))
        return Modulation(self._scale * mask, self._shift * mask)


def as_picture(x: Tensor) -> Tensor:
    """View a map (H, W, C) as (1, C, H, W) in channels-last layout.

    The batch axis comes first: added after the permutation it gets a stride by which torch would not
    recognise the layout, and would copy.
    """
    return x[None].permute(0, 3, 1, 2)


def strips(rows: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """Cut rows into strips whose operation looks one row up and down.

    Yields:
        ``(start, stop, first, last)``: to make rows start to stop, rows first to last must be made ready, and
        all before them are. Together the latter cover every row once; a last strip of one row needs none.
    """
    for start in range(0, rows, height):
        stop = min(start + height, rows)
        yield start, stop, start + 1 if start else 0, min(stop + 1, rows)


@dataclass(frozen=True)
class Attended:
    """How channel attention enters a block's second sweep.

    Attributes:
        conv3: its weight (in, out), with beta in it, and the attention if that is the same everywhere.
        factors: of the channels at the centres of cells, (C, rows, columns), if it is not.
        cell: side of the cells.
    """

    conv3: Tensor
    factors: Tensor | None = None
    cell: int = 0

    def weigh(self, gated: Tensor, first: int) -> Tensor:
        """Gated features (H, W, C), the row `first` of the picture and below, as conv3 wants them."""
        if self.factors is None:
            return gated
        factors = factor_rows(self.factors, self.cell, first, first + len(gated))
        return gated * factors.to(gated.dtype)


class StripBlock:
    """The weights of one NAFBlock in the layout and precision that the two sweeps want.

    The residual scales beta and gamma are multiplied into the convolutions before them, and the attention
    into conv3 once it is known. The affine part of the layer norms stays where it is: the native kernel is
    faster with one than without.
    """

    def __init__(self, block: NAFBlock, dtype: torch.dtype) -> None:
        def ready(tensor: Tensor) -> Tensor:
            return tensor.detach().to(dtype, copy=True).contiguous()

        beta, gamma = block.beta.detach().flatten(), block.gamma.detach().flatten()
        self.channels = beta.numel()
        self.dtype = dtype
        self._norm1, self._norm2 = block.norm1, block.norm2
        self._conv1 = _halves(block.conv1, ready)
        self._conv2 = [
            (ready(weight), ready(bias))
            for weight, bias in zip(block.conv2.weight.chunk(2), _bias(block.conv2).chunk(2), strict=True)
        ]
        # The attention multiplies these, so they keep full precision until then.
        self._conv3 = (beta[:, None] * block.conv3.weight.detach().flatten(1)).t().contiguous()
        self._bias3 = ready(beta * _bias(block.conv3))
        self._conv4 = _halves(block.conv4, ready)
        self._conv5 = ready((gamma[:, None] * block.conv5.weight.flatten(1)).t())
        self._bias5 = ready(gamma * _bias(block.conv5))
        self._attention = AttentionWeights.of(block.sca)

    def gate(
        self, x: Tensor, gated: Tensor, height: int, prepare: Sweep | None, modulation: Modulation | None
    ) -> Tensor:
        """First sweep: write the gated features of `x` to `gated`, both (H, W, C).

        Args:
            x: features, read only, float32.
            gated: receives the features before channel attention, in working precision.
            height: rows in a strip.
            prepare: called with (first, last) before those rows of `x` are read, in order and once for each
                row. It may still read the same rows of `gated` and all later ones: the output lags behind.
            modulation: applied to the features that enter, when the block sits in an ICB.

        Returns:
            Mean of the gated features over the picture, (C,) float32; over its cells, (C, rows, columns), if
            the block attends within windows.
        """
        rows, width, channels = x.shape
        hidden = [gated.new_zeros(height + 2, width, channels) for _ in range(2)]
        sums = GatedSums(rows, width, self._attention.summed_cell)
        for start, stop, first, last in strips(rows, height):
            if start:
                for half in hidden:
                    half[:2] = half[height:].clone()
            if first < last:
                if prepare is not None:
                    prepare(first, last)
                self._expand(x[first:last], hidden, first - start + 1, modulation)
            if stop == rows:
                for half in hidden:
                    half[stop - start + 1].zero_()
            out = gated[start:stop]
            torch.mul(
                *(self._depthwise(i, half[: stop - start + 2]) for i, half in enumerate(hidden)), out=out
            )
            sums.add(start, out)
        return sums.means()

    def _expand(self, x: Tensor, hidden: list[Tensor], row: int, modulation: Modulation | None) -> None:
        """norm1 and conv1 of the rows `x`, into the halves of `hidden` from `row` on."""
        normed = self._normalise(x if modulation is None else modulation(x), self._norm1)
        for half, (weight, bias) in zip(hidden, self._conv1, strict=True):
            torch.addmm(bias, normed, weight, out=half[row : row + len(x)].view(-1, self.channels))

    def _depthwise(self, half: int, x: Tensor) -> Tensor:
        """One half of conv2, (H + 2, W, C) to (H, W, C): the rows are padded already, the columns are not."""
        weight, bias = self._conv2[half]
        out = F.conv2d(as_picture(x), weight, bias, padding=(0, 1), groups=self.channels)
        return out[0].permute(1, 2, 0)

    def attended(self, mean: Tensor) -> "Attended":
        """What :meth:`finish` wants, given what :meth:`gate` returned."""
        factors = self._attention.factors(mean)
        if factors.dim() == 1:
            return Attended((factors[:, None] * self._conv3).to(self.dtype))
        return Attended(self._conv3.to(self.dtype), factors, self._attention.cell)

    def finish(
        self, x: Tensor, gated: Tensor, attended: "Attended", modulation: Modulation | None, first: int
    ) -> None:
        """Second sweep, in place: turn rows `x` (H, W, C) into the block's output.

        Args:
            x: features that went into the block (into the ICB, if there is a modulation).
            gated: gated features of the same rows.
            attended: what :meth:`attended` returned.
            modulation: as in :meth:`gate`.
            first: which row of the picture is the first.
        """
        stream = (x if modulation is None else modulation(x)).view(-1, self.channels)
        weighed = attended.weigh(gated, first)
        self._add_product(stream, weighed.view(-1, self.channels), attended.conv3, self._bias3)
        normed = self._normalise(stream, self._norm2)
        a, b = (torch.addmm(bias, normed, weight) for weight, bias in self._conv4)
        self._add_product(stream, a.mul_(b), self._conv5, self._bias5)
        if modulation is not None:
            x.add_(stream.view_as(x))

    def _normalise(self, x: Tensor, norm: LayerNorm2d) -> Tensor:
        """Layer norm of features (..., C), to a matrix (pixels, C) in working precision."""
        normed = F.layer_norm(x, (self.channels,), norm.weight, norm.bias, norm.eps)
        return normed.to(self.dtype).view(-1, self.channels)

    def _add_product(self, stream: Tensor, factor: Tensor, weight: Tensor, bias: Tensor) -> None:
        if self.dtype == stream.dtype:
            stream.addmm_(factor, weight).add_(bias)
        else:
            # Widened before it is added: an addition of mixed types is not vectorised.
            stream.add_(torch.addmm(bias, factor, weight).to(stream.dtype))


def _bias(conv: torch.nn.Conv2d) -> Tensor:
    if conv.bias is None:
        return conv.weight.new_zeros(conv.out_channels)
    return conv.bias.detach()


def _halves(conv: torch.nn.Conv2d, ready: Callable[[Tensor], Tensor]) -> list[tuple[Tensor, Tensor]]:
    """The two factors of the gate that follows a 1x1 convolution: (in, out) matrices and biases."""
    weights = conv.weight.detach().flatten(1).chunk(2)
    return [(ready(w.t()), ready(b)) for w, b in zip(weights, _bias(conv).chunk(2), strict=True)]
