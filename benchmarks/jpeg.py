"""JPEG artefacts: PSNR of compressed pictures against what denoising makes of them, by quality.

    python benchmarks/jpeg.py FOLDER [--qualities 10 20 30 40 60] [--twice] [--limit N] [--json FILE]

Sharp pictures are compressed by Pillow (4:2:0), once, or with ``--twice`` a second time at quality 75 after a
shift of the block grid. RGB, 8 bits in and out. "instructed" is the sentence, with the second look.
"""

import argparse
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

from instructir.evaluation.metrics import psnr
from instructir.images import read, read_srgb
from instructir.restoration.restorer import Restorer
from instructir.settings import DEFAULT_MODEL, Settings

SENTENCE = "remove the JPEG artefacts"
SHARES = (0.25, 0.5, 0.75, 1.0)


def compressed(picture: np.ndarray, quality: int, *, twice: bool) -> tuple[bytes, np.ndarray]:
    """A JPEG file and the part of the picture that it shows."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=quality, subsampling=2)
    if twice:
        picture, shown = picture[4:, 4:], Image.open(stream).crop((4, 4, picture.shape[1], picture.shape[0]))
        stream = io.BytesIO()
        shown.save(stream, "JPEG", quality=75, subsampling=2)
    return stream.getvalue(), picture


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path, help="folder of sharp pictures")
    parser.add_argument("--qualities", type=int, nargs="+", default=[10, 20, 30, 40, 60])
    parser.add_argument("--twice", action="store_true", help="compress a second time, shifted, at quality 75")
    parser.add_argument("--limit", type=int, default=0, help="every n-th picture, so that so many are left")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    options = parser.parse_args()
    restorer = Restorer.load(Settings(options.model))
    paths = sorted(options.pictures.iterdir())
    paths = paths[:: max(1, len(paths) // options.limit)][: options.limit] if options.limit else paths
    rows = []
    for quality in options.qualities:
        found: dict[str, list[float]] = {}
        for path in paths:
            data, wanted = compressed(read_srgb(path), quality, twice=options.twice)
            photo = read(io.BytesIO(data))
            before = photo.pixels
            guided = restorer.restore(photo, SENTENCE)
            full = restorer.restore(photo, "remove the noise", settings=Settings(guard=False)).photo.pixels
            made = {"input": before, "instructed": guided.photo.pixels}
            made |= {f"share {share:g}": before + share * (full - before) for share in SHARES}
            for name, pixels in made.items():
                levels = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
                found.setdefault(name, []).append(psnr(levels, wanted, 255))
        rows.append(
            {
                "quality": quality,
                "pictures": len(paths),
                **{name: round(float(np.mean(own)), 2) for name, own in found.items()},
                "worse": sum(a < b for a, b in zip(found["instructed"], found["input"], strict=True)),
            }
        )
        print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps({"model": options.model, "rows": rows}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
