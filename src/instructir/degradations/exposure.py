"""Over-exposed versions of good photos: the highlights are lost, channel by channel."""

from torch import Generator, Tensor

from instructir.degradations._random import broadcast_strength, uniform

_GAMMA = 2.2
_STOPS = (0.5, 2.5)
"""Over-exposure in stops at strength 0 and 1."""
_SHOULDER = (1.0, 5.0)
"""Binary logarithm of how sharply a camera's curve bends below white: softly as film's, or as a sensor's."""


def overexpose(images: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    """Over-expose pictures.

    Light grows by stops in linear intensities and each channel ends at white, so that bright colours turn
    pale or change their hue, as skin does; the curve before white is gentle or abrupt.

    Args:
        images: well-exposed photos (B, 3, H, W) in [0, 1].
        strength: (B,) in [0, 1].
        generator: on the images' device.
    """
    low, high = _STOPS
    stops = low + broadcast_strength(strength) * (high - low)
    balance = uniform(images, 0.93, 1.07, generator, len(images), 3, 1, 1)
    light = images.clamp(1e-4, 1) ** _GAMMA * 2**stops * balance
    bend = 2 ** uniform(images, *_SHOULDER, generator)
    caught = light / (1 + light**bend) ** (1 / bend)
    curve = uniform(images, 0.85, 1.15, generator)
    return ((caught ** (curve / _GAMMA)).clamp(0, 1) * 255).round() / 255
