"""Training states on disk: written whole or not at all, read with ``weights_only``."""

import os
from pathlib import Path
from typing import Any

import torch

from instructir.errors import CheckpointError
from instructir.models.pickles import load_pickle

PATTERN = "step-*.pt"
_KEEP = 2
_PARTS = {"trainee", "average", "optimizer", "scaler", "step", "crops", "hours", "sums"}
_MEND = "delete it to go on from the one before"


def save_state(state: dict[str, Any], folder: Path, step: int) -> Path:
    """Write the state of `step` and drop all but the newest few.

    The file gets its name only when it is complete and on disk, so a death at any moment leaves the last
    good state in place.

    Raises:
        CheckpointError: if it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"step-{step:08d}.pt"
    temporary = folder / f".{path.name}.part"
    try:
        with temporary.open("wb") as stream:
            torch.save(state, stream)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except (OSError, RuntimeError) as error:
        temporary.unlink(missing_ok=True)
        # Where the disk is full, torch complains of a place in its file instead.
        cause = error if isinstance(error, OSError) else error.__context__
        if not isinstance(cause, OSError):
            raise
        raise CheckpointError(
            f"{path}: cannot be written ({cause.strerror}); make room there, and go on with --resume auto"
        ) from None
    for old in sorted(folder.glob(PATTERN))[:-_KEEP]:
        old.unlink()
    return path


def has_states(folder: Path) -> bool:
    """Whether a run in `folder` can be gone on with."""
    return any(folder.glob(PATTERN))


def load_latest(folder: Path) -> dict[str, Any] | None:
    """Read the newest state in `folder`, or return None if there is none.

    Raises:
        CheckpointError: if the newest state cannot be read, or is none.
    """
    states = sorted(folder.glob(PATTERN))
    if not states:
        return None
    state: dict[str, Any] = load_pickle(states[-1], _MEND)
    if not isinstance(state, dict) or not state.keys() >= _PARTS:
        raise CheckpointError(f"{states[-1]}: is no training state; {_MEND}")
    return state
