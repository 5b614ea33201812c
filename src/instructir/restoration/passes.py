"""The passes of plans through the network, over one picture or several of one size at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from instructir.images import Photo
from instructir.inference.execution import Outcome
from instructir.instructions.adjustment import Adjustment
from instructir.restoration.enlarging import enlarged
from instructir.restoration.grain import with_grain
from instructir.restoration.guard import Verdict, judge
from instructir.restoration.masking import Mask, within
from instructir.restoration.tone import adjusted
from instructir.settings import Settings
from instructir.sizes import Size
from instructir.tasks import PLAIN_INSTRUCTIONS, Task

Execute = Callable[[Tensor, Sequence[str], Sequence[Task | None]], Outcome]
"""Runs the network on (B, 3, H, W) with words for each picture, and the task that they were planned for."""


@dataclass(frozen=True)
class Pass:
    """One run of the network.

    Attributes:
        words: what conditions it.
        share: of its result that is applied, in [0, 1].
        task: what it is to do; none of a text-free network, whose passes nobody judges.
        denoise: whether noise that it brings up may be removed.
        adjustment: the exact operation that is done instead of running the network; nobody judges it.
        scale: how far the picture is enlarged before.
    """

    words: str
    share: float = 1.0
    task: Task | None = None
    denoise: bool = False
    adjustment: Adjustment | None = None
    scale: str = ""


@dataclass(frozen=True)
class Stages:
    """What became of a picture.

    Attributes:
        photos: after each of its passes.
        notes: what the user should know of it, a sentence each.
    """

    photos: tuple[Photo, ...]
    notes: tuple[str, ...]


def run_passes(
    execute: Execute,
    photos: Sequence[Photo],
    passes: Sequence[Sequence[Pass]],
    settings: Sequence[Settings],
    masks: Sequence[Mask | None] | None = None,
    begin: Callable[[int], None] | None = None,
) -> list[Stages]:
    """Run each picture's passes one after the other, the n-th of all pictures together.

    Args:
        execute: runs the network.
        photos: pictures of equal height and width.
        passes: of each picture.
        settings: of each picture: the share of all its passes that is applied, and whether they are judged.
        masks: of each picture, (H, W): what of every pass is kept where; None for all of it.
        begin: called with the number of each pass, from 0, before it.
    """
    masks = masks or [None] * len(photos)
    stages: list[list[Photo]] = [[] for _ in photos]
    notes: list[dict[str, None]] = [{} for _ in photos]
    for number in range(max(map(len, passes), default=0)):
        if begin is not None:
            begin(number)
        given: dict[int, Photo] = {}
        grown: set[int] = set()
        for index in (index for index, own in enumerate(passes) if number < len(own)):
            start = stages[index][-1] if stages[index] else photos[index]
            before, said = _prepared(start, passes[index][number], settings[index], masks[index])
            notes[index].update(dict.fromkeys(said))
            # What was just enlarged lacks detail for certain; nobody has to look whether it does.
            grown |= {index} if before.width > start.width else set()
            if passes[index][number].adjustment is None:
                given[index] = before
            else:
                stages[index].append(before)
        for members in _of_one_size(given):
            pixels = torch.stack(
                [torch.from_numpy(given[index].visible).permute(2, 0, 1) for index in members]
            )
            own = [passes[index][number] for index in members]
            outcome = execute(pixels, [one.words for one in own], [one.task for one in own])
            for row, index in enumerate(members):
                one, how = own[row], settings[index]
                share = one.share * how.strength
                after = _blended(given[index], outcome.restored[row], share)
                notes[index].update(dict.fromkeys(outcome.notes))
                # Judged whole: a weak step leaves much of its fault because that was asked for.
                if share and how.guard and one.task is not None and index not in grown:
                    whole = _blended(given[index], outcome.restored[row])
                    kept, said = _guarded(execute, one, given[index], whole)
                    after = after if kept is whole else _faded(given[index], kept, share)
                    notes[index].update(dict.fromkeys(said))
                stages[index].append(within(masks[index], given[index], after))
    for index, how in enumerate(settings):
        if how.grain and stages[index]:
            stages[index][-1], note = _grained(photos[index], passes[index], stages[index], how.grain)
            notes[index][note] = None
    return [Stages(tuple(own), tuple(said)) for own, said in zip(stages, notes, strict=True)]


def _prepared(photo: Photo, one: Pass, how: Settings, mask: Mask | None) -> tuple[Photo, list[str]]:
    """What a pass does without the network, and what is to be said of it."""
    said: list[str] = []
    if one.scale:
        photo, note = enlarged(photo, Size.parse(one.scale))
        said.append(note)
    if one.adjustment is not None:
        toned, note = adjusted(photo, one.adjustment.scaled(one.share * how.strength))
        photo = within(mask, photo, toned)
        said += [note] if note else []
    return photo, said


def _grained(
    photo: Photo, passes: Sequence[Pass], stages: Sequence[Photo], share: float
) -> tuple[Photo, str]:
    """The last stage with a share of the noise that was removed on the way."""
    for number, one in enumerate(passes):
        if one.task is Task.DENOISING:
            noisy = stages[number - 1] if number else photo
            return with_grain(stages[-1], noisy, stages[number], share)
    return stages[-1], "grain: no noise was removed, so none is put back"


def _of_one_size(photos: Mapping[int, Photo]) -> list[list[int]]:
    """Numbers of the photos that can run together; enlarged ones may differ."""
    found: dict[tuple[int, int], list[int]] = {}
    for index, photo in photos.items():
        found.setdefault((photo.height, photo.width), []).append(index)
    return list(found.values())


def _guarded(execute: Execute, one: Pass, before: Photo, after: Photo) -> tuple[Photo, list[str]]:
    """What the guard leaves of a pass, and what it says."""
    assert one.task is not None
    verdict: Verdict = judge(one.task, before, after)
    said = [f"{_named(one.task)}: {verdict.text}"] if verdict.text else []
    if verdict.noisy:
        if not one.denoise:
            return after, []
        pixels = torch.from_numpy(after.visible).permute(2, 0, 1)
        outcome = execute(pixels[None], [PLAIN_INSTRUCTIONS[Task.DENOISING]], [Task.DENOISING])
        return _blended(after, outcome.restored[0]), [*said, *outcome.notes]
    return _faded(before, after, verdict.share), said


def _named(task: Task) -> str:
    return task.value.replace("_", " ")


def _blended(before: Photo, restored: Tensor, share: float = 1.0) -> Photo:
    """Go that share of the way to (3, H, W); what has no colours, though stored in colour, gets none."""
    if before.neutral:
        restored = restored.mean(0, keepdim=True).expand(3, -1, -1)
    start = torch.from_numpy(before.visible).permute(2, 0, 1)
    return before.with_visible(torch.lerp(start, restored, share).permute(1, 2, 0).numpy())


def _faded(before: Photo, after: Photo, share: float) -> Photo:
    """The picture that lies that share of the way from one to the other."""
    if share in (0, 1):
        return after if share else before
    return _blended(before, torch.from_numpy(after.visible).permute(2, 0, 1), share)
