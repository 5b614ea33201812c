"""How well faults that no benchmark has are removed: PSNR of 8-bit files with a made fault.

    python benchmarks/made_faults.py PICTURES [--faults NAME ...] [--models NAME_OR_FILE ...] [--json FILE]

A camera's own noise (soft, coarse in colour, or grey), blotches of colour and white noise by standard
deviations, salt and pepper by fractions of the pixels, and over-exposure by strengths, laid over clean
pictures, which are rounded to 8 bits and restored by a sentence with its second look.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from instructir.degradations.exposure import overexpose
from instructir.degradations.noise import camera_noise, gaussian_noise
from instructir.evaluation.metrics import psnr
from instructir.images import read_srgb
from instructir.restoration.restorer import Restorer
from instructir.settings import DEFAULT_MODEL, Settings


@dataclass(frozen=True)
class Fault:
    """How a fault is laid over pictures (B, 3, H, W), at which levels (B,), and what is asked for."""

    lay: Callable[[Tensor, Tensor, Generator], Tensor]
    levels: tuple[float, ...]
    sentence: str


def blotches(images: Tensor, sigma: Tensor, generator: Generator) -> Tensor:
    """Add noise whose colours are three pixels wide, most in the dark."""
    count, _, height, width = images.shape
    fine = torch.randn((count, 1, height, width), generator=generator)
    small = torch.randn((count, 3, -(-height // 3), -(-width // 3)), generator=generator)
    wide = F.interpolate(small, scale_factor=3.0, mode="bicubic")[..., :height, :width]
    return images + sigma.view(-1, 1, 1, 1) / 255 / (1 + 4 * images) * (fine + wide)


def salt_and_pepper(images: Tensor, density: Tensor, generator: Generator) -> Tensor:
    """Make a fraction of the pixels black or white."""
    drawn = torch.rand((len(images), 1, *images.shape[2:]), generator=generator)
    density = density.view(-1, 1, 1, 1)
    return images.where(drawn >= density, (drawn < density / 2).to(images.dtype))


FAULTS = {
    "camera-noise": Fault(camera_noise, (15, 25, 50), "remove the noise"),
    "blotches": Fault(blotches, (10, 20, 40), "remove the noise"),
    "white-noise": Fault(gaussian_noise, (15, 25, 50), "remove the noise"),
    "salt-and-pepper": Fault(salt_and_pepper, (0.01, 0.05, 0.2), "remove the noise"),
    "over-exposure": Fault(overexpose, (0.1, 0.4, 0.8), "the picture is too bright"),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path, help="a folder of clean pictures")
    parser.add_argument("--faults", nargs="+", default=list(FAULTS), choices=FAULTS, metavar="NAME")
    parser.add_argument("--limit", type=int, default=20, help="how many pictures")
    parser.add_argument("--models", nargs="+", default=[DEFAULT_MODEL])
    parser.add_argument("--json", type=Path, help="also write the means to this file")
    options = parser.parse_args()
    restorers = [Restorer.load(Settings(model)) for model in options.models]
    paths = sorted(options.pictures.iterdir())[: options.limit]
    rows = []
    for name in options.faults:
        fault = FAULTS[name]
        for level in fault.levels:
            found = []
            for number, path in enumerate(paths):
                clean = read_srgb(path)
                picture = torch.from_numpy(clean.astype(np.float32) / 255).permute(2, 0, 1)[None]
                generator = torch.Generator().manual_seed(number)
                faulty = fault.lay(picture, torch.tensor([level]), generator)[0].permute(1, 2, 0).numpy()
                given = np.rint(faulty.clip(0, 1) * 255).astype(np.uint8)
                made = [np.asarray(one.restore(given, fault.sentence).image) for one in restorers]
                found.append([psnr(one, clean, 255) for one in (given, *made)])
            means = [round(float(value), 2) for value in np.mean(found, axis=0)]
            rows.append({"fault": name, "level": level, "input": means[0], "restored": means[1:]})
            print(f"{name:14} {level:4g}  input {means[0]:.2f}  restored {means[1:]}", flush=True)
    if options.json is not None:
        report = {"models": options.models, "pictures": len(paths), "rows": rows}
        options.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
