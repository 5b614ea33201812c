"""Which degradation each task undoes."""

from collections.abc import Mapping
from typing import Protocol

from torch import Generator, Tensor

from instructir.degradations.blur import blur
from instructir.degradations.haze import haze
from instructir.degradations.low_light import low_light
from instructir.degradations.noise import noise
from instructir.degradations.rain import rain
from instructir.degradations.resampling import low_resolution
from instructir.degradations.retouch import unfinished
from instructir.tasks import Task


class Degradation(Protocol):
    """A fault of a given strength, (B, 3, H, W) and (B,) in [0, 1] to (B, 3, H, W)."""

    def __call__(self, images: Tensor, strength: Tensor, generator: Generator) -> Tensor:
        """Degrade `images`."""
        ...


FAMILIES: Mapping[Task, Degradation] = {
    Task.DENOISING: noise,
    Task.DEBLURRING: blur,
    Task.DERAINING: rain,
    Task.DEHAZING: haze,
    Task.LOW_LIGHT: low_light,
    Task.SUPER_RESOLUTION: low_resolution,
    Task.ENHANCEMENT: unfinished,
}


def degrade(task: Task, images: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    """Give `images` the fault that `task` removes."""
    return FAMILIES[task](images, strength, generator)
