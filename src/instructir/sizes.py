"""How large a picture is to become: a factor, a size in pixels, a screen, or paper at a resolution."""

import re
from dataclasses import dataclass

from instructir.errors import ConfigError

_LARGEST_FACTOR = 8.0
"""Greatest enlargement: beyond it nothing is left to restore."""

SCREENS = {
    "hd": (1280, 720),
    "fullhd": (1920, 1080),
    "2k": (2560, 1440),
    "4k": (3840, 2160),
    "5k": (5120, 2880),
    "8k": (7680, 4320),
}
"""Width and height in pixels."""
PAPER = {
    "a6": (148, 105),
    "a5": (210, 148),
    "a4": (297, 210),
    "a3": (420, 297),
    "a2": (594, 420),
    "a1": (841, 594),
    "a0": (1189, 841),
    "letter": (279.4, 215.9),
}
"""Longer and shorter side in millimetres."""
_MILLIMETRES = 25.4
_DPI = 300

_FACTOR = re.compile(r"(?:x ?(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?) ?x?)")
_PIXELS = re.compile(r"(\d{2,6}) ?[x\u00d7*] ?(\d{2,6})")
_PRINT = re.compile(rf"({'|'.join(PAPER)})(?: ?@ ?(\d{{2,4}}))?(?: ?dpi)?")
_KNOWN = "x2, x3, x4, 4k, 3000x2000 or a4@300"


@dataclass(frozen=True)
class Size:
    """A size to enlarge to.

    Attributes:
        factor: of both sides, where it is given as one; else 0.
        box: width and height in pixels that the picture is to fill without leaving them, turned as the
            picture is; None where a factor is given.
        dpi: pixels an inch that the file is to state; None for as many more as the picture has more pixels,
            so that it is printed as large as before.
        turns: whether the box stands upright for pictures that do.
    """

    factor: float = 0.0
    box: tuple[int, int] | None = None
    dpi: float | None = None
    turns: bool = True

    @classmethod
    def parse(cls, text: str) -> "Size":
        """The size that ``x2``, ``4k``, ``3000x2000`` or ``a4@300`` stands for.

        Raises:
            ConfigError: if it stands for none, or for more than :data:`_LARGEST_FACTOR` times.
        """
        word = " ".join(text.lower().split())
        if found := _FACTOR.fullmatch(word):
            factor = float(found[1] or found[2])
            if not 1 <= factor <= _LARGEST_FACTOR:
                raise ConfigError(
                    f"scale {text} is out of range: enlarge 1 to {_LARGEST_FACTOR:g} times, "
                    "or give a size in pixels"
                )
            return cls(factor)
        if found := _PIXELS.fullmatch(word):
            return cls(box=(int(found[1]), int(found[2])), turns=False)
        if word.replace(" ", "") in SCREENS:
            return cls(box=SCREENS[word.replace(" ", "")])
        if found := _PRINT.fullmatch(word):
            dpi = int(found[2] or _DPI)
            width, height = (round(side / _MILLIMETRES * dpi) for side in PAPER[found[1]])
            return cls(box=(width, height), dpi=dpi)
        raise ConfigError(f"scale {text!r} is no size: use {_KNOWN}")

    def of(self, width: int, height: int) -> tuple[int, int]:
        """Width and height that a picture of `width` by `height` pixels gets, in its own proportions.

        A picture that is as large already keeps its size.

        Raises:
            ConfigError: if that is more than :data:`_LARGEST_FACTOR` times as large.
        """
        factor = self.factor
        if self.box is not None:
            box = self.box[::-1] if self.turns and width < height else self.box
            factor = min(box[0] / width, box[1] / height)
        if factor <= 1:
            return width, height
        if factor > _LARGEST_FACTOR:
            raise ConfigError(
                f"a picture of {width}x{height} pixels would be enlarged {factor:.1f} times: at most "
                f"{_LARGEST_FACTOR:g} times is possible, choose a smaller size"
            )
        return max(1, round(width * factor)), max(1, round(height * factor))

    def most_pixels(self, limit: int) -> int:
        """Pixels that a picture may have at most so that the result has no more than `limit`."""
        return int(limit / max(1.0, self.factor) ** 2)
