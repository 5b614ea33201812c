"""Pictures continued by reflection, and the average of runs with the picture in other places."""

import numpy as np
import pytest
import torch

from helpers.networks import SMALL, random_input, random_network
from helpers.tolerances import CLOSE
from instructir.inference.borders import (
    BORDER,
    CENTRED,
    Placement,
    cut_out,
    placements,
    surrounded,
)
from instructir.inference.execution import Execution

SIZES = [(1, 1), (1, 7), (2, 3), (5, 40), (16, 16), (33, 50), (64, 48)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("placement", [CENTRED, Placement(5, 8), Placement(15, 3, mirrored=True)])
def test_a_picture_is_continued_as_numpy_mirrors_it(size, placement):
    image = torch.rand(2, 3, *size)
    seen = surrounded(image, 16, placement)
    assert seen.shape[-2] % 16 == seen.shape[-1] % 16 == 0
    assert torch.equal(cut_out(seen, image, 16, placement), image)
    tops = [BORDER + shift for shift in placement[:2]]
    if placement is CENTRED:
        tops = [(whole - own) // 2 for whole, own in zip(seen.shape[-2:], size, strict=True)]
    pads = [(top, whole - own - top) for top, whole, own in zip(tops, seen.shape[-2:], size, strict=True)]
    lying = image.flip(-1) if placement.mirrored else image
    np.testing.assert_array_equal(
        seen.numpy(), np.pad(lying.numpy(), [(0, 0), (0, 0), *pads], mode="symmetric")
    )
    assert all(least >= BORDER for pad in pads for least in pad)


def test_runs_of_an_ensemble_lie_apart():
    assert list(placements(1, 16)) == [CENTRED]
    for runs in (2, 4, 8, 16):
        places = list(placements(runs, 16))
        assert len(set(places)) == len({place.down for place in places}) == runs
    # Four runs meet every phase of the stages of two and of four pixels once, in rows and in columns.
    four = list(placements(4, 16))
    for axis in (0, 1):
        assert {place[axis] % 4 for place in four} == {0, 1, 2, 3}


@pytest.mark.parametrize("runs", [2, 3, 5])
def test_an_ensemble_is_the_mean_of_its_runs(runs):
    network = random_network()
    image, text = random_input(SMALL, 37, 50, batch=2)
    expected = torch.stack(
        [
            cut_out(network(surrounded(image, 4, place), text), image, 4, place)
            for place in placements(runs, 4)
        ]
    ).mean(0)
    restored = Execution(network, precision="fp32").run(image, text, ensemble=runs).restored
    torch.testing.assert_close(restored, expected, **CLOSE[torch.float32])
