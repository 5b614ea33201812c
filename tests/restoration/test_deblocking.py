"""JPEG artefacts, taken away by the file's own tables."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.fft import dctn, idctn

from instructir.images import Photo, read
from instructir.images.metadata.quality import estimated_quality
from instructir.inference.execution import Outcome
from instructir.instructions.plan import Plan, Step
from instructir.restoration import deblocking, diagnosis
from instructir.restoration.deblocking import coding_of, deblocked, filtered, planes, within_cells
from instructir.restoration.diagnosis import plan_of
from instructir.restoration.passes import Pass
from instructir.restoration.restorer import Restorer
from instructir.restoration.running import run_passes
from instructir.settings import Settings
from instructir.tasks import Task

HALVED, FULL = 2, 0


def stored(pixels: np.ndarray, quality: int, subsampling: int = HALVED, orientation: int = 1) -> Photo:
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(pixels)
    image.save(stream, "JPEG", quality=quality, subsampling=subsampling, exif=exif)
    stream.seek(0)
    return read(stream)


@pytest.fixture
def large(photo_array: np.ndarray) -> np.ndarray:
    """A picture (70, 90, 3): no multiple of a block."""
    return np.asarray(Image.fromarray(photo_array).resize((90, 70), Image.Resampling.BICUBIC))


def windows(plane: np.ndarray, limit: float) -> np.ndarray:
    """The filter of one plane as its papers have it: window by window, with another library's transform."""
    room = 6
    padded = np.pad(plane.astype(np.float64), room, mode="reflect")
    total, fraction = np.zeros_like(padded), np.zeros_like(padded)
    for top in range(0, padded.shape[0] - 7, 2):
        for left in range(0, padded.shape[1] - 7, 2):
            spectrum = dctn(padded[top : top + 8, left : left + 8], norm="ortho")
            kept = 1 / (1 + (limit / np.maximum(np.abs(spectrum), 1e-9)) ** 8)
            kept[0, 0] = 1
            weight = 1 / kept.sum()
            total[top : top + 8, left : left + 8] += weight * idctn(spectrum * kept, norm="ortho")
            fraction[top : top + 8, left : left + 8] += weight
    return (total / fraction)[room:-room, room:-room]


def test_the_filter_is_that_of_a_naive_loop(photo_array: np.ndarray) -> None:
    picture = planes(torch.from_numpy(photo_array / np.float32(255)).permute(2, 0, 1)[None])
    levels = torch.tensor([[6.0, 9.0]])
    full = filtered(picture, levels, torch.tensor([False]))[0]
    half = filtered(picture, levels, torch.tensor([True]))[0]
    luma = windows(picture[0, 0].numpy(), 2.4 * 6)
    np.testing.assert_allclose(full[0], luma, atol=2e-3)
    np.testing.assert_allclose(half[0], luma, atol=2e-3)
    np.testing.assert_allclose(full[2], windows(picture[0, 2].numpy(), 1.6 * 9), atol=2e-3)
    small = picture[0, 1].numpy().reshape(24, 2, 32, 2).mean((1, 3))
    change = Image.fromarray((windows(small, 1.6 * 9) - small).astype(np.float32))
    enlarged = np.asarray(change.resize((64, 48), Image.Resampling.BILINEAR))
    np.testing.assert_allclose(half[1], picture[0, 1].numpy() + enlarged, atol=2e-3)


@pytest.mark.parametrize("subsampling", [HALVED, FULL])
def test_no_coefficient_leaves_its_cell(large: np.ndarray, subsampling: int) -> None:
    photo = stored(large, 12, subsampling)
    assert photo.metadata.jpeg is not None
    how = coding_of(photo.metadata.jpeg)
    start = planes(torch.from_numpy(photo.pixels).permute(2, 0, 1)[None])[..., :64, :80]
    torch.manual_seed(0)
    held = within_cells(start, start + 30 * torch.randn_like(start), how)
    change = (held - start)[0].numpy()
    if how.halved:
        small = change[1:].reshape(2, 32, 2, 40, 2).mean((2, 4))
        assert largest(small[0], how.steps[1]) == pytest.approx(0.5, abs=1e-3)
    else:
        assert largest(change[2], how.steps[2]) == pytest.approx(0.5, abs=1e-3)
    assert largest(change[0], how.steps[0]) == pytest.approx(0.5, abs=1e-3)
    near = start + 0.05
    assert torch.allclose(within_cells(start, near, how), near, atol=1e-3)


def largest(change: np.ndarray, steps: torch.Tensor) -> float:
    """Largest coefficient of a plane's blocks, in steps."""
    height, width = (side // 8 for side in change.shape)
    blocks = change.reshape(height, 8, width, 8).transpose(0, 2, 1, 3)
    return float((np.abs(dctn(blocks, axes=(2, 3), norm="ortho")) / steps.numpy()).max())


def test_the_result_stays_in_the_cells(large: np.ndarray) -> None:
    photo = stored(large[:64, :80], 20)
    assert photo.metadata.jpeg is not None
    how = coding_of(photo.metadata.jpeg)
    before, after = (
        planes(torch.from_numpy(one.pixels).permute(2, 0, 1)[None]) for one in (photo, deblocked(photo)[0])
    )
    # Colours that would leave [0, 1] are cut off after it.
    assert largest((after - before)[0, 0].numpy(), how.steps[0]) < 0.55


@pytest.mark.parametrize("subsampling", [HALVED, FULL])
def test_tiles_are_exact(large: np.ndarray, monkeypatch: pytest.MonkeyPatch, subsampling: int) -> None:
    photo = stored(large.repeat(2, 0).repeat(2, 1), 15, subsampling)
    whole = deblocked(photo)[0].pixels
    for side in (16, 64):
        monkeypatch.setattr(deblocking, "_TILE", side)
        np.testing.assert_allclose(deblocked(photo)[0].pixels, whole, atol=2e-5)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (7, 3), (17, 8), (33, 47)])
def test_any_size(size: tuple[int, int], photo_array: np.ndarray) -> None:
    photo = stored(photo_array[: size[0], : size[1]], 20)
    made = deblocked(photo)[0].pixels
    assert made.shape == photo.pixels.shape
    assert np.isfinite(made).all()
    assert np.abs(made - photo.pixels).max() < 0.4


@pytest.mark.parametrize("level", [0, 3, 128, 255])
def test_flat_pictures_stay(level: int) -> None:
    photo = stored(np.full((40, 50, 3), level, np.uint8), 30)
    np.testing.assert_allclose(deblocked(photo)[0].pixels, photo.pixels, atol=1.5 / 255)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_the_blocks_are_those_of_the_file(large: np.ndarray, orientation: int) -> None:
    upright = deblocked(stored(large, 15))[0].pixels
    turned = deblocked(stored(large, 15, orientation=orientation))[0].pixels
    back = {6: 1, 8: 3}.get(orientation)
    if back is not None:
        turned = np.rot90(turned, back)
    else:
        turned = turned.swapaxes(0, 1) if orientation in (5, 7) else turned
        turned = turned[::-1] if orientation in (3, 4, 7) else turned
        turned = turned[:, ::-1] if orientation in (2, 3, 7) else turned
    np.testing.assert_allclose(turned, upright, atol=1e-6)


def test_grey_stays_grey(large: np.ndarray) -> None:
    grey = np.asarray(Image.fromarray(large).convert("L"))
    for photo in (stored(grey, 20), stored(grey[..., None].repeat(3, 2), 20)):
        made = deblocked(photo)[0]
        assert made.greyscale is photo.greyscale
        assert np.ptp(made.pixels, axis=2).max() == 0
        assert np.abs(made.pixels - photo.pixels).max() > 1 / 255


def test_transparency_stays(large: np.ndarray) -> None:
    alpha = np.zeros(large.shape[:2], np.uint8)
    alpha[:, 20:] = 255
    photo = replace(stored(large, 20), alpha=alpha)
    made = deblocked(photo)[0]
    assert made.alpha is alpha
    assert np.array_equal(made.pixels[:, :20], photo.pixels[:, :20])


def test_only_the_pixels_of_the_file_answer_to_its_tables(large: np.ndarray) -> None:
    photo = stored(large, 20)
    made, said = deblocked(photo)
    assert said == "JPEG artefacts of quality 20 removed"
    for other in (made, photo.with_pixels(photo.pixels * 0.9), Photo(photo.pixels)):
        assert deblocked(other) == (other, "")


def test_fine_files_change_by_less_than_they_lost(large: np.ndarray) -> None:
    smooth = np.asarray(Image.fromarray(large).resize((180, 140), Image.Resampling.BICUBIC))
    photo = stored(smooth, 95)
    made = deblocked(photo)[0].pixels
    lost, left, change = (
        np.sqrt(np.mean((one - other) ** 2))
        for one, other in ((photo.pixels, smooth / 255), (made, smooth / 255), (made, photo.pixels))
    )
    assert change < lost / 2
    assert left < lost


def refused(*_: object) -> None:
    pytest.fail("the network ran")


def test_artefacts_alone_need_no_other_network(large: np.ndarray) -> None:
    photo = stored(large, 20)
    one = Pass("", task=Task.DENOISING, artefacts="only")
    clean = deblocked(photo)[0]
    (stages,) = run_passes(refused, [photo], [[one]], [Settings()])
    assert stages.notes == ("JPEG artefacts of quality 20 removed",)
    assert np.array_equal(stages.photos[-1].pixels, clean.pixels)
    (half,) = run_passes(refused, [photo], [[one]], [Settings(strength=0.5)])
    np.testing.assert_allclose(half.photos[-1].pixels, (photo.pixels + clean.pixels) / 2, atol=1e-6)
    mask = np.zeros(large.shape[:2], np.float32)
    mask[:, 40:] = 1
    (part,) = run_passes(refused, [photo], [[one]], [Settings()], [mask])
    assert np.array_equal(part.photos[-1].pixels[:, :40], photo.pixels[:, :40])
    np.testing.assert_allclose(part.photos[-1].pixels[:, 40:], clean.pixels[:, 40:], atol=1e-6)


def test_noise_beside_artefacts_is_the_networks_first(
    tiny: Restorer, large: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, free = stored(large, 20), Settings(guard=False)
    step = Step(Task.DENOISING, 1.0, 1.0, "remove the noise", artefacts="also")
    made = tiny.restore(photo, plan=Plan("clear", (step,)), settings=free)
    with monkeypatch.context() as patch:
        patch.setattr("instructir.restoration.artefacts.with_traces", lambda photo: photo)
        alone = tiny.restore(Photo(photo.pixels), plan=Plan("clear", (step,)), settings=free).photo
    wanted = deblocked(alone, photo.metadata.jpeg)[0]
    assert np.array_equal(made.photo.pixels, wanted.pixels)
    assert made.notes == ("JPEG artefacts of quality 20 removed",)
    half = tiny.restore(photo, plan=Plan("clear", (step,)), settings=replace(free, strength=0.5))
    np.testing.assert_allclose(half.photo.pixels, (photo.pixels + wanted.pixels) / 2, atol=1e-6)
    assert half.photo.metadata.jpeg is not None
    assert half.photo.metadata.jpeg.tables == ()


def test_what_the_guard_takes_back_is_deblocked_all_the_same(large: np.ndarray) -> None:
    photo = stored(large, 20)
    one = Pass("noise", task=Task.DENOISING, artefacts="also")

    def execute(images: torch.Tensor, *_: object) -> Outcome:
        return Outcome(images, ())

    (stages,) = run_passes(execute, [photo], [[one]], [Settings()])
    assert np.array_equal(stages.photos[-1].pixels, deblocked(photo)[0].pixels)
    assert stages.notes[-1] == "JPEG artefacts of quality 20 removed"


def test_artefacts_go_before_all_else(tiny: Restorer, large: np.ndarray) -> None:
    photo, free = stored(large, 20), Settings(guard=False)
    bright = Step(Task.LOW_LIGHT, 1.0, 1.0, "brighten it")
    noise = Step(Task.DENOISING, 1.0, 1.0, "noise", artefacts="only")
    made = tiny.restore(photo, plan=Plan("clear", (bright, noise)), settings=free)
    wanted = tiny.restore(deblocked(photo)[0], plan=Plan("clear", (bright,)), settings=free)
    assert np.array_equal(made.photo.pixels, wanted.photo.pixels)
    assert len(made.stages) == 2


@pytest.mark.parametrize(("quality", "removed"), [(20, True), (80, False)])
def test_denoising_begins_with_what_a_coarse_file_left(
    tiny: Restorer, large: np.ndarray, quality: int, removed: bool
) -> None:
    noise = Plan("clear", (Step(Task.DENOISING, 1.0, 1.0, "noise"),))
    made = tiny.restore(stored(large, quality), plan=noise, settings=Settings(guard=False))
    assert any("artefacts" in note for note in made.notes) is removed


@pytest.mark.parametrize("scale", ["", "2x"])
def test_detail_is_brought_out_of_what_is_freed_of_artefacts(
    tiny: Restorer, large: np.ndarray, scale: str
) -> None:
    photo, free = stored(large, 60), Settings(guard=False)
    plan = Plan("clear", (Step(Task.SUPER_RESOLUTION, 1.0, 1.0, "pixelated", scale=scale),))
    made = tiny.restore(photo, plan=plan, settings=free)
    wanted = tiny.restore(deblocked(photo)[0], plan=plan, settings=free)
    assert "JPEG artefacts of quality 60 removed" in made.notes
    assert np.array_equal(made.photo.pixels, wanted.photo.pixels)


def test_an_expert_gets_the_picture_as_it_is(tiny: Restorer, large: np.ndarray, plain_model: str) -> None:
    expert = tiny.with_experts({Task.DENOISING: plain_model})
    noise = Plan("clear", (Step(Task.DENOISING, 1.0, 1.0, "noise", artefacts="only"),))
    made = expert.restore(stored(large, 20), plan=noise, settings=Settings(guard=False))
    assert not any("artefacts" in note for note in made.notes)


def test_other_files_have_the_network(tiny: Restorer, large: np.ndarray) -> None:
    noise = Plan("clear", (Step(Task.DENOISING, 1.0, 1.0, "noise", artefacts="only"),))
    made = tiny.restore(large, plan=noise, settings=Settings(guard=False))
    assert not np.array_equal(made.photo.pixels, large / np.float32(255))


def test_the_picture_decides_with_its_file(large: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = stored(large, 20)
    seen = diagnosis.examine(photo)
    for fraction, artefacts in ((0.0, "only"), (1.0, "also")):
        found = replace(seen, probabilities={**dict.fromkeys(Task, 0.0), Task.DENOISING: fraction})
        monkeypatch.setattr(diagnosis, "examine", lambda _, found=found: found)
        (step,) = plan_of(diagnosis.examine_file(photo)).steps
        assert (step.task, step.artefacts) == (Task.DENOISING, artefacts)


def test_it_is_not_written_as_coarsely_again(tiny: Restorer, large: np.ndarray, tmp_path: Path) -> None:
    noise = Plan("clear", (Step(Task.DENOISING, 1.0, 1.0, "noise", artefacts="only"),))
    for quality, written in ((15, 95), (98, 98)):
        made = tiny.restore(stored(large, quality), plan=noise, strength=0.7)
        again = read(made.save(tmp_path / "a.jpg"))
        assert again.metadata.jpeg is not None
        assert estimated_quality(again.metadata.jpeg.tables) == written


def psnr(photo: Photo, wanted: np.ndarray) -> float:
    levels = np.rint(photo.pixels * 255) - wanted.astype(np.float64)
    return float(10 * np.log10(255**2 / np.mean(levels**2)))


@pytest.mark.parametrize(
    ("quality", "subsampling", "least"),
    [(10, HALVED, 0.7), (10, FULL, 0.7), (40, HALVED, 0.3), (60, HALVED, 0.2), (80, HALVED, 0.0)],
)
def test_real_pictures_gain(real_data: Path, quality: int, subsampling: int, least: float) -> None:
    gains = []
    for path in sorted((real_data / "test" / "CBSD68").iterdir())[::17]:
        sharp = np.asarray(Image.open(path).convert("RGB"))
        photo = stored(sharp, quality, subsampling)
        gains.append(psnr(deblocked(photo)[0], sharp) - psnr(photo, sharp))
    assert np.mean(gains) > least
    assert min(gains) > 0
