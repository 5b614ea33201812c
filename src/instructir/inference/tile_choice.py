"""How pictures may be cut into tiles, as users choose it."""

from instructir.errors import ConfigError

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
