"""What is measured: our models, and whatever they are compared with, behind one small interface."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import torch
from torch import Tensor

from instructir.tasks import Task

if TYPE_CHECKING:
    from instructir.restoration.restorer import Restorer


class Restore(Protocol):
    """Restores pictures. Anything with a name that can be called like this can be measured."""

    @property
    def name(self) -> str:
        """What results call it."""

    def __call__(self, images: Tensor, instruction: str) -> Tensor:
        """Restore (B, 3, H, W) float32, about [0, 1], to the same shape, unclamped."""


@dataclass(frozen=True)
class Method:
    """Something to measure, and what results say of it.

    Attributes:
        restore: the function.
        sha256: digest of the weights or of the recipe; finished work is recognised by it.
        kind: ``model`` for ours, ``baseline`` for what it is compared with.
        reads_text: whether the instruction matters.
        tasks: what it can do; it is left out elsewhere.
        parameters: number of its weights, where it has any.
        label: name in tables; by default that of `restore`.
        precision: in which it computes, where that is a choice.
    """

    restore: Restore
    sha256: str
    kind: Literal["model", "baseline"] = "model"
    reads_text: bool = True
    tasks: tuple[Task, ...] = tuple(Task)
    parameters: int | None = None
    label: str = ""
    precision: str = ""

    @property
    def name(self) -> str:
        """Name in results and tables."""
        return self.label or self.restore.name


class RestorerMethod:
    """A loaded model of ours, with or without text: its network alone, or all that a user's picture meets."""

    def __init__(self, restorer: "Restorer", *, guard: bool = False) -> None:
        self.restorer = restorer
        self.guard = guard
        settings = restorer.settings
        averaged = f", {settings.ensemble} runs" if settings.ensemble > 1 else ""
        self.name = f"{restorer.model.name}{averaged}{', guarded' if guard else ''}"

    def __call__(self, images: Tensor, instruction: str) -> Tensor:
        """Restore `images` by `instruction`."""
        if not self.guard:
            return self.restorer.predict(images, instruction, ensemble=self.restorer.settings.ensemble)
        photos = [image.clamp(0, 1).permute(1, 2, 0).numpy() for image in images]
        restored = [self.restorer.restore(photo, instruction).pixels for photo in photos]
        return torch.stack([torch.from_numpy(pixels).permute(2, 0, 1) for pixels in restored])


def load_method(
    name: str,
    device: str = "auto",
    kind: Literal["model", "baseline"] = "model",
    *,
    ensemble: int = 0,
    guard: bool = False,
) -> Method:
    """Load a model of ours, by name, file, folder or ``hub:ORG/REPO``.

    Args:
        name: which.
        device: where to compute.
        kind: what it is measured as.
        ensemble: runs to average; 0 for as many as a restoration takes.
        guard: measure what a user gets: planned, and looked at again, instead of the network alone.

    Raises:
        CheckpointError: if there is no such model, or it is damaged.
        ConfigError: if the device is not there.
    """
    from instructir.restoration.restorer import Restorer
    from instructir.settings import Settings

    restorer = Restorer.load(Settings(name, device, experts="off", ensemble=ensemble))
    model = restorer.model
    weights = _file_digest(name) or _weights_digest(restorer)
    return Method(
        RestorerMethod(restorer, guard=guard),
        sha256=f"{weights} guarded" if guard else weights,
        kind=kind,
        reads_text=model.text is not None,
        parameters=sum(weights.numel() for weights in model.image.parameters()),
        precision=str(restorer.dtype).removeprefix("torch."),
    )


def with_unique_names(methods: Sequence[Method]) -> list[Method]:
    """Tell methods of one name apart by the start of their digests."""
    names = [method.name for method in methods]
    return [
        replace(method, label=f"{method.name} {method.sha256[:8]}")
        if names.count(method.name) > 1
        else method
        for method in methods
    ]


def _file_digest(name: str) -> str:
    """SHA-256 of the one file that `name` stands for; empty where it is more than a file."""
    from instructir.models.bundled import weights_file
    from instructir.models.pretrained import records

    record = records().get(name)
    path = weights_file(record.file) if record else Path(name).expanduser()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _weights_digest(restorer: "Restorer") -> str:
    """SHA-256 over names and values of all weights."""
    total = hashlib.sha256()
    for part in (restorer.model.image, restorer.model.text):
        for key, tensor in sorted(part.state_dict().items()) if part is not None else ():
            total.update(key.encode())
            total.update(tensor.float().cpu().contiguous().numpy().tobytes())
    for task, delta in restorer.model.deltas.items():
        total.update(task.value.encode())
        for packed in delta.parts().values():
            total.update(packed.numpy().tobytes())
    return total.hexdigest()
