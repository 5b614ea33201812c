"""The weights that come with the package, each with a record that holds its digest.

``weights/records.json`` describes them, by the network that they belong to: ``image`` restores (see
:mod:`instructir.models.pretrained`), ``planner`` reads sentences, ``languages`` tells their languages apart,
``faults`` sees what is wrong with a picture, and ``deblocking`` takes away what JPEG leaves.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from safetensors.torch import save
from torch import Tensor

from instructir.errors import CheckpointError

WEIGHTS = Path(__file__).parent / "weights"
LARGE = Path(__file__).parents[3] / "weights"
"""Where a checkout has the models that are too large for a package."""
_RECORDS = "records.json"


@lru_cache(maxsize=1)
def described() -> tuple[dict[str, Any], ...]:
    """The records as they are written, the default image model's first."""
    return tuple(json.loads((WEIGHTS / _RECORDS).read_text("utf-8")))


@lru_cache
def packaged(file: str) -> Path:
    """The path of packaged weights whose digest is that of their record; see `verified`."""
    return verified(file, next(entry["sha256"] for entry in described() if entry["file"] == file))


def weights_file(file: str) -> Path:
    """Where weights that have a record are, or would be in the package."""
    large = LARGE / file
    return large if large.is_file() else WEIGHTS / file


def verified(file: str, sha256: str, *, optional: bool = False) -> Path:
    """The path of weights of a digest.

    Args:
        file: its name.
        sha256: its digest.
        optional: whether packages come without it.

    Raises:
        CheckpointError: if they are missing or damaged.
    """
    path = weights_file(file)
    if optional and not path.is_file():
        raise CheckpointError(
            f"{file} is too large for the package: take weights/{file} from the project's repository, and "
            "give its path instead of the name"
        )
    if not path.is_file():
        raise CheckpointError(f"{path}: the packaged model is missing; reinstall instructir")
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise CheckpointError(f"{path}: the packaged model is damaged (sha256 differs); reinstall instructir")
    return path


def put(tensors: Mapping[str, Tensor], metadata: dict[str, str] | None, path: Path) -> Path:
    """Write weights; where their folder has records, theirs gets the new digest.

    Args:
        tensors: by name; those in floating point are stored in half precision.
        metadata: of the file.
        path: the ``.safetensors`` file.
    """
    half = {name: value.half() if value.is_floating_point() else value for name, value in tensors.items()}
    data = save({name: value.contiguous() for name, value in half.items()}, metadata)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, data)
    records = path.parent / _RECORDS
    if records.is_file():
        entries = json.loads(records.read_text("utf-8"))
        for entry in entries:
            if entry["file"] == path.name:
                entry["sha256"] = hashlib.sha256(data).hexdigest()
        _write(records, (json.dumps(entries, indent=2, ensure_ascii=False) + "\n").encode())
    return path


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    temporary.replace(path)
