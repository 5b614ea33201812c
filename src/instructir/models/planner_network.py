"""The network that reads sentences: small heads on the frozen sentence encoder's states of every token.

In each head a few learned queries attend to the tokens, so that "dark" and "grainy" in one sentence do not
average out; a bag of hashed character n-grams beside them catches misspelt words and the languages that the
encoder was not trained on.
"""

import itertools
import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from instructir.models.hidden_states import Product
from instructir.tasks import TASKS

_DEPTH = 4
"""Layers of the encoder whose hidden states the reader sees: spelling, phrases, meaning."""
_DIM = 384
_BUCKETS = 16384
"""Hash buckets of the n-grams."""
KINDS = ("precise", "ambiguous", "blind", "out_of_scope")
OUTPUTS = 2 * len(TASKS) + len(KINDS)
_LOST = 0.1
"""Fraction of the tokens that training hides."""

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def plain(text: str) -> str:
    """Lower case without the accents of Latin and Cyrillic letters; other scripts untouched."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return unicodedata.normalize("NFC", re.sub(r"[\u0300-\u036f]", "", parts))


@lru_cache(maxsize=32)
def ngrams(text: str) -> tuple[int, ...]:
    """Buckets of a text's words, pairs of words and character n-grams; kept, as several readers ask."""
    words = re.findall(r"\w+", plain(text).replace("'", "").replace("\u2019", ""))
    grams: list[str] = [f"{left} {right}" for left, right in itertools.pairwise(words)]
    for word in words:
        # Scripts without spaces: one character is already a word, or half of one.
        sizes = (1, 2, 3) if _CJK.search(word) else (3, 4, 5)
        padded = word if sizes[0] == 1 else f"<{word}>"
        grams.append(f"={word}")
        grams += [padded[i : i + n] for n in sizes for i in range(len(padded) - n + 1)]
    return tuple(zlib.crc32(gram.encode()) % _BUCKETS for gram in grams) or (0,)


@dataclass(frozen=True)
class _Batch:
    """What every head sees of some sentences.

    Attributes:
        tokens: states of the tokens, each layer normalised, (B, T, DEPTH * DIM).
        there: which tokens there are, (B, T).
        mean: direction of the last layer's mean, (B, DIM).
        grams: buckets of the n-grams of all sentences, one after the other.
        offsets: where each sentence's begin, (B,).
        weights: of every n-gram, so that long sentences do not shout.
    """

    tokens: Tensor
    there: Tensor
    mean: Tensor
    grams: Tensor
    offsets: Tensor
    weights: Tensor

    @classmethod
    def of(cls, states: Sequence[Tensor], bags: Sequence[Sequence[int]], training: bool) -> "_Batch":
        """Put sentences together; in training some features, tokens and n-grams are dropped."""
        lengths = torch.tensor([len(state) for state in states])
        padded = nn.utils.rnn.pad_sequence([state.float() for state in states], batch_first=True)
        there = torch.arange(padded.shape[1])[None] < lengths[:, None]
        mean = F.normalize((padded[:, :, -1] * there[..., None]).sum(1), dim=-1) * 5
        tokens = F.layer_norm(padded, (_DIM,)).flatten(2)
        counts = torch.tensor([len(bag) for bag in bags])
        weights = counts.float().rsqrt().repeat_interleave(counts)
        if training:
            tokens = tokens * F.dropout(torch.ones(len(states), 1, tokens.shape[2]), 0.15)
            there = there & (torch.rand(there.shape) >= _LOST)
            weights = F.dropout(weights, 0.3)
        grams = torch.tensor([bucket for bag in bags for bucket in bag])
        return cls(tokens, there, mean, grams, counts.cumsum(0) - counts, weights)


class Head(nn.Module):
    """Logits (B, OUTPUTS): learned queries that attend to the tokens, their mean, and the spelling."""

    def __init__(self, hidden: int = 128, queries: int = 12) -> None:
        super().__init__()
        self.project = nn.Linear(_DIM * _DEPTH, hidden)
        self.attend = nn.Linear(hidden, queries)
        self.out = nn.Linear(hidden * queries + _DIM, OUTPUTS)
        self.grams = nn.EmbeddingBag(_BUCKETS, OUTPUTS, mode="sum")
        nn.init.zeros_(self.grams.weight)

    def forward(self, batch: _Batch, dropout: float = 0.35) -> Tensor:
        """Read sentences."""
        tokens = F.dropout(F.relu(self.project(batch.tokens)), dropout, self.training)
        attention = self.attend(tokens).masked_fill(~batch.there[..., None], -1e4).softmax(1)
        pooled = torch.einsum("btq,bth->bqh", attention, tokens).flatten(1)
        mean = F.dropout(batch.mean, dropout, self.training)
        spelt = self.grams(batch.grams, batch.offsets, per_sample_weights=batch.weights)
        logits: Tensor = self.out(torch.cat([pooled, mean], dim=1)) + spelt
        return logits


class Reader(nn.Module):
    """Logits (B, OUTPUTS) of sentences: the mean of several heads, which differ by chance alone."""

    def __init__(self, heads: int) -> None:
        super().__init__()
        self.heads = nn.ModuleList([Head() for _ in range(heads)])

    def forward(self, states: Sequence[Tensor], bags: Sequence[Sequence[int]]) -> Tensor:
        """Read sentences.

        Args:
            states: of each sentence, (tokens, DEPTH, DIM).
            bags: of each sentence, the buckets of its n-grams.
        """
        return self.each(states, bags).mean(0)

    def each(self, states: Sequence[Tensor], bags: Sequence[Sequence[int]]) -> Tensor:
        """Logits (heads, B, OUTPUTS) of every head."""
        batch = _Batch.of(states, bags, self.training)
        return torch.stack([head(batch) for head in self.heads])


class MergedReader:
    """What a trained reader says, from one product for all of its heads and one table of n-grams.

    The mean of the heads is linear in all but their attention, and sentences stand one after the other, so
    that nothing is spent on padding.
    """

    def __init__(self, reader: Reader) -> None:
        heads: list[Head] = list(reader.heads)  # type: ignore[arg-type]
        count = len(heads)
        self._project = Product(*(head.project for head in heads))
        self._attend = torch.stack([head.attend.weight.detach() for head in heads]).transpose(1, 2)
        pooled = [head.out.weight.detach()[:, :-_DIM] for head in heads]
        self._pooled = torch.cat(pooled, dim=1) / count
        self._mean = torch.stack([head.out.weight.detach()[:, -_DIM:] for head in heads]).mean(0)
        self._bias = torch.stack([head.out.bias.detach() for head in heads]).mean(0)
        self._grams = torch.stack([head.grams.weight.detach() for head in heads]).mean(0)

    @torch.inference_mode()
    def __call__(self, states: Sequence[Tensor], bags: Sequence[Sequence[int]]) -> Tensor:
        """Logits (B, OUTPUTS), as those of :class:`Reader`."""
        lengths = [len(state) for state in states]
        row = torch.cat(list(states)).float()
        tokens = F.relu(self._project(F.layer_norm(row, (_DIM,)).flatten(1)))
        tokens = tokens.view(len(row), len(self._attend), -1).transpose(0, 1)
        # A bias is the same for all tokens, and a softmax over them does not see it.
        scores = tokens @ self._attend
        pooled, mean = [], []
        for said, asked, last in zip(
            torch.split(tokens, lengths, 1),
            torch.split(scores, lengths, 1),
            torch.split(row[:, -1], lengths),
            strict=True,
        ):
            pooled.append((asked.softmax(1).transpose(1, 2) @ said).flatten())
            mean.append(last.sum(0))
        means = F.normalize(torch.stack(mean), dim=-1) * 5
        spelt = torch.stack([self._grams[list(bag)].sum(0) * len(bag) ** -0.5 for bag in bags])
        return F.linear(torch.stack(pooled), self._pooled, self._bias) + F.linear(means, self._mean) + spelt
