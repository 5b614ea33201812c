"""What a GPU makes of one picture: time, memory, and how far each precision is from float32.

    python benchmarks/gpu.py [--device cuda] [--size 1920x1080] [--runs 20] [--json FILE]

For the default model and a network of the paper's size, `torch` (whole pictures, eager) and `compiled`
(graphs of compiled blocks) in fp32, bf16 and fp16; then pictures a second, several in flight. The start is
what compiling and capturing one size take. Random weights of the paper's size tell nothing of quality, so
the difference is measured with the default model alone, on the picture that is restored.
"""

import argparse
import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from instructir.environment import machine, versions
from instructir.inference.bench import random_network
from instructir.inference.execution import Execution
from instructir.models.image_network import ImageNetwork
from instructir.models.pretrained import resolve

WAYS = [(runtime, precision) for runtime in ("torch", "compiled") for precision in ("fp32", "bf16", "fp16")]
IN_FLIGHT = 3


def synchronised(device: torch.device) -> float:
    """The time at which all that was asked of the device is done."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()


def measured(
    network: ImageNetwork, way: tuple[str, str], image: Tensor, text: Tensor, device: torch.device, runs: int
) -> tuple[dict[str, Any], Tensor]:
    """Seconds and bytes of one runtime in one precision, and the restored picture."""
    runtime, precision = way
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
    start = synchronised(device)
    execution = Execution(network, device, precision, runtime)
    restored, notes = execution.run(image, text)
    started = synchronised(device) - start
    times = []
    for _ in range(runs):
        start = synchronised(device)
        execution.run(image, text)
        times.append(synchronised(device) - start)
    start = synchronised(device)
    replicas = [execution.replica() for _ in range(IN_FLIGHT)]
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        list(pool.map(lambda run: replicas[run % IN_FLIGHT].run(image, text), range(runs)))
    each = (synchronised(device) - start) / runs
    row = {
        "runtime": runtime,
        "precision": precision,
        "start": started,
        "one_picture": statistics.median(times),
        "pictures_a_second": 1 / each,
        "peak": torch.cuda.max_memory_allocated(device) if device.type == "cuda" else None,
        "notes": list(notes),
    }
    return row, restored.clamp(0, 1)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--models", nargs="*", default=["instructir-7d-lite", "paper"])
    parser.add_argument("--ways", nargs="*", default=[":".join(way) for way in WAYS])
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    device = torch.device(arguments.device)
    width, height = map(int, arguments.size.split("x"))
    torch.manual_seed(0)
    # Smooth with a little noise, as photographs are: of noise alone every precision makes something else.
    image = F.interpolate(torch.rand(1, 3, 9, 16), (height, width), mode="bicubic").clamp(0, 1)
    image = (image + torch.randn_like(image) * 25 / 255).clamp(0, 1)
    rows = []
    for model in arguments.models:
        network = random_network() if model == "paper" else resolve(model).image
        text = F.normalize(torch.randn(1, network.config.text_dim), dim=1)
        exact: Tensor | None = None
        for name in arguments.ways:
            runtime, _, precision = name.partition(":")
            way = runtime, precision
            row, restored = measured(network, way, image, text, device, arguments.runs)
            exact = restored if exact is None else exact
            difference = (restored - exact).square().mean().sqrt().item() * 255
            row |= {"model": model, "difference": None if model == "paper" else difference}
            rows.append(row)
            print(json.dumps(row), flush=True)
    about = {"machine": machine(arguments.device), "versions": versions()}
    result = about | {"size": arguments.size, "runs": arguments.runs, "rows": rows}
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
