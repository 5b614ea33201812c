"""Blind mode: the picture itself says which faults it has."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from instructir.degradations.compression import TO_YCBCR
from instructir.images import Photo
from instructir.images.metadata.quality import estimated_quality
from instructir.instructions.plan import Artefacts, Plan, Step
from instructir.models.bundled import packaged
from instructir.models.fault_network import WINDOW, FaultNetwork, views_of
from instructir.models.tensors import read_tensors
from instructir.restoration.bands import bands_of
from instructir.restoration.deblocking import is_coarse
from instructir.restoration.inputs import ImageLike, to_photo
from instructir.restoration.margins import inner
from instructir.restoration.speckles import speckles
from instructir.restoration.traces import with_traces
from instructir.tasks import RESTORATION_ORDER, TASKS, Task

FAULT_WEIGHTS = "fault-network.safetensors"
"""Packaged weights; ``instructir train faults`` makes them."""
WORDS, LEANING = 0.3, 1.0
"""Weight of vague words beside the picture, and the most by which they move a fault's log odds."""

_DARK, _BRIGHT = 80 / 255, 135 / 255
"""Mean of pixels below and above which the light is judged by that alone. Of SICE's brackets, the dark have
28 to 70 levels, the bright 118 to 213, and what lies between them 81 to 142."""
_HIGHLIGHTS, _LIT = 0.05, 0.7
"""Fraction of the pixels of a picture that must have so much luma for its light to be right, however dark the
rest is: skin in the light before a dark wall. Of 33 dark pictures of SICE three have it."""
_LIKELY = 0.4
"""Probability from which a lack of light counts: no picture is remade on less than that. Studio portraits,
stages and streets by night are given what lies below."""
_HAZY = 0.2
"""Probability from which haze counts: of 182 clean test pictures 5 have so much, of 20 hazy rooms 19."""
_WHITE, _BURNT, _PALE = 252.5 / 255, 0.02, 0.6
"""Too much light takes something away, and is everywhere: two channels are at their upper end in such a
fraction of the pixels, and the mean is no less than the last. A warm lamp fills one channel, a good picture
of snow none, and one with a white sky has dark parts as well."""
_SMALL = 256
"""Side to which a picture is shrunk for that: single bright pixels light nothing."""
_PLAIN, _BLOCK = 0.5, 8
"""Fraction of the blocks of so many pixels a side that are of one colour, from which a picture is a page, a
drawing or a made one: of 93 photos in haze or too much light none has so many. Nothing veils what is even."""
_ENOUGH = 2_000_000
"""Pixels that tell it."""
_NEARLY, _BETWEEN, _TEXTURED = 8.5 / 255, 40 / 255, 0.4
"""JPEG lets edges ring. In its files a block counts as even up to the first difference, the margins included
where they are paper; of the other blocks no more than the last fraction may differ by less than the second. A
drawing has plains and edges, a photo in haze or in the dark what lies between them. Blur and slight noise
leave no more of other files."""
_PAPER = 0.7
"""Luma from which a margin is paper. Dark bars stand beside photos, and say nothing of what is in them."""
_ON_PHOTOS = (Task.DERAINING, Task.DEHAZING, Task.LOW_LIGHT, Task.ENHANCEMENT)
"""Faults of light and air, which only photos have."""
_NEVER = 1.1
"""A threshold that no probability reaches."""
_COMPRESSED = 0.95
"""How sure coarse JPEG makes noise."""
_SPECKLED, _GRAINY = 2.5, 0.6
"""How strong speckles of colour are from which they are noise, and how sure they make it. Of 269 clean
pictures 4 have as many, and none of them once it is a JPEG file of quality 85."""


@dataclass(frozen=True)
class Findings:
    """What a picture looks like.

    Attributes:
        probabilities: of each fault's presence, in [0, 1].
        severities: how strong each fault is where it is there, in [0, 1].
        thresholds: probability from which each fault counts.
        quality: JPEG quality that the file's own tables stand for, or that its pixels show; None without any.
        artefacts: whether noise counts because of that quality, alone or beside what the picture shows.
    """

    probabilities: dict[Task, float]
    severities: dict[Task, float]
    thresholds: dict[Task, float]
    quality: int | None = None
    artefacts: Artefacts = ""

    @property
    def faults(self) -> list[Task]:
        """The faults that count, in the order in which they are best undone."""
        found = [
            task for task, probability in self.probabilities.items() if probability >= self.thresholds[task]
        ]
        return sorted(found, key=RESTORATION_ORDER.index)


def examine(image: ImageLike) -> Findings:
    """Look at a picture.

    Args:
        image: a file, a Pillow image, or an array (see :func:`instructir.restoration.inputs.to_photo`).

    Raises:
        ImageFileError: if it cannot be read.
    """
    network, thresholds = _network()
    photo = to_photo(image)
    looked_at = photo.plainly_visible  # what is filled in is smooth: noise beside it would be overlooked
    if min(looked_at.shape[:2]) < WINDOW or photo.alpha is None:
        looked_at = inner(photo).of(photo.visible)
    pixels = torch.from_numpy(looked_at).permute(2, 0, 1)[None]
    with torch.inference_mode():
        presence, severity = network(views_of(pixels))
    probabilities = dict(zip(TASKS, presence.sigmoid()[0].tolist(), strict=True))
    if _has_light(pixels[0]):
        thresholds = {**thresholds, Task.LOW_LIGHT: _NEVER}
    if not _has_lost_light(looked_at):
        thresholds = {**thresholds, Task.ENHANCEMENT: _NEVER}
    even = _is_made(looked_at) or (photo.metadata.jpeg is not None and _is_drawn(photo))
    if even or _is_drawn(photo, softened=True):
        thresholds = {**thresholds, **dict.fromkeys(_ON_PHOTOS, _NEVER)}
    if even:
        probabilities[Task.DENOISING] = 0.0  # what is even has no noise
    return Findings(
        probabilities,
        dict(zip(TASKS, severity[0].tolist(), strict=True)),
        thresholds,
    )


def _has_light(pixels: Tensor) -> bool:
    """Whether a picture (3, H, W) is light on the whole or has proper highlights: it is not too dark."""
    if float(pixels.mean()) >= _DARK:
        return True
    small = F.interpolate(pixels[None], (_SMALL, _SMALL), mode="area")[0]
    luma = torch.einsum("c,chw->hw", torch.tensor(TO_YCBCR[0]), small)
    return bool(luma.quantile(1 - _HIGHLIGHTS) >= _LIT)


def _has_lost_light(pixels: NDArray[np.float32]) -> bool:
    """Whether a picture (H, W, 3) is bright on the whole and burnt out somewhere, as by too much light."""
    burnt = sorted(float((pixels[..., channel] >= _WHITE).mean()) for channel in range(3))
    return burnt[1] >= _BURNT and float(pixels.mean()) >= _PALE


def _is_made(pixels: NDArray[np.float32]) -> bool:
    """Whether most of a picture (H, W, 3) is of exactly one colour, block by block, to a level of 255."""
    spread = _spread(pixels)
    return bool(spread.size and (spread < 1.5 / 255).mean() >= _PLAIN)


def _is_drawn(photo: Photo, *, softened: bool = False) -> bool:
    """Whether a photo holds a page, a drawing or a made picture, by what coding, blur and noise left even.

    Args:
        photo: what is looked at.
        softened: whether that is done through a mean of neighbours, which slight noise does not outlast.
    """
    paper = float(photo.visible[0, 0] @ np.array(TO_YCBCR[0], dtype=np.float32)) >= _PAPER
    pixels = photo.visible if paper else inner(photo).of(photo.visible)
    spread = _spread(pixels, softened=softened)
    if not spread.size or (spread < _NEARLY).mean() < _PLAIN:
        return False
    uneven = spread[spread >= _NEARLY]
    # What is even throughout is a wall or a sky.
    return bool(uneven.size and (uneven < _BETWEEN).sum() <= _TEXTURED * len(uneven))


def _softened(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pixels (H, W, 3), each the mean of itself, twice, and its two neighbours: in rows, then in columns."""
    padded = F.pad(torch.from_numpy(pixels).permute(2, 0, 1)[None], (1, 1, 1, 1), mode="replicate")
    softened: NDArray[np.float32] = F.avg_pool2d(F.avg_pool2d(padded, 2, 1), 2, 1)[0].permute(1, 2, 0).numpy()
    return softened


def _spread(pixels: NDArray[np.float32], *, softened: bool = False) -> NDArray[np.float32]:
    """By how much the pixels (H, W, 3) of each block differ, in the channel where they do most.

    Of a large picture, bands of rows are looked at.
    """
    bands = bands_of(pixels, _ENOUGH)
    return np.concatenate([_spread_of_blocks(_softened(band) if softened else band) for band in bands])


def _spread_of_blocks(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of all whole blocks of pixels (H, W, 3)."""
    rows, columns = (side // _BLOCK for side in pixels.shape[:2])
    lines = pixels[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns * _BLOCK * 3)

    def of_blocks(extreme: np.ufunc) -> NDArray[np.float32]:
        # Of whole lines first: over both axes at once NumPy takes four times as long.
        found: NDArray[np.float32] = extreme.reduce(
            extreme.reduce(lines, axis=1).reshape(rows, columns, _BLOCK, 3), axis=2
        )
        return found

    spread: NDArray[np.float32] = (of_blocks(np.maximum) - of_blocks(np.minimum)).max(axis=2)
    return spread.ravel()


def examine_file(image: ImageLike) -> Findings:
    """Look at a picture and at how its file, or one that it comes from, was compressed.

    What coarse JPEG leaves counts as noise, which denoising takes away as well, whether the network sees it
    or not; so do speckles of colour. After a step the file says nothing any more: then :func:`examine` is to
    be asked.

    Args:
        image: see :func:`examine`.

    Raises:
        ImageFileError: if it cannot be read.
    """
    photo = with_traces(to_photo(image))
    findings, coding = examine(photo), photo.metadata.jpeg
    quality = estimated_quality(coding.tables) if coding is not None else None
    probabilities, artefacts = findings.probabilities, findings.artefacts
    if probabilities[Task.DENOISING] and speckles(inner(photo).of(photo.visible)) >= _SPECKLED:
        told = max(probabilities[Task.DENOISING], _GRAINY)
        probabilities = {**probabilities, Task.DENOISING: told}
        findings = replace(findings, probabilities=probabilities)
    if is_coarse(coding):
        told = max(probabilities[Task.DENOISING], _COMPRESSED)
        artefacts = "also" if Task.DENOISING in findings.faults else "only"
        probabilities = {**probabilities, Task.DENOISING: told}
    return replace(findings, probabilities=probabilities, quality=quality, artefacts=artefacts)


def lacks_light(image: ImageLike) -> bool:
    """Whether the light of a picture, if it is wrong, is too little rather than too much.

    Args:
        image: see :func:`examine`.

    Raises:
        ImageFileError: if it cannot be read.
    """
    photo = to_photo(image)
    brightness = float(inner(photo).of(photo.visible).mean())
    if not _DARK < brightness < _BRIGHT:
        return brightness <= _DARK
    seen = examine(photo).probabilities
    return seen[Task.LOW_LIGHT] > seen[Task.ENHANCEMENT]


def diagnose(image: ImageLike) -> dict[Task, float]:
    """How probable each fault is in a picture, the most probable first; see :func:`examine_file`."""
    probabilities = examine_file(image).probabilities
    return dict(sorted(probabilities.items(), key=lambda pair: -pair[1]))


def counts(task: Task, probability: float) -> bool:
    """Whether a fault of that probability is one that :func:`plan_of` restores."""
    return probability >= _network()[1][task]


def plan_of(findings: Findings, excluded: Sequence[Task] = (), leanings: Sequence[float] = ()) -> Plan:
    """What to do to a picture of which nobody said what is wrong; no steps where it looks clean.

    Args:
        findings: what it looks like.
        excluded: what is not to be done.
        leanings: how probable vague words make each task, in class order. "Clean it up" is not sure to mean
            noise, but where the picture hesitates it tips the scales.
    """
    probabilities = {task: _voted(findings.probabilities[task], task, leanings) for task in TASKS}
    found = [
        task
        for task in RESTORATION_ORDER
        if probabilities[task] >= findings.thresholds[task] and task not in excluded
    ]
    steps = [
        Step(
            task, probabilities[task], 1.0, "", artefacts=findings.artefacts if task is Task.DENOISING else ""
        )
        for task in found
    ]
    return Plan("ambiguous", tuple(steps), tuple(excluded), assumed=True, unordered=True)


def _voted(seen: float, task: Task, leanings: Sequence[float]) -> float:
    """Probability of a fault by the picture and the words together: the words move its log odds a little."""
    if not leanings:
        return seen
    words = _log_odds(leanings[task.class_index]) - _log_odds(1 / len(TASKS))
    moved = _log_odds(seen) + max(-LEANING, min(LEANING, WORDS * words))
    return 1 / (1 + math.exp(-moved))


def _log_odds(probability: float) -> float:
    probability = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(probability / (1 - probability))


@lru_cache(maxsize=1)
def _network() -> tuple[FaultNetwork, dict[Task, float]]:
    metadata, state = read_tensors(packaged(FAULT_WEIGHTS))
    about = json.loads(metadata["diagnosis"])
    network = FaultNetwork().eval()
    network.load_state_dict(state)
    thresholds = {Task(name): level for name, level in about["thresholds"].items()}
    least = {Task.LOW_LIGHT: _LIKELY, Task.DEHAZING: _HAZY}
    return network, {task: max(level, least.get(task, 0.0)) for task, level in thresholds.items()}
