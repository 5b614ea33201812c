"""The fault network: its views, its answers, and its size."""

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter

from instructir.data.pictures import decode_file
from instructir.degradations import degrade
from instructir.degradations.noise import gaussian_noise
from instructir.evaluation.understanding import blind
from instructir.images import Photo, read
from instructir.models.bundled import packaged
from instructir.models.fault_network import THUMBNAIL, WINDOW, FaultNetwork, views_of
from instructir.restoration import diagnosis
from instructir.restoration.diagnosis import FAULT_WEIGHTS, Findings, diagnose, examine
from instructir.tasks import TASKS, Task

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (7, 5), (112, 112), (113, 400)])
def test_views_of_any_size(size: tuple[int, int]) -> None:
    views = views_of(torch.rand(2, 3, *size))
    assert views.windows.shape == (2, 5, 3, WINDOW, WINDOW)
    assert views.thumbnails.shape == (2, 3, THUMBNAIL, THUMBNAIL)


def test_network_gives_probabilities_and_severities_in_range() -> None:
    presence, severity = FaultNetwork()(views_of(torch.rand(2, 3, 130, 140)))
    assert presence.shape == severity.shape == (2, 7)
    assert 0 <= severity.min() <= severity.max() <= 1


def test_weights_are_small() -> None:
    assert packaged(FAULT_WEIGHTS).stat().st_size < 2e6


def test_diagnosis_is_ranked_and_repeatable(photo_array: np.ndarray) -> None:
    first, second = diagnose(photo_array), diagnose(photo_array)
    assert first == second
    assert set(first) == set(TASKS)
    assert list(first.values()) == sorted(first.values(), reverse=True)


def test_faults_come_in_the_order_in_which_they_are_undone(photo_array: np.ndarray) -> None:
    findings = examine(photo_array)
    assert all(findings.probabilities[task] >= findings.thresholds[task] for task in findings.faults)


def test_noise_is_seen_beside_transparency() -> None:
    cat = np.asarray(Image.open(EXAMPLES / "grainy_cat.jpg").convert("RGBA"))[40:300, 60:400].copy()
    whole = examine(cat[..., :3]).probabilities[Task.DENOISING]
    y, x = np.mgrid[: cat.shape[0], : cat.shape[1]]
    cat[(y - 130) ** 2 + (x - 170) ** 2 > 120**2, 3] = 0
    assert examine(Image.fromarray(cat)).probabilities[Task.DENOISING] > 0.95 * whole > 0.9


@pytest.mark.data
@pytest.mark.parametrize("task", [Task.DENOISING, Task.LOW_LIGHT, Task.DERAINING])
def test_plain_faults_are_seen_in_real_photos(real_data, task: Task) -> None:
    seen = 0
    for number, path in enumerate(blind.clean_photos(real_data / "test")[:12]):
        clean = torch.from_numpy(decode_file(path)).permute(2, 0, 1)[None].float() / 255
        generator = torch.Generator().manual_seed(number)
        # Some of the noise to train on is little, in a file with blocks; this is about plain noise.
        plain = task is Task.DENOISING
        spoilt = (
            gaussian_noise(clean, 35.0, generator)
            if plain
            else degrade(task, clean, torch.tensor([0.6]), generator)
        )
        ranked = list(diagnose(spoilt.clamp(0, 1)[0].permute(1, 2, 0).numpy()))
        seen += task in ranked[:2]
    assert seen >= 11


@pytest.mark.parametrize(
    ("level", "seen", "expected"),
    [(70, 0.0, True), (150, 0.9, False), (110, 0.9, True), (110, 0.1, False)],
)
def test_the_light_is_judged_by_its_mean_and_between_by_the_network(
    monkeypatch: pytest.MonkeyPatch, level: int, seen: float, expected: bool
) -> None:
    probabilities = dict.fromkeys(TASKS, 0.0) | {Task.LOW_LIGHT: seen, Task.ENHANCEMENT: 0.3}
    findings = Findings(probabilities, probabilities, probabilities)
    monkeypatch.setattr(diagnosis, "examine", lambda image: findings)
    assert diagnosis.lacks_light(np.full((40, 40, 3), level, np.uint8)) is expected


def test_a_face_in_the_light_before_a_dark_wall_is_not_too_dark(monkeypatch: pytest.MonkeyPatch) -> None:
    class Dark(FaultNetwork):
        def forward(self, views: object) -> tuple[torch.Tensor, torch.Tensor]:
            presence = torch.full((1, 7), -9.0)
            presence[0, Task.LOW_LIGHT.class_index] = 9.0
            return presence, torch.full((1, 7), 0.5)

    monkeypatch.setattr(diagnosis, "_network", lambda: (Dark(), dict.fromkeys(TASKS, 0.5)))
    wall = np.random.default_rng(0).integers(16, 24, (100, 100, 3), np.uint8)
    face, bright = wall.copy(), wall + np.uint8(90)
    face[30:60, 30:60] = (230, 190, 170)
    assert examine(wall).faults == [Task.LOW_LIGHT]
    assert examine(face).faults == []
    assert examine(bright).faults == []


class Everything(FaultNetwork):
    """Sees every fault in every picture."""

    def forward(self, views: object) -> tuple[torch.Tensor, torch.Tensor]:
        return torch.full((1, 7), 9.0), torch.full((1, 7), 0.5)


def test_made_pictures_have_no_faults_of_light_or_air(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_network", lambda: (Everything(), dict.fromkeys(TASKS, 0.5)))
    page = np.full((100, 100, 3), 60, np.uint8)
    page[30:40, 10:70] = 20
    noisy = page + np.random.default_rng(0).integers(0, 9, page.shape, np.uint8)
    assert examine(page).faults == [Task.DEBLURRING, Task.SUPER_RESOLUTION]
    assert set(examine(noisy).faults) == {*TASKS} - {Task.ENHANCEMENT}


def drawing() -> np.ndarray:
    """Discs of one colour each beside one another, on paper, (192, 192, 3)."""
    y, x = np.mgrid[:192, :192]
    made = np.full((192, 192, 3), 255, np.uint8)
    for number in range(4):
        row, column = divmod(number, 2)
        inside = (y - 52 - 88 * row) ** 2 + (x - 52 - 88 * column) ** 2 < 32**2
        made[inside] = np.random.default_rng(number).integers(0, 200, 3)
    return made


def stored(pixels: np.ndarray, quality: int) -> Photo:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=quality)
    stream.seek(0)
    return read(stream)


@pytest.mark.parametrize("quality", [30, 75, 90])
def test_a_drawing_that_was_a_jpeg_file_is_a_drawing(monkeypatch: pytest.MonkeyPatch, quality: int) -> None:
    monkeypatch.setattr(diagnosis, "_network", lambda: (Everything(), dict.fromkeys(TASKS, 0.5)))
    assert examine(stored(drawing(), quality)).faults == [Task.DEBLURRING, Task.SUPER_RESOLUTION]
    y, x = np.mgrid[:192, :192]
    hills = 170 + 12 * np.sin(y / 5) * np.sin(x / 7) + np.where(y < 90, 0, 10 * np.sin(x * y / 40))
    hazy = hills[..., None].repeat(3, 2).astype(np.uint8)
    assert set(examine(stored(hazy, quality)).faults) == {*TASKS} - {Task.LOW_LIGHT, Task.ENHANCEMENT}


def test_dark_bars_beside_a_photo_are_no_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = np.asarray(Image.open(EXAMPLES / "grainy_cat.jpg").convert("RGB"))[100:196, 100:292]
    wide = np.zeros((288, 192, 3), np.uint8)
    wide[96:192] = photo
    assert not diagnosis._is_drawn(stored(wide, 75))


@pytest.mark.parametrize("noise", [0, 1.5])
def test_a_drawing_that_is_a_little_soft_and_noisy_is_a_drawing(
    monkeypatch: pytest.MonkeyPatch, noise: float
) -> None:
    monkeypatch.setattr(diagnosis, "_network", lambda: (Everything(), dict.fromkeys(TASKS, 0.5)))
    soft = np.asarray(Image.fromarray(drawing()).filter(ImageFilter.GaussianBlur(1)), float)
    made = soft + np.random.default_rng(0).normal(0, noise, soft.shape)
    found = examine((made.clip(0, 255) / 255).astype(np.float32)).faults
    assert set(found) - {Task.DENOISING} == {Task.DEBLURRING, Task.SUPER_RESOLUTION}


def test_bands_of_rows_tell_what_large_pictures_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_network", lambda: (Everything(), dict.fromkeys(TASKS, 0.5)))
    photo = np.asarray(Image.open(EXAMPLES / "grainy_cat.jpg").convert("RGB"))
    pixels = photo.astype(np.float32) / np.float32(255)
    whole = [diagnosis._spread(pixels, softened=softened) for softened in (False, True)]
    monkeypatch.setattr(diagnosis, "_ENOUGH", 40_000)
    for softened in (False, True):
        part = diagnosis._spread(pixels, softened=softened)
        assert len(part) < 0.6 * len(whole[softened])
        quartiles = np.quantile(whole[softened], [0.25, 0.5, 0.75])
        assert np.quantile(part, [0.25, 0.5, 0.75]) == pytest.approx(quartiles, rel=0.15)
    assert examine(np.tile(drawing(), (3, 3, 1))).faults == [Task.DEBLURRING, Task.SUPER_RESOLUTION]
    assert Task.DEHAZING in examine(pixels).faults


@pytest.mark.parametrize(
    ("light", "burnt", "found"),
    [(200, 0.1, True), (130, 0.1, False), (200, 0.01, False)],
)
def test_too_much_light_is_everywhere_and_burns_out(
    monkeypatch: pytest.MonkeyPatch, light: int, burnt: float, found: bool
) -> None:
    monkeypatch.setattr(diagnosis, "_network", lambda: (Everything(), dict.fromkeys(TASKS, 0.5)))
    rng = np.random.default_rng(0)
    pale = rng.integers(light - 40, light + 40, (100, 100, 3), np.uint8)
    pale[: round(100 * burnt)] = 255
    assert (Task.ENHANCEMENT in examine(pale).faults) is found
    lamp = rng.integers(160, 240, (100, 100, 3), np.uint8)
    lamp[..., 0] = 255
    assert Task.ENHANCEMENT not in examine(lamp).faults


def test_no_picture_is_brightened_on_a_suspicion() -> None:
    assert not diagnosis.counts(Task.LOW_LIGHT, 0.35)
    assert diagnosis.counts(Task.LOW_LIGHT, 0.45)
