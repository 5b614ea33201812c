"""Classical restoration, from scikit-image and torch, each for the tasks that it is known for.

None of them is told the noise level or the blur: they see what a user has.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from instructir.errors import ConfigError
from instructir.evaluation.methods.dark_channel import dehaze
from instructir.evaluation.methods.method import Method
from instructir.extras import require, scikit_image
from instructir.tasks import Task

_Picture = NDArray[np.float32]
"""(H, W, 3)."""


@dataclass(frozen=True)
class Recipe:
    """A classical method.

    Attributes:
        title: name in tables.
        run: restores one picture.
        tasks: what it is for.
        revision: raised whenever its parameters change, so that finished work is redone.
    """

    title: str
    run: Callable[[_Picture], _Picture]
    tasks: tuple[Task, ...]
    revision: int = 1


class ClassicalRestore:
    """Runs a recipe picture by picture; the instruction is not read."""

    def __init__(self, recipe: Recipe) -> None:
        self.name = recipe.title
        self._run = recipe.run

    def __call__(self, images: Tensor, instruction: str) -> Tensor:
        """Restore `images`."""
        del instruction
        pictures = [self._run(image.permute(1, 2, 0).numpy().astype(np.float32)) for image in images.cpu()]
        return torch.stack(
            [torch.from_numpy(np.ascontiguousarray(p)).permute(2, 0, 1).float() for p in pictures]
        )


def noise_level(picture: _Picture) -> float:
    """Standard deviation of white noise, by the median of the finest diagonal Haar details (Donoho, 1994)."""
    height, width = (length - length % 2 for length in picture.shape[:2])
    even, odd = picture[0:height:2, :width], picture[1:height:2, :width]
    details = (even[:, 0::2] - even[:, 1::2] - odd[:, 0::2] + odd[:, 1::2]) / 2
    return float(np.median(np.abs(details)) / 0.6745)


def _non_local_means(picture: _Picture) -> _Picture:
    """Non-local means (Buades et al., CVPR 2005) at the noise level that the picture itself shows."""
    sigma = noise_level(picture)
    denoised: _Picture = scikit_image("restoration").denoise_nl_means(
        picture, h=0.6 * sigma, sigma=sigma, patch_size=5, patch_distance=6, fast_mode=True, channel_axis=-1
    )
    return denoised


def _unsharp_mask(picture: _Picture) -> _Picture:
    """Unsharp masking with a radius of 2 pixels and an amount of 1."""
    # The axis is not given as -1: scikit-image 0.26 then takes rows for channels and fills in three of them.
    clipped = np.clip(picture, 0, 1)
    sharp: _Picture = scikit_image("filters").unsharp_mask(clipped, radius=2, amount=1, channel_axis=2)
    return sharp


def _richardson_lucy(picture: _Picture) -> _Picture:
    """Richardson-Lucy deconvolution, 10 steps, of a gaussian blur of 1.5 pixels: the true blur is unknown."""
    axis = np.arange(-4, 5)
    kernel = np.exp(-(axis**2) / (2 * 1.5**2))
    psf = np.outer(kernel, kernel) / kernel.sum() ** 2
    restoration = scikit_image("restoration")
    # The borders are mirrored, or the deconvolution rings into the picture from them.
    padded = np.pad(np.clip(picture, 0, 1), ((16, 16), (16, 16), (0, 0)), mode="symmetric")
    planes = [restoration.richardson_lucy(padded[..., c], psf, num_iter=10) for c in range(3)]
    sharp: _Picture = np.stack(planes, axis=-1)[16:-16, 16:-16]
    return sharp


def clahe(picture: _Picture) -> _Picture:
    """Contrast-limited adaptive histogram equalisation (Zuiderveld, 1994) of the value channel."""
    equalised: _Picture = scikit_image("exposure").equalize_adapthist(np.clip(picture, 0, 1), clip_limit=0.01)
    return equalised


def _dark_channel(picture: _Picture) -> _Picture:
    """Dark channel prior; see :mod:`instructir.evaluation.methods.dark_channel`."""
    clean: _Picture = dehaze(torch.from_numpy(picture).permute(2, 0, 1)).permute(1, 2, 0).numpy()
    return clean


CLASSICAL: dict[str, Recipe] = {
    "nlm": Recipe("Non-local means", _non_local_means, (Task.DENOISING,)),
    "unsharp": Recipe("Unsharp mask", _unsharp_mask, (Task.DEBLURRING, Task.SUPER_RESOLUTION)),
    "richardson-lucy": Recipe("Richardson-Lucy", _richardson_lucy, (Task.DEBLURRING,)),
    "clahe": Recipe("CLAHE", clahe, (Task.LOW_LIGHT, Task.ENHANCEMENT)),
    "dark-channel": Recipe("Dark channel prior", _dark_channel, (Task.DEHAZING,)),
}
"""The classical methods by the word of the command line."""


def classical_method(name: str) -> Method:
    """The method called `name`, ready to be measured.

    Raises:
        ConfigError: if there is none, or scikit-image is not installed.
    """
    recipe = CLASSICAL.get(name)
    if recipe is None:
        raise ConfigError(f"unknown classical method {name!r}: use one of {', '.join(CLASSICAL)}")
    release = require("skimage", "instructir[evaluate]", f"the baseline {name}").__version__
    digest = hashlib.sha256(f"{name}/{recipe.revision}/{release}".encode()).hexdigest()
    return Method(ClassicalRestore(recipe), digest, "baseline", reads_text=False, tasks=recipe.tasks)
