"""Pictures continued by reflection, and the average of runs with the picture in other places."""

import numpy as np
import pytest
import torch

from helpers.networks import SMALL, random_input, random_network
from helpers.tolerances import CLOSE
from instructir.inference import borders
from instructir.inference.borders import (
    BORDER,
    GRID,
    Placement,
    Surrounded,
    placements,
    runs_of,
)
from instructir.inference.execution import Execution

SIZES = [(1, 1), (1, 7), (2, 3), (5, 40), (16, 16), (33, 50), (64, 48)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("placement", [Placement(), Placement(5, 8), Placement(15, 3, mirrored=True)])
def test_a_picture_is_continued_as_numpy_mirrors_it(size, placement):
    image = torch.rand(2, 3, *size)
    surrounded = Surrounded(image, 16, placement)
    seen = surrounded.all()
    assert surrounded.shape == seen.shape
    assert seen.shape[-2] % 16 == seen.shape[-1] % 16 == 0
    assert torch.equal(surrounded.cut_out(seen), image)
    assert len(surrounded) == 2
    assert torch.equal(torch.stack([surrounded[0], surrounded[1]]), seen)
    tops = [GRID + placement.down, GRID + placement.right + (-size[1] % GRID if placement.mirrored else 0)]
    pads = [(top, whole - own - top) for top, whole, own in zip(tops, seen.shape[-2:], size, strict=True)]
    lying = image.flip(-1) if placement.mirrored else image
    np.testing.assert_array_equal(
        seen.numpy(), np.pad(lying.numpy(), [(0, 0), (0, 0), *pads], mode="symmetric")
    )
    assert all(least >= BORDER for pad in pads for least in pad)


@pytest.mark.parametrize("width", [64, 61])
def test_runs_of_an_ensemble_lie_apart_on_the_grid(width):
    assert list(placements(1)) == [Placement()]
    image = torch.arange(width).expand(1, 3, 24, width)
    for runs in (2, 4, 8, 16):
        places = list(placements(runs))
        assert len(set(places)) == runs
        assert sum(place.mirrored for place in places) == runs // 2
        for place in places[:8]:
            # The picture's column 16 begins a block of eight or, in a mirror, ends one.
            at = (Surrounded(image, 16, place)[0][0, 0] == 16).nonzero()[0].item()
            assert (at + place.mirrored) % GRID == 0


@pytest.mark.parametrize("runs", [2, 3, 5])
def test_an_ensemble_is_the_mean_of_its_runs(runs):
    network = random_network()
    image, text = random_input(SMALL, 37, 50, batch=2)
    lying = [Surrounded(image, 4, place) for place in placements(runs)]
    expected = torch.stack([seen.cut_out(network(seen.all(), text)) for seen in lying]).mean(0)
    restored = Execution(network, precision="fp32").run(image, text, ensemble=runs).restored
    torch.testing.assert_close(restored, expected, **CLOSE[torch.float32])


def test_small_pictures_are_run_twice_unless_it_is_said_how_often(monkeypatch):
    assert [runs_of(0, *size) for size in ((1000, 1000), (1001, 1000), (1, 1))] == [2, 1, 2]
    assert [runs_of(runs, *size) for runs in (1, 3) for size in ((1, 1), (4000, 3000))] == [1, 1, 3, 3]
    network = random_network()
    image, text = random_input(SMALL, 37, 50)
    execution = Execution(network, precision="fp32")
    assert torch.equal(
        execution.run(image, text, ensemble=0).restored, execution.run(image, text, ensemble=2).restored
    )
    monkeypatch.setattr(borders, "_SMALL", 37 * 50 - 1)
    assert torch.equal(
        execution.run(image, text, ensemble=0).restored, execution.run(image, text, ensemble=1).restored
    )
