"""How well a camera's own noise is removed, which is soft, coarse in colour, or grey: PSNR of 8-bit files.

    python benchmarks/camera_noise.py PICTURES [--models NAME_OR_FILE ...] [--limit 20] [--json FILE]

Noise of `degradations.noise.camera_noise` is laid over clean pictures, which are rounded to 8 bits and
restored by the sentence with its second look. Beside it white noise, as the benchmarks have it.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from instructir.degradations.noise import camera_noise, gaussian_noise
from instructir.evaluation.metrics import psnr
from instructir.images import read_srgb
from instructir.restoration.restorer import Restorer
from instructir.settings import DEFAULT_MODEL, Settings

KINDS = {"camera": camera_noise, "white": gaussian_noise}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path, help="a folder of clean pictures")
    parser.add_argument("--limit", type=int, default=20, help="how many of them")
    parser.add_argument("--sigmas", type=float, nargs="+", default=[15, 25, 50])
    parser.add_argument("--models", nargs="+", default=[DEFAULT_MODEL])
    parser.add_argument("--json", type=Path, help="also write the means to this file")
    options = parser.parse_args()
    restorers = [Restorer.load(Settings(model)) for model in options.models]
    paths = sorted(options.pictures.iterdir())[: options.limit]
    rows = []
    for kind, lay in KINDS.items():
        for sigma in options.sigmas:
            found = []
            for number, path in enumerate(paths):
                clean = read_srgb(path)
                picture = torch.from_numpy(clean.astype(np.float32) / 255).permute(2, 0, 1)[None]
                generator = torch.Generator().manual_seed(number)
                noisy = lay(picture, torch.tensor([sigma]), generator)[0].permute(1, 2, 0).numpy()
                given = np.rint(noisy.clip(0, 1) * 255).astype(np.uint8)
                made = [np.asarray(one.restore(given, "remove the noise").image) for one in restorers]
                found.append([psnr(one, clean, 255) for one in (given, *made)])
            means = [round(float(value), 2) for value in np.mean(found, axis=0)]
            rows.append({"noise": kind, "sigma": sigma, "input": means[0], "restored": means[1:]})
            print(f"{kind:7} {sigma:4g}  input {means[0]:.2f}  restored {means[1:]}", flush=True)
    if options.json is not None:
        report = {"models": options.models, "pictures": len(paths), "rows": rows}
        options.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
