"""Peak memory of one picture over the bare process, against its size, with a plot.

    python benchmarks/peak_memory.py --json memory.json --plot memory.svg

Every row is a process of its own: the memory it held before the weights were prepared (Python, PyTorch and
this package loaded, the network built) is taken off the highest it ever held. The network has the
paper's size and random weights. The time of the cores is kept beside it, and plotted too.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from instructir.environment import machine, versions
from instructir.restoration.bench import PAPER, Measurement, measure_apart

SIZES = ((640, 360), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160))
RUNS = ("torch:bf16", "torch:fp32")
PLAIN_LIMIT = 1280 * 720
"""Pixels up to which the plain module is measured as well; it takes about 2 kB for each."""


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    rows = []
    for size in SIZES:
        plain = ("plain:fp32",) if size[0] * size[1] <= PLAIN_LIMIT else ()
        for name in (*plain, *RUNS):
            row = measure_apart(name, PAPER, size, runs=1, pictures=0)
            rows.append(row)
            peak = f"{row.peak / 1e9:.2f} GB" if row.peak else "unknown"
            print(f"{size[0]}x{size[1]} {name}: {peak}, {row.processor:.1f} s of the cores", flush=True)
    print(", ".join(f"{key} {value}" for key, value in machine().items()))
    if arguments.json:
        record = {
            "machine": machine(),
            "versions": versions(),
            "model": PAPER,
            "rows": list(map(asdict, rows)),
        }
        arguments.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    if arguments.plot:
        draw(rows, arguments.plot)


def draw(rows: list[Measurement], path: Path) -> None:
    """Time and memory against the size of the picture, doubly logarithmic: a slope of one is linear."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    for name in dict.fromkeys(f"{row.runtime} {row.precision}" for row in rows):
        mine = [row for row in rows if f"{row.runtime} {row.precision}" == name]
        pixels = [row.width * row.height / 1e6 for row in mine]
        axes[0].plot(pixels, [row.processor for row in mine], "o-", label=name)
        axes[1].plot(pixels, [(row.peak or 0) / 1e9 for row in mine], "o-", label=name)
    for axis, label in zip(
        axes, ("Time of all cores (s)", "Peak memory over the bare process (GB)"), strict=True
    ):
        axis.set(xscale="log", yscale="log", xlabel="Picture (megapixels)", ylabel=label)
        axis.grid(True, which="both", alpha=0.3)
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(path)


if __name__ == "__main__":
    main()
