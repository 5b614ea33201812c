"""Two or three faults in one picture, in the order in which nature and the camera apply them.

The paper names several degradations at once as its limit (section 5). Here a compound picture comes with, for
each of its faults, the target that an instruction naming just that fault should reach: the same picture, all
other faults kept.
"""

from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from instructir.degradations.families import degrade
from instructir.tasks import Task

PHYSICAL_ORDER: tuple[Task, ...] = (
    Task.DEHAZING,
    Task.DERAINING,
    Task.DEBLURRING,
    Task.LOW_LIGHT,
    Task.ENHANCEMENT,
    Task.SUPER_RESOLUTION,
    Task.DENOISING,
)
"""Scene first (haze, rain), then camera (blur, exposure), then file (rendering, resampling, noise)."""


def compound(
    images: Tensor,
    tasks: Sequence[Task],
    strengths: Tensor,
    generator: Generator,
    targets: int | None = None,
) -> tuple[Tensor, list[Tensor]]:
    """Apply the faults of several tasks.

    Args:
        images: (B, 3, H, W) in [0, 1].
        tasks: the faults, applied in physical order whatever the order given.
        strengths: (len(tasks), B) in [0, 1].
        generator: on the images' device.
        targets: of how many of the tasks, from the first, targets are wanted; None for all.

    Returns:
        The degraded pictures, and for each of those tasks, in the order given, the pictures without that
        fault alone.
    """
    seeds = torch.randint(2**62, (len(tasks),), generator=generator, device=images.device).tolist()

    def chain(skip: Task | None) -> Tensor:
        out = images
        for index in sorted(range(len(tasks)), key=lambda i: PHYSICAL_ORDER.index(tasks[i])):
            if tasks[index] is not skip:
                own = torch.Generator(images.device).manual_seed(seeds[index])
                out = degrade(tasks[index], out, strengths[index], own)
        return out

    return chain(None), [chain(task) for task in tasks[:targets]]
