"""PyTorch's pickles, read without ever running code that they may hold."""

import warnings
from pathlib import Path
from typing import Any

import torch

from instructir.errors import CheckpointError


def load_pickle(path: Path, hint: str) -> Any:
    """Load tensors and plain Python data from `path` with ``weights_only=True``, onto the CPU.

    Args:
        path: a file that ``torch.save`` wrote.
        hint: what the user should do if it cannot be read.

    Raises:
        CheckpointError: if the file is damaged or holds anything else.
    """
    try:
        with warnings.catch_warnings():
            # PyTorch muses about unusual pickles before it refuses them; the refusal is what counts.
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # noqa: BLE001 - what a damaged pickle raises is up to its bytes
        reason = (str(error).strip() or type(error).__name__).split("\n")[0][:120]
        raise CheckpointError(f"{path}: not readable as plain weights ({reason}); {hint}") from None
