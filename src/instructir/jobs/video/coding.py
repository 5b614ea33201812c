"""How the frames of a video are coded, once that is chosen."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Coding:
    """How frames are coded.

    Attributes:
        encoder: FFmpeg's name.
        pixel_format: what the encoder is given.
        width: in pixels.
        height: in pixels.
        rate: frames a second, roughly where they vary.
        time_base: seconds a unit of time.
        aspect: width of a pixel by its height.
        matrix: from RGB, a number of H.273; so are the next three.
        range: 1 for studio range, 2 for full range, 0 if not said.
        primaries: of the colours.
        transfer: of the colours.
        options: the encoder's.
        interlaced: whether frames are woven of two fields.
        container: of the segments, which is not that of the output.
    """

    encoder: str
    pixel_format: str
    width: int
    height: int
    rate: Fraction
    time_base: Fraction
    aspect: Fraction
    matrix: int
    range: int
    primaries: int
    transfer: int
    options: tuple[tuple[str, str], ...] = ()
    interlaced: bool = False
    container: str = "nut"
