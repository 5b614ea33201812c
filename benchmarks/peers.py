"""Ours and its peers on the same noisy pictures in the same run: time, memory and PSNR.

    python benchmarks/peers.py CLEAN [--limit 4] [--size 512] [--ways native:fp32 SwinIR ...]
                               [--weights SCUNet=FILE ...] [--json FILE]

Sharp pictures are cut to one size, gaussian noise of sigma 25 is laid over them, and the sum is rounded to 8
bits. Each way of removing it has a process of its own: ours by runtime and precision (``plain`` is the
network as training runs it, eager), networks of others through spandrel, eager in float32, and
realesrgan-ncnn-vulkan where it is on the PATH. Time is the median of the pictures; memory is what the process
grows by, weights included; PSNR is of 8 bits in RGB.

A network of others whose weights nobody names has the size that its authors published and random weights:
it runs one picture, and has no PSNR. Real-ESRGAN enlarges by four; its pictures are made small again.
What cannot run here is left out, with the reason. Rows that the JSON file has of the same pictures are kept,
so that the same command goes on after an interruption.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from instructir.data.files import list_pictures
from instructir.data.pictures import decode_file
from instructir.environment import machine, versions
from instructir.errors import ConfigError, DataError, InstructIRError
from instructir.evaluation.methods.program import program_method
from instructir.evaluation.metrics import psnr
from instructir.evaluation.pairs import benchmark_noise
from instructir.evaluation.protocols import get_protocol
from instructir.inference.bench import run_apart, runner
from instructir.inference.cost import growth_since, settled_memory, timed
from instructir.settings import DEFAULT_MODEL

ESRGAN = "realesrgan-ncnn-vulkan"
OURS = ("plain:fp32", "native:fp32", "torch:fp32", "torch:bf16", "onnx:fp32", "openvino:fp32")
"""Of ours, what is measured if nothing is named; ``compiled:fp32`` is not: it takes minutes to start."""
SIZES: dict[str, dict[str, object]] = {
    # SwinIR, Liang et al. 2021: colour denoising. NAFNet, Chen et al. 2022: width 32 for SIDD. SCUNet, Zhang
    # et al. 2022.
    "SwinIR": {"img_size": 128, "window_size": 8, "depths": [6] * 6, "embed_dim": 180, "num_heads": [6] * 6}
    | {"mlp_ratio": 2},
    "NAFNet": {"width": 32, "enc_blk_nums": [2, 2, 4, 8], "middle_blk_num": 12, "dec_blk_nums": [2] * 4},
    "SCUNet": {"config": [4] * 7, "dim": 64},
}
"""Published sizes of the networks of others, in the words of spandrel."""
SIGMA = 25
KINDS = ("noisy", "clean")
HEAD = (
    "| | parameters | one picture | processor time | memory | PSNR |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
)
STRICT = get_protocol("strict")
Run = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Row:
    """What one way costs and gives.

    Attributes:
        way: its name.
        pictures: how many were restored.
        parameters: of the network; None of a program.
        seconds: of one picture, the median.
        processor: seconds of all cores for it, the median.
        peak: bytes that the process grew by; None where the system does not tell.
        psnr: mean over the pictures in dB; None with random weights.
    """

    way: str
    pictures: int
    parameters: int | None
    seconds: float
    processor: float
    peak: int | None
    psnr: float | None


def store_pictures(source: Path, folder: Path, limit: int, size: int) -> int:
    """Write sharp pictures of `size` and their noisy twins; how many there are.

    Raises:
        DataError: if none is large enough.
    """
    count = 0
    for path in list_pictures(source):
        levels = decode_file(path)
        top, left = ((extent - size) // 2 for extent in levels.shape[:2])
        if count == limit or min(top, left) < 0:
            continue
        sharp = levels[top : top + size, left : left + size]
        noise = benchmark_noise((3, size, size), path.stem, SIGMA).permute(1, 2, 0).numpy()
        noisy = np.rint((sharp / 255 + noise).clip(0, 1) * 255).astype(np.uint8)
        for kind, pixels in zip(KINDS, (noisy, sharp), strict=True):
            Image.fromarray(pixels).save(folder / f"{kind}-{count}.png")
        count += 1
    if not count:
        raise DataError(f"{source}: holds no picture of {size}x{size} or more; give a smaller --size")
    return count


def ours(way: str, model: str) -> tuple[Run, int]:
    """Our network and the number of its parameters, with the weights and words of denoising."""
    from instructir.models.pretrained import resolve
    from instructir.models.routing import for_task
    from instructir.restoration.conditioning import Conditioning
    from instructir.tasks import PLAIN_INSTRUCTIONS, Task

    loaded = resolve(model)
    if loaded.deltas:
        loaded = for_task(loaded, Task.DENOISING.value)
    text = None
    if loaded.text is not None:
        text = Conditioning(loaded).embeddings([PLAIN_INSTRUCTIONS[Task.DENOISING]])
    runtime, _, precision = way.partition(":")
    run, _ = runner(loaded.image, runtime, precision, "cpu")
    return lambda image: run(image, text), sum(map(torch.numel, loaded.image.parameters()))


def theirs(way: str, weights: str) -> tuple[Run, int]:
    """A network of others and the number of its parameters."""
    from instructir.extras import require
    from instructir.models.foreign import build, read_weights

    if weights:
        state = read_weights(Path(weights))
    else:
        architectures = require(f"spandrel.architectures.{way}", "instructir[networks]", way)
        torch.manual_seed(0)
        state = getattr(architectures, way)(**SIZES[way]).state_dict()
    network = build(state, Path(weights or way), torch.device("cpu"))
    return torch.inference_mode()(network), sum(map(torch.numel, network.model.parameters()))


def real_esrgan() -> Run:
    """The program, at the size that it was given."""
    from instructir.degradations.resampling import bicubic

    if shutil.which(ESRGAN) is None:
        raise ConfigError(f"{ESRGAN} is not on the PATH")
    method = program_method(f"{ESRGAN} -i {{input}} -o {{output}} -n realesrgan-x4plus")
    return lambda image: bicubic(method.restore(image, ""), *image.shape[-2:])


def measure(way: str, folder: Path, count: int, model: str, weights: str) -> Row:
    """Restore the pictures of a folder, in this process."""
    noisy, clean = ([read(folder / f"{kind}-{one}.png") for one in range(count)] for kind in KINDS)
    random = way in SIZES and not weights
    waiting, restored = iter(noisy[:1] if random else noisy), list[Tensor]()
    before = settled_memory()
    if way == ESRGAN:
        run, parameters = real_esrgan(), None
    else:
        run, parameters = theirs(way, weights) if way in SIZES else ours(way, model)
    run(noisy[0][..., :64, :64])
    settled_memory()  # what it took to get ready, such as to export a graph, is no part of the peak
    spent = of_children()[0]
    seconds, processor = timed(lambda: restored.append(run(next(waiting))), 1 if random else count)
    peak, done = growth_since(before), len(restored)
    if way == ESRGAN:
        total, peak = of_children()
        processor = (total - spent) / done
    pairs = zip(restored, clean[:done], strict=True)
    scores = [psnr(*(STRICT.measured(picture[0]) for picture in pair)) for pair in pairs]
    quality = None if random else fmean(scores)
    return Row(way, done, parameters, seconds, processor, peak, quality)


def read(path: Path) -> Tensor:
    """A picture as (1, 3, H, W) in [0, 1]."""
    return torch.tensor(decode_file(path)).permute(2, 0, 1)[None].float() / 255


def of_children() -> tuple[float, int]:
    """Processor time of the programs that this process ran, and the most bytes that one of them held."""
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def line(row: Row) -> str:
    """A row of the table, in Markdown."""
    parameters = "" if row.parameters is None else f"{row.parameters / 1e6:.1f} M"
    memory = "" if row.peak is None else f"{row.peak / 1e9:.2f} GB"
    quality = "random weights" if row.psnr is None else f"{row.psnr:.2f} dB"
    times = f"{row.seconds:.2f} s | {row.processor:.2f} s"
    return f"| {row.way.replace(':', ' ')} | {parameters} | {times} | {memory} | {quality} |"


def kept(path: Path | None, record: dict[str, Any]) -> list[Row]:
    """The rows of a file that was written of the same."""
    if path is None or not path.is_file():
        return []
    known = json.loads(path.read_text("utf-8"))
    rows = known.pop("rows")
    return [Row(**row) for row in rows] if known == record else []


def named(text: str) -> tuple[str, str]:
    """NAME=FILE."""
    name, _, file = text.partition("=")
    if name not in SIZES or not Path(file).is_file():
        raise argparse.ArgumentTypeError(f"{text!r}: give one of {', '.join(SIZES)}, an = and a file")
    return name, str(Path(file).resolve())


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clean", type=Path, help="folder of sharp pictures")
    parser.add_argument("--limit", type=int, default=4, help="pictures that are taken, of those large enough")
    parser.add_argument("--size", type=int, default=512, help="pixels a side that they are cut to")
    parser.add_argument("--ways", nargs="+", default=[*OURS, *SIZES, ESRGAN])
    parser.add_argument("--weights", nargs="+", type=named, default=[], metavar="NAME=FILE")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--json", type=Path, help="write the rows to this file, and keep those it has")
    options = parser.parse_args()
    weights = dict(options.weights)
    with tempfile.TemporaryDirectory() as folder:
        try:
            count = store_pictures(options.clean, Path(folder), options.limit, options.size)
        except DataError as error:
            parser.error(str(error))
        record = {
            "machine": machine("cpu"),
            "versions": versions(),
            "model": options.model,
            "weights": {name: Path(file).name for name, file in weights.items()},
            "pictures": {"count": count, "size": options.size, "sigma": SIGMA},
        }
        rows = kept(options.json, record)
        print("\n".join([*HEAD, *map(line, rows)]), flush=True)
        for way in options.ways:
            if any(row.way == way for row in rows):
                continue
            try:
                order = [way, folder, count, options.model, weights.get(way, "")]
                rows.append(Row(**run_apart([__file__], order)))
            except ConfigError as error:
                print(f"{way} is left out: {error}", file=sys.stderr, flush=True)
                continue
            print(line(rows[-1]), flush=True)
            if options.json is not None:
                stored = {**record, "rows": [asdict(row) for row in rows]}
                options.json.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


def child(order: str) -> int:
    """Measure one way, as :func:`main` ordered it."""
    way, folder, count, model, weights = json.loads(order)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        row = measure(way, Path(folder), count, model, weights)
    except InstructIRError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(asdict(row)))
    return 0


if __name__ == "__main__":
    sys.exit(child(sys.argv[1]) if sys.argv[1:2] and sys.argv[1].startswith("[") else main())
