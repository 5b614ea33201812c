"""Made-up pictures, and a method that counts what it is given."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

SIZES = {"a": (48, 64), "b": (48, 64), "c": (64, 48)}


def picture(seed: int, height: int, width: int) -> np.ndarray:
    """A smooth colourful uint8 picture with some detail."""
    y, x = np.mgrid[0:height, 0:width] / 20 + seed
    waves = np.stack([np.sin(x) * np.cos(y), np.sin(x * 2 + y), np.cos(y * 3)], axis=-1)
    return ((0.5 + 0.35 * waves) * 255).round().astype(np.uint8)


def save(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


class Recorder:
    """A method that pulls pictures towards grey, and counts what it is given."""

    def __init__(self, name: str = "fake", pull: float = 0.0) -> None:
        self.name = name
        self.pull = pull
        self.calls: list[tuple[int, str]] = []

    def __call__(self, images: torch.Tensor, instruction: str) -> torch.Tensor:
        self.calls.append((len(images), instruction))
        return images + self.pull * (0.5 - images)

    @property
    def pictures(self) -> int:
        return sum(count for count, _ in self.calls)
