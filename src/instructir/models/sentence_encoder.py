"""A frozen sentence encoder: sentences in, vectors out (paper, sections 3.2 and 4.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from instructir.errors import EncoderError
from instructir.models.hidden_states import HiddenStates

HUB_VARIABLE = "INSTRUCTIR_ENCODERS"
"""Environment variable: a folder that holds encoders by name, for machines without a network."""

_ROW = 256
"""Tokens that go through an encoder together, unless one sentence alone has more."""


@dataclass(frozen=True)
class EncoderRecord:
    """What is known of a sentence encoder.

    Attributes:
        name: how models and configurations call it.
        repo: its name on the model hub.
        dim: length of its sentence vectors.
        pooling: ``mean`` over tokens and l2 norm, or CLIP's own ``projection``, not normalised.
        package: installed package whose data folder may carry the weights.
        package_folder: that folder inside the package.
        file: the file of weights in it.
        sha256: digest of that file.
        extra: which extra of this project installs the package.
    """

    name: str
    repo: str
    dim: int
    pooling: Literal["mean", "projection"] = "mean"
    package: str = ""
    package_folder: str = "model"
    file: str = "model.safetensors"
    sha256: str = ""
    extra: str = "offline"


class SentenceEncoder:
    """A loaded encoder: sentences to vectors (N, ``record.dim``), float32 on the CPU."""

    def __init__(self, record: EncoderRecord, source: str) -> None:
        """Load the encoder from `source`, a folder or a hub name."""
        from transformers import AutoModel, AutoTokenizer, CLIPTextModelWithProjection
        from transformers.utils import logging

        self.record = record
        logging.disable_progress_bar()
        family = CLIPTextModelWithProjection if record.pooling == "projection" else AutoModel
        local = Path(source).is_dir()
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(source, local_files_only=local)
            self._model: Any = family.from_pretrained(source, local_files_only=local).eval()
        except (OSError, ValueError) as error:
            raise EncoderError(_unavailable(record, source, error)) from None

    @torch.inference_mode()
    def encode(self, sentences: Sequence[str], batch_size: int = 64) -> Tensor:
        """Encode sentences, each alone in effect: padding does not change a vector."""
        # Sentences of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]))
        vectors = torch.empty(len(sentences), self.record.dim)
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            vectors[rows] = self._encode_batch([sentences[i] for i in rows])
        return vectors

    @torch.inference_mode()
    def token_states(self, sentences: Sequence[str], layers: Sequence[int]) -> list[Tensor]:
        """What some layers make of every token, for heads that read more than the sentence vector.

        Sentences stand one after the other in rows of tokens, each seeing itself alone, so that a sentence
        and its clauses cost one short pass and nothing is spent on padding.

        Args:
            sentences: N texts.
            layers: which hidden states, 0 being the word embeddings.

        Returns:
            N tensors (tokens, len(layers), dim), float16 on the CPU.
        """
        texts = list(sentences)
        tokens = self._token_ids(texts) if texts else []
        rows: list[list[list[int]]] = []
        for ids in tokens:
            if not rows or sum(map(len, rows[-1])) + len(ids) > _ROW:
                rows.append([])
            rows[-1].append(ids)
        return [states for row in rows for states in self._row_states(row, layers)]

    def _token_ids(self, texts: list[str]) -> list[list[int]]:
        ids: list[list[int]] = self._tokenizer(texts, truncation=True)["input_ids"]
        return ids

    @cached_property
    def _row_states(self) -> HiddenStates:
        return HiddenStates(self._model)

    def _encode_batch(self, sentences: list[str]) -> Tensor:
        tokens = self._tokenizer(sentences, padding=True, truncation=True, return_tensors="pt")
        output = self._model(**tokens)
        if self.record.pooling == "projection":
            return torch.as_tensor(output.text_embeds)
        mask = tokens["attention_mask"].unsqueeze(-1)
        mean = (output.last_hidden_state * mask).sum(1) / mask.sum(1).clamp_min(1)
        return F.normalize(mean, dim=-1)


def _unavailable(record: EncoderRecord, source: str, error: Exception) -> str:
    offline = f' or pip install "instructir[{record.extra}]"' if record.package else ""
    reason = str(error).split("\n")[0][:160]
    return (
        f"{source}: cannot load the sentence encoder {record.name} ({reason}); connect to the network once, "
        f"set {HUB_VARIABLE} to a folder that holds {record.name}{offline}"
    )
