"""What routed weights cost and lose: bits of a delta, seconds of a merge, and who should choose the weights.

    python benchmarks/deltas.py instructir-7d-lite denoising=runs/noise/model.safetensors --data DIR

Each task's pictures are restored by the base, by the tuned network itself, and by the base with its delta in
4 and 8 bits, all with the plain instruction. Then sentences of real people are put to the routed model
with the weights that the plan chooses, and with those that its text head is sure of; another task's count as
the base. PSNR of unclamped floats, in float32.
"""

import argparse
import json
import time
from collections.abc import Iterable
from pathlib import Path

import torch
from precision_quality import pairs, psnr
from torch import Tensor

from instructir.environment import machine, versions
from instructir.evaluation.heldout import by_task
from instructir.inference.strips import StripExecutor
from instructir.models.checkpoint import Model
from instructir.models.deltas import BASE, clear_task, merged, route_to
from instructir.models.embedding_cache import embed
from instructir.models.image_network import ImageNetwork
from instructir.models.pretrained import resolve
from instructir.models.routing import route
from instructir.restoration.planning import single_task
from instructir.tasks import PLAIN_INSTRUCTIONS, Task

BITS = (4, 8)

Pictures = list[tuple[Tensor, Tensor]]


def quality(network: ImageNetwork, embedding: Tensor, pictures: Pictures) -> float:
    """Mean PSNR of pictures (input, target) restored under one embedding (1, text_dim)."""
    run = StripExecutor(network)
    return sum(psnr(run(given, embedding), target) for given, target in pictures) / len(pictures)


def read(model: Model, sentences: Iterable[str]) -> list[tuple[Tensor, list[float]]]:
    """Embedding (1, text_dim) and probabilities of each sentence."""
    assert model.text is not None
    with torch.inference_mode():
        out = model.text(embed(list(sentences), model.encoder))
    return list(zip(out.embedding.split(1), out.logits.softmax(-1).tolist(), strict=True))


def bits_row(base: Model, tuned: Model, task: Task, pictures: Pictures) -> dict[str, object]:
    """Quality by the bits of a delta, its bytes, and the seconds until it is merged and ready to run."""
    ((embedding, _),) = read(base, [PLAIN_INSTRUCTIONS[task]])
    row: dict[str, object] = {
        "task": task.value,
        "pictures": len(pictures),
        "base": quality(base.image, embedding, pictures),
        "tuned": quality(tuned.image, embedding, pictures),
    }
    for bits in BITS:
        delta = route(base, {task: tuned}, bits=bits).deltas[task]
        start = time.perf_counter()
        network = merged(base.image, {task: delta}, ((task, 1.0),))
        merging = time.perf_counter() - start
        StripExecutor(network)
        ready = time.perf_counter() - start
        values = {"psnr": quality(network, embedding, pictures), "bytes": delta.bytes}
        row[f"{bits} bits"] = {**values, "merge_seconds": merging, "ready_seconds": ready}
    return row


def wordings_row(model: Model, task: Task, pictures: Pictures, count: int) -> dict[str, object]:
    """Quality over sentences of real people, by who chooses the weights: the plan, or the text head alone."""
    sentences = by_task("real_users")[task][:count]
    row: dict[str, object] = {"task": task.value, "sentences": len(sentences)}
    networks = {route: merged(model.image, model.deltas, route) for route in (BASE, ((task, 1.0),))}
    readings = read(model, sentences)
    chosen = {
        "plan": [single_task(sentence) for sentence in sentences],
        "text head": [clear_task(probabilities, model.tasks) for _, probabilities in readings],
    }
    for name, tasks in chosen.items():
        values = []
        for (embedding, _), found in zip(readings, tasks, strict=True):
            network = networks[route_to(found if found is task else None, model.deltas)]
            values.append(quality(network, embedding, pictures))
        right = sum(found is task for found in tasks)
        row[name] = {"psnr": sum(values) / len(values), "worst": min(values), "right": right}
    return row


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base")
    parser.add_argument("tuned", nargs="+", metavar="TASK=MODEL")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=4, help="pictures of each set")
    parser.add_argument("--wordings", type=int, default=12, help="sentences of real people a task")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    base = resolve(arguments.base)
    tuned = {Task.parse(name): resolve(file) for name, _, file in (a.partition("=") for a in arguments.tuned)}
    model = route(base, tuned)
    rows: list[dict[str, object]] = []
    wordings: list[dict[str, object]] = []
    found = pairs(arguments.data, arguments.limit)
    for task, end in tuned.items():
        pictures = [(given, target) for _, own, given, target in found if own is task]
        rows.append(bits_row(base, end, task, pictures))
        print(json.dumps(rows[-1]), flush=True)
        wordings.append(wordings_row(model, task, pictures[:1], arguments.wordings))
        print(json.dumps(wordings[-1]), flush=True)
    if arguments.json:
        about = {"machine": machine(), "versions": versions(), "threads": torch.get_num_threads()}
        record = {**about, "base": base.name, "bits": rows, "wordings": wordings}
        arguments.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
