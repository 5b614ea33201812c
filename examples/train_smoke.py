"""Make pictures, train, kill, resume, restore and evaluate: the whole way through training in a minute.

    python examples/train_smoke.py [FOLDER]

Everything goes through the command line, as a user would. The model learns next to nothing in this time; what
is checked is that every part works with the next.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
INSTRUCTIR = [sys.executable, "-m", "instructir"]
WORDS = "it is far too dark in here\nbrighten this up please\n"


def make_pictures(folder: Path, count: int = 12) -> None:
    """Clean pictures of shapes and stripes and their dark twins, to train on, and others to measure on."""
    rng = np.random.default_rng(0)
    for index in range(count):
        y, x = np.mgrid[0:96, 0:128] / 20
        waves = [
            np.sin(x * rng.uniform(0.3, 3) + y * rng.uniform(0, 3) + rng.uniform(0, 6)) for _ in range(3)
        ]
        clean = np.stack(waves, axis=-1) * 0.3 + 0.5
        top, left = rng.integers(0, 60, 2)
        clean[top : top + 30, left : left + 40] = rng.uniform(0.1, 0.9, 3)
        save(folder / "train" / "clean" / f"{index}.png", clean)
        save(folder / "train" / "pairs" / "target" / f"{index}.png", clean)
        save(folder / "train" / "pairs" / "input" / f"{index}.png", clean**2 * 0.3)
        save(folder / "test" / "target" / f"{index}.png", clean[:, ::-1])
    (folder / "train" / "words.txt").write_text(WORDS)


def save(path: Path, pixels: np.ndarray) -> None:
    """Write an 8-bit PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray((np.clip(pixels, 0, 1) * 255).round().astype(np.uint8)).save(path)


def instructir(*arguments: str) -> None:
    """Run a command and show it."""
    print("$ instructir", *arguments, flush=True)
    subprocess.run([*INSTRUCTIR, *arguments], check=True)


def train_and_kill(arguments: list[str], run: Path) -> None:
    """Start training and kill it as soon as it has a checkpoint."""
    print("$ instructir", *arguments, " (and SIGKILL after the first checkpoint)", flush=True)
    process = subprocess.Popen([*INSTRUCTIR, *arguments])
    while process.poll() is None and not list(run.glob("step-*.pt")):
        time.sleep(0.05)
    if process.poll() is not None:
        raise SystemExit("training ended before it could be killed")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def main() -> None:
    """Go through it all; exit with an error if anything is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "runs" / "smoke")
    start, folder = time.perf_counter(), parser.parse_args().folder.resolve()
    run, model = folder / "run", folder / "run" / "smoke.safetensors"
    shutil.rmtree(run, ignore_errors=True)
    make_pictures(folder)
    config = ["train", str(ROOT / "configs" / "smoke.yaml"), f"data.root={folder / 'train'}", f"out={run}"]
    train_and_kill(config, run)
    instructir(*config, "--resume", "auto")
    steps = [json.loads(line)["step"] for line in (run / "log.jsonl").read_text().splitlines()]
    if steps != list(range(5, 61, 5)):
        raise SystemExit(f"the log does not have every line once: {steps}")
    restored = folder / "restored.png"
    picture = folder / "test" / "target" / "0.png"
    instructir("restore", str(picture), "remove the noise", "--model", str(model), "-o", str(restored))
    with Image.open(restored) as result, Image.open(picture) as source:
        if result.size != source.size:
            raise SystemExit(f"{restored}: is {result.size}, its source {source.size}")
    results = folder / "results.json"
    noise = ["--task", "denoising", "--sigma", "25", "--limit", "4"]
    places = ["--data", str(folder / "test"), "--model", str(model), "--json", str(results)]
    instructir("evaluate", "folder", *noise, *places)
    print(f"all there in {time.perf_counter() - start:.0f} s: {run}, {restored}, {results}")


if __name__ == "__main__":
    main()
