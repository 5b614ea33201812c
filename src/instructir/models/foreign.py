"""Networks of other projects, read from their files without ever running code that these may hold.

A NAFNet is the image network without text, and runs as ours does. What ``spandrel`` knows is built by it,
from weights that were read here: its own reader runs TorchScript. ONNX graphs hold no code.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor

from instructir.errors import CheckpointError, ConfigError
from instructir.extras import require
from instructir.models.checkpoint import METADATA_KEY, Model, assemble_model
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.models.pickles import load_pickle
from instructir.models.tensors import read_tensors
from instructir.tasks import TASKS

SUFFIXES = (".safetensors", ".pth", ".pt", ".ckpt")
"""Of files that hold weights."""

_WRAPPERS = ("params_ema", "params-ema", "params", "model_state_dict", "state_dict", "model", "net")
"""Under which the weights lie in files that hold more, the averaged ones first."""
_PREFIXES = ("module.", "netG.")
_HINT = "give a .pth or .safetensors file with nothing but weights"


def is_ours(path: Path) -> bool:
    """Whether a file was written by InstructIR."""
    if path.suffix != ".safetensors":
        return False
    try:
        return METADATA_KEY in read_tensors(path)[0]
    except (SafetensorError, OSError):
        return False


def read_weights(path: Path) -> dict[str, Tensor]:
    """The named tensors of a file, without what other projects wrap them in.

    Raises:
        CheckpointError: if the file is missing, damaged, of another kind, or holds more than weights.
    """
    if not path.is_file():
        raise CheckpointError(f"{path}: no such file; give a model's file")
    if path.suffix.lower() not in SUFFIXES:
        raise CheckpointError(f"{path}: not a file of weights by its name; give one of {', '.join(SUFFIXES)}")
    state: Any
    if path.suffix == ".safetensors":
        try:
            state = read_tensors(path)[1]
        except (SafetensorError, OSError) as error:
            reason = str(error).split("\n")[0]
            raise CheckpointError(f"{path}: not a readable file of weights ({reason}); {_HINT}") from None
    else:
        state = load_pickle(path, _HINT)
    if isinstance(state, Mapping):
        wrapper = next((key for key in _WRAPPERS if isinstance(state.get(key), Mapping)), None)
        state = state if wrapper is None else state[wrapper]
    if not isinstance(state, Mapping) or not state:
        raise CheckpointError(f"{path}: holds something other than named tensors; {_HINT}")
    if not all(isinstance(name, str) and isinstance(value, Tensor) for name, value in state.items()):
        raise CheckpointError(f"{path}: holds something other than named tensors; {_HINT}")
    for prefix in _PREFIXES:
        if all(name.startswith(prefix) for name in state):
            state = {name.removeprefix(prefix): value for name, value in state.items()}
    return dict(state)


def nafnet(state: Mapping[str, Tensor], source: Path) -> Model | None:
    """A model without text of weights that are a NAFNet's; None if they are another network's.

    Raises:
        CheckpointError: naming `source`, if they hold values that are not finite.
    """
    try:
        config = ImageConfig.from_state_dict(state)
        with torch.device("meta"):
            shapes = {name: weights.shape for name, weights in ImageNetwork(config).state_dict().items()}
    except (CheckpointError, ValueError, RuntimeError, IndexError):
        return None
    if config.channels != 3 or shapes != {name: weights.shape for name, weights in state.items()}:
        return None
    return assemble_model(
        f"{source.stem} (NAFNet)",
        image=state,
        text={},
        encoder="",
        tasks=TASKS,
        provenance={"source": source.name},
        source=source,
    )


def build(state: Mapping[str, Tensor], source: Path, device: torch.device) -> Any:
    """The network that weights belong to, as ``spandrel`` describes it, ready on `device`.

    Returns:
        A ``spandrel.ImageModelDescriptor`` for RGB that keeps the size.

    Raises:
        ConfigError: if spandrel is not installed, or cannot be loaded.
        CheckpointError: naming `source`, if it knows no such network, or that is for something else.
    """
    try:
        spandrel = require(
            "spandrel", "instructir[networks]", f"{source}: no model of InstructIR; any other network"
        )
    except RuntimeError as error:  # torchvision that was built for another PyTorch
        reason = str(error).strip().split("\n")[0][:160]
        raise ConfigError(
            f"spandrel cannot be loaded ({reason}): install the torchvision that fits torch"
        ) from None
    try:
        network = spandrel.ModelLoader(device=device).load_from_state_dict(dict(state))
    except (
        spandrel.UnsupportedModelError,
        ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError,
    ) as error:  # fmt: skip
        reason = str(error).strip().split("\n")[0][:160] or "its weights are of no network that it knows"
        raise CheckpointError(
            f"{source}: neither a model of InstructIR nor known to spandrel ({reason}); give another file"
        ) from None
    if getattr(network, "purpose", "") == "Inpainting":
        raise CheckpointError(f"{source}: fills in what a mask marks; give a network that restores")
    if (network.scale, network.input_channels, network.output_channels) != (1, 3, 3):
        raise CheckpointError(
            f"{source}: enlarges by {network.scale} or is not for RGB; give a network that keeps the size"
        )
    network.eval()
    return network
