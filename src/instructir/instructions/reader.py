"""What a sentence asks for, rules out, and what kind of sentence it is, as calibrated probabilities."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from instructir.instructions.network import KINDS, LAYERS, OUTPUTS, Reader, ngrams
from instructir.models.embedding_cache import recall, remember
from instructir.models.encoders import DEFAULT_ENCODER, load_encoder
from instructir.models.tensors import read_tensors
from instructir.tasks import TASKS

WEIGHTS = Path(__file__).parent / "planner.safetensors"
"""The trained heads; ``python -m instructir.instructions.training`` makes them."""


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


@lru_cache(maxsize=1)
def load_reader(path: Path = WEIGHTS) -> tuple[Reader, dict[str, float], str]:
    """The trained reader, its calibration, and a short name of these very weights."""
    metadata, state = read_tensors(path)
    about = json.loads(metadata["planner"])
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
