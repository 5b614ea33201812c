"""Make the pictures of docs/abilities.md, before and after: ``python examples/abilities.py``.

The photos are scikit-image's samples. Each has a fault that files have, is restored by a sentence, with an
option where one is named, and stands beside what the shipped model made of it. The second picture has each
of these abilities on ten photos, whose right half is what became of them.
"""

import argparse
import dataclasses
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gallery import GAP, LINE, SIDE, sample
from PIL import Image, ImageDraw, ImageFont

import instructir
from instructir.settings import Settings

OUTPUT = Path(__file__).parents[1] / "docs" / "abilities.jpg"
TEN = OUTPUT.with_name("abilities_ten.jpg")
COLUMNS, CELL = 2, 144
Spoil = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True)
class Ability:
    """A square of a sample photo, what befell it, and what is asked for."""

    photo: str
    square: tuple[int, int, int]  # left, top, side
    spoil: Spoil
    sentence: str
    settings: Settings = Settings()
    option: str = ""  # the same on the command line


def in_light(*gains: float, fade: float = 0.0) -> Spoil:
    """Each channel of linear light times its gain, and a fraction of grey over it."""

    def spoil(image: Image.Image) -> Image.Image:
        pixels = (np.asarray(image, np.float32) / 255) ** 2.2 * np.array(gains, np.float32)
        pixels = pixels.clip(0, 1) ** (1 / 2.2) * (1 - fade) + 0.6 * fade
        return Image.fromarray((pixels * 255).round().astype(np.uint8))

    return spoil


def noisy(image: Image.Image) -> Image.Image:
    """Gaussian noise of 25 levels."""
    noise = np.random.default_rng(1).normal(0, 25, (image.height, image.width, 3))
    return Image.fromarray((np.asarray(image) + noise).clip(0, 255).round().astype(np.uint8))


def compressed(image: Image.Image) -> Image.Image:
    """Through a JPEG file of quality 10, which is what is restored: its tables say how it was compressed."""
    path = Path(tempfile.mkdtemp()) / "compressed.jpg"
    image.save(path, quality=10)
    return Image.open(path)


def halved(image: Image.Image) -> Image.Image:
    """Half as large."""
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.BICUBIC)


def vivid(image: Image.Image) -> Image.Image:
    """Twice as saturated."""
    pixels = np.asarray(image, np.float32)
    grey = pixels.mean(axis=2, keepdims=True)
    return Image.fromarray((grey + 2 * (pixels - grey)).clip(0, 255).round().astype(np.uint8))


def middle(side: int = SIDE) -> bytes:
    """A mask of the middle."""
    mask, buffer = Image.new("L", (side, side)), io.BytesIO()
    ImageDraw.Draw(mask).ellipse((0.2 * side, 0.1 * side, 0.75 * side, 0.8 * side), fill=255)
    mask.save(buffer, "PNG")
    return buffer.getvalue()


CAT, ASTRONAUT, CUP = ("chelsea", (90, 20, 256)), ("astronaut", (90, 0, 256)), ("coffee", (100, 0, 400))
ROCKET, STREET = ("rocket", (150, 0, 400)), ("motorcycle_left", (300, 60, 400))
ABILITIES = (
    Ability(*CAT, halved, "upscale x2"),
    Ability(*ASTRONAUT, compressed, "it has blocky artefacts from WhatsApp"),
    Ability(*CUP, in_light(1.8, 1.8, 1.8), "darken it"),
    Ability(*ROCKET, in_light(0.35, 0.35, 0.35), "far too dark"),
    Ability(*ASTRONAUT, in_light(1.2, 1.0, 0.4), "too yellow, fix the white balance"),
    Ability(*CUP, vivid, "less saturated"),
    Ability(*STREET, in_light(1, 1, 1, fade=0.4), "it is faded"),
    Ability(*ASTRONAUT, noisy, "remove the noise", Settings(mask=middle()), "--mask face.png"),
    Ability(*STREET, noisy, "remove the noise", Settings(grain=0.5), "--grain 0.5"),
    Ability(*CUP, noisy, "first clean it, then make it a bit warmer; leave the brightness alone"),
)


def drawn(restorer: instructir.Restorer) -> Image.Image:
    """All abilities in a grid: before, after, and the sentence beneath."""
    wide, high = 2 * SIDE + GAP, SIDE + LINE
    sheet = Image.new("RGB", (COLUMNS * (wide + GAP) - GAP, -(-len(ABILITIES) // COLUMNS) * high), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=17)
    for index, one in enumerate(ABILITIES):
        x, y = index % COLUMNS * (wide + GAP), index // COLUMNS * high
        before = one.spoil(sample(one.photo, one.square))
        result = restorer.restore(getattr(before, "filename", before), one.sentence, settings=one.settings)
        sheet.paste(before, (x, y))  # a smaller one as small as it is
        sheet.paste(result.image, (x + SIDE + 2, y))
        pen.text((x, y + SIDE + 8), f"“{one.sentence}” {one.option}", fill="black", font=font)
        print(f"{one.sentence} {one.option}: {result.plan.summary()}; {'; '.join(result.notes)}")
    return sheet


PHOTOS = (
    CAT, ASTRONAUT, CUP, ROCKET, STREET, ("camera", (120, 20, 300)), ("coins", (40, 0, 280)),
    ("hubble_deep_field", (300, 300, 400)), ("retina", (100, 500, 500)),
    ("immunohistochemistry", (0, 0, 400)),
)  # fmt: skip


def on_ten(restorer: instructir.Restorer) -> Image.Image:
    """A row an ability, under its sentence: the right half of each square is restored."""
    high = CELL + LINE
    sheet = Image.new("RGB", (len(PHOTOS) * (CELL + 2) - 2, len(ABILITIES) * high), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=17)
    edge = (SIDE - CELL) // 2
    for row, one in enumerate(ABILITIES):
        settings = dataclasses.replace(one.settings, mask=middle(CELL) if one.settings.mask else None)
        pen.text((0, row * high + 10), f"\u201c{one.sentence}\u201d {one.option}", fill="black", font=font)
        for column, square in enumerate(PHOTOS):
            before = one.spoil(sample(*square).crop((edge, edge, edge + CELL, edge + CELL)))
            result = restorer.restore(getattr(before, "filename", before), one.sentence, settings=settings)
            cell = before.convert("RGB").resize((CELL, CELL), Image.Resampling.BICUBIC)
            cell.paste(result.image.crop((CELL // 2, 0, CELL, CELL)), (CELL // 2, 0))
            sheet.paste(cell, (column * (CELL + 2), row * high + LINE))
    return sheet


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    restorer = instructir.load()
    for path, draw in ((OUTPUT, drawn), (TEN, on_ten)):
        draw(restorer).save(path, quality=86)
        print(path)
