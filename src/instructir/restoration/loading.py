"""What most programs need: a model by its name, and one picture restored with it."""

from functools import lru_cache
from os import PathLike, fspath

from instructir.instructions.plan import Plan
from instructir.restoration.inputs import ImageLike
from instructir.restoration.restorer import Restorer
from instructir.restoration.result import Restoration
from instructir.settings import DEFAULT_MODEL, Settings


def load(
    model: str | PathLike[str] = DEFAULT_MODEL,
    device: str = "auto",
    *,
    precision: str = "auto",
    runtime: str = "auto",
    tile: int | str = "auto",
    pictures: int = 1,
) -> Restorer:
    """Load a model.

    Args:
        model: name of a pretrained model, a file, a folder, or ``hub:ORG/REPO``.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.
        precision: ``fp32``, ``bf16``, ``fp16``, or ``auto`` for what the device is fast and safe in.
        runtime: what computes the network: ``native``, ``torch``, ``compiled``, ``onnx``, ``openvino``, or
            ``auto``.
        tile: ``auto`` cuts a picture into tiles only where it does not fit the memory, ``off`` never, a
            number always, into squares of that many pixels a side.
        pictures: how many there will be, as far as is known; ``runtime`` auto goes by it.

    Raises:
        CheckpointError: if there is no such model, or it is damaged.
        ConfigError: if the device is not there, or cannot do what is chosen, or an argument is of another
            type.
    """
    return Restorer.load(Settings(_name(model), device, precision, runtime, tile), pictures)


def restore(
    image: ImageLike,
    instruction: str | None = None,
    *,
    strength: float | None = None,
    plan: Plan | None = None,
    mask: ImageLike | None = None,
    model: str | PathLike[str] = DEFAULT_MODEL,
) -> Restoration:
    """Restore one picture with a model that is loaded once and kept; see :meth:`Restorer.restore`."""
    return _kept(_name(model)).restore(image, instruction, strength=strength, plan=plan, mask=mask)


_kept = lru_cache(maxsize=1)(load)


def _name(model: str | PathLike[str]) -> str:
    return fspath(model) if isinstance(model, PathLike) else model
