"""How well automatic white balance takes known casts away: angular errors before and after.

    python benchmarks/white_balance.py PICTURES [--json FILE]

The pictures are taken to be balanced. A cast multiplies their light, which is rounded to 8 bits again; the
error is the angle between what is left of the cast and grey, in degrees. "none" is what is done to pictures
that have no cast.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from instructir.images import Photo, read
from instructir.images.colour.spaces import SRGB_CURVE
from instructir.restoration import tone

Array = NDArray[np.float64]
CASTS = {
    "none": (1.0, 1.0, 1.0),
    "tungsten": (1.3, 1.0, 0.6),
    "evening": (1.15, 1.0, 0.8),
    "shade": (0.75, 1.0, 1.35),
    "overcast": (0.88, 1.0, 1.15),
    "fluorescent": (0.9, 1.15, 0.9),
    "magenta": (1.12, 0.88, 1.12),
    "aged paper": (1.2, 1.1, 0.65),
}
"""Factors of red, green and blue light."""


def angle(colour: Array) -> float:
    """Angle between a colour of light and grey, in degrees."""
    fraction = colour.sum() / (np.sqrt(3) * np.linalg.norm(colour))
    return float(np.degrees(np.arccos(min(1.0, fraction))))


def under(photo: Photo, cast: Array) -> Photo:
    """A photo as taken under a light of that colour, in 8 bits."""
    light = SRGB_CURVE.forward(photo.pixels.astype(np.float64)) * cast / max(1.0, cast.max())
    levels = np.rint(255 * SRGB_CURVE.backward(np.clip(light, 0, 1)))
    return photo.with_pixels(levels / 255)


def measure(photos: list[Photo]) -> list[dict[str, object]]:
    """A row a cast."""
    rows: list[dict[str, object]] = []
    for name, factors in CASTS.items():
        cast = np.array(factors)
        left = [angle(cast * tone.balance(under(photo, cast))) for photo in photos]
        rows.append(
            {
                "cast": name,
                "before": round(angle(cast), 2),
                "after": round(float(np.mean(left)), 2),
                "median": round(float(np.median(left)), 2),
                "worst quarter": round(float(np.mean(sorted(left)[-max(1, len(left) // 4) :])), 2),
            }
        )
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path, nargs="+", help="folders of balanced pictures")
    parser.add_argument("--limit", type=int, default=0, help="pictures of each folder; 0 is all")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    options = parser.parse_args()
    paths = [
        path
        for folder in options.pictures
        for path in sorted(p for p in folder.iterdir() if p.is_file())[: options.limit or None]
    ]
    photos = [read(path) for path in paths]
    rows = measure(photos)
    for row in rows:
        print("  ".join(f"{key} {value}" for key, value in row.items()))
    if options.json is not None:
        options.json.write_text(json.dumps({"pictures": len(photos), "rows": rows}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
