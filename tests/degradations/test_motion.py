"""Blur along a field of motion, against cases whose blur is known."""

import torch
from torch import Generator

from instructir.degradations.motion import MOMENTS, exposed, motion_field, moved_scene
from instructir.degradations.noise import noise


def test_nothing_moves_nothing_blurs() -> None:
    images = torch.rand(2, 3, 20, 23)
    torch.testing.assert_close(exposed(images, torch.zeros(2, 2, 20, 23)), images, atol=1e-5, rtol=0)


def test_a_shift_is_the_average_of_shifted_pictures_with_the_sharp_one_half_way() -> None:
    point = torch.zeros(1, 1, 1, 61)
    point[..., 30] = 1
    field = torch.zeros(1, 2, 1, 61)
    field[:, 1] = MOMENTS - 1  # a pixel a moment, along the row
    blurred = exposed(point, field)[0, 0, 0]
    wanted = torch.zeros(61)
    wanted[30 - MOMENTS // 2 : 31 + MOMENTS // 2] = 1 / MOMENTS
    torch.testing.assert_close(blurred, wanted, atol=1e-5, rtol=0)


def test_a_field_is_as_long_as_asked_and_differs_over_the_frame() -> None:
    images = torch.rand(5, 3, 40, 30)
    extent = torch.tensor([3.0, 8, 15, 25, 35])
    field = motion_field(images, extent, Generator().manual_seed(0))
    longest = field.norm(dim=1).amax((1, 2))
    torch.testing.assert_close(longest, extent)
    assert (field.norm(dim=1).amin((1, 2)) < 0.9 * longest).all()


def test_longer_motion_leaves_less_detail_and_keeps_the_light() -> None:
    images = torch.rand(8, 3, 64, 64)
    weak, strong = (
        moved_scene(images, torch.full((8,), extent), Generator().manual_seed(0)) for extent in (3.0, 30.0)
    )
    assert strong.std() < weak.std() < images.std()
    assert (strong.mean((1, 2, 3)) - images.mean((1, 2, 3))).abs().max() < 0.12


def test_some_pictures_are_compressed_and_not_noisy() -> None:
    flat = torch.full((200, 3, 16, 16), 128 / 255)
    left = noise(flat, torch.full((200,), 0.5), Generator().manual_seed(0))
    untouched = (left - flat).abs().amax((1, 2, 3)) < 1.5 / 255  # a flat picture survives any quality
    assert 0.12 < untouched.float().mean() < 0.28
