"""How a picture is cut into tiles: as users choose it, and as far as the memory wants it."""

from collections.abc import Callable

import torch

from instructir.errors import ConfigError, InstructIRError

TileChoice = int | str
"""``auto``, ``off``, or the side of a tile in pixels."""
SMALLEST_TILE = 64
"""Side in pixels below which a tile holds too little of its surroundings."""


def checked_tile(tile: TileChoice) -> TileChoice:
    """The choice of tiles, a number as such.

    Raises:
        ConfigError: if it is neither ``auto``, ``off`` nor a number of pixels from `SMALLEST_TILE` up.
    """
    if isinstance(tile, str) and tile.isdecimal():
        tile = int(tile)
    if tile in ("auto", "off") or (isinstance(tile, int) and tile >= SMALLEST_TILE):
        return tile
    raise ConfigError(f"tile {tile} is impossible: use auto, off or a number from {SMALLEST_TILE} up")


class TileSides:
    """Sides of the tiles that a picture is computed in: the first by choice and memory, then smaller ones.

    Attributes:
        shown: the picture's size, for people.
        budget: bytes that may be used.
    """

    def __init__(
        self, choice: TileChoice, size: tuple[int, int], budget: float, note: Callable[[str], None]
    ) -> None:
        """Decide nothing yet.

        Args:
            choice: of the user, checked.
            size: height and width of the picture in pixels, without what surrounds it.
            budget: bytes that may be used.
            note: told what is decided, where the user should know.
        """
        self._choice, self._longer, self._note = choice, max(size), note
        self.shown = f"{size[1]}x{size[0]}"
        self.budget = budget

    @property
    def cut(self) -> bool:
        """Whether the user wants the picture in tiles."""
        return isinstance(self._choice, int) and self._longer > self._choice

    def first(self, needed: float, largest: Callable[[float], int]) -> int | None:
        """The side to begin with, None for the whole picture.

        Args:
            needed: bytes that the whole picture takes.
            largest: the largest side that so many bytes suffice for.
        """
        if isinstance(self._choice, int):
            return self._choice if self.cut else None
        if needed <= self.budget:
            return None
        sizes = f"{self.shown} takes {needed / 1e9:.1f} GB and {self.budget / 1e9:.1f} GB may be used"
        if self._choice == "off":
            self._note(f"{sizes}; tried all the same, because tiles are off")
            return None
        side = min(max(SMALLEST_TILE, largest(self.budget)), self._longer - 1)
        self._note(f"{sizes}; restored in tiles of {side} pixels, which is close to exact")
        return side

    def smaller(self, side: int | None, device: torch.device) -> int:
        """Half the side, None for the whole picture, that ran out of memory on `device`.

        Raises:
            InstructIRError: if there is no smaller one, or tiles are off.
        """
        smaller = (self._longer if side is None else side) // 2
        if self._choice == "off" or smaller < SMALLEST_TILE:
            hint = (
                "allow tiles (auto)"
                if self._choice == "off"
                else "free some memory or give a smaller picture"
            )
            raise InstructIRError(f"out of memory on {device} at {self.shown}: {hint}")
        self._note(f"out of memory; repeated in tiles of {smaller} pixels, which is close to exact")
        return smaller
