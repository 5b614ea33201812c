"""``instructir data``: what is known, what is there, what the faults look like."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from instructir.cli.commands import app
from instructir.data.manifest import SETS
from instructir.errors import ConfigError
from instructir.tasks import TASKS


def run(*arguments: object, status: int = 0) -> str:
    result = CliRunner().invoke(app, ["data", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """Kodak24 whole, LOL's training pairs in part, one of them damaged."""
    picture = Image.fromarray(np.full((8, 9, 3), 80, np.uint8))
    names = [f"Kodak24/kodim{index:02}.png" for index in range(1, 25)]
    names += [f"LOL/our485/{kind}/{index}.png" for kind in ("low", "high") for index in (1, 2)]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        picture.save(tmp_path / name)
    (tmp_path / "LOL/our485/low/2.png").write_bytes(b"no picture")
    return tmp_path


def test_list_describes_every_set_with_its_licence_and_source() -> None:
    listed = {entry["set"]: entry for entry in json.loads(run("list", "--json"))}
    assert set(listed) == set(SETS)
    assert {entry["task"] for entry in listed.values() if entry["use"] == "train"} == set(TASKS)
    assert all(entry["licence"] and "http" in entry["source"] for entry in listed.values())
    assert listed["RESIDE-OTS"]["expected"] == 72135
    assert "GoPro-train: to train, deblurring, 2103 pictures" in run("list")


def test_list_counts_what_is_there(sets: Path) -> None:
    found = {entry["set"]: entry["found"] for entry in json.loads(run("list", sets, "--json"))}
    assert {name: count for name, count in found.items() if count} == {"Kodak24": 24, "LOL-train": 2}


def test_check_says_what_is_complete_and_how_to_lay_out_the_rest(sets: Path) -> None:
    text = run("check", sets)
    assert "complete   Kodak24 (to test, denoising): 24 in" in text
    assert "partial    LOL-train (to train, low light): 2 of 485 in" in text
    assert "missing    DIV2K" in text
    assert "lay it out as LOL/our485/(low/* + high/*)" in text


def test_check_of_named_sets_has_an_exit_status(sets: Path) -> None:
    run("check", sets, "--set", "kodak24")
    run("check", sets, "--set", "LOL-train", status=1)
    with pytest.raises(ConfigError, match="unknown set 'BSD68'"):
        run("check", sets, "--set", "BSD68")


def test_check_opens_the_pictures_if_it_is_told_to(sets: Path) -> None:
    text = run("check", sets, "--decode", status=1)
    assert "damaged: " in text
    assert "low/2.png: cannot be decoded" in text


@pytest.mark.parametrize("size", [0, -5])
def test_a_sheet_of_nothing_is_refused(tmp_path: Path, photo_array: np.ndarray, size: int) -> None:
    Image.fromarray(photo_array).save(tmp_path / "clean.png")
    output = run("sheet", tmp_path / "clean.png", "-o", tmp_path / "sheet.png", "--size", size, status=2)
    assert "--size" in output
    assert not (tmp_path / "sheet.png").exists()


def test_the_sheet_has_a_row_for_every_fault_and_some_together(
    tmp_path: Path, photo_array: np.ndarray
) -> None:
    Image.fromarray(photo_array).save(tmp_path / "clean.png")
    run("sheet", tmp_path / "clean.png", "-o", tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        rows = len(TASKS) + 3
        assert sheet.size == (4 * (64 + 6) + 6, rows * (48 + 6 + 22) + 6)
        pixels = np.asarray(sheet.convert("RGB"))
    for row in range(rows):
        top = 6 + row * 76 + 22
        cells = [pixels[top : top + 48, 6 + column * 70 : 6 + column * 70 + 64] for column in range(4)]
        harm = [float(np.abs(cell.astype(int) - cells[0]).mean()) for cell in cells[1:]]
        assert 0 < harm[0] < harm[2]
