"""ICC profiles of the matrix/TRC and grey kinds, computed in floating point.

Little CMS, as Pillow binds it, works with 8 bits a channel, which loses a level here and there on the way to
sRGB and back. Display and camera profiles are three curves and a matrix, which numpy inverts without a loss.
Profiles made of lookup tables have no exact inverse, so `parse` returns None for them and such pictures are
processed in their own colour space.
"""

import struct
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from instructir.images.curves import Curve, ParametricCurve, SampledCurve, lightness_to_y, y_to_lightness

Array = NDArray[np.float64]

_XYZ_TO_SRGB: Array = np.linalg.inv(
    np.array(
        [
            [0.4360747, 0.3850649, 0.1430804],
            [0.2225045, 0.7168786, 0.0606169],
            [0.0139322, 0.0971045, 0.7141733],
        ]
    )
)
"""Linear sRGB of D50 XYZ: the inverse of the sRGB primaries adapted to D50 (Bradford)."""

_SRGB_CURVE = ParametricCurve(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_SAME = 1 / 255
"""A profile that nowhere differs from sRGB by more than an 8-bit level is sRGB, as written by one of many
programs: converting would change nothing that one can see, and leaving it out keeps every value exact."""

_EXACT = 0.5 / 255
"""The largest difference between a value and its way to sRGB and back that we accept of a profile."""


@dataclass(frozen=True)
class Profile:
    """The way between a device space and sRGB.

    Attributes:
        curves: from encoded to linear values, one a channel (three, or one for grey).
        matrix: from linear device values to linear sRGB (3 x 3); None for grey.
        lightness: whether a grey curve gives CIE L* instead of Y.
    """

    curves: tuple[Curve, ...]
    matrix: Array | None
    lightness: bool = False

    def to_srgb(self, values: Array) -> Array:
        """Return encoded sRGB (N, C) of encoded device values (N, C); out-of-gamut colours leave [0, 1]."""
        linear = np.stack([curve.forward(values[:, i]) for i, curve in enumerate(self.curves)], axis=1)
        if self.matrix is not None:
            linear = linear @ self.matrix.T
        elif self.lightness:
            linear = lightness_to_y(linear)
        return _SRGB_CURVE.backward(linear)

    def from_srgb(self, values: Array) -> Array:
        """Return encoded device values (N, C) of encoded sRGB (N, C); the inverse of `to_srgb`."""
        linear = _SRGB_CURVE.forward(values)
        if self.matrix is not None:
            linear = linear @ np.linalg.inv(self.matrix).T
        elif self.lightness:
            linear = y_to_lightness(linear)
        return np.stack([curve.backward(linear[:, i]) for i, curve in enumerate(self.curves)], axis=1)


def space(icc: bytes | None) -> str:
    """Return the device colour space that the header states, such as "RGB", "GRAY" or "CMYK"; "" if none."""
    return icc[16:20].decode("latin-1").strip() if icc and icc[36:40] == b"acsp" else ""


@lru_cache(maxsize=8)
def parse(icc: bytes, channels: int) -> Profile | None:
    """Return the conversion that `icc` describes, or None if there is none to make.

    None means that the picture is processed as it is: the profile is sRGB to within an 8-bit level, or
    is for another number of channels, or has lookup tables, or is broken, or cannot be inverted.

    Args:
        icc: the bytes of the profile.
        channels: 1 for grey pictures, 3 for colour ones.
    """
    try:
        profile = _parse(icc, channels)
    except (ValueError, KeyError, struct.error, np.linalg.LinAlgError):
        return None
    if profile is None:
        return None
    grid = np.linspace(0, 1, 9 if channels == 3 else 256)
    points = np.stack(np.meshgrid(*[grid] * channels), axis=-1).reshape(-1, channels)
    ramp = np.repeat(np.linspace(0, 1, 256)[:, None], channels, axis=1)
    points = np.concatenate([points, ramp])
    with np.errstate(all="ignore"):
        there = profile.to_srgb(points)
        back = profile.from_srgb(there)
    is_exact = np.isfinite(there).all() and np.abs(back - points).max() < _EXACT
    return profile if is_exact and np.abs(there - points).max() > _SAME else None


def _parse(icc: bytes, channels: int) -> Profile | None:
    tags = _tags(icc)
    if "A2B0" in tags or space(icc) != {1: "GRAY", 3: "RGB"}[channels]:
        return None
    if channels == 1:
        return Profile((_curve(tags["kTRC"]),), None, lightness=icc[20:24] == b"Lab ")
    columns = [struct.unpack_from(">3i", tags[f"{name}XYZ"], 8) for name in "rgb"]
    matrix = _XYZ_TO_SRGB @ (np.array(columns, dtype=np.float64).T / 65536)
    np.linalg.inv(matrix)  # a singular matrix is refused here, not when the picture is written
    return Profile(tuple(_curve(tags[f"{name}TRC"]) for name in "rgb"), matrix)


def _tags(icc: bytes) -> dict[str, bytes]:
    count = struct.unpack_from(">L", icc, 128)[0]
    if count > 1000:
        raise ValueError("too many tags")
    entries = [struct.unpack_from(">4sLL", icc, 132 + 12 * i) for i in range(count)]
    return {name.decode("latin-1"): icc[offset : offset + size] for name, offset, size in entries}


def _curve(data: bytes) -> Curve:
    if data[:4] == b"para":
        kind = struct.unpack_from(">H", data, 8)[0]
        count = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}[kind]
        return ParametricCurve.of_icc(kind, [n / 65536 for n in struct.unpack_from(f">{count}i", data, 12)])
    if data[:4] != b"curv":
        raise ValueError("unknown kind of curve")
    count = struct.unpack_from(">L", data, 8)[0]
    if count == 0:
        return ParametricCurve(1.0)
    if count == 1:
        return ParametricCurve(struct.unpack_from(">H", data, 12)[0] / 256)
    return SampledCurve(np.frombuffer(data, ">u2", count, 12) / 65535.0)
