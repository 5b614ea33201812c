"""ICC profiles of the matrix/TRC and grey kinds, computed in floating point.

Little CMS, as Pillow binds it, works with 8 bits a channel, which loses a level here and there on the way to
sRGB and back. Display and camera profiles are three curves and a matrix, which numpy inverts without a loss.
Profiles made of lookup tables have no exact inverse, so pictures that have one are restored as they are.
"""

import struct
from functools import lru_cache

import numpy as np

from instructir.images.colour import cicp
from instructir.images.colour.curves import Curve, ParametricCurve, SampledCurve
from instructir.images.colour.spaces import CurveSpace, Space, TableSpace, is_srgb

_SAME = 1 / 255
"""A profile that nowhere differs from sRGB by more than an 8-bit level is sRGB, as written by one of many
programs: converting would change nothing that one can see, and leaving it out keeps every value exact."""

_EXACT = 0.5 / 255
"""The largest difference between a value and its way to the working space and back that we accept."""


def device_space(icc: bytes | None) -> str:
    """Return the device colour space that the header states, such as "RGB", "GRAY" or "CMYK"; "" if none."""
    return icc[16:20].decode("latin-1").strip() if icc and icc[36:40] == b"acsp" else ""


@lru_cache(maxsize=8)
def parse_profile(icc: bytes, channels: int) -> Space | None:
    """Return the space that `icc` describes, or None if there is nothing to convert.

    None means that the profile is sRGB to within an 8-bit level, is for another number of channels, or is
    broken. Profiles that have lookup tables or cannot be inverted yield a space that leaves samples as they
    are.

    Args:
        icc: the bytes of the profile.
        channels: 1 for grey pictures, 3 for colour ones.
    """
    if device_space(icc) != {1: "GRAY", 3: "RGB"}[channels]:
        return None
    try:
        found = _parse(icc, channels)
    except (ValueError, KeyError, struct.error, np.linalg.LinAlgError):
        found = None
    if found is not None and (found.is_hdr or _is_exact(found, channels)):
        return None if _is_plain(found, channels) else found
    return TableSpace(icc) if channels == 3 else None


def _is_exact(found: CurveSpace, channels: int) -> bool:
    ramp = np.repeat(np.linspace(0, 1, 256)[:, None], channels, axis=1)
    with np.errstate(all="ignore"):
        there = found.to_working(ramp)
        back = found.from_working(there)
    return bool(np.isfinite(there).all() and np.abs(back - ramp).max() < _EXACT)


def _is_plain(found: CurveSpace, channels: int) -> bool:
    ramp = np.repeat(np.linspace(0, 1, 256)[:, None], channels, axis=1)
    return not found.is_wide and bool(np.abs(found.to_working(ramp) - ramp).max() <= _SAME)


def _parse(icc: bytes, channels: int) -> CurveSpace | None:
    tags = _tags(icc)
    if "cicp" in tags and channels == 3:
        codes = cicp.Codes(tags["cicp"][8], tags["cicp"][9])
        if codes.is_hdr:
            return cicp.cicp_space(codes, stated="icc")
    if "A2B0" in tags:
        return None
    if channels == 1:
        return CurveSpace((_curve(tags["kTRC"]),), lightness=icc[20:24] == b"Lab ")
    columns = [struct.unpack_from(">3i", tags[f"{name}XYZ"], 8) for name in "rgb"]
    matrix = np.array(columns, dtype=np.float64).T / 65536
    np.linalg.inv(matrix)  # a singular matrix is refused here, not when the picture is written
    return CurveSpace(
        tuple(_curve(tags[f"{name}TRC"]) for name in "rgb"), None if is_srgb(matrix) else matrix
    )


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
