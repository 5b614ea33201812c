"""The planner's trained part: what a sentence asks for, rules out, and what kind of sentence it is.

It stands on the frozen sentence encoder's states of every token. A few learned queries attend to them, so
that "dark" and "grainy" in one sentence do not average out; a bag of hashed character n-grams beside them
catches misspelt words and the languages that the encoder was not trained on.
"""

import itertools
import json
import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch import Tensor, nn

from instructir.models.embedding_cache import recall, remember
from instructir.models.encoders import DEFAULT_ENCODER, load_encoder
from instructir.tasks import TASKS

WEIGHTS = Path(__file__).parent / "planner.safetensors"
"""The trained heads; ``python -m instructir.instructions.training`` makes them."""
LAYERS = (0, 2, 4, 6)
"""Hidden states of the encoder that the reader sees: spelling, phrases, meaning."""
DIM = 384
BUCKETS = 16384
"""Hash buckets of the n-grams."""
KINDS = ("precise", "ambiguous", "blind", "out_of_scope")
OUTPUTS = 2 * len(TASKS) + len(KINDS)

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def plain(text: str) -> str:
    """Lower case without the accents of Latin and Cyrillic letters; other scripts untouched."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return unicodedata.normalize("NFC", re.sub(r"[\u0300-\u036f]", "", parts))


def ngrams(text: str) -> list[int]:
    """Buckets of a text's words, pairs of words and character n-grams."""
    words = re.findall(r"\w+", plain(text).replace("'", "").replace("\u2019", ""))
    grams: list[str] = [f"{left} {right}" for left, right in itertools.pairwise(words)]
    for word in words:
        # Scripts without spaces: one character is already a word, or half of one.
        sizes = (1, 2, 3) if _CJK.search(word) else (3, 4, 5)
        padded = word if sizes[0] == 1 else f"<{word}>"
        grams.append(f"={word}")
        grams += [padded[i : i + n] for n in sizes for i in range(len(padded) - n + 1)]
    return [zlib.crc32(gram.encode()) % BUCKETS for gram in grams] or [0]


@dataclass(frozen=True)
class Reading:
    """Calibrated probabilities.

    Attributes:
        requested: of each task being asked for, whatever else is, in class order.
        alone: of each task being the one that is asked for, summing to 1.
        excluded: of each task being ruled out.
        kinds: of each of `KINDS`, summing to 1.
    """

    requested: tuple[float, ...]
    alone: tuple[float, ...]
    excluded: tuple[float, ...]
    kinds: dict[str, float]


class Reader(nn.Module):
    """Logits (B, OUTPUTS) of sentences: tasks asked for, tasks ruled out, kinds."""

    def __init__(self, hidden: int = 128, queries: int = 12, dropout: float = 0.35) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(DIM)
        self.project = nn.Linear(DIM * len(LAYERS), hidden)
        self.attend = nn.Linear(hidden, queries)
        self.out = nn.Linear(hidden * queries + DIM, OUTPUTS)
        self.grams = nn.EmbeddingBag(BUCKETS, OUTPUTS, mode="sum")
        self.dropout = dropout
        nn.init.zeros_(self.grams.weight)

    def forward(self, states: Sequence[Tensor], bags: Sequence[Sequence[int]]) -> Tensor:
        """Read sentences.

        Args:
            states: of each sentence, (tokens, len(LAYERS), DIM).
            bags: of each sentence, the buckets of its n-grams.
        """
        lengths = torch.tensor([len(state) for state in states])
        padded = nn.utils.rnn.pad_sequence([state.float() for state in states], batch_first=True)
        there = torch.arange(padded.shape[1])[None] < lengths[:, None]
        tokens = F.dropout(self.norm(padded).flatten(2), 0.15, self.training)
        tokens = F.dropout(F.relu(self.project(tokens)), self.dropout, self.training)
        attention = self.attend(tokens).masked_fill(~there[..., None], -1e4).softmax(1)
        pooled = torch.einsum("btq,bth->bqh", attention, tokens).flatten(1)
        mean = F.normalize((padded[:, :, -1] * there[..., None]).sum(1), dim=-1) * 5
        mean = F.dropout(mean, self.dropout, self.training)
        logits: Tensor = self.out(torch.cat([pooled, mean], dim=1)) + self._spelling(bags)
        return logits

    def _spelling(self, bags: Sequence[Sequence[int]]) -> Tensor:
        flat = torch.tensor([bucket for bag in bags for bucket in bag])
        counts = torch.tensor([len(bag) for bag in bags])
        weights = counts.float().rsqrt().repeat_interleave(counts)
        weights = weights * F.dropout(torch.ones_like(weights), 0.3, self.training)
        spelt: Tensor = self.grams(flat, counts.cumsum(0) - counts, per_sample_weights=weights)
        return spelt


@lru_cache(maxsize=1)
def load_reader(path: Path = WEIGHTS) -> tuple[Reader, dict[str, float], str]:
    """The trained reader, its calibration, and a short name of these very weights."""
    with safe_open(path, "pt") as stored:
        about = json.loads(stored.metadata()["planner"])
        state = {name: stored.get_tensor(name).float() for name in stored.keys()}  # noqa: SIM118
    reader = Reader().eval()
    reader.load_state_dict(state)
    return reader, about["calibration"], f"planner-{about['digest']}"


def read(texts: Sequence[str], *, cached: bool = True) -> list[Reading]:
    """Read sentences; those read before come from the cache, without loading the encoder.

    Raises:
        EncoderError: if the encoder is needed and cannot be loaded.
    """
    reader, calibration, name = load_reader()
    found = [recall(name, OUTPUTS, text) if cached else None for text in texts]
    missing = [i for i, logits in enumerate(found) if logits is None]
    if missing:
        fresh = [texts[i] for i in missing]
        states = load_encoder(DEFAULT_ENCODER).token_states(fresh, LAYERS)
        with torch.inference_mode():
            logits = reader(states, [ngrams(text) for text in fresh])
        for i, row in zip(missing, logits, strict=True):
            found[i] = row
            if cached:
                remember(name, texts[i], row)
    return [calibrated(row, calibration) for row in found if row is not None]


def calibrated(logits: Tensor, calibration: dict[str, float]) -> Reading:
    """Probabilities from one row of logits and the temperatures found in training."""
    count = len(TASKS)
    requested = (logits[:count] / calibration["requested"]).sigmoid()
    alone = (logits[:count] / calibration["alone"]).softmax(0)
    excluded = (logits[count : 2 * count] / calibration["excluded"]).sigmoid()
    kinds = (logits[2 * count :] / calibration["kinds"]).softmax(0)
    return Reading(
        tuple(requested.tolist()),
        tuple(alone.tolist()),
        tuple(excluded.tolist()),
        dict(zip(KINDS, kinds.tolist(), strict=True)),
    )
