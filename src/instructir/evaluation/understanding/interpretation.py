"""What an instruction does inside a model, drawn as in the paper's figures 3 and 4.

Above, sentence vectors of the corpus in two dimensions, and the same sentences after the learned projection,
which gathers them by task; below, how alike the channel masks of two tasks are, block by block.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from instructir.errors import ConfigError
from instructir.extras import require
from instructir.instructions.corpus import hand_written
from instructir.models.checkpoint import Model
from instructir.models.deltas import merged, route_to
from instructir.models.embedding_cache import embed
from instructir.models.image_network import InstructionConditionBlock
from instructir.tasks import PLAIN_INSTRUCTIONS, TASKS, Task

_LINES = 24
"""Sentences of the corpus drawn for each task."""


def project(vectors: Tensor, directions: Tensor) -> NDArray[np.float32]:
    """Coordinates (N, 2) of vectors (N, D) along the two main directions of `directions` (M, D)."""
    centre = directions.mean(0)
    axes = torch.linalg.svd(directions - centre, full_matrices=False)[2][:2]
    plane: NDArray[np.float32] = ((vectors - centre) @ axes.T).numpy()
    return plane


def masks(model: Model, embeddings: Tensor) -> list[Tensor]:
    """The channel masks (tasks, C) in (0, 1) that a text embedding of each task opens, in each block's order.

    Those of a routed model are opened in the network of their task. `embeddings` is (tasks, text_dim).
    """
    rows = []
    for embedding, task in zip(embeddings, model.tasks, strict=True):
        parts = merged(model.image, model.deltas, route_to(task, model.deltas)).modules()
        blocks = [part for part in parts if isinstance(part, InstructionConditionBlock)]
        rows.append([block.mask(embedding[None]).flatten(1) for block in blocks])
    return [torch.cat(block) for block in zip(*rows, strict=True)]


def similarity(mask: Tensor) -> Tensor:
    """Correlation (N, N) between the masks (N, C) of N instructions."""
    return torch.corrcoef(mask)


@torch.inference_mode()
def draw(model: Model, instruction: str, path: Path) -> None:
    """Draw the figure of `instruction` and write it to `path`.

    Raises:
        ConfigError: if matplotlib is missing, the model reads no text, or the file cannot be written.
        EncoderError: if the sentence encoder cannot be loaded.
    """
    if model.text is None:
        raise ConfigError(f"{model.name} is a text-free model and has no instructions to draw")
    pyplot = require("matplotlib.pyplot", "instructir[train]", "drawing a plan")
    lines = {task: hand_written(task, "precise")[:_LINES] for task in model.tasks}
    texts = [text for task in model.tasks for text in lines[task]] + [instruction]
    vectors = embed(texts, model.encoder)
    embeddings = model.text(vectors).embedding
    plain = model.text(embed([PLAIN_INSTRUCTIONS[task] for task in model.tasks], model.encoder)).embedding
    opened = masks(model, plain)

    rows = -(-len(opened) // 4)
    figure = pyplot.figure(figsize=(16, 4 + 2.2 * rows), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[4, 2.2 * rows])
    upper.suptitle(f"\N{LEFT DOUBLE QUOTATION MARK}{instruction}\N{RIGHT DOUBLE QUOTATION MARK}")
    before, after = upper.subplots(1, 2)
    for axes, points, title in (
        (before, vectors, "Sentence vectors"),
        (after, embeddings, "After the learned projection"),
    ):
        _scatter(axes, project(points, points[:-1]), list(model.tasks), title)
    lower.suptitle("Correlation of the channel masks of two tasks, block by block")
    panels = lower.subplots(rows, -(-len(opened) // rows), squeeze=False).flatten()
    for number, (axes, mask) in enumerate(zip(panels, opened, strict=False)):
        image = axes.imshow(similarity(mask).numpy(), vmin=-1, vmax=1, cmap="RdBu_r")
        axes.set_title(f"block {number + 1}: {mask.shape[1]} channels", fontsize=9)
        names = [task.value.replace("_", " ") for task in model.tasks]
        axes.set_yticks(range(len(names)), names, fontsize=6)
        axes.set_xticks(range(len(names)), names, fontsize=6, rotation=90)
    for axes in panels[len(opened) :]:
        axes.remove()
    lower.colorbar(image, ax=list(panels[: len(opened)]), shrink=0.7)
    try:
        figure.savefig(path, dpi=110)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be drawn ({error}); name a .png, .svg or .pdf file") from None
    finally:
        pyplot.close(figure)


def _scatter(axes: Any, points: NDArray[np.float32], tasks: list[Task], title: str) -> None:
    """One plane of sentences, a colour a task, the instruction as a star."""
    for number, task in enumerate(tasks):
        part = points[number * _LINES : (number + 1) * _LINES]
        axes.scatter(part[:, 0], part[:, 1], s=14, label=task.value, color=f"C{TASKS.index(task)}")
    axes.scatter(*points[-1], s=220, marker="*", color="black", label="this instruction")
    axes.set_title(title)
    axes.legend(fontsize=7)
