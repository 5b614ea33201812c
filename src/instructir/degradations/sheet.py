"""A contact sheet: every fault at three strengths, to see what training is made of."""

from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor

from instructir.degradations.compound import compound
from instructir.tasks import TASKS, Task

if TYPE_CHECKING:
    from PIL.Image import Image

_STRENGTHS = (0.1, 0.45, 1.0)
_TOGETHER: tuple[tuple[Task, ...], ...] = (
    (Task.DEHAZING, Task.DERAINING),
    (Task.LOW_LIGHT, Task.DENOISING),
    (Task.DERAINING, Task.DEBLURRING, Task.DENOISING),
)
"""Faults shown in one picture, below the single ones."""
MARGIN, HEADING = 6, 22


def contact_sheet(picture: Tensor, seed: int = 0) -> "Image":
    """Draw the faults of `picture` (3, H, W) in [0, 1], a row each, from weak to strong.

    A row begins with the clean picture. All of a row has the same random draws, so that only the strength
    differs.
    """
    from PIL import Image, ImageDraw

    rows: list[tuple[Task, ...]] = [*((task,) for task in TASKS), *_TOGETHER]
    height, width = picture.shape[1:]
    cell = width + MARGIN, height + MARGIN + HEADING
    sheet = Image.new("RGB", (cell[0] * 4 + MARGIN, cell[1] * len(rows) + MARGIN), "white")
    pen = ImageDraw.Draw(sheet)
    for row, tasks in enumerate(rows):
        titles = [_name(tasks), *(f"strength {strength:g}" for strength in _STRENGTHS)]
        for column, (title, pixels) in enumerate(zip(titles, _row(picture, tasks, seed), strict=True)):
            corner = MARGIN + column * cell[0], MARGIN + row * cell[1]
            pen.text(corner, title, fill="black", font_size=14)
            stored = (pixels.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
            sheet.paste(Image.fromarray(stored), (corner[0], corner[1] + HEADING))
    return sheet


def _name(tasks: tuple[Task, ...]) -> str:
    return " + ".join(task.value.replace("_", " ") for task in tasks)


def _row(picture: Tensor, tasks: tuple[Task, ...], seed: int) -> list[Tensor]:
    shown = [picture]
    for strength in _STRENGTHS:
        generator = Generator().manual_seed(seed)
        strengths = torch.full((len(tasks), 1), strength)
        degraded, _ = compound(picture[None], tasks, strengths, generator, targets=0)
        shown.append(degraded[0])
    return shown
