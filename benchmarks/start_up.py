"""Start-up: what Python, PyTorch and this package take until a small picture is restored.

    python benchmarks/start_up.py --json start_up.json

Processor time of whole processes, the least of several, which other work on the machine does not stretch. The
restoration is of a 256x256 picture with an instruction that was read before, by the command as users type it.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from instructir.environment import machine, versions

WISH = "my photo is full of grain, please clean it up"


def seconds(*arguments: str, attempts: int) -> float:
    """Least processor time of a Python process."""
    times = []
    for _ in range(attempts):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return min(times)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--attempts", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "photo.png"
        noise = np.random.default_rng(0).integers(0, 255, (256, 256, 3), dtype=np.uint8)
        Image.fromarray(noise).save(picture)
        restore = (
            "-m",
            "instructir",
            "restore",
            str(picture),
            WISH,
            "-o",
            f"{folder}/restored.png",
            "--overwrite",
        )
        subprocess.run(
            [sys.executable, *restore], check=True, capture_output=True
        )  # the instruction is cached
        commands = {
            "empty Python": ("-c", "pass"),
            "import instructir": ("-c", "import instructir"),
            "instructir --help": ("-m", "instructir", "--help"),
            "import torch": ("-c", "import torch"),
            "restore 256x256": restore,
        }
        found = {name: seconds(*command, attempts=arguments.attempts) for name, command in commands.items()}
    for name, time in found.items():
        print(f"{name:20} {time:.2f} s")
    fraction = found["import torch"] / found["restore 256x256"]
    print(f"importing torch is {fraction:.0%} of a restoration")
    if arguments.json:
        record = {"machine": machine(), "versions": versions(), "seconds": found}
        arguments.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
