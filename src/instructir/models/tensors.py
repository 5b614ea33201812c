"""Reading safetensors files, the form in which all weights of the project are kept."""

from pathlib import Path

from safetensors import safe_open
from torch import Tensor


def read_tensors(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    """Metadata and tensors of a file, on the CPU.

    Raises:
        SafetensorError: if it is not such a file.
        OSError: if it cannot be read.
    """
    with safe_open(path, framework="pt") as file:
        # The file is no mapping: it cannot be iterated over.
        return file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
