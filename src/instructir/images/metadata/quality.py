"""How strongly a JPEG file was compressed, by its own quantisation tables (ITU-T T.81, annex K)."""

from collections.abc import Sequence
from functools import lru_cache

_LUMA = (
    *(10, 11, 12, 12, 13, 14, 14, 14, 16, 16, 16, 17, 18, 19, 22, 22, 24, 24, 24, 26, 29, 35, 37, 40, 40, 49),
    *(51, 51, 55, 55, 56, 56, 57, 58, 60, 61, 62, 64, 64, 68, 69, 72, 77, 78, 80, 81, 87, 87, 92, 92, 95, 98),
    *(99, 100, 101, 103, 103, 103, 104, 109, 112, 113, 120, 121),
)
"""Luma steps at quality 50 that all encoders start from, by size: files order them in more than one way."""


def estimated_quality(tables: Sequence[Sequence[int]]) -> int | None:
    """Quality from 1 to 100, on the scale of libjpeg, whose luma table is nearest to the first of `tables`.

    Other encoders have tables of another shape; what counts is how coarse they are. None without a table.
    """
    if not tables or not tables[0]:
        return None
    found = sorted(tables[0])
    return min(
        range(1, 101),
        key=lambda quality: sum(abs(a - b) for a, b in zip(found, _steps(quality), strict=False)),
    )


@lru_cache(maxsize=100)
def _steps(quality: int) -> tuple[int, ...]:
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return tuple(max(1, min(255, (step * scale + 50) // 100)) for step in _LUMA)
