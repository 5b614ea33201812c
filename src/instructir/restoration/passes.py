"""The passes of plans through the network, over one picture or several of one size at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from instructir.images import Photo
from instructir.inference.execution import Outcome
from instructir.instructions.adjustment import Adjustment
from instructir.restoration.guard import Verdict, judge
from instructir.restoration.tone import adjusted
from instructir.settings import Settings
from instructir.tasks import PLAIN_INSTRUCTIONS, Task

Execute = Callable[[Tensor, Sequence[str]], Outcome]
"""Runs the network on (B, 3, H, W) with the words for each picture."""


@dataclass(frozen=True)
class Pass:
    """One run of the network.

    Attributes:
        words: what conditions it.
        share: of its result that is applied, in [0, 1].
        task: what it is to do; none of a text-free network, whose passes nobody judges.
        denoise: whether noise that it brings up may be removed.
        adjustment: the exact operation that is done instead of running the network; nobody judges it.
    """

    words: str
    share: float = 1.0
    task: Task | None = None
    denoise: bool = False
    adjustment: Adjustment | None = None


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
    execute: Execute, photos: Sequence[Photo], passes: Sequence[Sequence[Pass]], settings: Sequence[Settings]
) -> list[Stages]:
    """Run each picture's passes one after the other, the n-th of all pictures together.

    Args:
        execute: runs the network.
        photos: pictures of equal height and width.
        passes: of each picture.
        settings: of each picture: the share of all its passes that is applied, and whether they are judged.
    """
    stages: list[list[Photo]] = [[] for _ in photos]
    notes: list[dict[str, None]] = [{} for _ in photos]
    for number in range(max(map(len, passes), default=0)):
        having = [index for index, own in enumerate(passes) if number < len(own)]
        for index in having:
            asked = passes[index][number]
            if asked.adjustment is not None:
                start = stages[index][-1] if stages[index] else photos[index]
                share = asked.share * settings[index].strength
                after, measured = adjusted(start, asked.adjustment.scaled(share))
                notes[index].update(dict.fromkeys([measured] if measured else []))
                stages[index].append(after)
        members = [index for index in having if passes[index][number].adjustment is None]
        if not members:
            continue
        before = [stages[index][-1] if stages[index] else photos[index] for index in members]
        pixels = torch.stack([torch.from_numpy(photo.visible).permute(2, 0, 1) for photo in before])
        outcome = execute(pixels, [passes[index][number].words for index in members])
        for row, index in enumerate(members):
            one, how = passes[index][number], settings[index]
            after = _blended(before[row], outcome.restored[row], one.share * how.strength)
            notes[index].update(dict.fromkeys(outcome.notes))
            if how.guard and one.task is not None:
                after, said = _guarded(execute, one, before[row], after)
                notes[index].update(dict.fromkeys(said))
            stages[index].append(after)
    return [Stages(tuple(own), tuple(said)) for own, said in zip(stages, notes, strict=True)]


def _guarded(execute: Execute, one: Pass, before: Photo, after: Photo) -> tuple[Photo, list[str]]:
    """What the guard leaves of a pass, and what it says."""
    assert one.task is not None
    verdict: Verdict = judge(one.task, before, after)
    said = [f"{_named(one.task)}: {verdict.text}"] if verdict.text else []
    if verdict.noisy:
        if not one.denoise:
            return after, []
        pixels = torch.from_numpy(after.visible).permute(2, 0, 1)
        outcome = execute(pixels[None], [PLAIN_INSTRUCTIONS[Task.DENOISING]])
        return _blended(after, outcome.restored[0], one.share), [*said, *outcome.notes]
    if verdict.share == 0:
        return before, said
    if verdict.share < 1:
        after = _blended(before, torch.from_numpy(after.visible).permute(2, 0, 1), verdict.share)
    return after, said


def _named(task: Task) -> str:
    return task.value.replace("_", " ")


def _blended(before: Photo, restored: Tensor, share: float) -> Photo:
    """Go that share of the way to (3, H, W); what has no colours, though stored in colour, gets none."""
    if before.neutral:
        restored = restored.mean(0, keepdim=True).expand(3, -1, -1)
    start = torch.from_numpy(before.visible).permute(2, 0, 1)
    return before.with_visible(torch.lerp(start, restored, share).permute(1, 2, 0).numpy())
