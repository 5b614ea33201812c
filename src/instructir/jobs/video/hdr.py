"""What HDR10 says of the display that a film was graded on, and of its brightest pixels."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from instructir.jobs.video.side_data import side_data


def options_of(encoder: str, like: Any) -> dict[str, str]:
    """Options that let an encoder say what the source says.

    Args:
        encoder: FFmpeg's name.
        like: a frame of the source.
    """
    carried = side_data(like)
    screen, light = _mastering(carried), _light(carried)
    if encoder in ("libx264", "libx265"):
        name, display, brightest = {
            "libx264": ("x264-params", "mastering-display", "cll"),
            "libx265": ("x265-params", "master-display", "max-cll"),
        }[encoder]
        entries = [f"{display}={screen.in_units(50000, 10000)}"] if screen else []
        entries += [f"{brightest}={light[0]},{light[1]}"] if light else []
    elif encoder == "libsvtav1":
        name = "svtav1-params"
        entries = [f"mastering-display={screen.in_units(1, 1)}"] if screen else []
        entries += [f"content-light={light[0]},{light[1]}"] if light else []
    else:
        return {}
    return {name: ":".join(entries)} if entries else {}


@dataclass(frozen=True)
class _Screen:
    """A mastering display.

    Attributes:
        points: chromaticities of red, green, blue and white, each x and y.
        darkest: in cd/m2.
        brightest: in cd/m2.
    """

    points: tuple[Fraction, ...]
    darkest: Fraction
    brightest: Fraction

    def in_units(self, chromaticity: int, luminance: int) -> str:
        """As encoders want it: in units of 1/`chromaticity` and 1/`luminance`."""

        def shown(value: Fraction, unit: int) -> str:
            return f"{float(value):.5f}" if unit == 1 else str(round(value * unit))

        pairs = [
            f"({shown(self.points[at], chromaticity)},{shown(self.points[at + 1], chromaticity)})"
            for at in range(0, 8, 2)
        ]
        ends = f"L({shown(self.brightest, luminance)},{shown(self.darkest, luminance)})"
        return f"G{pairs[1]}B{pairs[2]}R{pairs[0]}WP{pairs[3]}{ends}"


def _mastering(carried: Mapping[str, bytes]) -> _Screen | None:
    data = carried.get("MASTERING_DISPLAY_METADATA")
    if data is None:
        return None
    # AVMasteringDisplayMetadata: ten fractions, then whether chromaticities and luminances are known.
    numbers = struct.unpack_from("22i", data)
    if not (numbers[20] and numbers[21]) or 0 in numbers[1:20:2]:
        return None
    values = [Fraction(numbers[at], numbers[at + 1]) for at in range(0, 20, 2)]
    return _Screen(tuple(values[:8]), values[8], values[9])


def _light(carried: Mapping[str, bytes]) -> tuple[int, int] | None:
    data = carried.get("CONTENT_LIGHT_LEVEL")
    return None if data is None else struct.unpack_from("2I", data)
