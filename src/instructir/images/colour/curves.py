"""Tone curves between encoded and linear values, each with its exact inverse."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

_Array = NDArray[np.float64]


class Curve(Protocol):
    """A monotonic curve on [0, 1], continued beyond it so that it can be inverted everywhere."""

    def forward(self, values: _Array) -> _Array:
        """Return linear values of encoded ones."""
        ...

    def backward(self, values: _Array) -> _Array:
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

    def forward(self, values: _Array) -> _Array:
        """Return linear values of encoded ones."""
        size = np.abs(values)
        power = np.maximum(self.a * size + self.b, 0.0) ** self.gamma + self.e
        return np.copysign(np.where(size >= self.d, power, self.c * size + self.f), values)

    def backward(self, values: _Array) -> _Array:
        """Return encoded values of linear ones."""
        size = np.abs(values)
        knee = max(self.a * self.d + self.b, 0.0) ** self.gamma + self.e
        power = (np.maximum(size - self.e, 0.0) ** (1 / self.gamma) - self.b) / self.a
        line = (size - self.f) / self.c if self.c else np.zeros_like(size)
        return np.copysign(np.where(size >= knee, power, line), values)


@dataclass(frozen=True, eq=False)
class SampledCurve:
    """Samples at even steps over [0, 1] with straight lines between them and of slope 1 beyond."""

    samples: _Array

    def __post_init__(self) -> None:
        """Refuse a curve that falls.

        Raises:
            ValueError: if it falls anywhere.
        """
        if np.any(np.diff(self.samples) < 0):
            raise ValueError("curve does not increase")

    def forward(self, values: _Array) -> _Array:
        """Return linear values of encoded ones."""
        inside = np.interp(values, self._grid, self.samples)
        return inside + (values - np.clip(values, 0.0, 1.0))

    def backward(self, values: _Array) -> _Array:
        """Return encoded values of linear ones."""
        inside = np.interp(values, self.samples, self._grid)
        return inside + (values - np.clip(values, self.samples[0], self.samples[-1]))

    @property
    def _grid(self) -> _Array:
        return np.linspace(0.0, 1.0, len(self.samples))


def _pq_to_linear(values: _Array) -> _Array:
    """Return light in units of diffuse white of PQ signals (SMPTE ST 2084)."""
    root: _Array = np.clip(values, 0.0, 1.0) ** (1 / _PQ_M2)
    top = np.maximum(root - _PQ_C1, 0.0)
    light: _Array = (top / (_PQ_C2 - _PQ_C3 * root)) ** (1 / _PQ_M1) * (10_000 / _DIFFUSE_WHITE)
    return light


def _linear_to_pq(values: _Array) -> _Array:
    power: _Array = (np.clip(values, 0.0, None) * (_DIFFUSE_WHITE / 10_000)) ** _PQ_M1
    signal: _Array = ((_PQ_C1 + _PQ_C2 * power) / (1 + _PQ_C3 * power)) ** _PQ_M2
    return signal


def _hlg_to_linear(values: _Array) -> _Array:
    """Return light in units of diffuse white of HLG signals (ITU-R BT.2100), without the display's gamma."""
    size = np.clip(values, 0.0, 1.0)
    upper = (np.exp((np.maximum(size, 0.5) - _HLG_C) / _HLG_A) + _HLG_B) / 12
    light: _Array = np.where(size <= 0.5, size**2 / 3, upper) / _HLG_WHITE
    return light


def _linear_to_hlg(values: _Array) -> _Array:
    light = np.clip(values, 0.0, None) * _HLG_WHITE
    upper = _HLG_A * np.log(np.maximum(12 * light - _HLG_B, 1e-9)) + _HLG_C
    return np.where(light <= 1 / 12, np.sqrt(3 * light), upper)


_PQ_M1, _PQ_M2 = 2610 / 16384, 2523 / 4096 * 128
_PQ_C1, _PQ_C2, _PQ_C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_HLG_A, _HLG_B, _HLG_C = 0.17883277, 0.28466892, 0.55991073
_DIFFUSE_WHITE = 203.0
"""Candelas a square metre of a white sheet in HDR pictures (ITU-R BT.2408); 75 % of an HLG signal."""
_HLG_WHITE = float(np.exp((0.75 - _HLG_C) / _HLG_A) + _HLG_B) / 12


@dataclass(frozen=True)
class HdrCurve:
    """PQ or HLG, with what is brighter than white rolled off into the range of ordinary pictures.

    Light up to `_KNEE` of diffuse white stays what it is; above it a smooth curve reaches 1 at the brightest
    light there is. So the network sees an ordinary photograph, and nothing is clipped on the way back.

    Attributes:
        is_pq: PQ, else HLG.
        peak: the brightest light, in units of diffuse white, at least 1.
    """

    is_pq: bool
    peak: float

    _KNEE = 0.5

    @classmethod
    def of_signal(cls, is_pq: bool, brightest: float) -> "HdrCurve":
        """Return the curve for pictures whose largest sample is `brightest`, from 0 to 1."""
        light = (_pq_to_linear if is_pq else _hlg_to_linear)(np.array([brightest]))
        return cls(is_pq, max(1.0, float(light[0])))

    @property
    def _span(self) -> float:
        return (self.peak - self._KNEE) / (1 - self._KNEE)

    def forward(self, values: _Array) -> _Array:
        """Return linear values of encoded ones."""
        light = (_pq_to_linear if self.is_pq else _hlg_to_linear)(values)
        over = np.maximum(light - self._KNEE, 0.0) / (1 - self._KNEE)
        rolled = over * (1 + over / self._span**2) / (1 + over)
        return np.where(light <= self._KNEE, light, self._KNEE + (1 - self._KNEE) * rolled)

    def backward(self, values: _Array) -> _Array:
        """Return encoded values of linear ones."""
        rolled = np.clip((values - self._KNEE) / (1 - self._KNEE), 0.0, 1.0)
        square, slope = 1 / self._span**2, 1 - rolled
        over = (np.sqrt(slope**2 + 4 * square * rolled) - slope) / (2 * square)
        light = np.where(values <= self._KNEE, values, self._KNEE + (1 - self._KNEE) * over)
        return (_linear_to_pq if self.is_pq else _linear_to_hlg)(light)


def lightness_to_y(values: _Array) -> _Array:
    """Return CIE Y (0 to 1) of L* (0 to 1)."""
    root = (values * 100 + 16) / 116
    return np.where(root > 6 / 29, root**3, 3 * (6 / 29) ** 2 * (root - 4 / 29))


def y_to_lightness(values: _Array) -> _Array:
    """Return CIE L* (0 to 1) of Y (0 to 1)."""
    root = np.where(values > (6 / 29) ** 3, np.cbrt(values), values / (3 * (6 / 29) ** 2) + 4 / 29)
    return (116 * root - 16) / 100
