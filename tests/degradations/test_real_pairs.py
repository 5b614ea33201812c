"""Our faults against those of real pairs: what is known of a benchmark's fault, never of its pictures."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Generator, Tensor

from instructir.degradations.blur import blur
from instructir.degradations.haze import haze
from instructir.degradations.low_light import STOPS_RANGE
from instructir.degradations.rain import rain

pytestmark = pytest.mark.data


def read(path: Path) -> Tensor:
    """A file as (1, 3, H, W)."""
    return torch.from_numpy(np.array(Image.open(path).convert("RGB"))).permute(2, 0, 1)[None] / 255


def within(real: list[float], made: list[float], fraction: float = 0.9) -> bool:
    """Whether what was measured on real pairs lies where that fraction of ours does."""
    edge = (1 - fraction) / 2
    low, high = np.quantile(made, [edge, 1 - edge])
    return bool(low <= min(real) and max(real) <= high)


def harm(blurred: Tensor, sharp: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """What blur did to each picture: detail that is left, mean square error, shift of the brightness."""
    error = blurred - sharp
    detail = blurred.diff(dim=-1).abs().mean((1, 2, 3)) / sharp.diff(dim=-1).abs().mean()
    return detail, error.square().mean((1, 2, 3)), error.mean((1, 2, 3)).abs()


def airlight_and_transmission(hazy: Tensor, clear: Tensor) -> tuple[float, float]:
    """Grey airlight and median transmission by least squares: two channels of a pixel share the latter."""
    hazy, clear = (picture[0].flatten(1).double() for picture in (hazy, clear))
    shift = hazy - clear
    one, other = torch.tensor([0, 1, 0]), torch.tensor([1, 2, 2])
    slope = shift[one] - shift[other]
    airlight = (slope * (shift[one] * clear[other] - shift[other] * clear[one])).sum() / slope.square().sum()
    passed = ((hazy - airlight) * (clear - airlight)).sum(0) / (clear - airlight).square().sum(0)
    return airlight.item(), passed.median().item()


def test_heavy_rain_has_the_statistics_of_rain100h(real_data) -> None:
    folder = real_data / "test/Rain100H"
    ours: list[list[Tensor]] = []
    theirs: list[list[Tensor]] = []
    for number, wet in enumerate(sorted((folder / "input").iterdir())):
        rainy, dry = read(wet), read(folder / "target" / wet.name)
        made = rain(dry, torch.tensor([0.4 + 0.15 * (number % 5)]), Generator().manual_seed(number))
        for streaks, into in ((made - dry, ours), (rainy - dry, theirs)):
            bright = streaks.amax(1)
            into.append([streaks.mean(), streaks.std(), (bright > 20 / 255).float().mean()])
    made, real = torch.tensor(ours), torch.tensor(theirs)
    assert (made.mean(0) / real.mean(0) - 1).abs().max() < 0.25
    assert (made.std(0) / real.std(0)).min() > 0.7  # and as much variety
    assert (made.amax(0) > real.amax(0)).all()  # the densest is not beyond what training sees


def edges_and_unevenness(streaks: Tensor) -> list[float]:
    """How steep streaks are from side to side, and how much they vary, both relative to their mean."""
    seen = streaks.mean(1)[0]
    seen = seen.where(seen > 3 / 255, 0)
    lit = seen[seen > 0]
    return [
        (seen[:, 1:] - seen[:, :-1]).abs().mean().item() / seen.mean().item(),
        (lit.std() / lit.mean()).item(),
    ]


def test_a_drizzle_is_at_times_as_soft_and_uneven_as_that_of_rain100l(real_data) -> None:
    folder = real_data / "test/Rain100L"
    theirs = [
        edges_and_unevenness(read(wet) - read(folder / "target" / wet.name))
        for wet in sorted((folder / "input").iterdir())
    ]
    grey = torch.full((1, 3, 160, 240), 0.4)
    ours = [
        edges_and_unevenness(rain(grey, torch.tensor([0.15]), Generator().manual_seed(seed)) - grey)
        for seed in range(40)
    ]
    (steep, uneven), (real_steep, real_uneven) = torch.tensor(ours).T, torch.tensor(theirs).T
    assert (steep < real_steep.max()).float().mean() > 0.05
    assert (uneven > real_uneven.min()).float().mean() > 0.1
    assert (steep > 1.2).float().mean() > 0.2  # and many with hard edges


def test_shakes_are_those_of_gopro(real_data) -> None:
    folder = real_data / "test/GoPro"
    for path in sorted((folder / "input").iterdir()):
        blurred, sharp = (
            read(folder / kind / path.name)[..., 200:328, 300:556] for kind in ("input", "target")
        )
        strengths = torch.linspace(0.4, 1, 24)
        made = blur(sharp.expand(24, -1, -1, -1), strengths, Generator().manual_seed(0))
        for real, ours in zip(harm(blurred, sharp), harm(made, sharp), strict=True):
            assert within(real.tolist(), ours.tolist()), path.name


def fitted_kernel(blurred: Tensor, sharp: Tensor, size: int) -> Tensor:
    """The kernel (size, size) that makes `blurred` (1, 3, H, W) of `sharp`, by least squares."""
    around = sharp[0].unfold(1, size, 1).unfold(2, size, 1).reshape(-1, size * size).double()
    edge = size // 2
    wanted = blurred[0, :, edge:-edge, edge:-edge].reshape(-1).double()
    gram = around.T @ around
    ridge = 1e-5 * gram.diagonal().mean() * torch.eye(size * size)
    return torch.linalg.solve(gram + ridge, around.T @ wanted).view(size, size)


def test_the_sharp_picture_of_gopro_is_the_middle_of_the_shake(real_data) -> None:
    folder = real_data / "test/GoPro"
    for path in sorted((folder / "input").iterdir()):
        blurred, sharp = (
            read(folder / kind / path.name)[..., 220:330, 600:710] for kind in ("input", "target")
        )
        kernel = fitted_kernel(blurred, sharp, size=31)
        # One of few frames, and the one frame that is where it is: the brightest point of the kernel.
        assert divmod(int(kernel.argmax()), 31) == (15, 15), path.name


def test_haze_is_that_of_reside(real_data) -> None:
    folder = real_data / "test/SOTS-indoor"

    def thinned(path: Path) -> Tensor:
        return read(path)[..., ::2, ::2]

    real = [
        airlight_and_transmission(
            thinned(path), thinned(folder / "target" / f"{path.stem.split('_')[0]}.webp")
        )
        for path in sorted((folder / "input").iterdir())
    ]
    rooms = real_data / "train/sots-indoor"
    made = []
    for number, path in enumerate(sorted((rooms / "target").iterdir())):
        clear, depth = thinned(path), thinned(rooms / "depth" / f"{path.stem}.png")[:, :1]
        for index, strength in enumerate((0.2, 0.5, 0.8)):
            generator = Generator().manual_seed(3 * number + index)
            hazy = haze(clear, torch.tensor([strength]), generator, depth=depth)
            made.append(airlight_and_transmission(hazy, clear))
    (lights, passed), (our_lights, ours) = zip(*real, strict=True), zip(*made, strict=True)
    assert within(list(passed), list(ours))
    # All of the benchmark's indoor haze is as bright as white; a quarter of ours is nearly that.
    assert min(lights) > 0.98
    assert np.mean(np.array(our_lights) > 0.94) > 0.25


def test_low_light_is_cut_by_as_many_stops_as_in_real_brackets(real_data) -> None:
    folder = real_data / "test/SICE-low"
    stops = []
    for path in sorted((folder / "input").iterdir()):
        dark, bright = (read(folder / kind / path.name).pow(2.2).mean() for kind in ("input", "target"))
        stops.append(torch.log2(bright / dark).item())
    low, high = STOPS_RANGE
    assert low - 0.1 < min(stops) < max(stops) < high
