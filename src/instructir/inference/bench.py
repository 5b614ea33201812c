"""What a runtime and precision cost on this machine: latency, throughput, start-up and peak memory.

Each is measured in a process of its own, or the memory that one has held would hide the next one's. The time
of the processor's cores is measured beside that of the clock: on a machine that does other work as well, it
is the steadier of the two.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from instructir.environment import find_device
from instructir.errors import ConfigError, InstructIRError
from instructir.inference.cost import growth_since, settled_memory, timed
from instructir.inference.execution import Execution
from instructir.inference.runtimes.choice import ANY_SIZE
from instructir.models.checkpoint import Model
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.models.pretrained import resolve
from instructir.models.routing import for_task

PLAIN = "plain"
"""Name of the baseline: the plain module, eager, in float32, as training runs it."""

_PAPER = "paper"
"""Name of a network of the paper's size (15.84 M parameters) with random weights."""

DEFAULT = (
    "plain:fp32",
    "native:fp32",
    "torch:fp32",
    "torch:bf16",
    "onnx:fp32",
    "openvino:fp32",
    "openvino:bf16",
)
"""What is measured if nothing is named; ``compiled`` is left out, because compiling takes minutes."""


@dataclass(frozen=True)
class Measurement:
    """What one runtime in one precision costs for pictures of one size.

    Attributes:
        runtime: its name, or `PLAIN`.
        precision: fp32, bf16 or fp16.
        width: of the picture in pixels.
        height: of the picture in pixels.
        start: seconds until it is ready: weights prepared, exported or compiled, and a small picture run.
        latency: seconds of one picture, the median.
        processor: seconds of all cores together for one picture, the median.
        batch: seconds a picture in a batch, as many side by side as there are cores; None if not measured.
        peak: bytes of memory that the process grew by, from before the weights were prepared to the busiest
            moment of one picture; None where the system does not tell.
    """

    runtime: str
    precision: str
    width: int
    height: int
    start: float
    latency: float
    processor: float
    batch: float | None
    peak: int | None


def measure_apart(
    configuration: str,
    model: str,
    size: tuple[int, int],
    *,
    runs: int,
    pictures: int,
    device: str = "cpu",
    task: str = "",
) -> Measurement:
    """Run :func:`_measure` in a process of its own.

    Raises:
        ConfigError: if the runtime cannot be used here; the message is one line.
    """
    order = [configuration, model, size, runs, pictures, device, task]
    return Measurement(**run_apart(["-m", __name__], order))


def run_apart(program: Sequence[str], order: object) -> Any:
    """Run Python in a process of its own, as every cost is measured.

    Args:
        program: what Python is given: a file, or ``-m`` and a module.
        order: its one argument, written as JSON.

    Returns:
        What its last line on standard output holds, which is JSON.

    Raises:
        ConfigError: if it fails; the message is the last line of its errors.
    """
    child = subprocess.run(
        [sys.executable, *program, json.dumps(order)], check=False, capture_output=True, text=True
    )
    if child.returncode:
        reason = child.stderr.strip().splitlines() or [f"ended with status {child.returncode}"]
        raise ConfigError(reason[-1])
    return json.loads(child.stdout.splitlines()[-1])


def _measure(
    configuration: str,
    model: str,
    size: tuple[int, int],
    *,
    runs: int,
    pictures: int,
    device: str = "cpu",
    task: str = "",
) -> Measurement:
    """Measure one runtime in one precision, in this process.

    Args:
        configuration: RUNTIME:PRECISION; RUNTIME may be `PLAIN`.
        model: `_PAPER`, or what :func:`instructir.load` takes.
        size: width and height in pixels.
        runs: how often one picture is timed.
        pictures: size of the batch; below 2 it is not measured.
        device: where to compute.
        task: whose delta the network has, of a routed model; by default none.

    Raises:
        InstructIRError: if the model or the runtime cannot be used.
    """
    runtime, _, precision = configuration.partition(":")
    width, height = size
    device = str(find_device(device))
    network = random_network() if model == _PAPER else _network(resolve(model), task)
    generator = torch.Generator().manual_seed(0)
    image = torch.rand((1, network.config.channels, height, width), generator=generator)
    text = None
    if network.config.text_dim:
        text = F.normalize(torch.randn((1, network.config.text_dim), generator=generator))
    before = settled_memory()
    start = time.perf_counter()
    run, replicas = runner(network, runtime, precision, device)
    run(image[..., :64, :64], text)
    started = time.perf_counter() - start
    latency, processor = timed(partial(run, image, text), runs)
    grown = growth_since(before)
    if runtime == PLAIN:
        batch: float | None = latency  # one after the other, each on all cores
    else:
        batch = _batch(replicas, image, text, pictures) if pictures > 1 else None
    return Measurement(runtime, precision, width, height, started, latency, processor, batch, grown)


def _network(model: Model, task: str) -> ImageNetwork:
    return for_task(model, task).image if task else model.image


def random_network(config: ImageConfig | None = None) -> ImageNetwork:
    """A network with random weights whose every path counts; new ones are the identity."""
    torch.manual_seed(0)
    network = ImageNetwork(config).eval().requires_grad_(False)
    for name, value in network.named_parameters():
        if name.endswith(("beta", "gamma")):
            value.normal_(0, 0.1)
    return network


_Run = Callable[[Tensor, Tensor | None], Tensor]
"""Restores (1, 3, H, W) with a text embedding, or none for a text-free network, to the same shape."""


def runner(
    network: ImageNetwork, runtime: str, precision: str, device: str
) -> tuple[_Run, Callable[[], Sequence[_Run]]]:
    """What runs a picture, and what makes as many of it as pictures are run side by side.

    Args:
        network: trained, or random.
        runtime: its name, or `PLAIN`.
        precision: that it computes in.
        device: where.

    Raises:
        ConfigError: if the runtime cannot be used here, or not in that precision.
    """
    if runtime == PLAIN:
        if precision != "fp32":
            raise ConfigError(f"the runtime {PLAIN} is the baseline in fp32: write {PLAIN}:fp32")
        network = network.to(device)

        def plain(image: Tensor, text: Tensor | None) -> Tensor:
            with torch.inference_mode():
                restored: Tensor = network(image.to(device), None if text is None else text.to(device))
                return restored.cpu()

        return plain, list
    execution = Execution(network, device, precision, runtime)
    count = torch.get_num_threads() if device == "cpu" and runtime in ANY_SIZE else 1
    return _restores(execution), lambda: [_restores(execution.replica()) for _ in range(count)]


def _restores(execution: Execution) -> _Run:
    return lambda image, text: execution.run(image, text).restored


def _batch(
    replicas: Callable[[], Sequence[_Run]], image: Tensor, text: Tensor | None, pictures: int
) -> float:
    """Seconds a picture, several side by side on one core each."""
    runners = replicas()
    threads = torch.get_num_threads()

    def work(index: int) -> None:
        torch.set_num_threads(max(1, threads // len(runners)))
        for _ in range(index, pictures, len(runners)):
            runners[index](image, text)

    start = time.perf_counter()
    with ThreadPoolExecutor(len(runners)) as pool:
        list(pool.map(work, range(len(runners))))
    return (time.perf_counter() - start) / pictures


def _main() -> int:
    configuration, model, size, runs, pictures, device, task = json.loads(sys.argv[1])
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        found = _measure(
            configuration, model, tuple(size), runs=runs, pictures=pictures, device=device, task=task
        )
    except InstructIRError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{json.dumps(asdict(found))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
