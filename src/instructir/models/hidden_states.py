"""The hidden states of a BERT (Devlin et al., 2019) for a row of a few short sentences.

A short pass costs what it reads, all weights once, and whom it calls, a hundred modules of transformers. So
its layers are plain functions here, and where FBGEMM is there, their matrices are packed in half precision:
half as much is read. Sums stay in float32, and states differ by less than a thousandth of their size.
"""

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_FBGEMM = ("fbgemm", "x86")
"""Engines that multiply float32 by packed half precision."""


class Product:
    """Linear layers of one input as a single product: (*, inputs) to (*, sum of outputs)."""

    def __init__(self, *layers: nn.Linear) -> None:
        weight = torch.cat([layer.weight.detach() for layer in layers])
        bias = torch.cat([layer.bias.detach() for layer in layers])
        packs = torch.backends.quantized.engine in _FBGEMM
        self._packed = torch.ops.quantized.linear_prepack_fp16(weight, bias) if packs else None
        self._plain = None if packs else (weight, bias)

    def __call__(self, x: Tensor) -> Tensor:
        """Outputs of all layers, side by side."""
        if self._plain is not None:
            return F.linear(x, *self._plain)
        product: Tensor = torch.ops.quantized.linear_dynamic_fp16.default(x, self._packed)
        return product


class _Layer:
    """One layer: attention and two products, each added to its input and normalised."""

    def __init__(self, layer: Any, heads: int) -> None:
        attention = layer.attention
        self._heads = heads
        self._ask = Product(attention.self.query, attention.self.key, attention.self.value)
        self._answer, self._attended = Product(attention.output.dense), Norm(attention.output.LayerNorm)
        self._widen, self._narrow = Product(layer.intermediate.dense), Product(layer.output.dense)
        self._out = Norm(layer.output.LayerNorm)

    def __call__(self, x: Tensor, own: Tensor | None) -> Tensor:
        asked = self._ask(x).view(len(x), 3, self._heads, -1).permute(1, 2, 0, 3)
        query, key, value = asked[:, None]
        seen = F.scaled_dot_product_attention(query, key, value, attn_mask=own)[0]
        x = self._attended(self._answer(seen.transpose(0, 1).flatten(1)).add_(x))
        return self._out(self._narrow(F.gelu(self._widen(x))).add_(x))


class Norm:
    """A layer normalisation without the call of a module."""

    def __init__(self, norm: nn.LayerNorm) -> None:
        self._weight, self._bias = norm.weight.detach(), norm.bias.detach()
        self._shape, self._eps = list(norm.normalized_shape), norm.eps

    def __call__(self, x: Tensor) -> Tensor:
        """`x`, (*, width), normalised."""
        return torch.layer_norm(x, self._shape, self._weight, self._bias, self._eps)


class HiddenStates:
    """What the layers of a BERT of transformers make of sentences that stand in one row."""

    def __init__(self, model: Any) -> None:
        self._words = model.embeddings.word_embeddings
        self._places = model.embeddings.position_embeddings.weight.detach()
        self._kind = model.embeddings.token_type_embeddings.weight.detach()[0]
        self._first = Norm(model.embeddings.LayerNorm)
        heads = model.config.num_attention_heads
        self._layers = [_Layer(layer, heads) for layer in model.encoder.layer]

    @torch.inference_mode()
    def __call__(self, row: Sequence[Sequence[int]], layers: Sequence[int]) -> tuple[Tensor, ...]:
        """States of every token, each sentence seeing itself alone.

        Args:
            row: the tokens of each of N sentences.
            layers: which states, 0 being the word embeddings.

        Returns:
            N tensors (tokens, len(layers), width), float16.
        """
        lengths = [len(ids) for ids in row]
        owner = torch.tensor([number for number, ids in enumerate(row) for _ in ids])
        own = owner[:, None] == owner if len(row) > 1 else None
        places = torch.tensor([place for ids in row for place in range(len(ids))])
        tokens = torch.tensor([token for ids in row for token in ids])
        found = [self._first(self._words(tokens) + self._places[places] + self._kind)]
        for layer in self._layers[: max(layers)]:
            found.append(layer(found[-1], own))
        states = torch.stack([found[number] for number in layers], dim=1).half()
        return torch.split(states, lengths)
