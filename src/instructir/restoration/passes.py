"""The passes of plans through the network, over one picture or several of one size at once."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from instructir.images import Photo
from instructir.inference.execution import Outcome

Pass = tuple[str, float]
"""Words that condition one run of the network, and the share of its result that is applied."""


def run_passes(
    execute: Callable[[Tensor, Sequence[str]], Outcome],
    photos: Sequence[Photo],
    passes: Sequence[Sequence[Pass]],
    strengths: Sequence[float],
) -> tuple[list[list[Photo]], tuple[str, ...]]:
    """Run each picture's passes one after the other, the n-th of all pictures together.

    Args:
        execute: runs the network on (B, 3, H, W) with the words for each picture.
        photos: pictures of equal height and width.
        passes: of each picture.
        strengths: share of all its passes that is applied to each picture, from 0 to 1.

    Returns:
        Each picture after each of its passes, and what the user should know, a sentence each.
    """
    stages: list[list[Photo]] = [[] for _ in photos]
    notes: dict[str, None] = {}
    for number in range(max(map(len, passes), default=0)):
        members = [index for index, own in enumerate(passes) if number < len(own)]
        before = [stages[index][-1] if stages[index] else photos[index] for index in members]
        pixels = torch.stack([torch.from_numpy(photo.pixels).permute(2, 0, 1) for photo in before])
        outcome = execute(pixels, [passes[index][number][0] for index in members])
        notes.update(dict.fromkeys(outcome.notes))
        for row, index in enumerate(members):
            share = passes[index][number][1] * strengths[index]
            stages[index].append(
                _finish(photos[index], torch.lerp(pixels[row], outcome.restored[row], share))
            )
    return stages, tuple(notes)


def _finish(photo: Photo, restored: Tensor) -> Photo:
    """Clamp (3, H, W) to the range of a file and keep greyscale grey."""
    pixels = restored.permute(1, 2, 0).numpy()
    if photo.greyscale:
        pixels = pixels.mean(axis=2, keepdims=True).repeat(3, axis=2)
    return photo.with_pixels(np.clip(pixels, 0, 1))
