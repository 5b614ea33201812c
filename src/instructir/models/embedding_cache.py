"""Sentence vectors kept on disk, so that the encoder is loaded only for sentences never seen before."""

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from instructir.models.encoders import encoder_record, load_encoder

_log = logging.getLogger(__name__)

_SLICE = 512
"""Sentences that are encoded at once; what was encoded before an interruption is kept."""

CACHE_VARIABLE = "INSTRUCTIR_CACHE"
"""Environment variable: where caches are kept instead of the user's cache folder; empty turns them off."""


def cache_folder() -> Path | None:
    """Folder of the caches, or None where they are turned off."""
    named = os.environ.get(CACHE_VARIABLE)
    if named is not None:
        return Path(named).expanduser() if named else None
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "instructir"


def embed(sentences: Sequence[str], encoder: str) -> Tensor:
    """Sentence vectors (N, dim) by the encoder called `encoder`, from the cache where possible.

    Many are encoded and kept in slices, which is logged.

    Raises:
        EncoderError: if a sentence is not cached and the encoder cannot be loaded.
    """
    record = encoder_record(encoder)
    folder = cache_folder()
    vectors = [_read(folder, record.name, record.dim, sentence) for sentence in sentences]
    missing = [index for index, vector in enumerate(vectors) if vector is None]
    for start in range(0, len(missing), _SLICE):
        if len(missing) > _SLICE:
            _log.info("reading sentences, once: %s of %s", f"{start:,}", f"{len(missing):,}")
        rows = missing[start : start + _SLICE]
        fresh = load_encoder(encoder).encode([sentences[index] for index in rows])
        for index, vector in zip(rows, fresh, strict=True):
            vectors[index] = vector
            _write(folder, record.name, sentences[index], vector)
    return torch.stack([vector for vector in vectors if vector is not None])


def recall(name: str, dim: int, sentence: str) -> Tensor | None:
    """What :func:`cache_vector` kept of a sentence under `name`, (dim,), or None."""
    return _read(cache_folder(), name, dim, sentence)


def cache_vector(name: str, sentence: str, vector: Tensor) -> None:
    """Keep a float32 vector of a sentence under `name`; without a cache this does nothing."""
    _write(cache_folder(), name, sentence, vector)


def _path(folder: Path, encoder: str, sentence: str) -> Path:
    return folder / "sentences" / encoder / f"{hashlib.sha256(sentence.encode()).hexdigest()[:32]}.npy"


def _read(folder: Path | None, encoder: str, dim: int, sentence: str) -> Tensor | None:
    if folder is None:
        return None
    try:
        vector = np.load(_path(folder, encoder, sentence), allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    usable = vector.dtype == np.float32 and vector.shape == (dim,) and np.isfinite(vector).all()
    return torch.from_numpy(vector) if usable else None


def _write(folder: Path | None, encoder: str, sentence: str, vector: Tensor) -> None:
    if folder is None:
        return
    path = _path(folder, encoder, sentence)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            np.save(stream, vector.numpy())
        temporary.replace(path)
    except OSError:
        # A cache that cannot be written (read-only home, full disk) must not fail a restoration.
        temporary.unlink(missing_ok=True)
