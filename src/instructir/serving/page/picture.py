"""A visitor's photo: the steps that were taken from it, and what of it is shown."""

import dataclasses
import io
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from instructir.images import Photo
from instructir.images.metadata import Metadata
from instructir.images.metadata.provenance import noted, without_metadata
from instructir.instructions.plan import Plan
from instructir.restoration.enlarging import enlarge_bicubic
from instructir.restoration.result import Restoration
from instructir.serving.pictures import safe_name
from instructir.serving.problems import Problem
from instructir.settings import Settings
from instructir.tasks import Task

SCREEN = 1600
"""Longest side of what is shown while the whole picture is in view, in pixels."""
_MAX_STEPS = 20
_STRIP = 256

CompareSide = Literal["before", "after"]
ViewSize = Literal["screen", "full", "thumb"]
_SIDES: dict[ViewSize, int | None] = {"screen": SCREEN, "full": None, "thumb": 160}


@dataclass(frozen=True)
class DoneStep:
    """One restoration in the history.

    Attributes:
        key: name of the step, never given again.
        before: file with the pixels that it began with, uint16 (H, W, 3), as large as its result.
        after: file with the pixels that the model made of them.
        sentence: what was asked for.
        plan: what was understood.
        settings: how it was restored, with the fraction of it that is applied.
        model: name of the model.
        experts: by task, what computed it instead.
        levels: root mean square change at full strength, on the 8-bit scale.
        size: width and height of its result, in pixels.
        light: mean brightness of before and after, in [0, 1].
        faults: how probable each fault is after it.
        notes: what the restoration said.
        metadata: of its result, before what was done is noted.
        earlier: what was done before it, a line each.
    """

    key: int
    before: Path
    after: Path
    sentence: str
    plan: Plan
    settings: Settings
    model: str
    experts: Mapping[Task, str]
    levels: float
    size: tuple[int, int]
    light: tuple[float, float]
    faults: dict[Task, float]
    notes: tuple[str, ...]
    metadata: Metadata = field(repr=False)
    earlier: tuple[str, ...] = field(default=(), repr=False)

    @property
    def history(self) -> tuple[str, ...]:
        """What was done up to and with it, a line each, as files have it."""
        blank = Photo(np.zeros((1, 1, 3), np.float32))
        made = Restoration(
            blank, blank, self.plan, self.model, 0.0, settings=self.settings, experts=self.experts
        )
        return (*self.earlier, made.history)


class Picture:
    """One photo and its history. Full-size pixels lie in a folder of its own.

    Attributes:
        key: its name in addresses.
        name: what the visitor calls the file.
        original: the photo as it came.
        faults: how probable each fault is in it.
        steps: the history; the first `at` of them lead to what is shown.
    """

    def __init__(self, folder: Path, photo: Photo, name: str | None, faults: dict[Task, float]) -> None:
        self.key = secrets.token_urlsafe(8)
        self.name = safe_name(name)
        self.original = photo
        self.faults = faults
        self.steps: list[DoneStep] = []
        self.at = 0
        self._folder = folder / self.key
        self._folder.mkdir(mode=0o700, parents=True)
        self._files = 0
        self._kept: dict[tuple[str, CompareSide, float, ViewSize], bytes] = {}

    def close(self) -> None:
        """Delete its files."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self.steps, self.at, self._kept = [], 0, {}

    @property
    def step(self) -> DoneStep | None:
        """The step that is shown; None for the original."""
        return self.steps[self.at - 1] if self.at else None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what is shown, in pixels."""
        step = self.step
        return (self.original.width, self.original.height) if step is None else step.size

    def add(
        self, result: Restoration, base: int, before: Photo, sentence: str, faults: dict[Task, float]
    ) -> None:
        """Append a step after the first `base` ones; those after them are dropped."""
        under = self.steps[base - 1] if base else None
        step = DoneStep(
            key=self._files + 1,
            before=self._store(as_large(before.pixels, result.photo.height, result.photo.width)),
            after=self._store(result.photo.pixels),
            sentence=sentence,
            plan=result.plan,
            settings=result.settings,
            model=result.model,
            experts=result.experts,
            levels=result.change.levels,
            size=(result.photo.width, result.photo.height),
            light=(float(before.srgb.mean()), float(result.photo.srgb.mean())),
            faults=faults,
            notes=result.notes,
            metadata=result.photo.metadata,
            earlier=under.history if under else (),
        )
        # The model's own strength is in the pixels already; from here on it is the fraction of those pixels.
        step = dataclasses.replace(step, settings=dataclasses.replace(step.settings, strength=1.0))
        self.steps = [*self.steps[:base], step][-_MAX_STEPS:]
        self.at = len(self.steps)

    def set_strength(self, strength: float) -> None:
        """Apply another fraction of the step that is shown; steps after it began with it and are dropped."""
        step = self.step
        if step is not None and strength != step.settings.strength:
            settings = dataclasses.replace(step.settings, strength=strength)
            self.steps = [*self.steps[: self.at - 1], dataclasses.replace(step, settings=settings)]

    def go_to(self, at: int) -> None:
        """Show what the first `at` steps lead to."""
        self.at = min(max(0, at), len(self.steps))

    def photo(self, at: int | None = None) -> Photo:
        """What the first `at` steps lead to, by default what is shown, at full size with its metadata."""
        at = self.at if at is None else at
        if not at:
            return self.original
        step = self.steps[at - 1]
        photo = self.original.with_pixels(_blended(step.before, step.after, step.settings.strength))
        return dataclasses.replace(photo, metadata=step.metadata)

    def file(self) -> Photo:
        """What is shown, with the metadata that is written: the original's, and what was done."""
        photo, step = self.photo(), self.step
        if step is None:
            return photo
        metadata = photo.metadata
        if step.settings.strip:
            metadata = without_metadata(metadata)
        elif step.settings.note:
            for line in step.history:
                metadata = noted(metadata, line)
        return dataclasses.replace(photo, metadata=metadata)

    def view(self, key: str, side: CompareSide, strength: float, size: ViewSize) -> tuple[bytes, str]:
        """A picture for the screen, and its media type: a step's start or end, or the original ("0").

        Raises:
            Problem: ``not_found`` if there is no such step.
        """
        kind = "image/webp" if self.original.alpha is not None else "image/jpeg"
        wanted = (key, side, strength, size)
        if wanted not in self._kept:
            data = for_screen(self._state(key, side, strength), _SIDES[size])
            if size == "full":
                return data, kind  # large, and rarely wanted twice: the browser keeps it
            self._kept[wanted] = data
            while len(self._kept) > 3 * _MAX_STEPS:
                self._kept.pop(next(iter(self._kept)))
        return self._kept[wanted], kind

    def _state(self, key: str, side: CompareSide, strength: float) -> Photo:
        if key == "0":
            return self.original
        for step in self.steps:
            if str(step.key) == key:
                fraction = strength if side == "after" else 0.0
                return self.original.with_pixels(_blended(step.before, step.after, fraction))
        raise Problem("not_found", "that step is gone: reload the page")

    def _store(self, pixels: NDArray[np.float32]) -> Path:
        self._files += 1
        path = self._folder / f"{self._files}.npy"
        np.save(path, (pixels.clip(0, 1) * 65535 + 0.5).astype(np.uint16))
        return path


def _blended(before: Path, after: Path, fraction: float) -> NDArray[np.float32]:
    """Pixels (H, W, 3) in [0, 1] between two files with uint16 ones."""
    start, end = (np.load(path, mmap_mode="r") for path in (before, after))
    pixels = np.empty(start.shape, np.float32)
    for top in range(0, len(pixels), _STRIP):
        rows = slice(top, top + _STRIP)
        from_, to = start[rows].astype(np.float32), end[rows].astype(np.float32)
        pixels[rows] = (from_ + np.float32(fraction) * (to - from_)) / 65535
    return pixels


def as_large(pixels: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Pixels (H, W, 3) as large as a result, with which they can be blended then."""
    if pixels.shape[:2] == (height, width):
        return pixels
    return enlarge_bicubic(pixels, height, width).clip(0, 1)


def for_screen(photo: Photo, longest: int | None) -> bytes:
    """A JPEG file in sRGB, or a WebP file where there is transparency, that fits into a square."""
    channels: list[NDArray[Any]] = [(photo.srgb * 255 + 0.5).astype(np.uint8)]
    if photo.alpha is not None:
        full = 1.0 if photo.alpha.dtype.kind == "f" else float(np.iinfo(photo.alpha.dtype).max)
        channels.append((photo.alpha.astype(np.float32) / full * 255 + 0.5).astype(np.uint8)[..., None])
    image = Image.fromarray(np.concatenate(channels, axis=2))
    if longest is not None:
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    target = io.BytesIO()
    image.save(target, "JPEG" if photo.alpha is None else "WEBP", quality=92)
    return target.getvalue()
