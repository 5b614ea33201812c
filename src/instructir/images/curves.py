"""Tone curves between encoded and linear values, each with its exact inverse."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Curve(Protocol):
    """A monotonic curve on [0, 1], continued beyond it so that it can be inverted everywhere."""

    def forward(self, values: Array) -> Array:
        """Return linear values of encoded ones."""
        ...

    def backward(self, values: Array) -> Array:
        """Return encoded values of linear ones."""
        ...


@dataclass(frozen=True)
class ParametricCurve:
    """Y = (a X + b)^gamma + e where X >= d, and c X + f below it (ICC.1, parametric curve type 4).

    Negative values follow the same curve mirrored at the origin, as in scRGB, which keeps the curve smooth
    for colours outside the gamut; that needs a curve that starts at zero.
    """

    gamma: float
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    e: float = 0.0
    f: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a curve that falls or is flat.

        Raises:
            ValueError: if it does.
        """
        if self.gamma <= 0 or self.a <= 0:
            raise ValueError("curve does not increase")

    @classmethod
    def of_icc(cls, kind: int, numbers: list[float]) -> "ParametricCurve":
        """Return the curve of ICC function type `kind` (0 to 4) with its parameters in the standard's order.

        Raises:
            ValueError: if the curve is not increasing.
        """
        gamma, a, b, c, d, e, f = [*numbers, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0][:7]
        if kind == 0:
            return cls(gamma)
        if kind in (1, 2):
            knee = -b / a if a else 0.0
            return cls(gamma, a, b, 0.0, knee, c, c)
        return cls(gamma, a, b, c, d, e, f)

    def forward(self, values: Array) -> Array:
        """Return linear values of encoded ones."""
        size = np.abs(values)
        power = np.maximum(self.a * size + self.b, 0.0) ** self.gamma + self.e
        return np.copysign(np.where(size >= self.d, power, self.c * size + self.f), values)

    def backward(self, values: Array) -> Array:
        """Return encoded values of linear ones."""
        size = np.abs(values)
        knee = max(self.a * self.d + self.b, 0.0) ** self.gamma + self.e
        power = (np.maximum(size - self.e, 0.0) ** (1 / self.gamma) - self.b) / self.a
        line = (size - self.f) / self.c if self.c else np.zeros_like(size)
        return np.copysign(np.where(size >= knee, power, line), values)


@dataclass(frozen=True, eq=False)
class SampledCurve:
    """Samples at even steps over [0, 1] with straight lines between them and of slope 1 beyond."""

    samples: Array

    def __post_init__(self) -> None:
        """Refuse a curve that falls.

        Raises:
            ValueError: if it falls anywhere.
        """
        if np.any(np.diff(self.samples) < 0):
            raise ValueError("curve does not increase")

    def forward(self, values: Array) -> Array:
        """Return linear values of encoded ones."""
        inside = np.interp(values, self._grid, self.samples)
        return inside + (values - np.clip(values, 0.0, 1.0))

    def backward(self, values: Array) -> Array:
        """Return encoded values of linear ones."""
        inside = np.interp(values, self.samples, self._grid)
        return inside + (values - np.clip(values, self.samples[0], self.samples[-1]))

    @property
    def _grid(self) -> Array:
        return np.linspace(0.0, 1.0, len(self.samples))


def lightness_to_y(values: Array) -> Array:
    """Return CIE Y (0 to 1) of L* (0 to 1)."""
    root = (values * 100 + 16) / 116
    return np.where(root > 6 / 29, root**3, 3 * (6 / 29) ** 2 * (root - 4 / 29))


def y_to_lightness(values: Array) -> Array:
    """Return CIE L* (0 to 1) of Y (0 to 1)."""
    root = np.where(values > (6 / 29) ** 3, np.cbrt(values), values / (3 * (6 / 29) ** 2) + 4 / 29)
    return (116 * root - 16) / 100
