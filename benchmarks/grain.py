"""Whether as much grain is put back as was asked for: standard deviations in levels of 255.

    python benchmarks/grain.py PICTURES [--limit 6] [--json FILE]

Gaussian noise is laid over the pictures, which are rounded to 8 bits and denoised by the sentence with its
second look. "there" is the deviation of that noise's luminance, "asked" the fraction of it, "back" what the
result has over the one without grain, and "worst" how far, of all pictures, it was off. All is measured in
the flatter half of what is neither black nor white: edges and clipping change noise.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from instructir.images import Photo, read_srgb
from instructir.images.colour.samples import luma
from instructir.restoration.grain import tells_noise, with_grain
from instructir.restoration.restorer import Restorer
from instructir.settings import DEFAULT_MODEL, Settings

FRACTIONS = (0.25, 0.5, 1.0)


def deviation(difference: NDArray[np.floating], where: NDArray[np.bool_]) -> float:
    """Standard deviation of the luminance of (H, W, 3), in levels."""
    return 255 * float(luma(difference)[..., 0][where].std())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path, help="a folder of clean pictures")
    parser.add_argument("--limit", type=int, default=6, help="how many of them")
    parser.add_argument("--sigmas", type=int, nargs="+", default=[10, 25])
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--json", type=Path, help="also write the means to this file")
    options = parser.parse_args()
    restorer = Restorer.load(Settings(options.model))
    paths = sorted(options.pictures.iterdir())[: options.limit]
    rows = []
    for sigma in options.sigmas:
        found = []
        for number, path in enumerate(paths):
            picture = read_srgb(path).astype(np.float32)
            noise = np.random.default_rng(number).normal(0, sigma, picture.shape)
            noisy = Photo(np.rint((picture + noise).clip(0, 255)).astype(np.float32) / 255)
            flat = tells_noise(luma(picture / 255)[..., 0])
            there = deviation(noisy.pixels - picture / 255, flat)
            clean = restorer.restore(noisy, "remove the noise").photo
            back = [
                with_grain(clean, noisy, clean, fraction)[0].pixels - clean.pixels for fraction in FRACTIONS
            ]
            found.append([there, *(deviation(one, flat) for one in back)])
        there, *returned = np.mean(found, axis=0)
        worst = np.abs(np.array(found)[:, 1:] / np.array(found)[:, :1] / FRACTIONS - 1).max(axis=0)
        for fraction, back, off in zip(FRACTIONS, returned, worst, strict=True):
            row = {"there": there, "asked": fraction * there, "back": back}
            figures = {name: round(float(value), 2) for name, value in row.items()}
            rows.append({"sigma": sigma, "fraction": fraction, **figures, "worst": round(float(off), 3)})
            print("  ".join(f"{name} {value}" for name, value in rows[-1].items()), flush=True)
    if options.json is not None:
        options.json.write_text(
            json.dumps({"model": options.model, "pictures": len(paths), "rows": rows}, indent=1) + "\n",
            "utf-8",
        )


if __name__ == "__main__":
    main()
