"""Training of the fault network, on faults that are made on clean pictures and on real ones.

A tenth of the pictures, by name, is kept aside to set the thresholds from which faults count.
"""

import json
import logging
import math
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Generator, Tensor

from instructir.data.files import list_pictures, pictures_below, why_none
from instructir.data.lists import NamedPictures, read_list
from instructir.data.mixture import COMPANIONS_OF
from instructir.data.sources import Companion, none_usable, usable
from instructir.degradations import PHYSICAL_ORDER, degrade
from instructir.degradations.haze import haze
from instructir.errors import DataError
from instructir.models.bundled import packaged, put
from instructir.models.fault_network import WINDOW, FaultNetwork, views_of
from instructir.models.tensors import read_tensors
from instructir.restoration.diagnosis import FAULT_WEIGHTS
from instructir.tasks import TASKS, Task
from instructir.training.pages import made_page
from instructir.training.place import tell_of_replaced, writing_to

_log = logging.getLogger(__name__)

_SIZE = 224
"""Side of the training pictures."""
_WEAKEST = 0.12
"""Least strength that counts as a fault; weaker ones cannot be told from a clean picture."""
_FALSE_ALARMS = 0.012
"""Fraction of the clean pictures kept aside in which each fault may be seen all the same."""
_DARK_ALARMS = 0.045
"""The same for darkness. No sharp line lies between a dark photo and one that is too dark, and light that
nobody asked for spoils a dark photo less than darkness that nobody sees."""
_SURE_OF_TONE = 0.6
"""Least threshold of dull or too bright pictures: somewhat pale old photographs are meant to be so."""
_REAL, _ROOMS, _PAGES = 0.08, 0.06, 0.12
"""Fractions of the pictures that are real ones with their fault, rooms with a known depth, and made pages."""
_FAULTY_PAGES, _ON_PAGES = 0.4, (Task.DENOISING, Task.DEBLURRING)
"""Fraction of the made pages that get a fault, and those that can be seen on them."""
LEAST, MOST = 0.15, 0.9
"""Between these a threshold has to lie."""

_Pixels = NDArray[np.uint8]


@dataclass
class FaultData:
    """Pictures.

    Attributes:
        root: folder that the others are below.
        clean: folders of good pictures, sub-folders included.
        lists: CSV files of real under- and over-exposed pictures beside them, with the columns ``lq`` (the
            file, with or without suffix) and ``kind`` (``low`` or another word).
        depth: folders with clear pictures in ``target`` and depth maps of the same names in ``depth``, for
            haze as it lies in a room.
    """

    root: str = ""
    clean: list[str] = field(default_factory=lambda: ["."])
    lists: list[str] = field(default_factory=list)
    depth: list[str] = field(default_factory=list)


@dataclass
class FaultOptions:
    """How the fault network is trained.

    Attributes:
        out: folder that the weights are written to; in ``src/instructir/models/weights`` their record is
            brought up to date.
        steps: optimiser steps.
        batch: pictures a step.
        lr: learning rate at the start.
        initial: whether it goes on from the packaged weights.
        minutes: of processor time, within which the learning rate falls to nothing; 0 for all steps.
        seed: of weights, pictures and faults.
        data: what it is trained on.
    """

    out: str = "runs/faults"
    steps: int = 3000
    batch: int = 16
    lr: float = 3e-3
    initial: bool = False
    minutes: float = 60.0
    seed: int = 0
    data: FaultData = field(default_factory=FaultData)


def held_aside(path: Path) -> bool:
    """Whether a picture is kept for the threshold."""
    return zlib.crc32(path.stem.encode()) % 10 == 0


def _clean_pictures(data: FaultData) -> list[Path]:
    """The good pictures.

    Raises:
        DataError: if a folder is missing, or all are too few to keep some aside.
    """
    root = Path(data.root).expanduser()
    found = sorted(path for folder in data.clean for path in pictures_below(root / folder)[0])
    if len({held_aside(path) for path in found}) < 2:
        mend = why_none(root) or "; give data.root a folder with some dozens"
        raise DataError(f"{root}: holds {len(found)} pictures{mend}")
    return found


def decoded_pictures(paths: Sequence[Path]) -> list[_Pixels]:
    """Those of the good pictures that can be decoded.

    Raises:
        DataError: if none can be.
    """
    found = [pixels for path in paths for pixels in usable((path, None))]
    if not found:
        raise none_usable((paths[0], None))
    return found


def _real_faults(data: FaultData) -> list[tuple[Path, Task]]:
    """Real under- and over-exposed pictures of the lists.

    Raises:
        DataError: if a list is missing, or names what is not there.
    """
    root = Path(data.root).expanduser()
    return [fault for name in data.lists for fault in _listed(root / name)]


def _listed(table: Path) -> list[tuple[Path, Task]]:
    rows = read_list(table, "lq", "kind")
    named = NamedPictures(list_pictures(table.parent), table)
    return [(named[row["lq"]], Task.LOW_LIGHT if row["kind"] == "low" else Task.ENHANCEMENT) for row in rows]


def _rooms(data: FaultData) -> list[tuple[Path, Path]]:
    """Clear pictures with their depth maps.

    Raises:
        DataError: if a folder is missing, or a picture has no map.
    """
    root, found = Path(data.root).expanduser(), list[tuple[Path, Path]]()
    for folder in data.depth:
        maps = {path.stem: path for path in pictures_below(root / folder / "depth")[0]}
        for clear in pictures_below(root / folder / "target")[0]:
            if clear.stem not in maps:
                raise DataError(f"{clear}: has no depth map of its name in {root / folder / 'depth'}")
            found.append((clear, maps[clear.stem]))
    return found


def crop(pixels: _Pixels, rng: np.random.Generator, size: int = _SIZE) -> Tensor:
    """A random square of a picture, at times shrunk and mirrored, (C, size, size) in [0, 1]."""
    picture = torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)[None].float() / 255
    least = size / min(picture.shape[-2:])
    if rng.random() < 0.4 or least > 1:
        # People's pictures come in all sizes: the same scene must do at another sharpness.
        scale = least if least > 1 else rng.uniform(least, 1)
        picture = F.interpolate(picture, scale_factor=scale, mode="bicubic", antialias=True).clamp(0, 1)
    height, width = picture.shape[-2:]
    y, x = (int(rng.integers(0, max(1, side - size + 1))) for side in (height, width))
    square = picture[0, :, y : y + size, x : x + size]
    square = F.pad(square[None], [0, size - square.shape[2], 0, size - square.shape[1]], mode="replicate")[0]
    return square.flip(2) if rng.random() < 0.5 else square


def _draw_faults(rng: np.random.Generator) -> dict[Task, float]:
    """None (one in four), one, or two faults that come together, with their strengths."""
    fate = rng.random()
    if fate < 0.25:
        return {}
    task = TASKS[rng.integers(len(TASKS))]
    faults = {task: float(rng.uniform(_WEAKEST, 1))}
    if fate > 0.8:
        second = COMPANIONS_OF[task][rng.integers(len(COMPANIONS_OF[task]))]
        faults[second] = float(rng.uniform(_WEAKEST, 1))
    return faults


def spoil(picture: Tensor, faults: dict[Task, float], generator: Generator) -> Tensor:
    """Give one picture (3, H, W) its faults, in physical order."""
    out = picture[None]
    for task in sorted(faults, key=PHYSICAL_ORDER.index):
        out = degrade(task, out, torch.tensor([faults[task]]), generator)
    # Files hold eight bits.
    return (out.clamp(0, 1) * 255).round()[0] / 255


class Sampler:
    """Batches of spoilt pictures with their labels."""

    def __init__(
        self,
        pictures: Sequence[Path],
        real: Sequence[tuple[Path, Task]],
        seed: int,
        depths: Sequence[tuple[Path, Path]] = (),
    ) -> None:
        self._pixels = decoded_pictures(pictures)
        self._real = [(pixels, task) for path, task in real for pixels in usable((path, None))]
        self._rooms = [room for item in depths if (room := usable(item, Companion.DEPTH))]
        self._rng = np.random.default_rng(seed)
        self._generator = torch.Generator().manual_seed(seed)

    def batch(self, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures (B, 3, SIZE, SIZE), presence (B, 7) and strength (B, 7), NaN where unknown."""
        rng = self._rng
        pictures, strengths = [], torch.zeros(count, len(TASKS))
        for row in range(count):
            if self._real and rng.random() < _REAL:
                pixels, task = self._real[rng.integers(len(self._real))]
                pictures.append(crop(pixels, rng))
                strengths[row, task.class_index] = torch.nan
                continue
            if self._rooms and rng.random() < _ROOMS:
                clear, depth = self._rooms[rng.integers(len(self._rooms))]
                strengths[row, Task.DEHAZING.class_index] = strength = float(rng.uniform(_WEAKEST, 1))
                both = crop(np.concatenate([clear, depth], axis=2), rng)[None]
                hazy = haze(both[:, :3], torch.tensor([strength]), self._generator, both[:, 3:])
                pictures.append((hazy * 255).round()[0] / 255)
                continue
            if rng.random() < _PAGES:
                clean = torch.from_numpy(made_page(rng, _SIZE).copy()).permute(2, 0, 1).float() / 255
                # Haze or dull colours could not be told on them.
                faulty = rng.random() < _FAULTY_PAGES
                faults = (
                    {_ON_PAGES[rng.integers(len(_ON_PAGES))]: float(rng.uniform(0.25, 1))} if faulty else {}
                )
            else:
                clean = crop(self._pixels[rng.integers(len(self._pixels))], rng)
                faults = _draw_faults(rng)
            pictures.append(spoil(clean, faults, self._generator))
            for task, strength in faults.items():
                strengths[row, task.class_index] = strength
        return torch.stack(pictures), (strengths != 0).float(), strengths

    def corners(self, count: int = 3) -> list[tuple[int, int]]:
        """Random places of windows."""
        return [(int(y), int(x)) for y, x in self._rng.integers(0, _SIZE - WINDOW + 1, (count, 2))]


def _loss_of(presence: Tensor, severity: Tensor, present: Tensor, strengths: Tensor) -> Tensor:
    """Cross-entropy of presence, and squared error of severity where the fault has a known one."""
    known = (present > 0) & ~strengths.isnan()
    error = (severity - strengths.nan_to_num()).square()[known]
    return F.binary_cross_entropy_with_logits(presence, present) + (error.mean() if known.any() else 0.0)


def _fit(network: FaultNetwork, sampler: Sampler, options: FaultOptions) -> int:
    """Train for so many steps, or fewer in the time; the rate falls to zero either way. Steps done."""
    steps, budget = options.steps, options.minutes * 60 or math.inf
    optimiser = torch.optim.AdamW(network.parameters(), lr=options.lr, weight_decay=1e-3)
    network.train()
    start = time.process_time()
    for step in range(steps):
        progress = max(step / steps, (time.process_time() - start) / budget)
        if progress >= 1:
            return step
        for group in optimiser.param_groups:
            group["lr"] = options.lr * min(1, (step + 1) / 50) * 0.5 * (1 + float(np.cos(np.pi * progress)))
        pictures, present, strengths = sampler.batch(options.batch)
        presence, severity = network(views_of(pictures, sampler.corners()))
        loss = _loss_of(presence, severity, present, strengths)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if step % 50 == 0:
            _log.info("step %d: loss %.3f, %.0f s", step, loss.item(), time.process_time() - start)
    return steps


@torch.inference_mode()
def _thresholds_of(network: FaultNetwork, pictures: Sequence[_Pixels]) -> dict[str, float]:
    """For each task the probability that all but `_FALSE_ALARMS` of the clean `pictures` stay below."""
    network.eval()
    seen = [
        network(views_of(torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255))[0].sigmoid()
        for pixels in pictures
    ]
    levels = {}
    for task, probabilities in zip(TASKS, torch.cat(seen).unbind(1), strict=True):
        alarms = _DARK_ALARMS if task is Task.LOW_LIGHT else _FALSE_ALARMS
        least = _SURE_OF_TONE if task is Task.ENHANCEMENT else LEAST
        levels[task.value] = round(probabilities.quantile(1 - alarms).clamp(least, MOST).item(), 4)
    return levels


def train_faults(options: FaultOptions) -> Path:
    """Train the network and return the file of its weights.

    Raises:
        DataError: if pictures are missing, or none can be read.
        ConfigError: if the weights cannot be written.
    """
    torch.manual_seed(options.seed)
    pictures = _clean_pictures(options.data)
    aside = [path for path in pictures if held_aside(path)]
    real = [(path, task) for path, task in _real_faults(options.data) if not held_aside(path)]
    _log.info(
        "%d clean pictures, %d of them kept aside; %d real faults", len(pictures), len(aside), len(real)
    )
    rooms = _rooms(options.data)
    sampler = Sampler([path for path in pictures if not held_aside(path)], real, options.seed, rooms)
    kept, network = decoded_pictures(aside), FaultNetwork()
    if options.initial:
        network.load_state_dict(read_tensors(packaged(FAULT_WEIGHTS))[1])
    path = Path(options.out) / FAULT_WEIGHTS
    with writing_to(path.parent):
        tell_of_replaced(path)
        done = _fit(network, sampler, options)
        thresholds = _thresholds_of(network, kept)
        about = {"thresholds": thresholds, "steps": done, "batch": options.batch, "seed": options.seed}
        put(network.state_dict(), {"diagnosis": json.dumps(about)}, path)
    _log.info("%d steps, thresholds %s", done, thresholds)
    return path
