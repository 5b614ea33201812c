"""Distribution of scores over pictures: where everything stands in the drawing that the page makes of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_WIDTH = 400
"""Of the drawing, in its own units: narrow, so that text stays legible on a phone."""
_MARGIN = 12
_STRIP, _AXIS = 46, 34
"""Heights of a strip and of the axis below them."""


@dataclass(frozen=True)
class Strip:
    """The scores of one method: its name, kind (a class of the style sheet), and a value a picture."""

    name: str
    kind: str
    values: Sequence[float]


@dataclass(frozen=True)
class DrawnStrip:
    """A strip in the drawing's units.

    Attributes:
        name: of the method.
        kind: a class of the style sheet.
        value: the median score.
        top: upper edge.
        middle: height of the axis of the box.
        first: left edge of the box, which holds the middle half of the pictures.
        extent: its width.
        median: where its bar stands.
        dots: x and y, one a picture.
    """

    name: str
    kind: str
    value: float
    top: int
    middle: int
    first: float
    extent: float
    median: float
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Plot:
    """The drawing: its size, the lower end of the strips, x and label of the ticks, and a strip a method."""

    width: int
    height: int
    floor: int
    margin: int
    ticks: tuple[tuple[float, str], ...]
    strips: tuple[DrawnStrip, ...]


def distribution(strips: Sequence[Strip]) -> Plot | None:
    """One strip a method: a dot a picture, a box over the middle half of them, a bar at the median."""
    strips = [strip for strip in strips if strip.values]
    values = [value for strip in strips for value in strip.values]
    if not values:
        return None
    low, high, ticks = _scale(min(values), max(values))
    floor = _STRIP * len(strips)

    def across(value: float) -> float:
        return round(_MARGIN + (value - low) / (high - low) * (_WIDTH - 2 * _MARGIN), 1)

    return Plot(
        _WIDTH,
        floor + _AXIS,
        floor,
        _MARGIN,
        tuple((across(tick), f"{tick:g}") for tick in ticks),
        tuple(
            _drawn(strip, place * _STRIP, [across(value) for value in strip.values])
            for place, strip in enumerate(strips)
        ),
    )


def _drawn(strip: Strip, top: int, xs: Sequence[float]) -> DrawnStrip:
    middle = top + 30
    first, median, third = (round(float(x), 1) for x in np.quantile(np.asarray(xs), [0.25, 0.5, 0.75]))
    # A fixed pattern spreads the dots: the page must not change when it is written again.
    dots = tuple((x, round(middle + 7 * math.sin(index * 2.399), 1)) for index, x in enumerate(xs))
    value = float(np.median(np.asarray(strip.values)))
    extent = round(max(1.0, third - first), 1)
    return DrawnStrip(strip.name, strip.kind, value, top, middle, first, extent, median, dots)


def _scale(low: float, high: float) -> tuple[float, float, list[float]]:
    """Round ends and four to eight round ticks."""
    spread = max(high - low, 1e-3)
    step = 10 ** math.floor(math.log10(spread / 4))
    step *= next(factor for factor in (1, 2, 5, 10) if spread / (step * factor) <= 7)
    start, end = math.floor(low / step), math.ceil(high / step)
    end = max(end, start + 1)
    return start * step, end * step, [round(place * step, 6) for place in range(start, end + 1)]
