"""Crops to batches: faults are made with the margin, which is cut off after them."""

import torch

from instructir.data.mixture import NO_TASK, CropBatch
from instructir.data.sources import Companion
from instructir.degradations import degrade
from instructir.degradations.blur import blur
from instructir.tasks import Task
from instructir.training.batches import synthesise

SIZE, MARGIN = 32, 20
CPU = torch.device("cpu")


def crops(*rows: tuple[Task, int, Companion], strength: tuple[float, float] = (0.0, 1.0)) -> CropBatch:
    """Random crops of the task, margin and companion given, with room for the widest margin."""
    count = len(rows)
    widest = max(margin for _, margin, _ in rows)
    shape = (count, 3, SIZE + 2 * widest, SIZE + 2 * widest)
    draw = torch.Generator().manual_seed(5)
    return CropBatch(
        clean=torch.randint(256, shape, generator=draw, dtype=torch.uint8),
        other=torch.randint(256, shape, generator=draw, dtype=torch.uint8),
        companion=torch.tensor([companion for _, _, companion in rows]),
        margin=torch.tensor([margin for _, margin, _ in rows]),
        task=torch.tensor([task.class_index for task, _, _ in rows]),
        strength=torch.tensor([strength] * count),
        further=torch.full((count, 2), NO_TASK),
        after=torch.full((count,), NO_TASK),
        intact=torch.zeros(count, dtype=torch.bool),
        words=torch.zeros(count, dtype=torch.long),
    )


def test_blur_takes_from_beyond_the_border_what_lies_there() -> None:
    batch = crops((Task.DEBLURRING, MARGIN, Companion.NONE), strength=(1.0, 1.0))
    degraded, target, _ = synthesise(batch, torch.Generator().manual_seed(1), CPU)
    draw = torch.Generator().manual_seed(1)
    torch.rand(3, 1, generator=draw)  # the strengths
    whole = batch["clean"].float() / 255
    inside = slice(MARGIN, MARGIN + SIZE)
    assert torch.equal(target, whole[..., inside, inside])
    assert torch.equal(degraded, blur(whole, torch.ones(1), draw)[..., inside, inside])


def test_margins_of_one_crop_leave_the_others_as_they_would_be_alone() -> None:
    rows = [
        (Task.LOW_LIGHT, 0, Companion.DEGRADED),
        (Task.SUPER_RESOLUTION, 0, Companion.NONE),
        (Task.DEHAZING, 0, Companion.DEPTH),
    ]
    wide = crops(*rows, (Task.DEBLURRING, MARGIN, Companion.NONE), strength=(0.5, 0.5))
    degraded, target, tasks = synthesise(wide, torch.Generator().manual_seed(1), CPU)
    assert degraded.shape == target.shape == (4, 3, SIZE, SIZE)
    assert torch.equal(tasks, wide["task"])
    inside = slice(MARGIN, MARGIN + SIZE)
    clean, other = (wide[key][..., inside, inside].float() / 255 for key in ("clean", "other"))
    assert torch.equal(target, clean)
    assert torch.equal(degraded[0], other[0])
    half = torch.tensor([0.5])
    fixed = torch.Generator()
    assert torch.equal(degraded[1:2], degrade(Task.SUPER_RESOLUTION, clean[1:2], half, fixed))
    assert not torch.equal(degraded[2], clean[2])


def test_strengths_stay_within_their_bounds() -> None:
    rows = [(Task.LOW_LIGHT, 0, Companion.NONE)] * 8
    generator = torch.Generator().manual_seed(3)

    def darkness(least: float, greatest: float) -> torch.Tensor:
        batch = crops(*rows, strength=(least, greatest))
        batch["clean"].fill_(128)
        degraded, target, _ = synthesise(batch, generator, CPU)
        return (target - degraded).flatten(1).mean(1)

    assert darkness(0.0, 0.1).max() < darkness(0.9, 1.0).min()


def test_what_an_earlier_step_leaves_is_learnt_from() -> None:
    batch = crops((Task.DEBLURRING, MARGIN, Companion.NONE), (Task.DEBLURRING, MARGIN, Companion.NONE))
    batch["after"][1] = Task.DENOISING.class_index
    seen: list[tuple[Task, torch.Tensor]] = []

    def earlier(task: Task, images: torch.Tensor) -> torch.Tensor:
        seen.append((task, images))
        return images / 2

    degraded, target, _ = synthesise(batch, torch.Generator().manual_seed(1), CPU, earlier)
    ((task, images),) = seen
    inside = slice(MARGIN, MARGIN + SIZE)
    assert task is Task.DENOISING
    assert images.shape == (1, 3, SIZE + 2 * MARGIN, SIZE + 2 * MARGIN)
    assert torch.equal(images * 255, (images * 255).round()), "a step's picture has 8 bits"
    assert torch.equal(degraded[1], (images / 2)[0, ..., inside, inside])
    assert torch.equal(target, batch["clean"][..., inside, inside].float() / 255)
