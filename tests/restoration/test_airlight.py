"""Warm haze is made grey for the network; what is grey, blue, thin or coloured by things is left to it."""

import pytest
import torch
from skimage.data import coffee
from torch import Tensor

from instructir.inference.execution import Outcome
from instructir.restoration.airlight import colour_of_haze, with_grey_haze
from instructir.tasks import Task

_AIR = {"warm": (0.9, 0.75, 0.55), "grey": (0.8, 0.8, 0.8), "blue": (0.6, 0.7, 0.85)}


def hazy(air: tuple[float, float, float], density: float = 1.5) -> Tensor:
    """A photo behind haze (3, H, W) that grows towards the top."""
    scene = torch.from_numpy(coffee()[::2, ::2] / 255).permute(2, 0, 1).float()
    through = torch.exp(-density * torch.linspace(1, 0.3, scene.shape[1]))[None, :, None]
    return scene * through + torch.tensor(air).view(3, 1, 1) * (1 - through)


def test_warm_haze_is_divided_by_nearly_its_colour() -> None:
    air = torch.tensor(_AIR["warm"])
    found = colour_of_haze(hazy(_AIR["warm"], 2.5))
    assert (found - air / air.max()).abs().max() < 0.12
    assert found[0] == 1 > found[1] > found[2]


@pytest.mark.parametrize(("air", "density"), [("grey", 2.5), ("blue", 2.5), ("warm", 0.05)])
def test_other_haze_is_left_as_it_is(air: str, density: float) -> None:
    assert torch.equal(colour_of_haze(hazy(_AIR[air], density)), torch.ones(3))


def test_only_what_haze_is_removed_from_changes_for_the_network() -> None:
    picture, seen = hazy(_AIR["warm"], 2.5), []

    def execute(pixels: Tensor, words: object, tasks: object) -> Outcome:
        seen.append(pixels)
        return Outcome(pixels, ())

    tasks = [Task.DEHAZING, Task.DENOISING, Task.DEHAZING]
    made = with_grey_haze(execute, picture.expand(3, -1, -1, -1), ["", "", ""], tasks, [True, True, False])
    warmth = [float(row[0].mean() / row[2].mean()) for row in (picture, seen[0][0], made.restored[0])]
    assert warmth[1] < warmth[2] < warmth[0]  # greyer for the network, and half-way back in the result
    for row in (1, 2):
        assert torch.equal(seen[0][row], picture)
        assert torch.equal(made.restored[row], picture)
