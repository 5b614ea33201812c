"""What a sentence can ask of tone and colour in numbers, which is computed exactly instead of learnt."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Light = Literal["", "less", "untold", "colours", "parts"]
"""What is said of the light beside the task: that there is too much, or not in which way it or its
colours are wrong; or that it lacks in parts of the picture alone."""


class Operation(StrEnum):
    """An operation of tone or colour; :mod:`instructir.restoration.tone` says what each does to the light."""

    EXPOSURE = "exposure"
    WHITE_BALANCE = "white_balance"
    WARMTH = "warmth"
    CONTRAST = "contrast"
    SATURATION = "saturation"
    FADE = "fade"


_FACTORS = (Operation.CONTRAST, Operation.SATURATION)
"""Operations whose amount is a factor; the amounts of the others are 0 where nothing is done."""


@dataclass(frozen=True)
class Adjustment:
    """An operation with how much of it is asked for.

    Attributes:
        operation: what is done.
        amount: of exposure, stops; of warmth, stops by which red is raised over blue; of contrast, the
            slope of the curve at middle tones, and of saturation, the factor of the distance from grey, both
            1 where nothing changes; of white balance, the fraction of the measured cast that is taken away;
            of fading, the fraction of a veil that is laid on, or where negative, of the measured one that is
            taken off.
        cast: a colour that white balance is to take away, in one of :data:`CASTS`; :data:`OF_PAPER` for
            that of a page's paper, with its shading; empty for whatever is measured.
    """

    operation: Operation
    amount: float
    cast: str = ""

    def scaled(self, fraction: float) -> "Adjustment":
        """So much of it, 0 being nothing and 1 all."""
        if self.operation in _FACTORS:
            return Adjustment(self.operation, 1 + (self.amount - 1) * fraction, self.cast)
        return Adjustment(self.operation, self.amount * fraction, self.cast)

    @property
    def direction(self) -> str:
        """``more`` or ``less`` of it."""
        return "more" if self.amount > (1 if self.operation in _FACTORS else 0) else "less"

    @property
    def figure(self) -> str:
        """The amount as people read it; empty where it is all of something that is measured."""
        if self.operation in (Operation.EXPOSURE, Operation.WARMTH):
            return f"{abs(self.amount):.2g} EV"
        if self.operation in _FACTORS:
            return f"(\u00d7 {self.amount:.2f})"
        return "" if math.isclose(abs(self.amount), 1) else f"({abs(self.amount):.0%})"

    @property
    def described(self) -> str:
        """One line for the file: what was done, by how much."""
        sign = f"{self.amount:+.2f} EV" if self.figure.endswith("EV") else self.figure.strip("()") or "100%"
        cast = f" ({self.cast} cast)" if self.cast else ""
        return f"{self.operation.value.replace('_', ' ')} {sign}{cast}"


OF_PAPER = "paper"
"""The cast of a page: whatever keeps its paper from being white."""
CASTS: dict[str, tuple[float, float, float]] = {
    "yellow": (0.5, 0.5, -1.0),
    "orange": (1.0, 0.0, -1.0),
    "red": (1.0, -0.5, -0.5),
    "pink": (0.7, -0.7, 0.0),
    "magenta": (0.5, -1.0, 0.5),
    "purple": (0.3, -0.9, 0.6),
    "blue": (-0.6, -0.4, 1.0),
    "cyan": (-1.0, 0.5, 0.5),
    "green": (-0.5, 1.0, -0.5),
}
"""Direction of each cast in logarithms of red, green and blue light, summing to zero."""
