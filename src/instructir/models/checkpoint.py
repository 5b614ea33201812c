"""One safetensors file a model: image network, text head, and what is needed to use them.

Tensors are named ``image.*`` and ``text.*``. The metadata key ``instructir`` holds JSON: format version,
name, configuration, class names, encoder and provenance. A routed model has ``delta.TASK.*`` as well, and
``deltas`` in its JSON (see :mod:`instructir.models.deltas`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save
from torch import Tensor

from instructir.errors import CheckpointError
from instructir.models.deltas import PARTS, Delta
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.models.tensors import read_tensors
from instructir.models.text_head import TextHead
from instructir.tasks import TASKS, Task

FORMAT, ROUTED_FORMAT = 1, 2  # told apart, so that nobody who knows no deltas restores with the base alone
METADATA_KEY = "instructir"


@dataclass
class Model:
    """A model ready to use.

    Attributes:
        name: what it is called in tables and reports.
        image: the image network, float32, evaluation mode.
        text: the text head, or None for a text-free network.
        encoder: sentence encoder that the head was trained on.
        tasks: class names of the head, in order.
        provenance: how it was made: data, recipe, steps, revision.
        deltas: what single tasks add to the image network's weights; most models have none.
    """

    name: str
    image: ImageNetwork
    text: TextHead | None
    encoder: str
    tasks: tuple[Task, ...] = TASKS
    provenance: dict[str, Any] = field(default_factory=dict)
    deltas: dict[Task, Delta] = field(default_factory=dict)


def save_model(model: Model, path: Path, dtype: torch.dtype = torch.float16) -> None:
    """Write `model` to `path`, by way of a temporary file, its networks' tensors rounded to `dtype`.

    Raises:
        CheckpointError: if the file cannot be written.
    """
    parts: dict[str, torch.nn.Module] = {"image": model.image}
    if model.text is not None:
        parts["text"] = model.text
    tensors = {
        f"{prefix}.{name}": tensor.detach().to("cpu", dtype).contiguous()
        for prefix, part in parts.items()
        for name, tensor in part.state_dict().items()
    }
    header: dict[str, Any] = {
        "format": ROUTED_FORMAT if model.deltas else FORMAT,
        "name": model.name,
        "config": model.image.config.to_dict(),
        "tasks": [task.value for task in model.tasks],
        "encoder": model.encoder,
        "provenance": model.provenance,
    }
    if model.deltas:
        header["deltas"] = {}
        for task, delta in model.deltas.items():
            about = {"bits": delta.bits, "window": delta.window, "provenance": delta.provenance}
            header["deltas"][task.value] = about
            tensors |= {f"delta.{task.value}.{part}": packed for part, packed in delta.parts().items()}
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_bytes(save(tensors, metadata={METADATA_KEY: json.dumps(header)}))
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CheckpointError(f"{path}: cannot be written ({error.strerror}); choose another place") from None


def load_model(path: Path) -> Model:
    """Read a model that :func:`save_model` wrote.

    Raises:
        CheckpointError: if the file is missing, damaged or of another kind.
    """
    header, tensors = _read(path)
    try:
        name, tasks = str(header["name"]), tuple(Task(value) for value in header["tasks"])
        encoder, provenance = str(header["encoder"]), dict(header["provenance"])
        window = _window(header["config"])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path}: its metadata is incomplete ({error}); fetch the file again") from None
    model = assemble_model(
        name,
        image={key[6:]: value for key, value in tensors.items() if key.startswith("image.")},
        text={key[5:]: value for key, value in tensors.items() if key.startswith("text.")},
        encoder=encoder,
        tasks=tasks,
        provenance=provenance,
        source=path,
    )
    model.image.attend_within(window)
    if header["format"] == ROUTED_FORMAT:
        model.deltas = _deltas(header, tensors, model, path)
    return model


def _deltas(
    header: Mapping[str, Any], tensors: Mapping[str, Tensor], model: Model, source: Path
) -> dict[Task, Delta]:
    """The deltas of a routed model, as its header lists them.

    Raises:
        CheckpointError: naming `source`, if one is incomplete, foreign, or there is nothing that routes.
    """
    deltas = {}
    try:
        for name, about in header["deltas"].items():
            parts = {part: tensors[f"delta.{name}.{part}"] for part in PARTS}
            deltas[Task(name)] = Delta(
                int(about["bits"]), **parts, provenance=dict(about["provenance"]), window=_window(about)
            )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reason = f"its deltas are incomplete ({error})"
        raise CheckpointError(f"{source}: {reason}; fetch the file again") from None
    for task, delta in deltas.items():
        if misfit := delta.misfit(model.image):
            raise CheckpointError(f"{source}: its delta of {task.value} {misfit}; fetch the file again")
    foreign = [task.value for task in deltas if model.text is None or task not in model.tasks]
    if foreign:
        raise CheckpointError(
            f"{source}: has a delta of {foreign[0]}, which its text head cannot choose; "
            "route it again (instructir models route)"
        )
    return deltas


def _window(about: Mapping[str, Any]) -> int:
    """The window of a network or a delta; files of before there were any name none.

    Raises:
        ValueError: if it is none.
    """
    window = int(about.get("window", 0))
    if window < 0:
        raise ValueError(f"window {window}")
    return window


def assemble_model(
    name: str,
    *,
    image: Mapping[str, Tensor],
    text: Mapping[str, Tensor],
    encoder: str,
    tasks: tuple[Task, ...],
    provenance: dict[str, Any],
    source: Path,
) -> Model:
    """Build a model from its two state dicts, the shapes inferred from them.

    Raises:
        CheckpointError: naming `source`, if they are not an InstructIR model's or hold non-finite values.
    """
    image, text = _checked(image, source), _checked(text, source)
    try:
        network = ImageNetwork(ImageConfig.from_state_dict(image))
        network.load_state_dict(image)
        head = TextHead.from_state_dict(text) if text else None
    except (CheckpointError, RuntimeError, ValueError) as error:
        reason = str(error).split("\n")[0]
        raise CheckpointError(
            f"{source}: {reason}; give a file that InstructIR or its authors wrote"
        ) from None
    if head is not None and (
        len(tasks) != head.fc2.out_features or head.fc1.out_features != network.config.text_dim
    ):
        raise CheckpointError(f"{source}: its text head does not fit its image network or its class names")
    network.eval().requires_grad_(False)
    if head is not None:
        head.eval().requires_grad_(False)
    return Model(name, network, head, encoder, tasks, provenance)


def _checked(state: Mapping[str, Tensor], source: Path) -> dict[str, Tensor]:
    wide = {name: tensor.float() for name, tensor in state.items()}
    broken = [name for name, tensor in wide.items() if not tensor.isfinite().all()]
    if broken:
        raise CheckpointError(f"{source}: {broken[0]} holds values that are not finite; fetch the file again")
    return wide


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    if not path.is_file():
        raise CheckpointError(f"{path}: no such model file")
    try:
        metadata, tensors = read_tensors(path)
        header = json.loads(metadata[METADATA_KEY])
    except KeyError:
        raise CheckpointError(f"{path}: is a safetensors file, but not an InstructIR model") from None
    except (SafetensorError, OSError, ValueError, RecursionError) as error:
        reason = str(error).split("\n")[0]
        raise CheckpointError(f"{path}: not a readable model file ({reason}); fetch it again") from None
    if not isinstance(header, dict) or header.get("format") not in (FORMAT, ROUTED_FORMAT):
        raise CheckpointError(f"{path}: written by another version of InstructIR; update instructir")
    return header, tensors
