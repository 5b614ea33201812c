"""Folder jobs: throughput against one command a file, use of the cores, and growth with pixels.

    python benchmarks/folders.py PICTURES [--json benchmarks/results/folders.json]

PICTURES is a folder of photographs, such as CBSD68 (481x321). All times are of whole commands as users run
them, less the start of a command (imports, model, encoder, the sentence), which is measured by itself.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image

WISH = "remove the noise, please"
START = (
    "import instructir.cli.commands, instructir.jobs.folders.job;"
    f"from instructir.restoration.loading import load; load().plan({WISH!r})"
)
SINGLE_FILES = 4
SIZES = ((962, 642), (2048, 1366))
PIXELS_A_SIZE = 4e6
MOST_PICTURES = 60
"""Fewer than those for which another runtime is chosen, which starts slowly."""


class Cost(NamedTuple):
    """Seconds of a command: by the clock, and of all cores together."""

    wall: float
    cpu: float


def measured(*arguments: object) -> Cost:
    """Cost of a Python command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *map(str, arguments)], check=True, capture_output=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    named = " ".join(map(str, arguments))[:80]
    print(f"{cost.wall:.2f} s, {cost.cpu:.2f} s of all cores: {named}", file=sys.stderr)
    return cost


def restore(source: Path, target: Path) -> Cost:
    """Cost of restoring a file or folder."""
    return measured("-m", "instructir", "restore", source, WISH, "-o", target, "--device", "cpu")


def enlarged(pictures: list[Path], folder: Path) -> Iterator[tuple[tuple[int, int], Path, int]]:
    """Folders of equally large pictures, about as many pixels in each folder."""
    for size in SIZES:
        count = max(2, round(PIXELS_A_SIZE / (size[0] * size[1])))
        here = folder / f"{size[0]}x{size[1]}"
        here.mkdir()
        for number, path in enumerate(pictures[:count]):
            with Image.open(path) as image:
                image.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(
                    here / f"{number}.jpg", quality=92
                )
        yield size, here, len(list(here.iterdir()))


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--growth", action="store_true", help="also measure growth with pixels")
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        pictures = sorted(path for path in options.pictures.iterdir() if path.suffix in (".png", ".jpg"))
        source = work / "in"
        source.mkdir()
        pictures = pictures[:MOST_PICTURES]
        with Image.open(pictures[0]) as image:
            usual = "x".join(map(str, sorted(image.size, reverse=True)))
        for path in pictures:
            shutil.copy(path, source)
        measured("-c", START)  # the sentence is remembered from now on, files are in the cache
        starts = [measured("-c", START) for _ in range(2)]
        start = Cost(statistics.median(s.wall for s in starts), statistics.median(s.cpu for s in starts))
        singles = [restore(path, work / path.name).wall - start.wall for path in pictures[:SINGLE_FILES]]
        folder = restore(source, work / "out")
        wall = folder.wall - start.wall
        report = {
            "machine": f"{platform.processor() or platform.machine()}, {cores} cores",
            "pictures": len(pictures),
            "start_seconds": round(start.wall, 2),
            "seconds_a_picture_one_command_each": round(statistics.mean(singles), 3),
            "seconds_a_picture_folder": round(wall / len(pictures), 3),
            "times_as_fast": round(statistics.mean(singles) * len(pictures) / wall, 2),
            "use_of_cores": round((folder.cpu - start.cpu) / (wall * cores), 3),
        }
        if options.growth:
            report["pictures_a_second_by_size"] = {usual: round(len(pictures) / wall, 3)} | {
                f"{size[0]}x{size[1]}": round(
                    count / (restore(here, work / f"out-{here.name}").wall - start.wall), 3
                )
                for size, here, count in enlarged(pictures, work)
            }
    text = json.dumps(report, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
