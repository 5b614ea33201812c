"""What a network costs: parameters, multiply-adds, time and memory (paper, table 11)."""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from instructir.environment import find_device
from instructir.errors import ConfigError
from instructir.evaluation.methods import load_methods
from instructir.evaluation.methods.method import Method, RestorerMethod, with_unique_names
from instructir.evaluation.results import Cost, Results
from instructir.evaluation.runner.evaluate import empty_results
from instructir.inference.cost import peak_growth, timed
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.tasks import PLAIN_INSTRUCTIONS, Task

_INSTRUCTION = PLAIN_INSTRUCTIONS[Task.DENOISING]
_SIZE = (256, 256)
"""Height and width at which the field counts multiply-adds."""
_TITLE = "What one picture costs"
_SUMMARY = "one picture, in the precision that the device is fastest in"


def measure_costs(
    methods: Sequence[Method], device: torch.device, size: tuple[int, int] = _SIZE, runs: int = 5
) -> list[Cost]:
    """Measure every method on one picture of `size`.

    Multiply-adds are half of the floating-point operations that torch counts in convolutions and matrix
    products; of a model of ours in its plain network, because torch cannot look into a compiled kernel. The
    sentence encoder is left out because its embedding is kept. The time is the median of `runs`
    after one that warms up. Memory is what the accelerator allocates, or what the process grows by on Linux,
    in the busiest moment of a run.

    Args:
        methods: networks; anything else counts no operations.
        device: where they were loaded.
        size: height and width in pixels.
        runs: how often they are timed.
    """
    image = torch.rand((1, 3, *size), generator=torch.Generator().manual_seed(0))
    return [_measure(method, image, device, runs) for method in methods]


def evaluate_costs(models: tuple[str, ...], baselines: tuple[str, ...], side: int, device: str) -> Results:
    """Load networks by name and measure what they cost on a square picture; see :func:`measure_costs`.

    Raises:
        InstructIRError: if one cannot be loaded.
        ConfigError: if `side` is no size.
    """
    if side < 1:
        raise ConfigError(f"--size {side}: give 1 or more pixels")
    methods = with_unique_names(load_methods(models, baselines, device=device))
    results = empty_results("efficiency", _TITLE, {"name": "cost", "summary": _SUMMARY}, methods, device)
    results.costs += measure_costs(methods, find_device(device), (side, side))
    return results


def _measure(method: Method, image: Tensor, device: torch.device, runs: int) -> Cost:
    def restore() -> None:
        method.restore(image, _INSTRUCTION)

    restore()
    macs = _multiply_adds(method, image)
    peak = peak_growth(restore, device)
    seconds, _ = timed(restore, runs)
    size = (image.shape[-2], image.shape[-1])
    mebibytes = None if peak is None else peak / 2**20
    return Cost(method.name, size, macs, 1000 * seconds, mebibytes)


def _multiply_adds(method: Method, image: Tensor) -> int:
    run: Callable[[], object] = partial(method.restore, image, _INSTRUCTION)
    if isinstance(method.restore, RestorerMethod):
        run = _plain_run(method.restore.restorer.model.image.config, image)
    counter = FlopCounterMode(display=False)
    with counter:
        run()
    return int(counter.get_total_flops()) // 2


def _plain_run(config: ImageConfig, image: Tensor) -> Callable[[], object]:
    """What runs a network of that shape as torch itself would, without weights and without computing."""
    with torch.device("meta"):
        network, picture = ImageNetwork(config), torch.empty_like(image, device="meta")
        text = torch.empty((len(image), config.text_dim)) if config.text_dim else None
    return partial(network, picture, text)
