"""JPEG artefacts: PSNR of compressed pictures, and of what a sentence makes of them, by quality.

    python benchmarks/jpeg.py FOLDER [--kinds halved full grey twice] [--qualities 5 10 20 30 40 60 80]
                              [--limit N] [--json FILE]

Sharp pictures are compressed by libjpeg (Pillow): with colour at half the resolution, with full colour, in
grey, and twice, the second time at quality 75 after the first four rows and columns were cut off, so that the
blocks lie elsewhere. PSNR in RGB (in grey, of that channel), 8 bits in and out, of whole pictures.
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
KINDS = ("halved", "full", "grey", "twice")
CUT, AGAIN = 4, 75


def saved(picture: Image.Image, quality: int, *, halved: bool = True) -> io.BytesIO:
    """A JPEG file of a picture."""
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality, subsampling=2 if halved else 0)
    stream.seek(0)
    return stream


def compressed(picture: Image.Image, quality: int, kind: str) -> tuple[io.BytesIO, Image.Image]:
    """A JPEG file and the sharp picture that it shows."""
    if kind == "grey":
        picture = picture.convert("L")
    if kind != "twice":
        return saved(picture, quality, halved=kind == "halved"), picture
    box = (CUT, CUT, *picture.size)
    return saved(Image.open(saved(picture, quality)).crop(box), AGAIN), picture.crop(box)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path, help="folder of sharp pictures")
    parser.add_argument("--qualities", type=int, nargs="+", default=[5, 10, 20, 30, 40, 60, 80])
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--sentence", default=SENTENCE)
    parser.add_argument("--limit", type=int, default=0, help="every n-th picture, so that so many are left")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    options = parser.parse_args()
    restorer = Restorer.load(Settings(options.model))
    paths = sorted(options.pictures.iterdir())
    paths = paths[:: max(1, len(paths) // options.limit)][: options.limit] if options.limit else paths
    rows: list[dict[str, object]] = []
    for kind in options.kinds:
        for quality in options.qualities:
            found = []
            for path in paths:
                stream, sharp = compressed(Image.fromarray(read_srgb(path)).convert("RGB"), quality, kind)
                photo = read(stream)
                wanted = np.asarray(sharp).reshape(photo.height, photo.width, -1)
                made = restorer.restore(photo, options.sentence).photo
                levels = (np.rint(one.pixels[..., : wanted.shape[2]] * 255) for one in (photo, made))
                found.append([psnr(own.astype(np.uint8), wanted, 255) for own in levels])
            before, after = np.array(found).T
            rows.append(
                {
                    "kind": kind,
                    "quality": quality,
                    "pictures": len(paths),
                    "file": round(float(before.mean()), 2),
                    "restored": round(float(after.mean()), 2),
                    "gain": round(float((after - before).mean()), 2),
                    "worse": int((after < before).sum()),
                }
            )
            print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps({"model": options.model, "rows": rows}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
