"""Make the example pictures from scikit-image's sample photos: ``python examples/make.py``."""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from skimage import data

from instructir.degradations import degrade, gaussian_noise
from instructir.tasks import Task

FOLDER = Path(__file__).parent
PAGE = FOLDER.parent / "src" / "instructir" / "serving" / "page" / "examples"


def to_tensor(array: np.ndarray) -> torch.Tensor:
    """Batch of one from an 8-bit picture."""
    return torch.from_numpy(array.copy()).permute(2, 0, 1)[None].float() / 255


def save(picture: torch.Tensor, path: Path, quality: int = 95) -> None:
    """Write a batch of one as a JPEG."""
    array = (picture[0].permute(1, 2, 0).clamp(0, 1).numpy() * 255).round().astype(np.uint8)
    Image.fromarray(array).save(path, quality=quality, subsampling=0)


def faulty(task: Task, photo: torch.Tensor, strength: float, seed: int) -> torch.Tensor:
    """A photo with one fault."""
    return degrade(task, photo, torch.tensor([strength]), torch.Generator().manual_seed(seed))


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    cat, cup = to_tensor(data.chelsea()), to_tensor(data.coffee())
    save(gaussian_noise(cat, 30.0, torch.Generator().manual_seed(7)), FOLDER / "grainy_cat.jpg")
    save(faulty(Task.LOW_LIGHT, cup, 0.45, 3), FOLDER / "dark_coffee.jpg")
    # The web page's, smaller.
    PAGE.mkdir(exist_ok=True)
    cat, cup, pilot, rocket = (
        torch.nn.functional.interpolate(photo, scale_factor=480 / photo.shape[-1], mode="area")
        for photo in (cat, cup, to_tensor(data.astronaut()), to_tensor(data.rocket()))
    )
    save(gaussian_noise(cat, 30.0, torch.Generator().manual_seed(7)), PAGE / "grainy_cat.jpg", 92)
    save(faulty(Task.LOW_LIGHT, cup, 0.45, 3), PAGE / "dark_coffee.jpg", 92)
    save(faulty(Task.DERAINING, pilot, 0.6, 5), PAGE / "rainy_portrait.jpg", 92)
    save(faulty(Task.DEHAZING, rocket, 0.6, 2), PAGE / "hazy_rocket.jpg", 92)
