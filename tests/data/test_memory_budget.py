"""The memory budget holds, whatever the size of the set."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SCRIPT = """
import sys
from instructir.data.mixture import CropMixture, CropPhase, DataOptions, MixtureEntry
from instructir.data.sources import SourceOptions
import torch

options = DataOptions(sys.argv[1], {"all": SourceOptions("clean", ["."])}, [MixtureEntry("denoising", "all")],
                      cache_mb=int(sys.argv[2]), workers=int(sys.argv[3]))
def most():  # unlike ru_maxrss it starts anew with the program
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))

mixture = CropMixture(options, [CropPhase(0, 64, 16)], seed=0)
mixture[0]
before = most()
for step in range(1, 30):
    mixture[step]
print((most() - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("budget", "workers", "least", "most"), [(32, 1, 0, 48), (32, 4, 0, 24), (999, 1, 96, 256)]
)
def test_decoded_pictures_take_no_more_than_the_budget(
    tmp_path: Path, budget: int, workers: int, least: int, most: int
) -> None:
    """Two hundred pictures of 0.75 MiB: 150 MiB decoded, of which nearly all are drawn once."""
    picture = Image.fromarray(np.zeros((512, 512, 3), np.uint8))
    for index in range(200):
        picture.save(tmp_path / f"{index}.png")
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), str(budget), str(workers)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert least <= int(done.stdout) <= most
