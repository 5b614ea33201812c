"""Where a point of a stored picture lies once the picture has been turned upright."""

from collections.abc import Sequence


def turned_point(
    orientation: int, x: float, y: float, width: float = 1.0, height: float = 1.0
) -> tuple[float, float]:
    """Return where the point (x, y) lies in the upright picture.

    Args:
        orientation: EXIF orientation from which the picture was turned (1 to 8).
        x: from the left of the stored picture, in the unit of `width`.
        y: from its top, in the unit of `height`.
        width: the largest x of the upright picture.
        height: the largest y of the upright picture.
    """
    if orientation > 4:
        x, y = y, x
    if orientation in (2, 3, 6, 7):
        x = width - x
    if orientation in (3, 4, 7, 8):
        y = height - y
    return x, y


def sides_of(orientation: int, sides: Sequence[float]) -> list[float]:
    """Return a width and a height in the order of the upright picture; other numbers as they are."""
    is_swapped = orientation > 4 and len(sides) == 2
    return [sides[1], sides[0]] if is_swapped else list(sides)
