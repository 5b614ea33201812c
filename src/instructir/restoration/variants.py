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
from instructir.instructions.plan import Plan
from instructir.models.pretrained import HUB_PREFIX, records
from instructir.restoration.expert_table import OURS, called, name_of
from instructir.restoration.planning import refuse_impossible
from instructir.restoration.restorer import Restorer
from instructir.restoration.result import Restoration, to_image
from instructir.settings import Settings
from instructir.tasks import Task

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

MOST = 24
"""Variants on a sheet."""

CELL, MARGIN, LINE = 640, 10, 22
"""Longest side of a picture on the sheet, and the space and the text around it, in pixels."""


@dataclass(frozen=True)
class Variant:
    """One way to restore a picture.

    Attributes:
        label: as it was asked for.
        instruction: another instruction, if it is one.
        strength: fraction of the restoration, if it is one.
        experts: what computes which task, if it is a model; nothing for the loaded model by itself.
    """

    label: str
    instruction: str | None = None
    strength: float | None = None
    experts: Mapping[Task, str] | None = None


def parse_variants(text: str, experts: Mapping[Task, str], *, any_model: bool = True) -> list[Variant]:
    """The variants that a list asks for, separated by commas; what holds a comma stands in double quotes.

    A number from 0 to 1 is a strength; ``ours`` the loaded model; the beginning of an expert's file name that
    expert; a model's name, file or ``hub:`` address that model for whatever is asked for; anything else is
    another instruction.

    Args:
        text: the list.
        experts: those that can be called by their names.
        any_model: whether other models may be loaded too. Where not, no file is looked for, and what is
            written like a model's file or address is refused.

    Raises:
        ConfigError: if there are none, too many, the same twice, a strength is out of range, or a model may
            not be loaded.
    """
    try:
        (row,) = csv.reader([" ".join(text.split())], skipinitialspace=True) if text.strip() else [[]]
    except csv.Error as error:
        raise ConfigError(f"variants: the list cannot be read ({error}); put commas between them") from None
    labels = [label.strip() for label in row]
    if not 0 < len(labels) <= MOST or not all(labels):
        raise ConfigError(
            f"variants {text!r}: give 1 to {MOST} strengths, models or instructions, with commas"
        )
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise ConfigError(f"variants: {twice!r} stands there twice; leave one out")
    return [_variant(label, experts, any_model=any_model) for label in labels]


def _variant(label: str, experts: Mapping[Task, str], *, any_model: bool) -> Variant:
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
    meant = called(label, experts)
    if meant:
        return Variant(label, experts=meant)
    is_model = label in records() or label.startswith(HUB_PREFIX) or label.endswith(_OF_MODELS)
    if is_model and not any_model:
        known = ", ".join(dict.fromkeys([OURS, *map(name_of, experts.values())]))
        raise ConfigError(f"variants: there is no expert {label!r} here; give one of {known}")
    if is_model or (any_model and Path(label).expanduser().exists()):
        return Variant(label, experts=dict.fromkeys(Task, label))
    return Variant(label, instruction=label)


_OF_MODELS = (".safetensors", ".pth", ".pt", ".ckpt", ".onnx")


@dataclass(frozen=True)
class Planned:
    """A variant that can be restored.

    Attributes:
        restorer: what computes it.
        instruction: what is asked for.
        plan: what that was understood as.
        settings: how it is restored.
    """

    restorer: Restorer
    instruction: str | None
    plan: Plan
    settings: Settings

    def restore(self, photo: Photo) -> Restoration:
        """Restore the picture that it was planned for."""
        return self.restorer.restore(photo, self.instruction, plan=self.plan, settings=self.settings)


def plan_variants(
    restorer: Restorer,
    photo: Photo,
    instruction: str | None,
    variants: Sequence[Variant],
    settings: Settings | None = None,
) -> list[Planned]:
    """Plan each of the ways, and load its model.

    Args:
        restorer: the loaded model.
        photo: the picture.
        instruction: what is wrong with it; None lets the picture decide.
        variants: the ways.
        settings: of the picture; by default those of the restorer.

    Raises:
        InstructIRError: naming the variant, if an instruction asks for what cannot be done, or a model is
            missing or does not fit.
    """
    settings = settings or restorer.settings
    ready = []
    for one in variants:
        words = one.instruction or instruction
        own = restorer if one.experts is None else restorer.with_experts(one.experts)
        try:
            plan = own.plan(words, photo)
            refuse_impossible(plan, words, own.model)
            own.experts_for(plan)
        except InstructIRError as error:
            alone = one.instruction is not None and len(one.label.split()) == 1
            nor = "; nor is it an expert or a model here (instructir experts list)" if alone else ""
            raise type(error)(f"variant {one.label!r}: {error}{nor}") from None
        how = settings if one.strength is None else dataclasses.replace(settings, strength=one.strength)
        ready.append(Planned(own, words, plan, how))
    return ready


class VariantSheet:
    """A picture as it was and its variants, labelled, in rows; kept no larger than they are shown."""

    def __init__(self, photo: Photo) -> None:
        """Begin with the picture as it was."""
        scale = min(1.0, CELL / max(photo.width, photo.height))
        self._size = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
        self._cells: list[tuple[tuple[str, str], Image]] = []
        self._add(("before", f"{photo.width}x{photo.height}"), photo)

    def add(self, variant: Variant, result: Restoration) -> None:
        """Put a variant beside those that are there."""
        self._add((variant.label, f"changed: {result.change.told}"), result.photo)

    def _add(self, lines: tuple[str, str], photo: Photo) -> None:
        from PIL import Image

        picture = to_image(photo).convert("RGB").resize(self._size, Image.Resampling.LANCZOS)
        self._cells.append((lines, picture))

    def drawn(self) -> "Image":
        """The sheet."""
        from PIL import Image, ImageDraw

        width = max(self._size[0], CELL // 3)  # so that a label has room
        columns = math.ceil(math.sqrt(len(self._cells)))
        cell = width + MARGIN, self._size[1] + 2 * LINE + MARGIN
        rows = math.ceil(len(self._cells) / columns)
        sheet = Image.new("RGB", (columns * cell[0] + MARGIN, rows * cell[1] + MARGIN), "white")
        pen = ImageDraw.Draw(sheet)
        for number, (lines, picture) in enumerate(self._cells):
            left, top = MARGIN + number % columns * cell[0], MARGIN + number // columns * cell[1]
            for line, text in enumerate(lines):
                pen.text((left, top + line * LINE), _shortened(pen, text, width), fill="black", font_size=15)
            sheet.paste(picture, (left, top + 2 * LINE))
        return sheet


def _shortened(pen: "ImageDraw", text: str, width: int) -> str:
    """`text`, with dots for the end that `width` pixels have no room for."""
    shown = text
    while shown and pen.textlength(shown if shown == text else f"{shown}...", font_size=15) > width:
        shown = shown[:-1]
    return shown if shown == text else f"{shown}..."
