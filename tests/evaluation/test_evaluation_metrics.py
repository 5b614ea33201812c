"""Metrics against the numbers of the reference implementation, and against arithmetic."""

import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from helpers import needs
from instructir.data.pictures import decode_file
from instructir.errors import ConfigError, DataError
from instructir.evaluation import metrics
from instructir.evaluation.protocols import PROTOCOLS, Protocol
from instructir.evaluation.scoring import Scorer, load_lpips, load_niqe
from instructir.tasks import Task

ORACLE = Path(__file__).parents[1] / "oracle" / "metrics"
FULL_FRAME = Protocol(
    "full-frame reference",
    1,
    stored_input=False,
    eight_bit=False,
    ensemble=1,
    luma="bgr",
    summary="the reference, not cropped",
)
TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def oracle() -> dict[str, float]:
    return json.loads((ORACLE / "metrics.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def pair() -> tuple[torch.Tensor, torch.Tensor]:
    distorted, reference = (
        torch.from_numpy(decode_file(ORACLE / f"metrics_{name}.png")).permute(2, 0, 1).float() / 255
        for name in ("distorted", "reference")
    )
    return distorted, reference


@needs("evaluate")
def test_the_reference_protocol_equals_the_reference_code(oracle, pair):
    scores = Scorer(FULL_FRAME).score(pair[0], pair[1], Task.DERAINING)
    assert scores["psnr"] == pytest.approx(oracle["rgb_psnr"], abs=TOLERANCE)
    assert scores["ssim"] == pytest.approx(oracle["rgb_ssim"], abs=TOLERANCE)
    assert scores["psnr_y"] == pytest.approx(oracle["y_psnr"], abs=TOLERANCE)
    assert scores["ssim_y"] == pytest.approx(oracle["y_ssim"], abs=TOLERANCE)


@needs("evaluate")
def test_the_strict_protocol_equals_the_reference_code_on_8_bit_values(oracle, pair):
    scores = Scorer(PROTOCOLS["strict"]).score(pair[0], pair[1], Task.DENOISING)
    assert scores["psnr"] == pytest.approx(oracle["rgb_psnr_uint8"], abs=TOLERANCE)
    assert scores["ssim"] == pytest.approx(oracle["rgb_ssim_uint8"], abs=TOLERANCE)
    assert "psnr_y" not in scores


def test_torchmetrics_mirrors_the_borders_and_so_is_not_used_for_ssim(oracle, pair):
    image = pytest.importorskip("torchmetrics.functional.image")
    other = image.structural_similarity_index_measure(pair[0][None], pair[1][None], data_range=1.0)
    assert abs(float(other) - oracle["rgb_ssim"]) > TOLERANCE


@needs("evaluate")
def test_psnr_of_a_constant_difference():
    zero = np.zeros((16, 16, 3))
    assert metrics.psnr(zero + 0.1, zero) == pytest.approx(20)
    assert metrics.psnr(zero + 25.5, zero, peak=255) == pytest.approx(20)


@needs("evaluate")
def test_identical_pictures_have_the_ceiling_and_not_infinity():
    same = np.random.default_rng(0).random((16, 16, 3))
    assert metrics.psnr(same, same) == metrics.PSNR_CEILING
    assert metrics.ssim(same, same) == pytest.approx(1)
    assert metrics.delta_e(same, same) == 0


@needs("evaluate")
def test_delta_e_of_black_and_white_is_the_whole_lightness():
    black = np.zeros((4, 4, 3))
    assert metrics.delta_e(black + 1, black) == pytest.approx(100, abs=0.01)


def test_the_grid_is_that_of_a_naive_loop(pair):
    picture = pair[0].permute(1, 2, 0).numpy().astype(np.float64)[:70, :90]
    luma = 255 * picture @ np.array([0.299, 0.587, 0.114])
    mirrored = np.pad(luma, 8, mode="reflect")
    phases = np.zeros((16, 16, 0)).tolist()
    for y in range(64):
        for x in range(80):
            phases[y % 16][x % 16].append(luma[y, x] - mirrored[y : y + 17, x : x + 17].mean())
    assert metrics.grid(picture) == pytest.approx(np.std(np.mean(phases, axis=2)))


def test_a_woven_pattern_has_its_own_deviation_and_a_smooth_picture_has_none():
    _, x = np.mgrid[:160, :160]
    smooth = np.repeat((0.3 + 0.2 * x / 160)[..., None], 3, axis=2)
    stripes = 3 / 255 * (-1.0) ** x
    assert metrics.grid(smooth) == pytest.approx(0, abs=0.1)
    # The box holds one stripe more of one sign, which takes a seventeenth away.
    assert metrics.grid(smooth + stripes[..., None]) == pytest.approx(3 * 16 / 17, rel=0.05)
    with pytest.raises(DataError, match="90x10 pixels are fewer than the 16"):
        metrics.grid(np.zeros((10, 90, 3)))


@needs("evaluate")
def test_unclamped_values_count_only_in_the_reference_protocol():
    target = torch.ones(3, 32, 32)
    bright = target + 0.1
    assert Scorer(PROTOCOLS["reference"]).score(bright, target, Task.DENOISING)["psnr"] == pytest.approx(
        20, abs=1e-4
    )
    assert Scorer(PROTOCOLS["strict"]).score(bright, target, Task.DENOISING)["psnr"] == metrics.PSNR_CEILING


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (torch.zeros(3, 16, 17), "the output is"),
        (torch.full((3, 16, 16), float("nan")), "not finite"),
    ],
)
def test_unusable_outputs_are_refused(output, reason):
    with pytest.raises(DataError, match=reason):
        Scorer(PROTOCOLS["strict"]).score(output, torch.zeros(3, 16, 16), Task.DENOISING)


@needs("evaluate")
def test_a_picture_below_the_window_of_ssim_is_refused():
    with pytest.raises(DataError, match="fewer than the 11"):
        Scorer(PROTOCOLS["strict"]).score(torch.zeros(3, 8, 8), torch.ones(3, 8, 8), Task.DENOISING)


def test_an_unknown_metric_is_refused():
    with pytest.raises(ConfigError, match="PSNR and SSIM are always there"):
        Scorer(PROTOCOLS["strict"], ("fid",))


def test_lpips_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(ConfigError, match=r"needs torchvision.*pip install 'instructir\[perceptual\]'"):
        load_lpips()


def test_lpips_without_its_weights_says_so(monkeypatch):
    def unreachable(*args: object, **kwargs: object) -> None:
        raise OSError("no route to host")

    module = ModuleType("torchmetrics.image.lpip")
    vars(module)["LearnedPerceptualImagePatchSimilarity"] = unreachable
    monkeypatch.setitem(sys.modules, "torchmetrics.image.lpip", module)
    monkeypatch.setitem(sys.modules, "torchvision", ModuleType("torchvision"))
    with pytest.raises(ConfigError, match="weights of lpips cannot be fetched"):
        load_lpips()


EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(("name", "basicsr"), [("grainy_cat.jpg", 12.914440), ("dark_coffee.jpg", 5.037251)])
def test_niqe_is_that_of_the_reference_implementation(name, basicsr):
    """The expected values are of BasicSR 1.4.2, calculate_niqe(picture, crop_border=0)."""
    picture = torch.from_numpy(decode_file(EXAMPLES / name)).permute(2, 0, 1).float() / 255
    assert load_niqe()(picture, picture) == pytest.approx(basicsr, abs=1e-3)


@needs("evaluate")
def test_niqe_rises_with_noise_and_needs_two_blocks():
    picture = torch.from_numpy(decode_file(EXAMPLES / "dark_coffee.jpg")).permute(2, 0, 1).float() / 255
    noisy = picture + 0.1 * torch.randn(picture.shape, generator=torch.Generator().manual_seed(0))
    scores = [
        Scorer(PROTOCOLS["strict"], ("niqe",)).score(p, picture, Task.DEHAZING) for p in (picture, noisy)
    ]
    assert scores[1]["niqe"] > scores[0]["niqe"] + 2
    with pytest.raises(DataError, match="fewer than the two blocks"):
        load_niqe()(torch.rand(3, 150, 150), torch.rand(3, 150, 150))
