"""Make the pictures of docs/tutorial.md: ``python examples/tutorial.py``."""

import argparse
from pathlib import Path

from PIL import Image

import instructir

HERE = Path(__file__).parent
PICTURES = {
    "cat": ("grainy_cat.jpg", "my photo is full of grain, please clean it up"),
    "coffee": ("dark_coffee.jpg", "I forgot the flash"),
}
WIDTH = 900

if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    restorer = instructir.load()
    for name, (photo, sentence) in PICTURES.items():
        sheet = restorer.restore(HERE / photo, sentence).side_by_side()
        smaller = sheet.resize((WIDTH, round(sheet.height * WIDTH / sheet.width)), Image.Resampling.LANCZOS)
        target = HERE.parent / "docs" / f"tutorial_{name}.jpg"
        smaller.save(target, quality=88)
        print(f"{target}: {target.stat().st_size // 1024} KB")
