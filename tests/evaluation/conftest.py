"""Small made-up benchmark sets and methods."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.evaluation import SIZES, Recorder, picture, save
from instructir.evaluation.methods.method import Method


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def as_method() -> Callable[..., Method]:
    def wrap(restore: Recorder, **fields: Any) -> Method:
        return Method(restore, **{"sha256": restore.name, **fields})

    return wrap


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """CBSD68 (clean), Rain100L and GoPro (pairs), three small pictures each; the rest is missing."""
    root = tmp_path / "sets"
    for seed, (name, size) in enumerate(SIZES.items()):
        clean = picture(seed, *size)
        bad = (clean * 0.7).astype(np.uint8)
        save(root / "CBSD68" / f"{name}.png", clean)
        for kind in ("Rain100L", "GoPro"):
            stem = str(seed + 1) if kind == "Rain100L" else name
            save(root / kind / "target" / f"{stem}.png", clean)
            save(root / kind / "input" / f"{stem}.png", bad)
    return root
