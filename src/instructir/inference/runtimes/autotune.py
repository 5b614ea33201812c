"""Which of several ways to compute is the fastest on this machine: timed once, then remembered.

Instruction sets do not tell. On one processor bfloat16 is twice as fast as float32 for a wide network and
slower for a narrow one, and which it is depends on the kernel as well.
"""

import hashlib
import json
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from instructir._version import __version__
from instructir.inference.native.compiler import processor
from instructir.models.embedding_cache import cache_folder
from instructir.models.image_network import ImageConfig

_SIDE = 256  # of the picture that is timed, in pixels
_RUNS = 2


class _Compute(Protocol):
    def __call__(self, image: Tensor, text_embedding: Tensor | None = None) -> Tensor:
        """Restore pictures (B, C, H, W)."""


def fastest(config: ImageConfig, candidates: Mapping[str, _Compute]) -> str:
    """Name of the candidate that takes the least time for a picture, from the cache where it is known.

    Args:
        config: shape of the network that they compute.
        candidates: what computes it, by name.
    """
    identity = json.dumps(
        [
            __version__,
            torch.__version__,
            processor(),
            torch.get_num_threads(),
            asdict(config),
            sorted(candidates),
        ]
    )
    folder = cache_folder()
    path = folder and folder / "calibration" / f"{hashlib.sha256(identity.encode()).hexdigest()[:32]}.json"
    if path is not None:
        with suppress(OSError, ValueError, KeyError):
            known = json.loads(path.read_text(encoding="utf-8"))["fastest"]
            if known in candidates:
                return str(known)
    seconds = {name: _seconds(config, compute) for name, compute in candidates.items()}
    best = min(seconds, key=lambda name: seconds[name])
    if path is not None:
        with suppress(OSError):  # timed again the next time
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as draft:
                json.dump({"fastest": best, "seconds": seconds}, draft)
            Path(draft.name).replace(path)
    return best


def _seconds(config: ImageConfig, compute: _Compute) -> float:
    """The least time of a few runs, in seconds."""
    generator = torch.Generator().manual_seed(0)
    image = torch.rand((1, config.channels, _SIDE, _SIDE), generator=generator)
    text = torch.randn((1, config.text_dim), generator=generator) if config.text_dim else None
    compute(image[..., :64, :64], text)  # what is set up once does not count
    taken = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        compute(image, text)
        taken.append(time.perf_counter() - start)
    return min(taken)
