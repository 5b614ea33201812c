"""Load on ``instructir serve``: errors, latency, throughput against the bare Restorer, resident memory.

    python benchmarks/serve_load.py --seconds 600 --clients 16 --json benchmarks/results/serve_load.json

Every client sends one picture after the other. The bare Restorer reads, restores and encodes the same files
in a process of its own, with as many threads and on the same core as the server, before it is started and
after it has ended. On a machine that others use as well, compare processor seconds instead of the clock's.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
from PIL import Image

ROOT = Path(__file__).parents[1]
SENTENCE = "it's full of grain"
BARE = """
import io, json, sys, time
from instructir.restoration.loading import load
from instructir.serving.pictures import decode_upload, encode_reply
files = [open(path, "rb").read() for path in sys.argv[2:]]
restorer = load()
def one(data):
    photo = decode_upload(data, "a.png", 10**8)
    encode_reply(restorer.restore(photo, {sentence!r}).photo, "png")
one(files[0])
start, count, used = time.perf_counter(), 0, time.process_time()
while time.perf_counter() - start < float(sys.argv[1]):
    one(files[count % len(files)])
    count += 1
print(json.dumps([count / (time.perf_counter() - start), (time.process_time() - used) / count]))
"""


def pictures(folder: Path, side: int, data: Path | None) -> list[Path]:
    """Sixteen noisy crops as PNG files."""
    sources = (
        sorted((data / "test" / "CBSD68").glob("*.png"))[:16]
        if data
        else sorted((ROOT / "examples").glob("*.jpg"))
    )
    noise = np.random.default_rng(0)
    paths = []
    for number in range(16):
        with Image.open(sources[number % len(sources)]) as image:
            crop = np.asarray(image.convert("RGB"))[:side, :side].astype(np.float64)
        noisy = (crop + noise.normal(0, 25, crop.shape)).clip(0, 255).round().astype(np.uint8)
        paths.append(folder / f"{number}.png")
        Image.fromarray(noisy).save(paths[-1])
    return paths


def pinned(cpu: int | None) -> list[str]:
    """How to start a process on one core."""
    return [] if cpu is None else ["taskset", "-c", str(cpu)]


def bare(paths: list[Path], seconds: float, cpu: int | None) -> tuple[float, float]:
    """Pictures a second of the Restorer alone, and processor seconds a picture."""
    script = BARE.format(sentence=SENTENCE)
    command = [*pinned(cpu), sys.executable, "-c", script, str(seconds), *map(str, paths)]
    rate, used = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return rate, used


def serve(folder: Path, cpu: int | None, *options: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start the server; returns its process and address."""
    log = folder / "server.log"
    command = [*pinned(cpu), sys.executable, "-m", "instructir", "serve", "--port", "0"]
    command += ["--jobs", str(folder / "jobs.sqlite3"), *options]
    process = subprocess.Popen(command, stderr=log.open("ab"))
    for _ in range(600):
        found = re.findall(r'"url": "(http[^"]+)/"', log.read_text("utf-8"))
        if found and ready(found[-1]):
            return process, found[-1]
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise SystemExit(f"the server did not start: {log.read_text('utf-8')[-2000:]}")


def ready(url: str) -> bool:
    """Whether the server takes requests."""
    try:
        return httpx.get(f"{url}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


async def load(url: str, paths: list[Path], clients: int, seconds: float, pid: int) -> dict[str, Any]:
    """Send requests for a while."""
    files = [path.read_bytes() for path in paths]
    statuses: Counter[str] = Counter()
    times: list[float] = []
    memory: list[tuple[float, float]] = []
    start = time.monotonic()

    async def client(number: int, http: httpx.AsyncClient) -> None:
        count = number
        while time.monotonic() - start < seconds:
            began = time.monotonic()
            try:
                image = ("a.png", files[count % len(files)])
                answer = await http.post(
                    "/v1/restore", files={"image": image}, data={"instruction": SENTENCE}
                )
                statuses[str(answer.status_code)] += 1
                if answer.status_code == 200:
                    times.append(time.monotonic() - began)
                elif answer.status_code == 429:
                    await asyncio.sleep(float(answer.headers["retry-after"]))
            except httpx.HTTPError as error:
                statuses[type(error).__name__] += 1
            count += 1

    async def watch() -> None:
        process = psutil.Process(pid)
        while True:
            memory.append((time.monotonic() - start, process.memory_info().rss / 2**20))
            await asyncio.sleep(5)

    used = sum(psutil.Process(pid).cpu_times()[:2])
    async with httpx.AsyncClient(base_url=url, timeout=1200) as http:
        watching = asyncio.create_task(watch())
        await asyncio.gather(*(client(number, http) for number in range(clients)))
        watching.cancel()
    used = sum(psutil.Process(pid).cpu_times()[:2]) - used
    elapsed = time.monotonic() - start
    cuts = statistics.quantiles(times, n=100)
    settled = [mib for at, mib in memory if at >= 60] or [memory[-1][1]]
    return {
        "seconds": round(elapsed, 1),
        "clients": clients,
        "statuses": dict(statuses),
        "pictures_a_second": round(len(times) / elapsed, 3),
        "processor_seconds_a_picture": round(used / len(times), 4),
        "p50": round(cuts[49], 3),
        "p95": round(cuts[94], 3),
        "p99": round(cuts[98], 3),
        "rss_mib": {
            "at_60_s": round(settled[0], 1),
            "highest_after": round(max(settled), 1),
            "last": round(settled[-1], 1),
        },
    }


def machine() -> dict[str, str]:
    """Where this was measured."""
    import torch

    return {"processor": platform.processor() or platform.machine(), "torch": torch.__version__}


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument(
        "--bare", type=float, default=30, help="seconds of the bare Restorer, before and after"
    )
    parser.add_argument("--side", type=int, default=256, help="pixels of the pictures' sides")
    parser.add_argument("--cpu", type=int, help="core of the server and the bare Restorer")
    parser.add_argument("--batch", default="0", help="see instructir serve")
    parser.add_argument("--deadline", default="120", help="see instructir serve; more on a busy machine")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    import tempfile

    data = os.environ.get("INSTRUCTIR_DATA")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = pictures(folder, asked.side, Path(data) if data else None)
        alone = [bare(paths, asked.bare, asked.cpu)] if asked.bare else []
        process, url = serve(folder, asked.cpu, "--batch", asked.batch, "--deadline", asked.deadline)
        try:
            measured = asyncio.run(load(url, paths, asked.clients, asked.seconds, process.pid))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
        if asked.bare:
            alone.append(bare(paths, asked.bare, asked.cpu))
            rate, used = (statistics.mean(values) for values in zip(*alone, strict=True))
            measured["bare"] = {
                "pictures_a_second": [round(run[0], 3) for run in alone],
                "processor_seconds_a_picture": [round(run[1], 4) for run in alone],
            }
            measured["share_of_bare"] = {
                "by_the_clock": round(measured["pictures_a_second"] / rate, 3),
                "by_processor_time": round(used / measured["processor_seconds_a_picture"], 3),
            }
    measured = {
        **measured,
        "side": asked.side,
        "batch": asked.batch,
        "deadline": asked.deadline,
        "machine": machine(),
    }
    print(json.dumps(measured, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
