"""Any folder of photos: what is found in it, told, trained on and passed over."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from instructir.data.files import NO_PHOTOS, list_pictures, pictures_below
from instructir.data.mixture import CropMixture, CropPhase, DataOptions, MixtureEntry
from instructir.data.pictures import PictureCache
from instructir.data.sources import Source, SourceOptions
from instructir.data.survey import survey
from instructir.errors import DataError


def photo(path: Path, width: int = 60, height: int = 40, **options: Any) -> None:
    """A picture whose upper half is red."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, :, 0] = 255
    Image.fromarray(pixels).save(path, **options)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Nested folders, mixed formats, hidden files, a run of ours, and what is no picture."""
    photo(tmp_path / "a.jpg")
    photo(tmp_path / "2024/June (sea)/b.PNG", 640, 480)
    photo(tmp_path / "2024/c.webp", 30, 20)
    photo(tmp_path / "2024/d.tif")
    photo(tmp_path / ".thumbnails/e.jpg")
    photo(tmp_path / "2024/.f.jpg")
    photo(tmp_path / "run/validation/g.png")
    (tmp_path / "run" / NO_PHOTOS).touch()
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "2024/film.mp4").write_bytes(b"film")
    return tmp_path


def options(root: Path) -> DataOptions:
    return DataOptions(
        str(root), {"photos": SourceOptions("clean", ["."])}, [MixtureEntry("denoising", "photos")]
    )


def test_photos_are_found_in_all_folders_but_hidden_ones_and_those_of_runs(root: Path) -> None:
    found, others = pictures_below(root)
    assert [path.name for path in found] == ["b.PNG", "c.webp", "d.tif", "a.jpg"]
    assert others == 2


def test_links_in_circles_are_followed_once(root: Path) -> None:
    (root / "2024" / "again").symlink_to(root, target_is_directory=True)
    assert len(pictures_below(root)[0]) == 4


def test_what_was_found_is_told(root: Path) -> None:
    (root / "broken.jpg").write_bytes(b"no picture")
    (root / "2024" / "empty.png").touch()
    (told,) = survey(options(root))
    assert {path.name for path in told.paths} == {"a.jpg", "b.PNG", "c.webp", "d.tif"}
    first, left, *faults, others = told.lines(crop=32)
    assert first.startswith("photos: 4 pictures in 3 folders, 30x20 to 640x480 pixels; 1 smaller than")
    assert left == "photos: 2 left out"
    assert any(str(root / "broken.jpg") in fault for fault in faults)
    assert any(str(root / "2024" / "empty.png") in fault and "empty" in fault for fault in faults)
    assert others == "photos: passed over 2 of other kinds"


def test_many_faults_are_counted_and_some_named(root: Path) -> None:
    for index in range(9):
        (root / f"{index}.jpg").write_bytes(b"no picture")
    lines = survey(options(root))[0].lines()
    assert "photos: 9 left out" in lines
    assert lines[-2] == "  and 4 more"


@pytest.mark.parametrize("content", [b"", b"no picture"])
def test_a_folder_without_a_picture_that_can_be_read_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(DataError, match=r"source 'photos' has no picture that can be read: .*a\.jpg"):
        survey(options(tmp_path))
    (tmp_path / "a.jpg").rename(tmp_path / "a.txt")
    with pytest.raises(DataError, match="holds no picture, 1 file of other kinds"):
        survey(options(tmp_path))


def test_a_picture_that_ends_early_is_passed_over_whenever_it_is_drawn(root: Path) -> None:
    whole = root / "2024/June (sea)/b.PNG"
    whole.write_bytes(whole.read_bytes()[:200])  # its first bytes still state the size
    phases = [CropPhase(0, 16, 40)]
    first = CropMixture(options(root), phases, seed=0)
    again = CropMixture(options(root), phases, seed=0)
    again[0]
    assert (first[3]["clean"] == again[3]["clean"]).all()
    for path in root.rglob("*.*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataError, match="no picture there can be decoded"):
        CropMixture(options(root), phases, seed=0)[0]


def test_photos_of_a_phone_that_was_held_sideways_are_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    photo(tmp_path / "a.jpg", 60, 40, exif=exif, quality=95)
    source = Source(SourceOptions("clean", ["."]), tmp_path, PictureCache())
    crop, _ = source.crop(64, np.random.default_rng(0))  # larger than the picture: all of it, mirrored
    picture = source._cache.load(tmp_path / "a.jpg")
    assert picture.shape == (60, 40, 3)
    assert (picture[:, 25:, 0] > 200).all()  # what was the upper half is on the right
    assert crop.shape == (3, 64, 64)


def test_a_pipe_of_a_pictures_name_is_passed_over(root: Path) -> None:
    os.mkfifo(root / "pipe.jpg")
    (told,) = survey(options(root))
    assert len(told.paths) == 4
    assert told.lines()[-1] == "photos: passed over 3 of other kinds"
    assert [path.name for path in list_pictures(root)] == ["a.jpg"]


def test_the_file_that_hides_all_photos_is_named(root: Path) -> None:
    (root / NO_PHOTOS).touch()
    says = f"{NO_PHOTOS} says that its folder holds no photos, delete it"
    hides = rf"holds no picture, 0 files of other kinds; .*{says}"
    with pytest.raises(DataError, match=hides):
        survey(options(root))


def test_pairs_that_cannot_be_used_are_passed_over_with_a_line_each(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("a", "b", "c", "d"):
        photo(tmp_path / "pairs/target" / f"{name}.png")
        photo(tmp_path / "pairs/input" / f"{name}.png", *((50, 40) if name == "b" else (60, 40)))
    (tmp_path / "pairs/input/c.png").write_bytes(b"no picture")
    (tmp_path / "pairs/target/d.png").write_bytes(b"no picture")
    source = Source(SourceOptions("pairs", ["pairs"]), tmp_path, PictureCache())
    for seed in range(12):
        _, other = source.crop(16, np.random.default_rng(seed))
        assert other is not None
    told = sorted(record.message.removeprefix(f"left out: {tmp_path}/pairs/") for record in caplog.records)
    assert [line.split(":")[0] for line in told] == ["input/b.png", "input/c.png", "target/d.png"]
    assert "is not of the size of its reference" in told[0]
    (tmp_path / "pairs/input/a.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match="no pair there can be used"):
        Source(SourceOptions("pairs", ["pairs"]), tmp_path, PictureCache()).crop(16, np.random.default_rng(0))


def test_what_the_survey_has_told_is_not_told_again(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    (root / "broken.jpg").write_bytes(b"no picture")
    assert any("broken.jpg" in line for line in survey(options(root))[0].lines())
    source = Source(SourceOptions("clean", ["."]), root, PictureCache())
    for seed in range(20):
        source.crop(16, np.random.default_rng(seed))
    assert not caplog.records


def test_a_source_that_is_not_there_can_be_left_out(root: Path) -> None:
    made = options(root)
    made.sources["pairs"] = SourceOptions("pairs", ["pairs"])
    made.mixture.append(MixtureEntry("low_light", "pairs", name="real"))
    with pytest.raises(DataError, match=r"train without the source 'pairs': data\.mixture\.real=null$"):
        survey(made)
    del made.mixture[:-1]  # nothing would be left
    with pytest.raises(DataError, match=r"to those that it holds$"):
        survey(made)
