"""Degradations: their contract for all families, then what each one must do to a picture."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Generator, Tensor

from instructir.degradations import FAMILIES, PHYSICAL_ORDER, compound, degrade, gaussian_noise
from instructir.degradations.blur import SAMPLES, defocus_kernels, motion_kernels, shakes
from instructir.degradations.convolution import convolve
from instructir.degradations.exposure import overexpose
from instructir.degradations.haze import haze, scatter
from instructir.degradations.low_light import low_light
from instructir.degradations.noise import camera_noise, noise
from instructir.degradations.resampling import bicubic, down_up
from instructir.tasks import TASKS, Task


def pictures(count: int = 4, height: int = 40, width: int = 48) -> Tensor:
    """Smooth random pictures, as photos mostly are."""
    coarse = torch.rand(count, 3, 9, 9, generator=Generator().manual_seed(1))
    return bicubic(coarse, height, width).clamp(0, 1)


def psnr(a: Tensor, b: Tensor) -> Tensor:
    return -10 * torch.log10((a - b).square().mean((1, 2, 3)))


@pytest.mark.parametrize("task", TASKS)
class TestEveryFamily:
    def test_keeps_shape_and_is_finite(self, task: Task) -> None:
        out = degrade(task, pictures(), torch.linspace(0, 1, 4), Generator().manual_seed(0))
        assert out.shape == (4, 3, 40, 48)
        assert out.dtype == torch.float32
        assert out.isfinite().all()
        if task is not Task.DENOISING:  # benchmark noise is not clipped
            assert out.min() >= 0
            assert out.max() <= 1

    def test_is_a_pure_function_of_pictures_strength_and_seed(self, task: Task) -> None:
        images, strength = pictures(), torch.linspace(0, 1, 4)
        kept = images.clone()
        first = degrade(task, images, strength, Generator().manual_seed(5))
        torch.manual_seed(99)
        again = degrade(task, images, strength, Generator().manual_seed(5))
        assert torch.equal(first, again)
        assert torch.equal(images, kept)

    def test_draws_do_not_depend_on_the_picture(self, task: Task) -> None:
        first, second = Generator().manual_seed(3), Generator().manual_seed(3)
        degrade(task, pictures(), torch.full((4,), 0.5), first)
        degrade(task, 1 - pictures(), torch.full((4,), 0.5), second)
        assert torch.equal(first.get_state(), second.get_state())

    def test_more_strength_does_more_harm(self, task: Task) -> None:
        images = pictures(32)
        weak, strong = (
            psnr(degrade(task, images, torch.full((32,), s), Generator().manual_seed(0)), images).mean()
            for s in (0.05, 1.0)
        )
        assert strong < weak - 1

    @pytest.mark.parametrize("size", [(1, 1), (3, 17)])
    def test_copes_with_tiny_pictures(self, task: Task, size: tuple[int, int]) -> None:
        out = degrade(task, torch.rand(2, 3, *size), torch.tensor([0.2, 0.9]), Generator().manual_seed(0))
        assert out.shape == (2, 3, *size)
        assert out.isfinite().all()


def test_noise_has_the_stated_deviation_and_no_mean() -> None:
    images = torch.full((3, 3, 200, 200), 0.5)
    added = gaussian_noise(images, torch.tensor([15.0, 25, 50]), Generator().manual_seed(0)) - images
    assert torch.allclose(added.std((1, 2, 3)) * 255, torch.tensor([15.0, 25, 50]), rtol=0.01)
    assert added.mean().abs() < 1e-3


def test_a_cameras_noise_is_softer_and_less_coloured_than_white_noise() -> None:
    grey = torch.full((64, 3, 48, 48), 0.5)
    found = camera_noise(grey, torch.full((64,), 20.0), torch.Generator().manual_seed(5)) - grey
    deviation = found.std((1, 2, 3)) * 255
    off = (deviation - 20).abs().minimum((deviation - 10).abs())  # as strong, or half where soft
    assert (off < 1.5).all()
    near = (found[..., 1:] * found[..., :-1]).mean((1, 2, 3)) / found.square().mean((1, 2, 3))
    assert 0.5 < (near > 0.2).float().mean() < 0.9
    same = (found.std(1).mean((1, 2)) < 1e-5).float().mean()
    assert 0.2 < same < 0.5


def test_noise_of_some_pictures_went_through_jpeg_and_is_coarser_in_colour() -> None:
    images = torch.full((64, 3, 32, 32), 0.5)
    left = noise(images, torch.full((64,), 0.4), Generator().manual_seed(0)) - images
    red_minus_green = left[:, 0] - left[:, 1]
    red_minus_green = red_minus_green[red_minus_green.std((1, 2)) > 1e-3]  # some are compressed alone
    steps = (red_minus_green[..., 1:] - red_minus_green[..., :-1]).std((1, 2)) / red_minus_green.std((1, 2))
    # White noise differs between neighbours by sqrt(2) deviations; subsampled colour by much less.
    assert 0.05 < (steps < 1).float().mean() < 0.4
    assert (steps > 1.3).float().mean() > 0.5


def test_over_exposure_loses_the_highlights_channel_by_channel() -> None:
    skin = torch.tensor([0.85, 0.65, 0.55]).view(1, 3, 1, 1).expand(64, 3, 2, 2)
    bright = overexpose(skin, torch.linspace(0, 1, 64), Generator().manual_seed(0))[:, :, 0, 0]
    assert (bright.mean(1) > skin.mean()).all()
    red, blue = bright[:, 0], bright[:, 2]
    assert (red[-16:] > 0.95).all()
    assert (red - blue)[:16].mean() > 2 * (red - blue)[-16:].mean()  # skin turns pale


def test_two_in_five_unfinished_pictures_are_too_bright() -> None:
    grey = torch.full((200, 3, 2, 2), 0.8)
    out = degrade(Task.ENHANCEMENT, grey, torch.full((200,), 0.9), Generator().manual_seed(0))
    assert 0.3 < (out.mean((1, 2, 3)) > 0.9).float().mean() < 0.5


def test_haze_is_the_scattering_model() -> None:
    image, depth = torch.full((1, 3, 2, 2), 0.2), torch.tensor([[[[0.0, 1], [2, 1e9]]]])
    hazy = scatter(image, depth, torch.full((1, 1, 1, 1), np.log(2)), torch.ones(1, 1, 1, 1))
    assert torch.allclose(hazy[0, 0], torch.tensor([[0.2, 0.6], [0.8, 1.0]]), atol=1e-6)


def test_landscapes_are_hazier_towards_the_sky_and_some_haze_is_dust() -> None:
    grey = torch.full((400, 3, 32, 32), 0.3)
    veil = haze(grey, torch.full((400,), 0.5), Generator().manual_seed(0)) - grey
    top, bottom = veil[:, :, :4].mean((1, 2, 3)), veil[:, :, -4:].mean((1, 2, 3))
    assert (top > bottom).float().mean() > 0.8
    assert 0.2 < (top > 2 * bottom).float().mean() < 0.6  # a horizon; rooms and near scenes have none
    red, _, blue = veil.mean((2, 3)).unbind(1)
    dusty = red > 1.15 * blue
    assert 0.06 < dusty.float().mean() < 0.3
    assert (blue > 1.15 * red).float().mean() < dusty.float().mean() / 2


def test_convolution_equals_the_naive_sum() -> None:
    images, kernels = torch.rand(2, 3, 20, 23), torch.rand(2, 5, 5)
    padded = torch.nn.functional.pad(images, [2, 2, 2, 2], mode="reflect")
    naive = torch.zeros_like(images)
    for dy in range(5):
        for dx in range(5):
            window = padded[..., 4 - dy : 24 - dy, 4 - dx : 27 - dx]
            naive += window * kernels[:, dy, dx].view(2, 1, 1, 1)
    assert torch.allclose(convolve(images, kernels), naive, atol=1e-4)
    valid = convolve(images, kernels, padding="valid")
    assert torch.allclose(valid, naive[..., 2:-2, 2:-2], atol=1e-4)


def test_blur_kernels_keep_the_light_and_have_the_stated_extent() -> None:
    length = torch.tensor([3.0, 10, 35]).repeat(5)
    motion = motion_kernels(*shakes(length, Generator().manual_seed(0)))
    discs = defocus_kernels(torch.tensor([0.8, 3, 6]))
    for kernels in (motion, discs):
        assert torch.allclose(kernels.sum((1, 2)), torch.ones(len(kernels)), atol=1e-5)
        assert (kernels >= 0).all()
    for kernel, extent in zip(motion, length, strict=True):
        rows, columns = kernel.nonzero(as_tuple=True)
        assert abs(max(rows.max() - rows.min(), columns.max() - columns.min()).item() - extent) <= 2


def test_the_sharp_picture_lies_where_the_camera_was_half_way() -> None:
    path, exposed = shakes(torch.full((60,), 25.0), Generator().manual_seed(0))
    middle = SAMPLES // 2
    assert (path[:, middle] == 0).all()
    assert torch.allclose(exposed.sum(1), torch.ones(60))
    frames = (exposed > 0).sum(1)
    assert set(frames.tolist()) == {SAMPLES, 13, 9}
    # The middle frame is one of them, and stands out where frames are few: the sharp picture shines through.
    kernels = motion_kernels(path, exposed)
    centres = kernels[:, kernels.shape[1] // 2, kernels.shape[2] // 2]
    assert (centres > 0.9 / SAMPLES).all()
    assert (centres[frames == 9] > 0.1).all()


def test_low_light_is_darker_by_stops() -> None:
    bright = torch.full((1, 3, 64, 64), 0.8)
    dim, dark = (low_light(bright, torch.tensor([s]), Generator().manual_seed(1)).mean() for s in (0.0, 1.0))
    assert dark < dim / 2 < 0.4


@pytest.mark.parametrize("size", [(9, 13), (36, 52), (18, 52), (40, 51)])
def test_bicubic_is_torchs_inside_and_mirrors_the_border(size: tuple[int, int]) -> None:
    image = pictures(1, 36, 52)
    ours = bicubic(image, *size)

    def torchs(picture: Tensor, *wanted: int) -> Tensor:
        return torch.nn.functional.interpolate(picture, wanted, mode="bicubic", antialias=True)

    inside = (..., slice(3, -3), slice(3, -3))
    assert torch.allclose(ours[inside], torchs(image, *size)[inside], atol=1e-5)
    # Nine mirrored copies side by side: the middle one has no border to speak of.
    tiled = torch.cat([image.flip(-2), image, image.flip(-2)], dim=-2)
    tiled = torch.cat([tiled.flip(-1), tiled, tiled.flip(-1)], dim=-1)
    height, width = size
    middle = torchs(tiled, 3 * height, 3 * width)[..., height : 2 * height, width : 2 * width]
    assert torch.allclose(ours, middle, atol=1e-5)


@pytest.mark.data
def test_bicubic_is_nearer_to_the_benchmarks_small_pictures_than_torchs(real_data) -> None:
    for small in sorted((real_data / "test/Set5-x4/input").iterdir()):
        wanted = torch.from_numpy(np.array(Image.open(small).convert("RGB"))).permute(2, 0, 1) / 255
        large = np.array(Image.open(small.parent.with_name("target") / small.name).convert("RGB"))
        height, width = wanted.shape[1:]
        image = torch.from_numpy(large[: 4 * height, : 4 * width]).permute(2, 0, 1)[None] / 255
        torchs = torch.nn.functional.interpolate(image, (height, width), mode="bicubic", antialias=True)
        ours = (bicubic(image, height, width)[0] - wanted).abs().mean()
        assert ours < (torchs[0] - wanted).abs().mean()
        assert ours < 0.5 / 255


def test_down_up_rounds_the_small_picture_to_8_bits() -> None:
    image = pictures(1, 32, 32)
    small = (bicubic(image, 8, 8).clamp(0, 1) * 255).round() / 255
    assert torch.equal(down_up(image, 4), bicubic(small, 32, 32).clamp(0, 1))


def test_compound_removes_exactly_the_named_fault_in_its_targets() -> None:
    images, tasks = pictures(), [Task.DENOISING, Task.DEHAZING]
    strengths = torch.full((2, 4), 0.5)
    mixed, without = compound(images, tasks, strengths, Generator().manual_seed(0))
    hazy_only, noisy_only = without
    # Noise is added last, so taking it away leaves the haze, and it is the same noise in both.
    assert (psnr(hazy_only, images) < psnr(noisy_only, images) + 20).all()
    again, _ = compound(images, tasks[::-1], strengths, Generator().manual_seed(0))
    assert again.shape == mixed.shape
    residual = mixed - hazy_only
    assert residual.std() > 0.05
    assert residual.mean().abs() < 0.02


def test_compound_with_one_fault_has_the_clean_picture_as_its_target() -> None:
    images = pictures()
    mixed, (target,) = compound(images, [Task.DERAINING], torch.ones(1, 4), Generator().manual_seed(0))
    assert torch.equal(target, images)
    assert not torch.equal(mixed, images)


def test_physical_order_and_families_cover_every_task_once() -> None:
    assert sorted(PHYSICAL_ORDER) == sorted(TASKS)
    assert set(FAMILIES) == set(TASKS)
