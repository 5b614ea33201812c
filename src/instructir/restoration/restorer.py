"""The Restorer: a picture and a sentence in, a restored picture out."""

import time
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from instructir.errors import ConfigError
from instructir.images import Photo
from instructir.instructions.plan import Plan
from instructir.instructions.planner import checked, plan_from_probabilities
from instructir.models.checkpoint import Model
from instructir.models.embedding_cache import embed
from instructir.models.pretrained import DEFAULT_MODEL, resolve
from instructir.restoration.inputs import ImageLike, to_photo
from instructir.restoration.result import Restoration


class Restorer:
    """A loaded model, ready for any number of pictures."""

    def __init__(self, model: Model, device: str = "auto") -> None:
        """Put `model` on `device`.

        Raises:
            ConfigError: if the device is unknown or not there.
        """
        self.model = model
        self.name = model.name
        self.device = find_device(device)
        model.image.to(self.device)
        self._understand: Callable[[str], tuple[Tensor, list[float]]] = lru_cache(256)(self._read_instruction)

    def plan(self, instruction: str) -> Plan:
        """What `instruction` is understood to ask for.

        Raises:
            InstructionError: if it is empty.
            EncoderError: if the sentence encoder is needed and cannot be loaded.
        """
        text = checked(instruction)
        if self.model.text is None:
            return Plan("clear", ())
        return plan_from_probabilities(text, self._understand(text)[1], self.model.tasks)

    def restore(self, image: ImageLike, instruction: str, *, strength: float = 1.0) -> Restoration:
        """Restore a picture.

        Args:
            image: a file, a Pillow image, or an array (see :func:`instructir.restoration.inputs.to_photo`).
            instruction: what is wrong with it, or what to do.
            strength: share of the restoration that is applied, from 0 (none) to 1.

        Raises:
            ImageFileError: if the picture cannot be read.
            InstructionError: if the instruction is empty.
            ConfigError: if the strength is out of range.
        """
        if not 0 <= strength <= 1:
            raise ConfigError(f"strength {strength:g} is out of range: give a number from 0 to 1")
        plan = self.plan(instruction)
        photo = to_photo(image)
        start = time.perf_counter()
        pixels = torch.from_numpy(photo.pixels).permute(2, 0, 1)[None]
        restored = self.predict(pixels, instruction)
        blended = torch.lerp(pixels, restored, strength * _overall(plan))
        result = _finish(photo, blended)
        return Restoration(result, photo, plan, self.name, time.perf_counter() - start)

    @torch.inference_mode()
    def predict(self, images: Tensor, instruction: str) -> Tensor:
        """Run the network, nothing else.

        Args:
            images: (B, 3, H, W) float32 in [0, 1], any size.
            instruction: applied to all of them.

        Returns:
            (B, 3, H, W) float32 on the CPU, not clamped.
        """
        embedding = None
        if self.model.text is not None:
            embedding = self._understand(checked(instruction))[0].expand(len(images), -1).to(self.device)
        restored: Tensor = self.model.image(images.to(self.device), embedding)
        return restored.cpu()

    @torch.inference_mode()
    def _read_instruction(self, text: str) -> tuple[Tensor, list[float]]:
        """Text embedding (1, text_dim) and class probabilities of an instruction."""
        if self.model.text is None:
            raise ConfigError(f"{self.name} is a text-free model and understands no instruction")
        output = self.model.text(embed([text], self.model.encoder))
        return output.embedding, output.logits.softmax(-1)[0].tolist()


def load(model: str = DEFAULT_MODEL, device: str = "auto") -> Restorer:
    """Load a model.

    Args:
        model: name of a pretrained model, a file, a folder, or ``hub:ORG/REPO``.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.

    Raises:
        CheckpointError: if there is no such model, or it is damaged.
        ConfigError: if the device is not there.
    """
    return Restorer(resolve(model), device)


def restore(
    image: ImageLike, instruction: str, *, strength: float = 1.0, model: str = DEFAULT_MODEL
) -> Restoration:
    """Restore one picture with a model that is loaded once and kept; see :meth:`Restorer.restore`."""
    return _kept(model).restore(image, instruction, strength=strength)


_kept = lru_cache(maxsize=1)(load)


def find_device(name: str) -> torch.device:
    """The device called `name`; ``auto`` is CUDA where it is there, else the CPU.

    Raises:
        ConfigError: if it is unknown or not there.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError):
        raise ConfigError(f"device {name!r} is not available here: use auto, cpu, cuda or mps") from None
    return device


def _overall(plan: Plan) -> float:
    return plan.steps[0].strength if plan.steps else 1.0


def _finish(photo: Photo, restored: Tensor) -> Photo:
    """Clamp to the range of a file and keep greyscale grey."""
    pixels = restored[0].permute(1, 2, 0).numpy()
    if photo.greyscale:
        pixels = pixels.mean(axis=2, keepdims=True).repeat(3, axis=2)
    return photo.with_pixels(np.clip(pixels, 0, 1))
