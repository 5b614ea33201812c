"""How well faded prints get their colours back: colour differences (CIEDE2000) to the print as it was.

    python benchmarks/faded_prints.py PICTURES [--limit 20] [--json FILE]

A print fades by its dyes: on the curve of sRGB, each channel runs from a black that is lifted to a white that
has fallen, both moved by a seeded amount a picture, and the result is rounded to 8 bits. "unfaded" is said to
be faded and is not, and "warm" is a scene in warm light that faded equally. The difference is the mean of
every second pixel of every second row; "worse" is the share of pictures that are further from their original
than the faded print was.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000, rgb2lab

from instructir.environment import machine, versions
from instructir.images import Photo, read
from instructir.images.colour.spaces import SRGB_CURVE
from instructir.instructions.tone.adjustment import Adjustment, Operation
from instructir.restoration import tone

Array = NDArray[np.float64]
FADINGS = {
    "yellowed": ((0.18, 0.16, 0.08), (0.88, 0.83, 0.62), (1.0, 1.0, 1.0)),
    "red": ((0.28, 0.12, 0.10), (0.94, 0.68, 0.64), (1.0, 1.0, 1.0)),
    "pale": ((0.2, 0.2, 0.2), (0.84, 0.84, 0.84), (1.0, 1.0, 1.0)),
    "slightly pale": ((0.1, 0.1, 0.1), (0.93, 0.93, 0.93), (1.0, 1.0, 1.0)),
    "unfaded": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
    "warm": ((0.2, 0.2, 0.2), (0.84, 0.84, 0.84), (1.15, 1.0, 0.75)),
}
"""Black, white, and the colour of the scene's light."""
_MOVED = 0.15
"""How far black and white move, as a part of their distance to 0 and 1."""
_UNFADED = Adjustment(Operation.FADE, -1.0)


def lit(pixels: Array, light: Array) -> Array:
    """Pixels under a light of that colour."""
    return SRGB_CURVE.backward(SRGB_CURVE.forward(pixels) * light / light.max())


def faded(pixels: Array, black: Array, white: Array, random: np.random.Generator) -> Array:
    """A print in 8 bits, its black and white moved a little."""
    down, up = 1 + random.uniform(-_MOVED, _MOVED, 2)
    black, white = down * black, 1 - up * (1 - white)
    return np.rint(255 * (black + (white - black) * pixels)) / 255


def difference(first: Array, second: Array) -> float:
    """Mean CIEDE2000."""
    labs = [rgb2lab(pixels[::2, ::2].astype(np.float64)) for pixels in (first, second)]
    return float(deltaE_ciede2000(*labs).mean())


def measure(photos: list[Photo], seed: int) -> list[dict[str, object]]:
    """A row a fading."""
    rows: list[dict[str, object]] = []
    for name, about in FADINGS.items():
        black, white, light = map(np.array, about)
        found = []
        for number, photo in enumerate(photos):
            scene = lit(photo.pixels.astype(np.float64), light)
            made = faded(scene, black, white, np.random.default_rng((seed, number)))
            back = tone.adjusted(photo.with_pixels(made.astype(np.float32)), _UNFADED)[0]
            found.append((difference(made, scene), difference(back.pixels, scene)))
        before, after = np.array(found).T
        rows.append(
            {
                "fading": name,
                "before": round(float(before.mean()), 2),
                "after": round(float(after.mean()), 2),
                "worse": round(float((after > before).mean()), 2),
            }
        )
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path, help="a folder of pictures that have not faded")
    parser.add_argument("--limit", type=int, default=20, help="how many of them; 0 is all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    options = parser.parse_args()
    paths = sorted(path for path in options.pictures.iterdir() if path.is_file())[: options.limit or None]
    rows = measure([read(path) for path in paths], options.seed)
    for row in rows:
        print("  ".join(f"{key} {value}" for key, value in row.items()))
    if options.json is not None:
        figures = {
            "machine": machine("cpu"),
            "versions": versions(),
            "pictures": [path.name for path in paths],
            "seed": options.seed,
            "rows": rows,
        }
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
