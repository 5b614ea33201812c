"""A file that was compressed coarsely is denoised, though its picture may look clean."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from instructir.images import Photo, read
from instructir.inference.execution import Outcome
from instructir.instructions.plan import Plan, Step
from instructir.restoration.deblocking import deblocked
from instructir.restoration.diagnosis import examine_file
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings
from instructir.tasks import Task


def stored(pixels: np.ndarray, quality: int) -> Photo:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=quality)
    stream.seek(0)
    return read(stream)


@pytest.mark.parametrize(("quality", "coarse"), [(10, True), (30, True), (75, True), (80, False)])
def test_the_files_tables_count(photo_array: np.ndarray, quality: int, coarse: bool) -> None:
    pixels = photo_array.repeat(4, 0).repeat(4, 1)
    found = examine_file(stored(pixels, quality))
    assert found.quality == pytest.approx(quality, abs=2)
    assert (found.probabilities[Task.DENOISING] >= 0.95) is coarse  # by the tables; less is what is seen
    assert Task.DENOISING in found.faults or not coarse


def test_other_files_have_no_quality(photo_array: np.ndarray) -> None:
    assert examine_file(Photo(photo_array.astype(np.float32) / np.float32(255))).quality is None


@pytest.mark.parametrize(("quality", "freed"), [(85, True), (98, False)])
def test_light_shows_nothing_that_a_jpeg_file_left(
    tiny: Restorer, photo_array: np.ndarray, monkeypatch: pytest.MonkeyPatch, quality: int, freed: bool
) -> None:
    """Before a picture is brightened it is freed of its file's artefacts, unless noise goes first."""
    given: list[np.ndarray] = []

    def run(images: torch.Tensor, *_: object) -> Outcome:
        given.append(images[0].permute(1, 2, 0).numpy().copy())
        return Outcome(images, ())

    monkeypatch.setattr(tiny, "execute", lambda ensemble: run)
    photo, settings = stored(photo_array, quality), Settings(device="cpu", guard=False)
    light, noise = Step(Task.LOW_LIGHT, 1.0, 1.0, ""), Step(Task.DENOISING, 1.0, 1.0, "")
    result = tiny.restore(photo, plan=Plan("clear", (light,)), settings=settings)
    clean, said = deblocked(photo)
    assert np.allclose(given[0], clean.visible if freed else photo.visible, atol=1e-6)
    assert result.notes == ((said,) if freed else ())
    tiny.restore(photo, plan=Plan("clear", (noise, light)), settings=settings)
    assert np.array_equal(given[1], photo.visible)
