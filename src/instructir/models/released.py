"""The authors' released weights: a pair of pickles, in a folder or on the model hub.

Pickles can run code when they are loaded, so they are read with ``weights_only=True`` and nothing else.
"""

from pathlib import Path

from torch import Tensor

from instructir.errors import CheckpointError
from instructir.models.checkpoint import Model, assemble_model
from instructir.models.pickles import load_pickle
from instructir.tasks import TASKS

IMAGE_FILE = "im_instructir-7d.pt"
TEXT_FILE = "lm_instructir-7d.pt"
_REPOSITORY = "marcosv/InstructIR"
_ENCODER = "bge-micro-v2"
"""The sentence encoder of the released head (paper, section 4.1)."""


def is_released(folder: Path) -> bool:
    """Whether `folder` holds the released pair."""
    return (folder / IMAGE_FILE).is_file() and (folder / TEXT_FILE).is_file()


def load_released(folder: Path, name: str) -> Model:
    """Load the released pair from `folder`.

    Raises:
        CheckpointError: if a file is damaged, foreign, or holds more than tensors.
    """
    return assemble_model(
        name,
        image=_read(folder / IMAGE_FILE),
        text=_read(folder / TEXT_FILE),
        encoder=_ENCODER,
        tasks=TASKS,
        provenance={"source": f"weights released by the authors ({_REPOSITORY}, MIT)"},
        source=folder,
    )


def download(repository: str) -> Path:
    """Fetch a model repository from the hub (or its local cache) and return its folder.

    Raises:
        CheckpointError: if it does not exist or there is no network.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(repository, allow_patterns=[IMAGE_FILE, TEXT_FILE, "*.safetensors"]))
    except HFValidationError:
        raise CheckpointError(f"hub:{repository}: not a repository name; write hub:ORG/REPO") from None
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise _unreachable(repository, error) from None


def download_file(name: str) -> Path:
    """Fetch one file, ORG/REPO/FILE, from the hub (or its local cache).

    Raises:
        CheckpointError: if it does not exist or there is no network.
    """
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    organisation, repository, file = name.split("/", 2)
    try:
        return Path(hf_hub_download(f"{organisation}/{repository}", file))
    except (HFValidationError, ValueError):
        raise CheckpointError(f"hub:{name}: not the name of a file; write hub:ORG/REPO/FILE") from None
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise _unreachable(name, error) from None


def _unreachable(name: str, error: Exception) -> CheckpointError:
    reason = str(error).strip().split("\n")[0][:160]
    return CheckpointError(f"hub:{name}: cannot be fetched ({reason}); check the name and the network")


def _read(path: Path) -> dict[str, Tensor]:
    state = load_pickle(path, "fetch it again")
    state = state.get("params", state) if isinstance(state, dict) else state
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise CheckpointError(f"{path}: holds something other than named tensors; fetch it again")
    # The authors' text head was saved from inside a wrapper by some of their scripts.
    return {name.removeprefix("module."): value for name, value in state.items()}
