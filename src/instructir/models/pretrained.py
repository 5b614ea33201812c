"""Pretrained models, as records, and how a model is found by what the user calls it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from instructir.errors import CheckpointError
from instructir.models import bundled, released
from instructir.models.checkpoint import Model, load_model
from instructir.settings import DEFAULT_MODEL
from instructir.tasks import TASKS

HUB_PREFIX = "hub:"


@dataclass(frozen=True)
class ModelRecord:
    """What is known of a pretrained model.

    Attributes:
        name: how the user asks for it.
        file: in the package's weights folder, or ``hub:ORG/REPO``.
        sha256: digest of the file; empty where the hub vouches for it.
        licence: SPDX identifier.
        tasks: what it restores.
        encoder: its sentence encoder.
        parameters: of the image network.
        figures: measured PSNR in dB by ``protocol/benchmark``.
        summary: one line for the list.
        optional: whether packages come without the file, which a checkout has in its folder ``weights``.
    """

    name: str
    file: str
    sha256: str
    licence: str
    encoder: str
    parameters: int
    summary: str
    tasks: tuple[str, ...] = tuple(task.value for task in TASKS)
    figures: Mapping[str, float] = field(default_factory=dict)
    optional: bool = False


@lru_cache(maxsize=1)
def records() -> dict[str, ModelRecord]:
    """All known models by name, the default first."""
    restoring = [_record(**entry) for entry in bundled.described() if entry["network"] == "image"]
    return {record.name: record for record in restoring}


def _record(network: str, tasks: list[str], **further: Any) -> ModelRecord:
    del network
    return ModelRecord(tasks=tuple(tasks), **further)


def resolve(name: str = DEFAULT_MODEL) -> Model:
    """Load a model by record name, file, folder or ``hub:ORG/REPO``.

    Args:
        name: a record's name; a ``.safetensors`` file of ours; a folder that holds one, or the authors'
            released pair; or a hub repository with either.

    Raises:
        CheckpointError: if there is no such model, or it is damaged or foreign.
    """
    record = records().get(name)
    if record is not None:
        return _load_record(record)
    if name.startswith(HUB_PREFIX):
        return _load_folder(released.download(name.removeprefix(HUB_PREFIX)), name)
    path = Path(name).expanduser()
    if name.strip() and path.is_dir():  # Python takes no name for the current folder
        return _load_folder(path, name)
    if path.is_file():
        return load_model(path)
    known = ", ".join(records())
    raise CheckpointError(f"unknown model {name!r}: use one of {known}, a file, a folder or hub:ORG/REPO")


def _load_record(record: ModelRecord) -> Model:
    if record.file.startswith(HUB_PREFIX):
        return _load_folder(released.download(record.file.removeprefix(HUB_PREFIX)), record.name)
    return load_model(bundled.verified(record.file, record.sha256, optional=record.optional))


def _load_folder(folder: Path, name: str) -> Model:
    if released.is_released(folder):
        return released.load_released(folder, name)
    ours = sorted(folder.glob("*.safetensors"))
    if len(ours) != 1:
        wanted = f"one .safetensors file, or {released.IMAGE_FILE} and {released.TEXT_FILE}"
        raise CheckpointError(f"{folder}: expected {wanted}; found {len(ours)} .safetensors files")
    return load_model(ours[0])
