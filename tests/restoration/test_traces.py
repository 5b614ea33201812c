"""Traces of earlier JPEG files: found where they are, nowhere else, and used."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from instructir.images import read
from instructir.images.metadata.quality import estimated_quality
from instructir.restoration.diagnosis import examine_file
from instructir.restoration.restorer import Restorer
from instructir.restoration.traces import earlier_quality, with_traces
from instructir.settings import Settings
from instructir.tasks import Task

EXAMPLES = Path(__file__).parents[2] / "examples"


def through_file(picture: Image.Image, quality: int) -> Image.Image:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(stream).convert("RGB")


def seen(picture: Image.Image) -> int | None:
    return earlier_quality(np.asarray(picture).astype(np.float32) / np.float32(255))


@pytest.fixture
def photo() -> Image.Image:
    """A picture without traces: made smaller, so that the edges of its file's blocks are everywhere."""
    picture = Image.open(EXAMPLES / "grainy_cat.jpg").convert("RGB")
    return picture.resize((picture.width * 3 // 4, picture.height * 3 // 4), Image.Resampling.LANCZOS)


@pytest.mark.parametrize("quality", [10, 30, 50, 75, 84])
def test_the_quality_of_an_earlier_file_is_found(photo: Image.Image, quality: int) -> None:
    assert seen(through_file(photo, quality)) == quality


def test_it_is_found_below_a_finer_file(photo: Image.Image) -> None:
    assert seen(through_file(through_file(photo, 20), 95)) == 20


@pytest.mark.parametrize(("inner", "outer"), [(12, 92), (20, 85), (35, 75), (60, 94)])
def test_a_file_that_was_saved_twice_says_how_coarse_it_was_the_first_time(
    photo: Image.Image, tmp_path: Path, inner: int, outer: int
) -> None:
    path = tmp_path / "twice.jpg"
    through_file(photo, inner).save(path, quality=outer, comment=b"mine")
    given = read(path)
    coding = with_traces(given).metadata.jpeg
    assert coding is not None
    assert estimated_quality(coding.tables) in range(inner - 1, inner + 2)  # their steps may be the same
    assert coding.comment == b"mine"


@pytest.mark.parametrize("quality", [50, 75, 80, 84, 85, 90, 94])
def test_a_file_that_was_saved_once_shows_no_earlier_one(
    photo: Image.Image, tmp_path: Path, quality: int
) -> None:
    photo.save(tmp_path / "once.jpg", quality=quality)
    given = read(tmp_path / "once.jpg")
    assert with_traces(given) is given


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_first_time_counts_for_what_is_removed(
    photo: Image.Image, tmp_path: Path, orientation: int
) -> None:
    stored = through_file(photo.crop((0, 0, 249, 203)), 12)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "twice.jpg", quality=90, exif=exif)
    findings = examine_file(tmp_path / "twice.jpg")
    assert findings.quality == 12
    assert Task.DENOISING in findings.faults
    restored = Restorer.load(Settings()).restore(tmp_path / "twice.jpg", "remove the jpeg artifacts")
    assert any("quality 12 removed" in note for note in restored.notes)
    assert restored.photo.metadata.jpeg is not None
    assert restored.photo.metadata.jpeg.tables == ()  # written as finely as by default


@pytest.mark.parametrize("size", [(1, 1), (7, 30), (64, 64)])
def test_small_and_flat_pictures_have_none(size: tuple[int, int]) -> None:
    assert earlier_quality(np.full((*size, 3), 0.4, np.float32)) is None


def test_pictures_without_or_with_their_blocks_elsewhere_have_none(photo: Image.Image) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (160, 160, 3), np.uint8)
    moved = through_file(photo, 20).crop((3, 5, photo.width, photo.height))
    assert seen(photo) is None
    assert seen(Image.fromarray(noise)) is None
    assert seen(moved) is None


def test_a_file_speaks_for_itself(photo: Image.Image, tmp_path: Path) -> None:
    photo.save(tmp_path / "coarse.jpg", quality=30)
    own = read(tmp_path / "coarse.jpg")
    assert with_traces(own) is own
    through_file(photo, 20).save(tmp_path / "twice.jpg", quality=97)
    coding = with_traces(read(tmp_path / "twice.jpg")).metadata.jpeg
    assert coding is not None
    assert coding.tables[0][0] == 40  # 16 at quality 50


def test_a_copy_is_seen_to_be_compressed_and_restored_as_its_file_is(
    photo: Image.Image, tmp_path: Path
) -> None:
    stored = through_file(photo, 12)
    stored.save(tmp_path / "copy.png")
    findings = examine_file(tmp_path / "copy.png")
    assert findings.quality == 12
    assert Task.DENOISING in findings.faults
    restored = Restorer.load(Settings()).restore(tmp_path / "copy.png", "remove the jpeg artifacts")
    assert any("quality 12 removed" in note for note in restored.notes)
    assert restored.photo.metadata.jpeg is None  # so that it is not written as coarsely again

    def error(picture: Image.Image) -> float:
        return float(np.square(np.asarray(picture.convert("RGB"), float) - np.asarray(photo)).mean())

    assert error(restored.image) < 0.97 * error(stored)  # most of it is the noise of the photo
