"""Eight bits: what quantised weights and activations cost in quality, and what they gain in time.

    pip install nncf
    python benchmarks/eight_bits.py --data DIR [--limit 2] [--size 1024] [--json FILE] [key=value ...]

DIR holds ``train`` and ``test``. The network of each task, as OpenVINO reads it from PyTorch, is quantised
after training by NNCF: weights by channel and activations by tensor in 8 bits, biases corrected. In ``wide``
those convolutions are that 64 or more channels come into, in ``all`` every one. Channel attention,
conditioning, layer norms, gates and sums stay float32. The ranges of activations are those of training crops
of the task, degraded as the recipe (``--recipe``, with changes as key=value) does.

Quality is PSNR on the suite local by the strict protocol, time that of one picture of noise. Graphs and
scores are kept in ``--work``: the same command goes on after an interruption.
"""

import argparse
import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from instructir.data.mixture import validation_crops
from instructir.environment import machine, versions
from instructir.evaluation.methods.method import Method, RestorerMethod
from instructir.evaluation.protocols import PROTOCOLS
from instructir.evaluation.runner.evaluate import Options, evaluate
from instructir.evaluation.runner.journal import Journal
from instructir.evaluation.suites import get_suite
from instructir.extras import require
from instructir.inference.borders import Surrounded
from instructir.inference.cost import timed
from instructir.inference.execution import Execution
from instructir.inference.runtimes.openvino import OpenVINORuntime, core
from instructir.models.checkpoint import Model
from instructir.models.image_network import ImageNetwork
from instructir.models.pretrained import resolve
from instructir.models.routing import for_task
from instructir.restoration.conditioning import Conditioning
from instructir.restoration.restorer import Restorer
from instructir.settings import DEFAULT_MODEL, Settings
from instructir.tasks import PLAIN_INSTRUCTIONS, TASKS, Task
from instructir.training.batches import synthesise
from instructir.training.configuration import load_options

LEAST_CHANNELS = {"float": None, "wide": 64, "all": 0}
"""By the kind of graph, the channels from which a convolution is quantised."""
TITLES = {"float": "OpenVINO fp32", "wide": "OpenVINO int8, wide", "all": "OpenVINO int8, all"}
FLOATING = ["Add", "Divide", "MatMul", "Multiply", "Power", "ReduceMean", "Subtract"]
"""Operations between the convolutions."""
SIDE = 192
SEED = 0


def narrow(graph: Any, least: int) -> list[str]:
    """Names of the convolutions of an OpenVINO model that stay in float32."""
    names = []
    for operation in graph.get_ordered_ops():
        kind, name = operation.get_type_name(), operation.get_friendly_name()
        if kind not in ("Convolution", "GroupConvolution"):
            continue
        # A depthwise convolution's groups are twice as many as the stage is wide.
        out, into = list(operation.input_value(1).get_shape())[:2]
        channels = into if kind == "Convolution" else out // 2
        if channels < least or ".sca." in name:
            names.append(name)
    return names


class Quantiser:
    """Graphs of a model's networks, made when they are asked for first and kept in a folder."""

    def __init__(self, model: Model, folder: Path, crops: dict[Task, Tensor]) -> None:
        self.model, self.folder, self._crops = model, folder, crops
        self._conditioning = Conditioning(model)
        folder.mkdir(parents=True, exist_ok=True)

    def network(self, task: Task) -> ImageNetwork:
        """The weights for a task."""
        return for_task(self.model, task.value if self.model.deltas else "").image.eval()

    def text(self, task: Task) -> Tensor:
        """The embedding of a task's plain instruction."""
        return self._conditioning.embeddings([PLAIN_INSTRUCTIONS[task]])

    def runtime(self, task: Task, kind: str) -> OpenVINORuntime:
        """What runs a task's graph of a kind."""
        path = self.folder / f"{task.value}-{kind}.xml"
        if not path.is_file():
            openvino = require("openvino", "instructir[openvino]", "this benchmark")
            graph = self._float(openvino, task) if kind == "float" else self._quantised(task, kind)
            draft = path.with_suffix(".draft.xml")  # so that no half of a graph is taken for one
            openvino.save_model(graph, draft, compress_to_fp16=False)
            draft.with_suffix(".bin").replace(path.with_suffix(".bin"))
            draft.replace(path)
        return OpenVINORuntime(path, self.model.image.config, torch.float32)

    def _float(self, openvino: Any, task: Task) -> Any:
        text = self.text(task)
        given = {"image": torch.rand(1, 3, 64, 64), "text_embedding": text}
        shapes = [("image", [1, 3, -1, -1]), ("text_embedding", list(text.shape))]
        return openvino.convert_model(self.network(task), example_input=given, input=shapes)

    def _quantised(self, task: Task, kind: str) -> Any:
        nncf = require("nncf", "nncf", "this benchmark")
        self.runtime(task, "float")
        graph = core().read_model(self.folder / f"{task.value}-float.xml")
        text = self.text(task).numpy()
        feeds = [{"image": crop[None].numpy(), "text_embedding": text} for crop in self._crops[task]]
        ignored = nncf.IgnoredScope(names=narrow(graph, LEAST_CHANNELS[kind] or 0), types=FLOATING)
        mixed = nncf.QuantizationPreset.MIXED
        return nncf.quantize(
            graph, nncf.Dataset(feeds), preset=mixed, subset_size=len(feeds), ignored_scope=ignored
        )


class GraphMethod:
    """The graphs of a kind, restoring pictures by the plain instruction of a task."""

    def __init__(self, quantiser: Quantiser, kind: str) -> None:
        self.name = TITLES[kind]
        self._quantiser, self._kind = quantiser, kind
        self._task: Task | None = None

    def __call__(self, images: Tensor, instruction: str) -> Tensor:
        """Restore (B, 3, H, W) in [0, 1]."""
        task = next(task for task, words in PLAIN_INSTRUCTIONS.items() if words == instruction)
        if task is not self._task:
            self._task, self._run = task, self._quantiser.runtime(task, self._kind)
        multiple, text = self._quantiser.model.image.config.size_multiple, self._quantiser.text(task)
        seen = Surrounded(images, multiple)
        return seen.cut_out(self._run(seen.all(), text.expand(len(seen), -1)))


def crops_by_task(recipe: Path, data: Path, changes: list[str], count: int) -> dict[Task, Tensor]:
    """Degraded crops for each task, `count` for each of the recipe's sources."""
    options = load_options(recipe, [f"data.root={data / 'train'}", *changes])
    crops = validation_crops(options.data, SIDE, count, SEED)
    batch = synthesise(crops, torch.Generator().manual_seed(SEED), torch.device("cpu"))
    return {task: batch.degraded[batch.task == index] for index, task in enumerate(TASKS)}


def times(quantiser: Quantiser, size: int, runs: int) -> dict[str, tuple[float, float]]:
    """Seconds of the clock and of all cores for one picture by each way of computing."""
    task = Task.DENOISING
    image, text = torch.rand(1, 3, size, size), quantiser.text(task)
    native = Execution(quantiser.network(task), "cpu", "fp32")
    calls: dict[str, Any] = {f"{native.runtime} fp32": native.run}
    calls |= {TITLES[kind]: quantiser.runtime(task, kind) for kind in LEAST_CHANNELS}
    found = {}
    for name, call in calls.items():
        call(image[..., :64, :64], text)
        found[name] = timed(partial(call, image, text), runs)
        print(f"{name}: {found[name][0]:.2f} s, {found[name][1]:.2f} s of all cores", flush=True)
    return found


def main() -> None:
    """Quantise, measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("changes", nargs="*", metavar="key=value", help="changes to the recipe")
    parser.add_argument("--data", type=Path, required=True, help="folder with train and test")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--recipe", type=Path, default=Path("configs/7d-lite.yaml"))
    known = [task.value for task in TASKS]
    parser.add_argument("--tasks", nargs="+", default=known, choices=known, help="only sets of these")
    parser.add_argument("--crops", type=int, default=4, help="for each of the recipe's sources")
    parser.add_argument("--limit", type=int, default=2, help="pictures a set")
    parser.add_argument("--size", type=int, default=1024, help="pixels a side of the picture that is timed")
    parser.add_argument("--runs", type=int, default=2, help="how often it is timed; the median counts")
    parser.add_argument(
        "--work", type=Path, default=Path("runs/eight_bits"), help="folder for graphs and scores"
    )
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    crops = crops_by_task(options.recipe, options.data, options.changes, options.crops)
    quantiser = Quantiser(resolve(options.model), options.work, crops)
    exact = Restorer.load(Settings(options.model, precision="fp32", experts="off"))
    methods = [Method(RestorerMethod(exact), sha256="fp32", label="fp32")]
    methods += [
        Method(GraphMethod(quantiser, kind), sha256=f"{kind} {options.crops}", kind="baseline")
        for kind in ("wide", "all")
    ]
    suite = get_suite("local")
    cases = tuple(case for case in suite.cases if case.task.value in options.tasks)
    with Journal(options.work / "scores.jsonl") as journal:
        results = evaluate(
            replace(suite, cases=cases),
            methods,
            options.data / "test",
            PROTOCOLS["strict"],
            Options(limit=options.limit),
            journal=journal,
        )
    rows = []
    for case in results.cases:
        runs = {method.name: results.find(case.id, method.name, "plain") for method in methods}
        scores = {name: run.mean["psnr"] for name, run in runs.items() if run is not None and run.images}
        if scores:
            rows.append({"set": case.id, "pictures": len(runs["fp32"].images), **scores})
            print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    seconds = times(quantiser, options.size, options.runs)
    if options.json is not None:
        record = {
            "machine": machine("cpu"),
            "versions": versions(),
            "model": options.model,
            "size": options.size,
            "seconds": seconds,
            "rows": rows,
        }
        options.json.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
