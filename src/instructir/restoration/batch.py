"""Several pictures of one size, each with a plan of its own, in common runs of the network."""

import time
from collections.abc import Sequence

from instructir.images import Photo
from instructir.instructions.plan import Plan
from instructir.restoration.masking import soft_mask
from instructir.restoration.planning import refuse_impossible, with_settings
from instructir.restoration.restorer import Restorer
from instructir.restoration.result import Restoration
from instructir.restoration.running import run_passes
from instructir.settings import Settings


def restore_batch(
    restorer: Restorer, photos: Sequence[Photo], plans: Sequence[Plan], settings: Sequence[Settings]
) -> list[Restoration]:
    """Restore pictures of equal height and width, the n-th passes of all of them together.

    Args:
        restorer: the model.
        photos: the pictures.
        plans: what to do to each of them.
        settings: of each; all but the strength and what concerns the file are those of the first.

    Returns:
        What :meth:`Restorer.restore` gives for each, but that the seconds are those of all.

    Raises:
        ImageFileError: if a mask cannot be read, or has another size than its picture.
        OutOfScopeError: if a plan asks for what the model cannot do.
    """
    if len(photos) == 1:
        return [restorer.restore(photos[0], plan=plans[0], settings=settings[0])]
    plans = [
        with_settings(plan, how, restorer.tasks, photo)
        for photo, plan, how in zip(photos, plans, settings, strict=True)
    ]
    for plan in plans:
        refuse_impossible(plan, None, restorer.model)
    start = time.perf_counter()
    passes = [restorer.passes(plan, None, how.scale) for plan, how in zip(plans, settings, strict=True)]
    masks = [
        None if how.mask is None else soft_mask(how.mask, photo)
        for photo, how in zip(photos, settings, strict=True)
    ]
    stages = run_passes(restorer.execute(settings[0].ensemble), photos, passes, settings, masks)
    seconds = time.perf_counter() - start
    return [
        restorer.result(photo, plan, own, seconds, how)
        for photo, plan, own, how in zip(photos, plans, stages, settings, strict=True)
    ]
