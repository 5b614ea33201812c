"""Damaged files and interrupted writes: nothing lost, no traceback, no hang, memory bounded.

    python benchmarks/file_safety.py [--files 10000] [--kills 100] [--json FILE]

Damaged files are made of one good file of each format, as ``tests/images/test_images_fuzz.py`` makes them,
read, and, where that succeeds, written in two formats. Interrupted writes are processes that replace one
picture by another, over and over, and are killed at a random moment; what is there then has to be one of the
two.
"""

import argparse
import io
import json
import multiprocessing
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from instructir.errors import ImageFileError
from instructir.images import Photo, encode, read, write

ROOT = Path(__file__).parents[1]
SECONDS = 20
"""Longest time that a file may take."""
MEMORY = 3 << 30
"""Bytes of address space that a process may take beside what it has when it starts."""
MOST_PIXELS = 1_000_000
WRITER = """
import sys, numpy as np
from instructir.images import Photo, write
pictures = [Photo(np.full((400, 600, 3), level, np.float32)) for level in (0.25, 0.75)]
print("ready", flush=True)
while True:
    for picture in pictures:
        write(picture, sys.argv[1])
"""


def fuzz(numbers: range) -> Counter[str]:
    """Read and write damaged files; the numbers seed the damage."""
    sys.path.insert(0, str(ROOT / "tests" / "images"))
    from test_images_fuzz import mutated, seeds

    good = seeds()
    kinds = sorted(good)
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + MEMORY, hard))
    found: Counter[str] = Counter()
    for number in numbers:
        kind = kinds[number % len(kinds)]
        start = time.monotonic()
        outcome = _tried(mutated(good[kind], random.Random(number)))
        if time.monotonic() - start > SECONDS:
            outcome = "slow"
        found[outcome] += 1
        if outcome not in ("read", "refused"):
            print(f"{kind} {number}: {outcome}", flush=True)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - size) / 1024
    found["most megabytes"] = round(grown)
    return found


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _tried(data: bytes) -> str:
    try:
        photo = read(io.BytesIO(data), max_pixels=MOST_PIXELS)
    except ImageFileError as error:
        return "refused" if "\n" not in str(error) else "refused in several lines"
    except Exception as error:  # noqa: BLE001 - to be counted
        return f"read: {type(error).__name__}: {error}"
    try:
        for name in ("a.jpg", "a.tif"):
            encode(photo, name)
    except Exception as error:  # noqa: BLE001
        return f"write: {type(error).__name__}: {error}"
    return "read" if np.isfinite(photo.visible).all() else "not finite"


def kill(times: int) -> Counter[str]:
    """Kill processes that write, and look at what is there."""
    found: Counter[str] = Counter()
    draw = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        write(Photo(np.full((400, 600, 3), 0.25, np.float32)), path)
        for _ in range(times):
            process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(draw.uniform(0, 0.3))
            process.kill()
            process.wait()
            process.stdout.close()
            levels = np.unique(np.rint(read(path).pixels * 255))
            found["whole" if levels.tolist() in ([64], [191]) else "broken"] += 1
    return found


def main() -> int:
    """Run both; 1 if anything was lost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=10_000, help="how many damaged files")
    parser.add_argument("--kills", type=int, default=100, help="how many interrupted writes")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    arguments = parser.parse_args()
    start = time.monotonic()
    portions = [range(at, min(at + 500, arguments.files)) for at in range(0, arguments.files, 500)]
    found: Counter[str] = Counter()
    # A new process a portion: a decoder that crashes takes only its own down, and is found out.
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for portion in [pool.apply_async(fuzz, (numbers,)) for numbers in portions]:
            part = portion.get(timeout=60 * SECONDS)
            most = max(found["most megabytes"], part.pop("most megabytes"))
            found += part
            found["most megabytes"] = most
    figures = {
        "files": dict(found),
        "kills": dict(kill(arguments.kills)),
        "seconds": time.monotonic() - start,
    }
    print(json.dumps(figures, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n")
    sound = set(found) <= {"read", "refused", "most megabytes"}
    return int(not sound or set(figures["kills"]) - {"whole"} != set())


if __name__ == "__main__":
    sys.exit(main())
