"""What a restoration gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from instructir._version import __version__
from instructir.images import Photo, encode, losses, write
from instructir.images.colour import samples
from instructir.images.metadata.provenance import noted, without_metadata
from instructir.instructions.plan import Plan, Step
from instructir.restoration.enlarging import enlarge_bicubic
from instructir.restoration.guard import Change, change
from instructir.settings import Settings
from instructir.tasks import Task


@dataclass(frozen=True)
class Restoration:
    """A restored picture and how it came about.

    Attributes:
        photo: restored pixels with everything that the source file carried.
        original: the picture as it was.
        plan: what the instruction was understood to ask for.
        model: name of the model.
        seconds: time spent restoring, without reading and writing files.
        stages: the picture after each step of the plan, the last one being `photo`.
        settings: how it was restored, and is written.
        notes: what the caller should know, such as a step that the guard took back.
        experts: by task, the model that computed it in place of `model`.
    """

    photo: Photo
    original: Photo
    plan: Plan
    model: str
    seconds: float
    notes: tuple[str, ...] = ()
    stages: tuple[Photo, ...] = ()
    settings: Settings = Settings()
    experts: Mapping[Task, str] = field(default_factory=dict)

    @cached_property
    def change(self) -> Change:
        """How much the restored picture differs from the original."""
        before, after = self.original.visible, self.photo.visible
        if before.shape != after.shape:
            before = np.clip(enlarge_bicubic(before, *after.shape[:2]), 0, 1)
        return change(before, after)

    @cached_property
    def file(self) -> Photo:
        """The restored picture with the metadata that is written: all, with what was done, or none."""
        metadata = self.photo.metadata
        if self.settings.strip:
            metadata = without_metadata(metadata)
        elif self.settings.note and self.stages:
            metadata = noted(metadata, self.history)
        return replace(self.photo, metadata=metadata)

    @property
    def history(self) -> str:
        """What was done, by what: one line for the file."""
        steps = [
            self._described(step) + (f' ("{step.text}")' if step.text else "") for step in self.plan.steps
        ]
        return f"InstructIR {__version__}, {self.model}: {', '.join(steps) or 'restored'}"

    def _described(self, step: Step) -> str:
        strength = step.strength * self.settings.strength
        if step.adjustment is not None:
            return step.adjustment.scaled(strength).described
        expert = f" by {self.experts[step.task]}" if step.task in self.experts else ""
        return f"{step.task.value} {strength:.0%}" + (f" at {step.scale}" if step.scale else "") + expert

    @property
    def pixels(self) -> NDArray[np.float32]:
        """Restored pixels (H, W, 3), sRGB in [0, 1]."""
        return self.photo.srgb

    @cached_property
    def image(self) -> Image.Image:
        """The restored picture as an 8-bit Pillow image, RGB, L, or either with alpha."""
        return to_image(self.photo)

    def save(self, path: str | PathLike[str], *, quality: int | None = None, kind: str | None = None) -> Path:
        """Write the picture in the format that the name's suffix says, with its metadata and what was done.

        Args:
            path: where to.
            quality: of lossy formats, 1 to 100, instead of the settings'.
            kind: Pillow's name of a format, in any case, that counts for more than the suffix, unless it is
                one that is only read (GIF, RAW).

        Raises:
            ImageFileError: if it cannot be written there, the kind is unknown, or the quality is out of range
                or no whole number.
        """
        quality = self.settings.quality if quality is None else quality
        return write(self.file, Path(path), quality=quality, kind=kind)

    def encode(self, name: str, kind: str | None = None) -> bytes:
        """The file that :meth:`save` would write under `name`, in the format `kind` if given.

        Raises:
            ImageFileError: if it cannot be written in that format.
        """
        return encode(self.file, name, quality=self.settings.quality, kind=kind)

    def all_notes(self, name: str | PathLike[str], kind: str | None = None) -> tuple[str, ...]:
        """The notes, and what a file of this name, or of the format `kind` if given, cannot hold."""
        return (*self.notes, *losses(self.file, name, kind=kind))

    def side_by_side(self) -> Image.Image:
        """Before and after in one picture."""
        before, after = (to_image(photo).convert("RGB") for photo in (self.original, self.photo))
        before = before.resize(after.size)
        gap = max(2, after.width // 100)
        sheet = Image.new("RGB", (2 * after.width + gap, after.height), "white")
        sheet.paste(before, (0, 0))
        sheet.paste(after, (after.width + gap, 0))
        return sheet


@dataclass(frozen=True)
class Failure:
    """A picture that could not be restored.

    Attributes:
        source: its path, or "picture N" (from 0) if it was no file.
        reason: one line that says why, and what to do about it.
    """

    source: str
    reason: str


def to_image(photo: Photo) -> Image.Image:
    """Eight-bit Pillow image of a photo, in sRGB."""
    colours = samples.from_working(photo.srgb, None, 8)
    channels = [colours[..., :1] if photo.greyscale else colours]
    if photo.alpha is not None:
        channels.append(samples.alpha_of_depth(photo.alpha, 8)[..., None])
    pixels = np.concatenate(channels, axis=2)
    return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
