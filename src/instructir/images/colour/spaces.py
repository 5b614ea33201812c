"""RGB and grey spaces, and the working space that pictures are restored in.

A picture is restored in its own primaries with the curve of sRGB. Every colour that the file can hold lies in
[0, 1] there, so nothing of a wide gamut has to be carried round the restoration, and tones look to the
network as those of the sRGB pictures that it was trained with. On the way in and out only curves are applied,
one channel at a time; the primaries matter where a format cannot state them, and for display.
"""

import io
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from instructir.images.colour.curves import Curve, ParametricCurve, lightness_to_y, y_to_lightness

_Array = NDArray[np.float64]
_FARTHEST = 2.0
"""A CIE x or y beyond this is no colour, not even one of those that primaries stand for and nobody sees."""
Chromaticities = tuple[tuple[float, float], ...]
"""The CIE x and y of red, green, blue and white."""

SRGB_CURVE = ParametricCurve(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
SRGB_PRIMARIES: Chromaticities = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), (0.3127, 0.3290))

_D50: _Array = np.array([0.9642, 1.0, 0.8249])
_BRADFORD: _Array = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


class Space(Protocol):
    """What the samples of a file stand for."""

    @property
    def stated(self) -> str:
        """What says so: "icc" for a profile, "cicp" for code points, "parameters" for numbers."""
        ...

    @property
    def is_hdr(self) -> bool:
        """Whether colours brighter than diffuse white can be told."""
        ...

    @property
    def is_wide(self) -> bool:
        """Whether the primaries are not those of sRGB."""
        ...

    def to_working(self, values: _Array) -> _Array:
        """Return working values (N, C) of encoded device values (N, C), C being 1 or 3."""
        ...

    def from_working(self, values: _Array) -> _Array:
        """Return encoded device values (N, C) of working values (N, C); the inverse of `to_working`."""
        ...

    def to_srgb(self, values: _Array) -> _Array:
        """Return encoded sRGB (N, 3) of working values (N, 3); out-of-gamut colours leave [0, 1]."""
        ...

    def profile(self) -> bytes | None:
        """Return an ICC profile of the working space, or None where that is sRGB."""
        ...

    def points(self) -> Chromaticities | None:
        """Return the chromaticities of red, green, blue and white, or None where none tell the primaries."""
        ...


@dataclass(frozen=True, eq=False)
class CurveSpace:
    """A space of curves and a matrix.

    Attributes:
        curves: from encoded to linear values, one a channel (three, or one for grey).
        matrix: from linear device values to CIE XYZ adapted to D50; None for grey or sRGB's primaries.
        lightness: whether a grey curve gives CIE L* instead of Y.
        stated: what states the space.
        is_hdr: whether the curves are those of a high dynamic range.
    """

    curves: tuple[Curve, ...]
    matrix: _Array | None = None
    lightness: bool = False
    stated: str = "icc"
    is_hdr: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether the primaries are not those of sRGB."""
        return self.matrix is not None

    def to_working(self, values: _Array) -> _Array:
        """Return working values (N, C) of encoded device values (N, C)."""
        linear = np.stack([curve.forward(values[:, i]) for i, curve in enumerate(self.curves)], axis=1)
        return SRGB_CURVE.backward(lightness_to_y(linear) if self.lightness else linear)

    def from_working(self, values: _Array) -> _Array:
        """Return encoded device values (N, C) of working values (N, C)."""
        linear = SRGB_CURVE.forward(values)
        if self.lightness:
            linear = y_to_lightness(linear)
        return np.stack([curve.backward(linear[:, i]) for i, curve in enumerate(self.curves)], axis=1)

    def to_srgb(self, values: _Array) -> _Array:
        """Return encoded sRGB (N, 3) of working values (N, 3)."""
        if self.matrix is None:
            return values
        way = _XYZ_TO_SRGB @ self.matrix
        return SRGB_CURVE.backward(SRGB_CURVE.forward(values) @ way.T)

    def profile(self) -> bytes | None:
        """Return an ICC profile of the working space, or None where that is sRGB."""
        return None if self.matrix is None else _made_profile(self.matrix)

    def points(self) -> Chromaticities | None:
        """Return chromaticities that have the same matrix, white being that of sRGB."""
        return None if self.matrix is None else _points_of(self.matrix)


@dataclass(frozen=True, eq=False)
class TableSpace:
    """A space of lookup tables, which has no exact inverse; pictures are restored in it as they are.

    Attributes:
        icc: the profile.
    """

    icc: bytes
    stated = "icc"
    is_hdr = False
    is_wide = True

    def to_working(self, values: _Array) -> _Array:
        """Return the values."""
        return values

    def from_working(self, values: _Array) -> _Array:
        """Return the values."""
        return values

    def to_srgb(self, values: _Array) -> _Array:
        """Return sRGB (N, 3) to 8 bits, as Little CMS has it; the values where the profile is broken."""
        samples = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
        converted = lcms_to_srgb(Image.fromarray(samples[None]), self.icc)
        return values if converted is None else np.asarray(converted)[0] / 255.0

    def profile(self) -> bytes | None:
        """Return the profile itself."""
        return self.icc

    def points(self) -> None:
        """Return None."""
        return


def lcms_to_srgb(image: Image.Image, source: Any) -> Image.Image | None:
    """Return an 8-bit image in sRGB, or None if the profile is broken or not for this mode.

    Args:
        image: any mode that Little CMS knows.
        source: the profile's bytes, or one made by ``ImageCms``.
    """
    try:
        return ImageCms.profileToProfile(
            image,
            io.BytesIO(source) if isinstance(source, bytes) else source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def matrix_of(primaries: Chromaticities) -> _Array:
    """Return the matrix from linear RGB of `primaries` to CIE XYZ adapted to D50 (Bradford).

    Raises:
        ValueError: if they span no colours.
    """
    if any(y <= 0 for _, y in primaries) or np.abs(primaries).max() > _FARTHEST:
        raise ValueError("chromaticity without luminance")
    columns = np.array([(x / y, 1.0, (1 - x - y) / y) for x, y in primaries]).T
    device, white = columns[:, :3], columns[:, 3]
    if abs(np.linalg.det(device)) < 1e-6:
        raise ValueError("primaries that span no colours")
    if (np.linalg.solve(device, white) <= 0).any():
        raise ValueError("a white that the primaries do not make")
    cones = (_BRADFORD @ _D50) / (_BRADFORD @ white)
    adaptation = np.linalg.inv(_BRADFORD) @ np.diag(cones) @ _BRADFORD
    matrix: _Array = adaptation @ (device * np.linalg.solve(device, white))
    return matrix


def _points_of(matrix: _Array) -> Chromaticities:
    """Return the chromaticities, white being that of sRGB, of which `matrix_of` makes this matrix."""
    white = SRGB_PRIMARIES[3]
    seen = np.array([white[0] / white[1], 1.0, (1 - white[0] - white[1]) / white[1]])
    cones = (_BRADFORD @ seen) / (_BRADFORD @ _D50)
    native = np.linalg.inv(_BRADFORD) @ np.diag(cones) @ _BRADFORD @ matrix
    fractions = native[:2] / native.sum(axis=0)
    return (*((float(x), float(y)) for x, y in fractions.T), white)


_XYZ_TO_SRGB: _Array = np.asarray(np.linalg.inv(matrix_of(SRGB_PRIMARIES)), dtype=np.float64)
"""Linear sRGB of XYZ adapted to D50."""


def is_srgb(matrix: _Array) -> bool:
    """Whether a matrix to XYZ differs from that of sRGB by less than an 8-bit level anywhere."""
    return bool(np.abs(_XYZ_TO_SRGB @ matrix - np.eye(3)).max() < 2e-3)


def _made_profile(matrix: _Array) -> bytes:
    """Return an ICC version 4 display profile with the curve of sRGB.

    Args:
        matrix: from linear RGB to CIE XYZ adapted to D50.
    """

    def numbers(values: Iterable[float]) -> bytes:
        return b"".join(struct.pack(">i", round(float(value) * 65536)) for value in values)

    def text(words: str) -> bytes:
        body = words.encode("utf-16-be")
        return b"mluc\0\0\0\0" + struct.pack(">LL4sLL", 1, 12, b"enUS", len(body), 28) + body

    curve = SRGB_CURVE
    parameters = (curve.gamma, curve.a, curve.b, curve.c, curve.d)
    response = b"para\0\0\0\0\0\3\0\0" + numbers(parameters)
    colorants = zip((b"r", b"g", b"b"), matrix.T, strict=True)
    tags = [
        (b"desc", text("RGB with the sRGB curve")),
        (b"cprt", text("No copyright")),
        (b"wtpt", b"XYZ \0\0\0\0" + numbers(_D50)),
        *((name + b"XYZ", b"XYZ \0\0\0\0" + numbers(column)) for name, column in colorants),
        *((name + b"TRC", response) for name in (b"r", b"g", b"b")),
    ]
    table, body, start = struct.pack(">L", len(tags)), b"", 132 + 12 * len(tags)
    for name, data in tags:
        table += name + struct.pack(">LL", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    header = struct.pack(">LLL", start + len(body), 0, 0x04300000) + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    return (header + bytes(28) + numbers(_D50)).ljust(128, b"\0") + table + body
