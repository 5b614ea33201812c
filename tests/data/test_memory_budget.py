"""The memory budget holds, whatever the size of the set."""

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SCRIPT = """
import os, sys
from instructir.data.mixture import CropMixture, CropPhase, DataOptions, MixtureEntry
from instructir.data.sources import SourceOptions
import torch

def most():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))

def grown(budget, workers):
    options = DataOptions(sys.argv[1], {"all": SourceOptions("clean", ["."])},
                          [MixtureEntry("denoising", "all")], cache_mb=budget, workers=workers)
    mixture = CropMixture(options, [CropPhase(0, 64, 16)], seed=0)
    mixture[0]
    before = most()
    for step in range(1, 21):
        mixture[step]
    return (most() - before) // 1024

for case in sys.argv[2:]:
    if os.fork() == 0:  # with a peak of its own
        print(grown(*map(int, case.split(","))), flush=True)
        os._exit(0)
    assert os.wait()[1] == 0
"""
CASES = {(32, 1): (0, 48), (32, 4): (0, 24), (999, 1): (96, 256)}
"""Budget and loader processes: the least and the most MiB that one of these grows by."""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_decoded_pictures_take_no_more_than_the_budget(tmp_path: Path) -> None:
    """Two hundred pictures of 0.75 MiB: 150 MiB decoded, of which most are drawn."""
    picture = io.BytesIO()
    Image.fromarray(np.zeros((512, 512, 3), np.uint8)).save(picture, "PNG")
    for index in range(200):
        (tmp_path / f"{index}.png").write_bytes(picture.getvalue())
    cases = [f"{budget},{workers}" for budget, workers in CASES]
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), *cases]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for grown, (case, (least, most)) in zip(done.stdout.split(), CASES.items(), strict=True):
        assert least <= int(grown) <= most, case
