"""What a sentence asks for, rules out, and what kind of sentence it is, as calibrated probabilities."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from instructir.models.bundled import packaged
from instructir.models.embedding_cache import cache_vector, recall
from instructir.models.encoders import DEFAULT_ENCODER, MULTILINGUAL_ENCODER, load_encoder, local
from instructir.models.planner_network import KINDS, OUTPUTS, MergedReader, Reader, ngrams
from instructir.models.tensors import read_tensors
from instructir.tasks import TASKS


@dataclass(frozen=True)
class ReaderSource:
    """A reader: on which hidden states of which encoder it stands, and which packaged weights it has.

    ``heads`` networks differ by chance alone; their mean errs less often than any of them.
    """

    encoder: str
    layers: tuple[int, ...]
    heads: int
    weights: str


ENGLISH = ReaderSource(DEFAULT_ENCODER, (0, 2, 4, 6), 4, "planner.safetensors")
MULTILINGUAL = ReaderSource(MULTILINGUAL_ENCODER, (0, 2, 4, 6), 2, "planner-languages.safetensors")


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

    def within_reach(self) -> "Reading":
        """The same, but not taken for a wish that no restoration can fulfil."""
        return replace(self, kinds={**self.kinds, "out_of_scope": 0.0})


@lru_cache(maxsize=2)
def load_reader(source: ReaderSource = ENGLISH) -> tuple[MergedReader, dict[str, float], str]:
    """The trained reader, its calibration, and a short name of these very weights."""
    metadata, state = read_tensors(packaged(source.weights))
    about = json.loads(metadata["planner"])
    reader = Reader(source.heads).eval()
    reader.load_state_dict(state)
    return MergedReader(reader), about["calibration"], f"planner-{about['digest']}"


def read_sentences(
    texts: Sequence[str], source: ReaderSource = ENGLISH, *, cached: bool = True
) -> list[Reading]:
    """Read sentences; those read before come from the cache, without loading the encoder.

    Raises:
        EncoderError: if the encoder is needed and cannot be loaded.
    """
    reader, calibration, name = load_reader(source)
    found = [recall(name, OUTPUTS, text) if cached else None for text in texts]
    missing = [i for i, logits in enumerate(found) if logits is None]
    if missing:
        fresh = [texts[i] for i in missing]
        with one_thread():
            states = load_encoder(source.encoder).token_states(fresh, source.layers)
            logits = reader(states, [ngrams(text) for text in fresh])
        for i, row in zip(missing, logits, strict=True):
            found[i] = row
            if cached:
                cache_vector(name, texts[i], row)
    return [calibrated(row, calibration) for row in found if row is not None]


@lru_cache(maxsize=2)
def available(source: ReaderSource) -> bool:
    """Whether a reader's encoder is installed, so that nothing large has to be fetched."""
    return local(source.encoder)


@contextmanager
def one_thread() -> Iterator[None]:
    """Sentences are too short to be shared between threads, which would wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


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
