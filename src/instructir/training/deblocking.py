"""Training of the network that takes away what filtering leaves of JPEG artefacts.

Squares of good pictures go through JPEG files and the filter, as pictures do that are restored. The newest
few thousand of them are kept, and each step learns from some.
"""

import copy
import io
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from instructir.data.files import pictures_below, why_none
from instructir.degradations.compression import TO_YCBCR
from instructir.errors import DataError
from instructir.images import read
from instructir.models.bundled import put
from instructir.models.deblocking_network import DeblockingNetwork
from instructir.restoration.deblocking import DEBLOCKING_WEIGHTS, coding_of, filtered, planes
from instructir.training.faults import decoded_pictures, held_aside
from instructir.training.place import tell_of_replaced, writing_to

_log = logging.getLogger(__name__)

_QUALITIES = (5.0, 95.0)
"""Between these a file's quality is drawn, as likely to be twice as coarse as half."""
_FIRST_QUALITIES = (15.0, 85.0)
"""The same of the file before, where there is one."""
_FRESH, _EVERY = 32, 16
"""Squares that are made anew, and steps between."""


@dataclass
class DeblockingData:
    """Pictures.

    Attributes:
        root: folder that the others are below.
        clean: folders of good pictures, sub-folders included.
    """

    root: str = ""
    clean: list[str] = field(default_factory=lambda: ["."])


@dataclass
class DeblockingOptions:
    """How the network is trained.

    Attributes:
        out: folder that the weights are written to; in ``src/instructir/models/weights`` their record is
            brought up to date.
        steps: optimiser steps.
        minutes: of processor time, within which the learning rate falls to nothing; 0 for all steps.
        batch: squares a step.
        size: their side, in pixels; a multiple of 16.
        kept: squares that steps draw from.
        least_scale: by how much pictures are shrunk at most.
        halved: fraction of the files with colour at half the resolution.
        twice: fraction of the pictures that have been through a file before, with its blocks elsewhere.
        grey: fraction of grey pictures.
        lr: highest learning rate.
        seed: of weights and pictures.
        data: what it is trained on.
    """

    out: str = "runs/deblocking"
    steps: int = 100000
    minutes: float = 20.0
    batch: int = 12
    size: int = 96
    kept: int = 2048
    least_scale: float = 0.4
    halved: float = 0.75
    twice: float = 0.15
    grey: float = 0.08
    lr: float = 2e-3
    seed: int = 0
    data: DeblockingData = field(default_factory=DeblockingData)


class Squares(NamedTuple):
    """What is learnt from: luma and chroma (B, 3, S, S), and how coarse they were stored (B, 2)."""

    sharp: Tensor
    stored: Tensor
    filtered: Tensor
    levels: Tensor


class DeblockingSampler:
    """Squares of pictures, through files and the filter."""

    def __init__(self, pictures: Sequence[Path], options: DeblockingOptions) -> None:
        self._pictures = [Image.fromarray(pixels) for pixels in decoded_pictures(pictures)]
        self._options = options
        self._rng = np.random.default_rng(options.seed)

    def draw(self, count: int) -> Squares:
        """So many new ones."""
        found = [self._one() for _ in range(count)]
        return Squares(*(torch.cat(parts) for parts in zip(*found, strict=True)))

    def rows(self, count: int, of: int) -> Tensor:
        """Places of so many, none twice."""
        return torch.from_numpy(self._rng.choice(of, min(count, of), replace=False))

    def _one(self) -> Squares:
        chosen, rng = self._options, self._rng
        square = self._square()
        if rng.random() < chosen.grey:
            square = square.convert("L").convert("RGB")
        sharp = np.asarray(square)
        if rng.random() < chosen.twice:
            down, across = rng.integers(0, 8, 2)
            whole = Image.fromarray(np.pad(sharp, ((down, 0), (across, 0), (0, 0)), mode="reflect"))
            box = (int(across), int(down), whole.width, whole.height)
            square = Image.open(_file(whole, self._quality(*_FIRST_QUALITIES), halved=True)).crop(box)
        photo = read(_file(square, self._quality(*_QUALITIES), halved=rng.random() < chosen.halved))
        assert photo.metadata.jpeg is not None
        coding = coding_of(photo.metadata.jpeg)
        stored, levels = planes(_tensor(photo.pixels)), coding.levels[None]
        with torch.inference_mode():
            made = filtered(stored, levels, torch.tensor([coding.halved]))
        return Squares(planes(_tensor(sharp / np.float32(255))), stored, made.clone(), levels)

    def _quality(self, least: float, most: float) -> int:
        return round(math.exp(self._rng.uniform(math.log(least), math.log(most))))

    def _square(self) -> Image.Image:
        rng, side = self._rng, self._options.size
        picture = self._pictures[rng.integers(len(self._pictures))]
        least = max(self._options.least_scale, side / min(picture.size))
        cut = int(side / rng.uniform(min(least, 1), 1))
        left, top = (int(rng.integers(0, max(1, length - cut + 1))) for length in picture.size)
        square = picture.resize((side, side), Image.Resampling.LANCZOS, (left, top, left + cut, top + cut))
        if rng.random() < 0.5:
            square = square.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return square.transpose(Image.Transpose.ROTATE_90) if rng.random() < 0.3 else square


def train_deblocking(options: DeblockingOptions) -> Path:
    """Train the network and return the file of its weights.

    Raises:
        DataError: if there are no pictures, or none can be read.
        ConfigError: if the weights cannot be written.
    """
    torch.manual_seed(options.seed)
    root = Path(options.data.root).expanduser()
    found = sorted(path for folder in options.data.clean for path in pictures_below(root / folder)[0])
    pictures = [path for path in found if not held_aside(path)]
    if not pictures:
        mend = why_none(root) or "; give data.root a folder with some dozens"
        raise DataError(f"{root}: holds no pictures to train on{mend}")
    _log.info("%d pictures", len(pictures))
    sampler, path = DeblockingSampler(pictures, options), Path(options.out) / DEBLOCKING_WEIGHTS
    with writing_to(path.parent):
        tell_of_replaced(path)
        network, done = _fitted(sampler, options)
        put(network.state_dict(), {"steps": str(done)}, path)
    _log.info("%d steps", done)
    return path


def _fitted(sampler: DeblockingSampler, options: DeblockingOptions) -> tuple[DeblockingNetwork, int]:
    """The network, averaged over its last steps, and their number."""
    network = DeblockingNetwork()
    average = copy.deepcopy(network)
    optimiser = torch.optim.AdamW(network.parameters(), lr=options.lr, betas=(0.9, 0.99), weight_decay=1e-4)
    squares = sampler.draw(min(options.kept, 256))
    start, budget = time.process_time(), options.minutes * 60 or math.inf
    for step in range(options.steps):
        progress = max(step / options.steps, (time.process_time() - start) / budget)
        if progress >= 1:
            return average, step
        for group in optimiser.param_groups:
            group["lr"] = options.lr * min(1, (step + 1) / 50) * 0.5 * (1 + math.cos(math.pi * progress))
        if step % _EVERY == _EVERY - 1:
            fresh = sampler.draw(_FRESH)
            squares = Squares(
                *(torch.cat([new, old])[: options.kept] for new, old in zip(fresh, squares, strict=True))
            )
        rows = sampler.rows(options.batch, len(squares.levels))
        some = Squares(*(part[rows] for part in squares))
        errors = _errors(network(some.stored, some.filtered, some.levels), some.sharp)
        optimiser.zero_grad()
        errors.log().mean().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        with torch.no_grad():
            kept = min(0.995, (step + 1) / (step + 10))
            for mean, weights in zip(average.parameters(), network.parameters(), strict=True):
                mean.lerp_(weights, 1 - kept)
        if step % 50 == 0:
            gain = (_errors(some.filtered, some.sharp) / errors).log10().mean().item()
            _log.info(
                "step %d: %.2f dB over the filter, %.0f s", step, 10 * gain, time.process_time() - start
            )
    return average, options.steps


def _errors(made: Tensor, sharp: Tensor) -> Tensor:
    """Mean squared error (B,) in red, green and blue; half a level more, so that no picture is perfect."""
    matrix = torch.linalg.inv(torch.tensor(TO_YCBCR))
    return torch.einsum("ij,bjhw->bihw", matrix, made - sharp).square().mean((1, 2, 3)) + 0.5


def _file(picture: Image.Image, quality: int, *, halved: bool) -> io.BytesIO:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality, subsampling=2 if halved else 0)
    stream.seek(0)
    return stream


def _tensor(pixels: np.ndarray) -> Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1)[None]
