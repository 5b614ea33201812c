"""Under-exposed pictures with sensor noise, like those of LOL (Wei et al., BMVC 2018)."""

import torch
from torch import Generator, Tensor

from instructir.degradations._random import broadcast_strength, coin, normal, uniform

_GAMMA = 2.2
STOPS_RANGE = (1.0, 4.5)
"""Under-exposure in stops at strength 0 and 1."""


def low_light(images: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    """Under-expose pictures.

    Light is cut by stops in linear intensities, a tone curve deepens the shadows, then shot noise (grows with
    the light) and read noise (does not) are added, and the result is rounded to 8 bits.

    Args:
        images: (B, 3, H, W) in [0, 1].
        strength: (B,) in [0, 1].
        generator: on the images' device.
    """
    low, high = STOPS_RANGE
    stops = low + broadcast_strength(strength) * (high - low)
    balance = uniform(images, 0.92, 1.08, generator, len(images), 3, 1, 1)
    light = images.clamp(0, 1) ** _GAMMA * 2**-stops * balance
    shot = uniform(images, 0, 0.0015, generator)
    read = uniform(images, 0, 0.0015, generator)
    noisy = coin(images, 0.7, generator)
    sensor = light + normal(images, generator) * torch.sqrt(shot * light + read**2)
    light = torch.where(noisy, sensor, light).clamp(0, 1)
    curve = uniform(images, 0.9, 1.25, generator)
    return ((light ** (curve / _GAMMA)) * 255).round() / 255
