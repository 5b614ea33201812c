"""Several pictures of one size, each with a plan of its own, in common runs of the network."""

import time
from collections.abc import Sequence

import torch

from instructir.images import Photo
from instructir.instructions.plan import Plan
from instructir.instructions.planner import checked
from instructir.restoration.restorer import Restorer, _finish
from instructir.restoration.result import Restoration


def restore_alike(
    restorer: Restorer, photos: Sequence[Photo], plans: Sequence[Plan], strengths: Sequence[float]
) -> list[Restoration]:
    """Restore pictures of equal height and width, the n-th passes of all of them together.

    Args:
        restorer: the model.
        photos: the pictures.
        plans: what to do to each of them.
        strengths: share of the restoration that is applied to each, from 0 to 1.

    Returns:
        What :meth:`Restorer.restore` gives for each, but that the seconds are those of all.

    Raises:
        OutOfScopeError: if a plan asks for what the model cannot do.
    """
    if len(photos) == 1:
        return [restorer.restore(photos[0], strength=strengths[0], plan=plans[0])]
    start = time.perf_counter()
    passes = [restorer._passes(plan, None) for plan in plans]
    stages: list[list[Photo]] = [[] for _ in photos]
    notes: dict[str, None] = {}
    for number in range(max(map(len, passes))):
        members = [index for index, own in enumerate(passes) if number < len(own)]
        before = [stages[index][-1] if stages[index] else photos[index] for index in members]
        pixels = torch.stack([torch.from_numpy(photo.pixels).permute(2, 0, 1) for photo in before])
        texts = [passes[index][number][0] for index in members]
        embeddings = None
        if restorer.model.text is not None:
            embeddings = torch.cat([restorer._understand(checked(text))[0] for text in texts])
        outcome = restorer._execution.run(pixels, embeddings)
        notes.update(dict.fromkeys(outcome.notes))
        for row, index in enumerate(members):
            share = passes[index][number][1] * strengths[index]
            blended = torch.lerp(pixels[row : row + 1], outcome.restored[row : row + 1], share)
            stages[index].append(_finish(photos[index], blended))
    seconds = time.perf_counter() - start
    return [
        Restoration(own[-1] if own else photo, photo, plan, restorer.name, seconds, tuple(notes), tuple(own))
        for photo, plan, own in zip(photos, plans, stages, strict=True)
    ]
