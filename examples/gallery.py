"""Make the README's picture, before and after: ``python examples/gallery.py``.

The photos are scikit-image's samples, the faults are this package's degradations, and what stands beside
them is what the shipped model makes of the 8-bit picture and the sentence.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from skimage import data

import instructir
from instructir.degradations import degrade
from instructir.tasks import Task

OUTPUT = Path(__file__).parents[1] / "docs" / "gallery.jpg"
SIDE, GAP, LINE, COLUMNS = 256, 12, 40, 3


@dataclass(frozen=True)
class Example:
    """A square of a sample photo, its faults with their strengths, and the sentence that is given with it."""

    photo: str
    square: tuple[int, int, int]  # left, top, side
    faults: dict[Task, float]
    sentence: str
    seed: int = 0


EXAMPLES = (
    Example("chelsea", (90, 20, 256), {Task.DENOISING: 0.5}, "it's full of grain, please clean it up", 7),
    Example("astronaut", (90, 0, 256), {Task.DEBLURRING: 0.35}, "my hands were shaking", 4),
    Example("motorcycle_left", (60, 60, 400), {Task.DERAINING: 0.6}, "get rid of the rain", 5),
    Example("motorcycle_left", (300, 60, 400), {Task.DEHAZING: 0.5}, "the haze washed it out", 2),
    Example("coffee", (100, 0, 400), {Task.LOW_LIGHT: 0.45}, "I forgot the flash", 3),
    Example("astronaut", (0, 160, 256), {Task.SUPER_RESOLUTION: 0.4}, "the resolution is too low", 1),
    Example("astronaut", (0, 0, 512), {Task.ENHANCEMENT: 0.7}, "make the colours pop", 6),
    Example(
        "chelsea",
        (90, 20, 256),
        {Task.LOW_LIGHT: 0.4, Task.DENOISING: 0.25},
        "brighten it, and remove the noise",
        8,
    ),
    Example("coffee", (180, 0, 400), {Task.DENOISING: 0.45}, "clean this up", 10),
)


def sample(name: str, square: tuple[int, int, int]) -> Image.Image:
    """A square (left, top, side) of one of scikit-image's photos, at `SIDE` pixels."""
    photo = getattr(data, name)() if name != "motorcycle_left" else data.stereo_motorcycle()[0]
    left, top, side = square
    cut = Image.fromarray(photo).convert("RGB").crop((left, top, left + side, top + side))
    return cut.resize((SIDE, SIDE), Image.Resampling.BOX)


def spoilt(example: Example) -> Image.Image:
    """The square of the photo with its faults, in 8 bits."""
    square = sample(example.photo, example.square)
    pixels = torch.from_numpy(np.array(square)).permute(2, 0, 1)[None].float() / 255
    generator = torch.Generator().manual_seed(example.seed)
    for task, strength in example.faults.items():
        pixels = degrade(task, pixels, torch.tensor([strength]), generator).clamp(0, 1)
    return Image.fromarray((pixels[0].permute(1, 2, 0) * 255).round().byte().numpy())


def drawn(restorer: instructir.Restorer) -> Image.Image:
    """All examples in a grid: before, after, and the sentence beneath."""
    rows = -(-len(EXAMPLES) // COLUMNS)
    wide, high = 2 * SIDE + GAP, SIDE + LINE
    sheet = Image.new("RGB", (COLUMNS * wide + (COLUMNS - 1) * GAP, rows * high), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=19)
    for index, example in enumerate(EXAMPLES):
        x, y = index % COLUMNS * (wide + GAP), index // COLUMNS * high
        before = spoilt(example)
        result = restorer.restore(before, example.sentence)
        sheet.paste(before, (x, y))
        sheet.paste(result.image, (x + SIDE + 2, y))
        pen.text((x, y + SIDE + 8), f"“{example.sentence}”", fill="black", font=font)
        print(f"{example.sentence}: {result.plan.summary()}")
    return sheet


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    drawn(instructir.load()).save(OUTPUT, quality=90, subsampling=0)
    print(OUTPUT)
