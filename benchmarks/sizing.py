"""What many pictures cost: from measured pictures a second and a machine's price.

    python benchmarks/sizing.py benchmarks/results/folders.json --price 0.17 --cores 4 --megapixels 12

The price is an input, not a finding: take that of your provider. Time grows with pixels (the network does the
same work for each), so a size between or beyond those measured is reckoned by pixels from the nearest.
"""

import argparse
import json
import math
from pathlib import Path


def rate_at(measured: dict[str, float], megapixels: float) -> float:
    """Pictures a second at a size, by pixels from the nearest measured size."""

    def pixels(size: str) -> float:
        width, height = size.split("x")
        return int(width) * int(height) / 1e6

    nearest = min(measured, key=lambda size: abs(math.log(pixels(size) / megapixels)))
    return measured[nearest] * pixels(nearest) / megapixels


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, help="what benchmarks/folders.py --growth has written")
    parser.add_argument("--price", type=float, required=True, help="dollars an hour of one machine")
    parser.add_argument("--cores", type=int, required=True, help="cores of that machine")
    parser.add_argument("--pictures", type=float, default=1e9)
    parser.add_argument("--megapixels", type=float, nargs="+", default=[0.15, 1, 12])
    options = parser.parse_args()
    report = json.loads(options.results.read_text("utf-8"))
    scale = options.cores / int(report["machine"].split(", ")[-1].split()[0])
    print(
        f"Measured on {report['machine']}; a machine has {options.cores} cores, ${options.price:g} an hour.\n"
    )
    print(
        "| Megapixels | Pictures a second and machine | Pictures a second a dollar an hour | "
        f"{options.pictures:.3g} pictures: dollars | machines for 30 days |"
    )
    print("| ---: | ---: | ---: | ---: | ---: |")
    for megapixels in options.megapixels:
        rate = rate_at(report["pictures_a_second_by_size"], megapixels) * scale
        hours = options.pictures / rate / 3600
        print(
            f"| {megapixels:g} | {rate:.3g} | {rate / options.price:.3g} | {hours * options.price:,.0f} | "
            f"{math.ceil(hours / 720):,} |"
        )


if __name__ == "__main__":
    main()
