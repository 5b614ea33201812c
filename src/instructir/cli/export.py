"""``instructir export``: the image network for other runtimes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from instructir.errors import ConfigError
from instructir.tasks import Task

if TYPE_CHECKING:
    from instructir.models.checkpoint import Model


def export(
    model: Annotated[
        str, typer.Argument(help="The model to write: its name, file or folder, or hub:ORG/REPO.")
    ],
    form: Annotated[Literal["onnx", "openvino"], typer.Option("--format", help="What to write.")] = "onnx",
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder to write to.")] = Path(),
    task: Annotated[
        str, typer.Option(help="Of a routed model: the task whose weights are written, merged.")
    ] = "",
) -> None:
    """Write a model's image network as ONNX or OpenVINO, for pictures of any size, checked against PyTorch.

    Beside it goes a JSON file with the text embeddings of one plain instruction a task, to condition it with.
    A graph has one set of weights: of a routed model, that of one task is written (--task).
    """
    from instructir.inference.runtimes.export import export_onnx, export_openvino
    from instructir.models.pretrained import resolve
    from instructir.models.routing import for_task

    loaded = for_task(resolve(model), task)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{output}: cannot be made ({error.strerror}); choose another folder") from None
    card = json.dumps(_card(loaded, [Task.parse(task)] if task else loaded.tasks), ensure_ascii=False)
    path = output / f"{loaded.name}.{'onnx' if form == 'onnx' else 'xml'}"
    (export_onnx if form == "onnx" else export_openvino)(loaded.image, path)
    path.with_suffix(".json").write_text(card + "\n", encoding="utf-8")
    typer.echo(str(path))


def _card(model: "Model", tasks: Sequence[Task]) -> dict[str, object]:
    """What one must know to use the exported network for `tasks`."""
    from instructir.models.embedding_cache import embed
    from instructir.tasks import PLAIN_INSTRUCTIONS

    card: dict[str, object] = {
        "name": model.name,
        "image": "(B, 3, H, W) float32, sRGB in [0, 1]; restored likewise, to be clamped",
        "config": model.image.config.to_dict(),
    }
    if model.text is not None:
        sentences = [PLAIN_INSTRUCTIONS[task] for task in tasks]
        embeddings = model.text(embed(sentences, model.encoder)).embedding.tolist()
        card["text_embedding"] = {
            task.value: {"instruction": sentence, "embedding": embedding}
            for task, sentence, embedding in zip(tasks, sentences, embeddings, strict=True)
        }
    return card
