"""Blotches of colour go where noise is coarse; nothing else is run again or changed."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from instructir.restoration.blotches import without_blotches


class Smoother:
    """Removes noise that is one pixel wide, as a network that knows no other does."""

    def __init__(self) -> None:
        self.sizes: list[tuple[int, int]] = []

    def __call__(self, pictures: Tensor) -> Tensor:
        self.sizes.append((pictures.shape[-2], pictures.shape[-1]))
        padded = F.pad(pictures, (1, 1, 1, 1), mode="reflect")
        return F.avg_pool2d(padded, 3, 1)


def noise(height: int, width: int, wide: int) -> Tensor:
    """Colour noise (3, H, W) of a size in pixels."""
    drawn = torch.randn(
        1, 3, -(-height // wide), -(-width // wide), generator=torch.Generator().manual_seed(3)
    )
    return 0.1 * F.interpolate(drawn, scale_factor=float(wide), mode="bilinear")[0, :, :height, :width]


def error(made: Tensor, clean: Tensor) -> float:
    return float((made - clean).square().mean().sqrt())


@pytest.mark.parametrize(("height", "width"), [(256, 256), (255, 301)])
def test_coarse_noise_is_removed_at_half_and_at_a_quarter(height: int, width: int) -> None:
    clean = torch.full((3, height, width), 0.4)
    noisy = clean + noise(height, width, 4)
    run = Smoother()
    made = run(noisy[None])[0]
    given = made.clone()
    better = without_blotches(run, noisy, made)
    assert run.sizes[1:] == [(height // 2, width // 2), (height // 4, width // 4)]
    assert error(better, clean) < 0.8 * error(made, clean)
    assert torch.equal(made, given)


def test_brightness_is_left_to_the_network() -> None:
    clean = torch.full((3, 128, 128), 0.4)
    noisy = clean + noise(128, 128, 4)
    made = Smoother()(noisy[None])[0]
    luma = torch.tensor([0.299, 0.587, 0.114])
    better = without_blotches(Smoother(), noisy, made)
    torch.testing.assert_close(
        torch.einsum("c,chw->hw", luma, better), torch.einsum("c,chw->hw", luma, made), atol=1e-5, rtol=0
    )


@pytest.mark.parametrize(
    "noisy",
    [
        0.4 + noise(128, 128, 1),
        (0.4 + noise(128, 128, 4))[:1].expand(3, -1, -1),  # without colour
        torch.full((3, 128, 128), 0.4),
        0.4 + noise(60, 300, 4),  # too small
        0.4 + noise(1, 1, 1),
    ],
    ids=["white", "grey", "clean", "narrow", "pixel"],
)
def test_where_nothing_is_coarse_nothing_is_run_or_changed(noisy: Tensor) -> None:
    made = noisy if noisy.shape[1] == 1 else Smoother()(noisy[None])[0]
    run = Smoother()
    assert without_blotches(run, noisy, made) is made
    assert not run.sizes
