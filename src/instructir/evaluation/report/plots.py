"""Distribution of scores over pictures, as inline SVG that takes its colours from the page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

WIDTH = 400
"""Of the drawing, in its own units: narrow, so that text stays legible on a phone."""
_MARGIN = 12
STRIP = 46
AXIS = 34


@dataclass(frozen=True)
class Strip:
    """The scores of one method: its name, kind (a class of the style sheet), and a value a picture."""

    name: str
    kind: str
    values: Sequence[float]


def distribution(strips: Sequence[Strip], unit: str) -> str:
    """One strip a method: a dot a picture, a box over the middle half of them, a bar at the median."""
    strips = [strip for strip in strips if strip.values]
    values = [value for strip in strips for value in strip.values]
    if not values:
        return ""
    low, high, ticks = _scale(min(values), max(values))
    height = STRIP * len(strips) + AXIS

    def across(value: float) -> float:
        return _MARGIN + (value - low) / (high - low) * (WIDTH - 2 * _MARGIN)

    title = f"Distribution of {unit} over pictures: " + ", ".join(strip.name for strip in strips)
    parts = [f'<svg class="plot" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">']
    for tick in ticks:
        x = across(tick)
        parts.append(f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - AXIS}"/>')
        parts.append(f'<text class="axis" x="{x:.1f}" y="{height - AXIS + 14}">{tick:g}</text>')
    parts.append(f'<text class="axis" x="{WIDTH / 2}" y="{height - 4}">{escape(unit)}</text>')
    for place, strip in enumerate(strips):
        parts.append(_strip(strip, place * STRIP, [across(value) for value in strip.values]))
    return "".join([*parts, "</svg>"])


def _strip(strip: Strip, top: float, xs: Sequence[float]) -> str:
    middle = top + 30
    first, median, third = np.quantile(np.asarray(xs), [0.25, 0.5, 0.75])
    value = float(np.median(np.asarray(strip.values)))
    # A fixed pattern spreads the dots: the page must not change when it is written again.
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{middle + 7 * math.sin(index * 2.399):.1f}" r="2"/>'
        for index, x in enumerate(xs)
    )
    box = f'x="{first:.1f}" y="{middle - 9}" width="{max(1.0, third - first):.1f}" height="18" rx="3"'
    bar = f'x1="{median:.1f}" x2="{median:.1f}" y1="{middle - 11}" y2="{middle + 11}"'
    return (
        f'<g class="strip {escape(strip.kind)}"><text x="{_MARGIN}" y="{top + 13}">{escape(strip.name)}'
        f'<tspan class="count"> median {value:.2f}</tspan></text>'
        f'<rect {box}/>{dots}<line class="median" {bar}/></g>'
    )


def _scale(low: float, high: float) -> tuple[float, float, list[float]]:
    """Round ends and four to eight round ticks."""
    spread = max(high - low, 1e-3)
    step = 10 ** math.floor(math.log10(spread / 4))
    step *= next(factor for factor in (1, 2, 5, 10) if spread / (step * factor) <= 7)
    start, end = math.floor(low / step), math.ceil(high / step)
    end = max(end, start + 1)
    return start * step, end * step, [round(place * step, 6) for place in range(start, end + 1)]
