"""What one visitor is doing: a photo, and the steps taken from it. All of it ends with the session."""

import secrets
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from instructir.images import Photo
from instructir.instructions.plan import Plan
from instructir.restoration.result import Restoration
from instructir.serving.pictures import Format, safe_name

PREVIEW = 1600
"""Longest side of what is shown, in pixels; blending at this size answers at once."""
MAX_STEPS = 20
_STRIP = 256


@dataclass(frozen=True)
class Step:
    """One restoration in the history.

    Attributes:
        before: file with the pixels that it began with, uint16 (H, W, 3).
        after: file with the pixels that the model made of them.
        previews: both as 8-bit arrays that fit the screen.
        sentence: what was asked for.
        plan: what was understood.
        strength: share that is applied, from 0 to 1.
    """

    before: Path
    after: Path
    previews: tuple[NDArray[np.uint8], NDArray[np.uint8]] = field(repr=False)
    sentence: str
    plan: Plan
    strength: float = 1.0


class Session:
    """One visitor's photo and history. Full-size pixels lie in a folder of the session's own.

    Attributes:
        token: the unguessable name under which the result is downloaded.
        name: what the visitor calls the file.
        steps: the history; the first `at` of them lead to what is shown.
        format: of the download.
        touched: when it was last used, by the monotonic clock.
    """

    def __init__(self, root: Path) -> None:
        self.token = secrets.token_urlsafe(16)
        self.name = "photo"
        self.steps: list[Step] = []
        self.at = 0
        self.format: Format = "same"
        self.touched = time.monotonic()
        self._folder = root / f"session-{self.token}"
        self._photo: Photo | None = None
        self._files = 0
        self._shown: list[Path] = []

    def begin(self, photo: Photo, name: str | None) -> None:
        """Start anew with `photo`."""
        self.close()
        self._folder.mkdir(mode=0o700, parents=True)
        self.name = safe_name(name)
        self.steps, self.at = [], 0
        self._original = self._store(photo.pixels)
        self._first = preview(photo.srgb)
        # What is kept of the photo besides its pixels: metadata, alpha, depth.
        self._photo = photo

    def close(self) -> None:
        """Delete everything."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self.steps, self.at, self._photo, self._shown = [], 0, None, []

    @property
    def loaded(self) -> bool:
        """Whether there is a photo."""
        return self._photo is not None

    @property
    def step(self) -> Step | None:
        """The step that is shown; None for the original."""
        return self.steps[self.at - 1] if self.at else None

    def add(self, result: Restoration, before: Photo, sentence: str) -> None:
        """Append a step after the one shown; those undone before are dropped."""
        first = self._original if self.step is None else self._store(before.pixels)
        previews = (preview(before.srgb), preview(result.photo.srgb))
        after = self._store(result.photo.pixels)
        self.steps = [*self.steps[: self.at], Step(first, after, previews, sentence, result.plan)][
            -MAX_STEPS:
        ]
        self.at = len(self.steps)

    def set_strength(self, strength: float) -> None:
        """Apply another share of the step that is shown; steps after it are dropped, which began with it."""
        step = self.step
        if step is not None and strength != step.strength:
            self.steps = [*self.steps[: self.at - 1], Step(**{**vars(step), "strength": strength})]

    def photo(self) -> Photo:
        """What is shown, at full size with all its metadata."""
        assert self._photo is not None
        step = self.step
        if step is None:
            return self._photo
        before, after = (np.load(path, mmap_mode="r") for path in (step.before, step.after))
        pixels = np.empty(before.shape, np.float32)
        for top in range(0, len(pixels), _STRIP):
            rows = slice(top, top + _STRIP)
            pixels[rows] = _blend(before[rows], after[rows], step.strength) / 65535
        return self._photo.with_pixels(pixels)

    def shown(self) -> tuple[str, str]:
        """Files with the previews before and after the step that is shown."""
        step = self.step
        before = self._first if step is None else step.previews[0]
        after = before if step is None else _blend(*step.previews, step.strength).round().astype(np.uint8)
        for path in self._shown[:-4]:
            path.unlink(missing_ok=True)
        self._shown = self._shown[-4:]
        self._shown += [self._show(before), self._show(after)]
        return str(self._shown[-2]), str(self._shown[-1])

    def _show(self, pixels: NDArray[Any]) -> Path:
        path = self._folder / f"{secrets.token_hex(8)}.jpg"
        Image.fromarray(pixels).save(path, quality=92)
        return path

    def _store(self, pixels: NDArray[np.float32]) -> Path:
        self._files += 1
        path = self._folder / f"{self._files}.npy"
        np.save(path, (pixels.clip(0, 1) * 65535 + 0.5).astype(np.uint16))
        return path


def preview(pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Eight-bit pixels (h, w, 3) that fit the screen, of pixels (H, W, 3) in [0, 1]."""
    image = Image.fromarray((pixels.clip(0, 1) * 255 + 0.5).astype(np.uint8))
    image.thumbnail((PREVIEW, PREVIEW), Image.Resampling.LANCZOS)
    return np.asarray(image)


def _blend(before: NDArray[Any], after: NDArray[Any], share: float) -> NDArray[np.float32]:
    start = before.astype(np.float32)
    return start + np.float32(share) * (after.astype(np.float32) - start)


class Sessions:
    """All visitors, by Gradio's name of their session."""

    def __init__(self, root: Path, *, most: int = 50, idle: float = 3600.0) -> None:
        """Begin with none.

        Args:
            root: folder in which theirs are made.
            most: beyond it, the one that was idle longest is ended.
            idle: seconds without a sign of life after which a session is ended.
        """
        self._root, self._most, self._idle = root, most, idle
        self._by_name: dict[str, Session] = {}

    def get(self, name: str | None) -> Session:
        """The session of that name, made if there is none."""
        now = time.monotonic()
        session = self._by_name.pop(name or "", None) or Session(self._root)
        session.touched = now
        self._by_name[name or ""] = session  # at the end: the first one is idle longest
        for other in list(self._by_name):
            stale = now - self._by_name[other].touched > self._idle
            if stale or len(self._by_name) > self._most:
                self.end(other)
        return session

    def inbox(self, name: str) -> Path:
        """Where a file waits until it is read."""
        return self._root / name

    def by_token(self, token: str) -> Session | None:
        """The session whose result has that name."""
        return next((one for one in self._by_name.values() if secrets.compare_digest(one.token, token)), None)

    def end(self, name: str | None) -> None:
        """Delete everything of a session."""
        session = self._by_name.pop(name or "", None)
        if session is not None:
            session.close()

    def end_all(self) -> None:
        """Delete everything of everybody."""
        for name in list(self._by_name):
            self.end(name)
