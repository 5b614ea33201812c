"""Tiled against exact execution on a large picture: PSNR between the two, and whether seams show.

    python benchmarks/tiles.py PICTURE --size 6000x4000 --tile 1024 --json tiles.json

The picture is enlarged to the size and gets noise of sigma 25. A seam would show as columns or rows where the
result steps more than the picture does: at each place where two tiles meet, the mean absolute step between
neighbouring columns (rows) is compared with the same of the exact result, and the difference is set against
how much that step varies from one column (row) to the next over the whole exact picture.
"""

import argparse
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

import instructir
from instructir.environment import machine, versions
from instructir.inference.sampling import OVERLAP, RAMP
from instructir.inference.tiling import spans
from instructir.tasks import PLAIN_INSTRUCTIONS, Task

SIGMA = 25 / 255


def steps(picture: Tensor, axis: int) -> Tensor:
    """Mean absolute step from each row or column of (C, H, W) to the next."""
    along = picture.diff(dim=axis).abs()
    return along.mean([dimension for dimension in range(3) if dimension != axis])


def seams(length: int, tile: int, multiple: int) -> list[int]:
    """Where the ramps between tiles have their middles."""
    found = spans(length, tile, OVERLAP, RAMP, multiple)
    return [(here.stop + after.start) // 2 for here, after in pairwise(found)]


def visibility(tiled: Tensor, exact: Tensor, tile: int, multiple: int) -> float:
    """Largest excess step within a ramp, in standard deviations of the exact picture's own steps."""
    worst = 0.0
    for axis in (1, 2):
        ours, own = steps(tiled, axis), steps(exact, axis)
        for middle in seams(exact.shape[axis], tile, multiple):
            near = slice(middle - RAMP // 2, middle + RAMP // 2)
            worst = max(worst, float((ours[near] - own[near]).max() / own.std()))
    return worst


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", type=Path)
    parser.add_argument("--model", default="instructir-7d-lite")
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--size", default="6000x4000")
    parser.add_argument("--tile", type=int, default=1024)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    width, height = map(int, arguments.size.split("x"))
    with Image.open(arguments.picture) as image:
        pixels = np.asarray(
            image.convert("RGB").resize((width, height), Image.Resampling.BICUBIC), np.float32
        )
    given = torch.from_numpy(pixels / 255).permute(2, 0, 1)[None]
    given += SIGMA * torch.randn(given.shape, generator=torch.Generator().manual_seed(0))
    results = []
    for tile in ("off", arguments.tile):
        restorer = instructir.load(arguments.model, precision=arguments.precision, tile=tile)
        results.append(restorer.predict(given, PLAIN_INSTRUCTIONS[Task.DENOISING])[0])
        print(f"tile {tile}: done", flush=True)
    exact, tiled = results
    multiple = restorer.model.image.config.size_multiple
    found = {
        "model": arguments.model,
        "precision": arguments.precision,
        "size": arguments.size,
        "tile": arguments.tile,
        "psnr": float(-10 * (exact - tiled).square().mean().log10()),
        "largest difference": float((exact - tiled).abs().max()),
        "excess step at seams (own standard deviations)": visibility(tiled, exact, arguments.tile, multiple),
        "restored against given (PSNR)": float(-10 * (exact - given[0]).square().mean().log10()),
    }
    print(json.dumps(found, indent=2))
    if arguments.json:
        record = {"machine": machine(), "versions": versions()} | found
        arguments.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
