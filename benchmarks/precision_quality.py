"""What reduced precision costs in quality: PSNR to the target on real test pictures with trained weights.

    python benchmarks/precision_quality.py --data DIR --json precision.json

Each picture is restored in float32 and in every other way that is named; all are compared with the target
(unclamped floats, RGB). The paper's claim of a model hangs on hundredths of a decibel, so these are the unit.
"""

import argparse
import json
from collections.abc import Collection
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

import instructir
from instructir.environment import machine, versions
from instructir.tasks import PLAIN_INSTRUCTIONS, Task

SETS = {
    "Rain100H": Task.DERAINING,
    "SICE-low": Task.LOW_LIGHT,
    "SOTS-indoor": Task.DEHAZING,
    "GoPro": Task.DEBLURRING,
    "FiveK": Task.ENHANCEMENT,
    "SICE-over": Task.ENHANCEMENT,
}
SIGMA = 25 / 255
SIDE = 320


def pairs(data: Path, limit: int, sets: Collection[str] = ()) -> list[tuple[str, Task, Tensor, Tensor]]:
    """Input and target (1, 3, H, W) of the first pictures of these sets, or of all, cut to `SIDE`."""
    found = []
    generator = torch.Generator().manual_seed(0)
    for path in sorted((data / "CBSD68").glob("*.png"))[:limit]:
        clean = read(path)
        noise = SIGMA * torch.randn(clean.shape, generator=generator)
        found.append(("CBSD68", Task.DENOISING, clean + noise, clean))
    for name, task in SETS.items():
        for path in sorted((data / name / "input").iterdir())[:limit]:
            target = next((data / name / "target").glob(f"{path.stem}.*"), None)
            if target is not None:
                found.append((name, task, read(path), read(target)))
    return [pair for pair in found if not sets or pair[0] in sets]


def read(path: Path) -> Tensor:
    """A picture as (1, 3, H, W) in [0, 1]."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"), np.float32)[:SIDE, :SIDE] / 255
    return torch.from_numpy(pixels).permute(2, 0, 1)[None]


def psnr(restored: Tensor, target: Tensor) -> float:
    """Decibels, of unclamped floats with a peak of one."""
    return float(-10 * (restored - target).square().mean().log10())


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="instructir-7d-lite")
    parser.add_argument("--limit", type=int, default=2, help="pictures of each set")
    parser.add_argument("--sets", nargs="*", default=[], help="only these sets")
    parser.add_argument("--ways", nargs="*", default=["torch:bf16"])
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    exact = instructir.load(arguments.model, precision="fp32", runtime="torch")
    others = {}
    for way in arguments.ways:
        runtime, _, precision = way.partition(":")
        others[way] = instructir.load(arguments.model, precision=precision, runtime=runtime)
    rows = []
    for name, task, given, target in pairs(arguments.data, arguments.limit, arguments.sets):
        instruction = PLAIN_INSTRUCTIONS[task]
        reference = exact.predict(given, instruction)
        row: dict[str, object] = {"set": name, "fp32": psnr(reference, target)}
        for way, restorer in others.items():
            restored = restorer.predict(given, instruction)
            row[way] = psnr(restored, target)
            row[f"{way} to fp32"] = psnr(restored, reference)
        rows.append(row)
        print(
            json.dumps(
                {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}
            )
        )
    differences = {
        way: [float(row[way]) - float(row["fp32"]) for row in rows]  # type: ignore[arg-type]
        for way in arguments.ways
    }
    mean = {way: sum(values) / len(values) for way, values in differences.items()}
    worst = {way: max(map(abs, values)) for way, values in differences.items()}
    for way, difference in worst.items():
        print(f"{way}: {mean[way]:+.4f} dB on average, at most {difference:.4f}, on {len(rows)} pictures")
    if arguments.json:
        record = {
            "machine": machine(),
            "versions": versions(),
            "model": arguments.model,
            "mean": mean,
            "worst": worst,
            "rows": rows,
        }
        arguments.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
