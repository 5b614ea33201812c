"""Make the example pictures from scikit-image's sample photos: ``python examples/make.py``."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from skimage import data

from instructir.degradations import degrade, gaussian_noise
from instructir.tasks import Task

FOLDER = Path(__file__).parent


def to_tensor(array: np.ndarray) -> torch.Tensor:
    """Batch of one from an 8-bit picture."""
    return torch.from_numpy(array.copy()).permute(2, 0, 1)[None].float() / 255


def save(picture: torch.Tensor, name: str) -> None:
    """Write a batch of one as a JPEG."""
    array = (picture[0].permute(1, 2, 0).clamp(0, 1).numpy() * 255).round().astype(np.uint8)
    Image.fromarray(array).save(FOLDER / name, quality=95, subsampling=0)


if __name__ == "__main__":
    cat, cup = to_tensor(data.chelsea()), to_tensor(data.coffee())
    save(gaussian_noise(cat, 30.0, torch.Generator().manual_seed(7)), "grainy_cat.jpg")
    dark = degrade(Task.LOW_LIGHT, cup, torch.tensor([0.45]), torch.Generator().manual_seed(3))
    save(dark, "dark_coffee.jpg")
