"""Variants: one picture restored in several ways, side by side on one labelled sheet."""

import csv
import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from instructir.errors import ConfigError, InstructIRError
from instructir.images import Photo
from instructir.models.pretrained import HUB_PREFIX, records
from instructir.restoration.planning import refuse_impossible
from instructir.restoration.restorer import Restorer
from instructir.restoration.result import Restoration, to_image
from instructir.tasks import Task

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

OURS = "ours"
"""The loaded model by itself."""

MOST = 24
"""Variants on a sheet."""

CELL, MARGIN, LINE = 640, 10, 22
"""Longest side of a picture on the sheet, and the space and the text around it, in pixels."""


@dataclass(frozen=True)
class Variant:
    """One way to restore a picture.

    Attributes:
        label: as it was asked for.
        instruction: another wording, if it is one.
        strength: share of the restoration, if it is one.
        experts: what computes which task, if it is a model; nothing for the loaded model by itself.
    """

    label: str
    instruction: str | None = None
    strength: float | None = None
    experts: Mapping[Task, str] | None = None


def parse_variants(text: str, experts: Mapping[Task, str]) -> list[Variant]:
    """The variants that a list asks for, separated by commas; what holds a comma stands in double quotes.

    A number from 0 to 1 is a strength; ``ours`` the loaded model; the beginning of an expert's file name that
    expert; a model's name, file or ``hub:`` address that model for whatever is asked for; anything else is
    another wording.

    Args:
        text: the list.
        experts: those that can be called by their names.

    Raises:
        ConfigError: if there are none, too many, the same twice, or a strength is out of range.
    """
    rows = list(csv.reader([text], skipinitialspace=True))
    labels = [label.strip() for row in rows for label in row]
    if not 0 < len(labels) <= MOST or not all(labels):
        raise ConfigError(f"variants {text!r}: give 1 to {MOST} strengths, models or wordings, with commas")
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise ConfigError(f"variants: {twice!r} stands there twice; leave one out")
    return [_variant(label, experts) for label in labels]


def _variant(label: str, experts: Mapping[Task, str]) -> Variant:
    try:
        strength = float(label)
    except ValueError:
        pass
    else:
        if not 0 <= strength <= 1:
            raise ConfigError(f"variants: the strength {label} is out of range; give a number from 0 to 1")
        return Variant(label, strength=strength)
    if label.lower() == OURS:
        return Variant(label, experts={})
    called = {task: model for task, model in experts.items() if _is_called(label, model)}
    if called:
        return Variant(label, experts=called)
    path = Path(label).expanduser()
    if label in records() or label.startswith(HUB_PREFIX) or path.exists() or path.suffix in _OF_MODELS:
        return Variant(label, experts=dict.fromkeys(Task, label))
    return Variant(label, instruction=label)


_OF_MODELS = (".safetensors", ".pth", ".pt", ".ckpt", ".onnx")


def _is_called(label: str, model: str) -> bool:
    name = model.rpartition("/")[2].lower()
    return label == model or name.startswith(label.lower())


def restore_variants(
    restorer: Restorer, photo: Photo, instruction: str | None, variants: Sequence[Variant]
) -> list[Restoration]:
    """Restore a picture in each of the ways.

    All are planned, and their models loaded, before any is computed.

    Raises:
        InstructIRError: naming the variant, if a wording asks for what cannot be done, or a model is missing
            or does not fit.
    """
    ready = []
    for one in variants:
        words = one.instruction or instruction
        own = restorer if one.experts is None else restorer.with_experts(one.experts)
        try:
            plan = own.plan(words, photo)
            refuse_impossible(plan, words, own.model)
            own.experts_for(plan)
        except InstructIRError as error:
            raise type(error)(f"variant {one.label!r}: {error}") from None
        ready.append((own, words, plan))
    settings = [
        restorer.settings
        if one.strength is None
        else dataclasses.replace(restorer.settings, strength=one.strength)
        for one in variants
    ]
    return [
        own.restore(photo, words, plan=plan, settings=how)
        for (own, words, plan), how in zip(ready, settings, strict=True)
    ]


def variant_sheet(photo: Photo, variants: Sequence[Variant], results: Sequence[Restoration]) -> "Image":
    """The picture as it was and each of its variants, labelled, in rows."""
    from PIL import Image, ImageDraw

    pictures = [to_image(photo), *(to_image(result.photo) for result in results)]
    changes = [f"changed: {result.change.word} ({result.change.levels:.1f} of 255)" for result in results]
    labels = [
        ("before", f"{photo.width}x{photo.height}"),
        *zip((one.label for one in variants), changes, strict=True),
    ]
    scale = min(1.0, CELL / max(photo.width, photo.height))
    size = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
    width = max(size[0], CELL // 3)  # so that a label has room
    columns = math.ceil(math.sqrt(len(pictures)))
    cell = width + MARGIN, size[1] + 2 * LINE + MARGIN
    rows = math.ceil(len(pictures) / columns)
    sheet = Image.new("RGB", (columns * cell[0] + MARGIN, rows * cell[1] + MARGIN), "white")
    pen = ImageDraw.Draw(sheet)
    for number, (picture, lines) in enumerate(zip(pictures, labels, strict=True)):
        left, top = MARGIN + number % columns * cell[0], MARGIN + number // columns * cell[1]
        for line, text in enumerate(lines):
            pen.text((left, top + line * LINE), _shortened(pen, text, width), fill="black", font_size=15)
        shown = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        sheet.paste(shown, (left, top + 2 * LINE))
    return sheet


def _shortened(pen: "ImageDraw", text: str, width: int) -> str:
    """`text`, with dots for the end that `width` pixels have no room for."""
    shown = text
    while shown and pen.textlength(shown if shown == text else f"{shown}...", font_size=15) > width:
        shown = shown[:-1]
    return shown if shown == text else f"{shown}..."
