"""Time and memory against picture size: each runtime in a process of its own, a table and two plots.

    python benchmarks/sizes.py --out benchmarks/results

The plain module is measured up to the size that `--plain` names, because it needs gigabytes beyond.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from instructir.environment import machine, versions
from instructir.inference.bench import Measurement, measure_apart

SIZES = ((256, 256), (512, 512), (1024, 768), (1920, 1080), (3840, 2160))
WAYS = ("plain:fp32", "torch:fp32", "torch:bf16")


def plot(rows: list[Measurement], path: Path) -> None:
    """Seconds and gigabytes over megapixels, both logarithmic: slope one is linear growth."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (time, memory) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for way in WAYS:
        mine = [row for row in rows if f"{row.runtime}:{row.precision}" == way]
        pixels = [row.width * row.height / 1e6 for row in mine]
        time.loglog(pixels, [row.latency for row in mine], "o-", label=way)
        memory.loglog(pixels, [(row.peak or 0) / 1e9 for row in mine], "o-", label=way)
    for axes, title in ((time, "seconds a picture"), (memory, "peak memory (GB) over the bare process")):
        axes.set(title=title, xlabel="megapixels")
        axes.grid(visible=True, which="both", alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=110)


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"), help="folder to write to")
    parser.add_argument("--model", default="paper", help="a model, or paper for its size with random weights")
    parser.add_argument("--plain", type=float, default=1.0, help="megapixels up to which plain is measured")
    options = parser.parse_args()
    rows = []
    for size in SIZES:
        for way in WAYS:
            if way.startswith("plain") and size[0] * size[1] / 1e6 > options.plain:
                continue
            row = measure_apart(way, options.model, size, runs=1, pictures=0)
            rows.append(row)
            print(
                f"{size[0]}x{size[1]:<6} {way:<12} {row.latency:8.2f} s  {(row.peak or 0) / 1e9:5.2f} GB",
                flush=True,
            )
    record = {
        "machine": machine("cpu"),
        "versions": versions(),
        "model": options.model,
        "rows": [asdict(row) for row in rows],
    }
    (options.out / "sizes.json").write_text(json.dumps(record, indent=1) + "\n")
    plot(rows, options.out / "sizes.png")


if __name__ == "__main__":
    main()
