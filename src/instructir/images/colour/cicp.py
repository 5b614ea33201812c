"""Coding-independent code points (ITU-T H.273): colours that files state by number."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from instructir.images.colour.curves import Curve, HdrCurve, ParametricCurve
from instructir.images.colour.spaces import (
    SRGB_CURVE,
    SRGB_PRIMARIES,
    Chromaticities,
    CurveSpace,
    Space,
    matrix_of,
)

_D65, _C = (0.3127, 0.3290), (0.310, 0.316)
_NTSC = ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070))
_PRIMARIES: dict[int, Chromaticities] = {
    4: ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C),
    5: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _D65),
    6: (*_NTSC, _D65),
    7: (*_NTSC, _D65),
    8: ((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
    22: ((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), _D65),
}
PQ, HLG = 16, 18
_KNOWN_PRIMARIES = frozenset({1, 2, *range(4, 13), 22})
_KNOWN_TRANSFERS = frozenset({1, 2, *range(4, 19)})
"""What the standard has a meaning for. Files with other code points cannot be opened by many programs."""
_LEAST_GAMMA, _LARGEST_GAMMA = 0.1, 10
_POWERS = {4: 2.2, 5: 2.8, 8: 1.0, 17: 2.6}


class Parameters(NamedTuple):
    """Colours stated by numbers, as PNG's gAMA and cHRM chunks and JPEG XL do.

    Attributes:
        gamma: the exponent from light to samples, 1/2.2 for most; None for the curve of sRGB.
        points: the chromaticities of red, green, blue and white; None for those of sRGB.
    """

    gamma: float | None = None
    points: Chromaticities | None = None

    @property
    def possible(self) -> "Parameters":
        """The same without an exponent or points that no light has, and that say nothing therefore."""
        gamma, points = self
        if gamma is not None and not _LEAST_GAMMA <= gamma <= _LARGEST_GAMMA:
            gamma = None
        try:
            matrix_of(points or SRGB_PRIMARIES)
        except ValueError:
            points = None
        return Parameters(gamma, points)


class Codes(NamedTuple):
    """The code points of primaries and transfer characteristics; 2 is "not specified"."""

    primaries: int = 2
    transfer: int = 2

    @property
    def is_hdr(self) -> bool:
        """Whether the transfer is PQ or HLG."""
        return self.transfer in (PQ, HLG)

    @property
    def is_specified(self) -> bool:
        """Whether they say anything."""
        return self.primaries != 2 or self.transfer != 2

    @property
    def known(self) -> "Codes":
        """The same with "not specified" for each that the standard has no meaning for."""
        return Codes(
            self.primaries if self.primaries in _KNOWN_PRIMARIES else 2,
            self.transfer if self.transfer in _KNOWN_TRANSFERS else 2,
        )

    @property
    def parameters(self) -> Parameters:
        """The same in numbers, but for PQ and HLG, whose curve is no power."""
        gamma = 1 / _POWERS[self.transfer] if self.transfer in _POWERS else None
        return Parameters(gamma, _PRIMARIES.get(self.primaries))


def cicp_space(codes: Codes, channels: int = 3, stated: str = "cicp") -> CurveSpace | None:
    """Return the space of `codes`, or None if it is sRGB or not specified.

    The curve of cameras for television (transfer 1, 6, 14, 15) counts as that of sRGB, as it does to every
    viewer of still pictures. For PQ and HLG see :func:`fitted`.

    Args:
        codes: the code points.
        channels: 1 for grey pictures, 3 for colour ones.
        stated: what states them.
    """
    chromaticities = _PRIMARIES.get(codes.primaries) if channels == 3 else None
    curve: Curve = SRGB_CURVE
    if codes.is_hdr:
        curve = HdrCurve.of_signal(codes.transfer == PQ, 1.0)
    elif codes.transfer in _POWERS:
        curve = ParametricCurve(_POWERS[codes.transfer])
    if chromaticities is None and curve is SRGB_CURVE:
        return None
    matrix = None if chromaticities is None else matrix_of(chromaticities)
    return CurveSpace((curve,) * channels, matrix, stated=stated, is_hdr=codes.is_hdr)


def fitted(found: Space | None, brightest: float) -> Space | None:
    """Return a space of high dynamic range with its roll-off fitted to a picture; others as they are.

    Args:
        found: the space.
        brightest: the largest sample of the picture, from 0 to 1.
    """
    if not isinstance(found, CurveSpace) or not found.is_hdr:
        return found
    curves = [curve for curve in found.curves if isinstance(curve, HdrCurve)]
    return replace(found, curves=tuple(HdrCurve.of_signal(curve.is_pq, brightest) for curve in curves))


def space_of(parameters: Parameters, channels: int) -> CurveSpace | None:
    """Return the space that is stated by numbers, or None if it is sRGB or impossible.

    A gamma within a percent of 1/2.2 stands for the curve of sRGB, which it was made to approach.

    Args:
        parameters: the numbers.
        channels: 1 for grey pictures, 3 for colour ones.
    """
    gamma, points = parameters.possible
    is_plain = gamma is None or abs(gamma * 2.2 - 1) < 0.01
    curve: Curve = SRGB_CURVE if is_plain or gamma is None else ParametricCurve(1 / gamma)
    matrix = None
    if points is not None and channels == 3 and np.abs(np.subtract(points, SRGB_PRIMARIES)).max() > 2e-3:
        matrix = matrix_of(points)
    if matrix is None and curve is SRGB_CURVE:
        return None
    return CurveSpace((curve,) * channels, matrix, stated="parameters")
