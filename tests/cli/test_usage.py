"""Words and places that the command line cannot take: one line that says what to write instead."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.commands import call, refused
from helpers.patience import PATIENCE

WISH = "remove the noise"


@pytest.fixture
def photo(tmp_path: Path, photo_array: np.ndarray) -> Path:
    path = tmp_path / "in.png"
    Image.fromarray(photo_array).save(path)
    return path


@pytest.mark.parametrize(
    ("option", "value"), [("--strength", "x"), ("--quality", "1.5"), ("--workers", "0"), ("--engine", "my")]
)
def test_a_refused_value_is_shown(photo: Path, option: str, value: str) -> None:
    refused(call("restore", photo, WISH, option, value), option, repr(value))
    refused(call("restore", photo, WISH, f"{option}={value}"), option, repr(value))


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--strength", "x", "give a number"),
        ("--quality", "1.5", "give a whole number"),
        ("--gpus", "-1", "give 0 or more"),
        ("--workers", "9" * 400, "or less"),
        ("--tile", "9" * 5000, "more than 6 digits"),
        ("--quality", "9" * 400, "out of range"),
        ("--strength", "nan", "out of range"),
        ("--engine", "my", "is not one of"),
    ],
)
def test_numbers_are_refused_in_plain_words(photo: Path, option: str, value: str, words: str) -> None:
    result = call("restore", photo, WISH, f"{option}={value}", "-o", photo.with_name("out.png"))
    refused(result, words)
    assert not any(foreign in result.stderr for foreign in ("Input should", "parse", "Value error"))
    assert [path.name for path in photo.parent.iterdir()] == [photo.name]


def test_a_file_that_looks_like_an_option_is_told_how_to_write(photo: Path, tmp_path: Path) -> None:
    photo.rename(tmp_path / "-dash.png")
    refused(call("restore", "-dash.png", WISH, folder=tmp_path), "write ./-dash.png")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (("restore", "in.png", "too", "dark", "--strength", "0.5"), 'instructir restore in.png "too dark"'),
        (("restore", "too", "dark", "in.png"), 'instructir restore in.png "too dark"'),
        (("plan", "too", "dark"), 'instructir plan "too dark"'),
    ],
)
def test_forgotten_quotes_are_shown_where_they_belong(
    photo: Path, given: tuple[str, ...], meant: str
) -> None:
    refused(call(*given, folder=photo.parent), f"put the sentence in quotes: {meant}")


def test_a_sentence_before_its_file_is_told_where_it_belongs(photo: Path) -> None:
    right = 'the file comes first, then the sentence: instructir restore in.png "too dark"'
    refused(call("restore", "too dark", "in.png", folder=photo.parent), right)


def test_a_variant_that_is_no_expert_says_so(photo: Path) -> None:
    said = "nor is it an expert or a model here (instructir experts list)"
    refused(call("restore", photo, WISH, "--variants", "NAFNet", "-o", photo.with_name("sheet.png")), said)


def test_an_unknown_command_names_those_that_there_are() -> None:
    refused(call("evaluate", "nosuite"), "'nosuite'", "table2", "folder")
    refused(call("restor"), "'restor'", "restore", "evaluate")


def test_results_are_not_written_to_streams(photo: Path) -> None:
    refused(call("restore", photo, WISH, "-o", "-"), "-: results are not written to standard output; name a")
    refused(call("restore", photo, WISH, "-o", "/dev/null"), "/dev/null: is a device or a pipe; name a file")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_as_the_input_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    for name in ("a.jpg", "a", "a.gif", "a.mp4"):
        os.mkfifo(tmp_path / name)
        said = (f"{tmp_path / name}: is no file of bytes but a device or a pipe", "name - instead")
        refused(call("restore", tmp_path / name, WISH, "-o", tmp_path / "o.jpg"), *said)
    refused(call("diagnose", tmp_path / "a.jpg"), "device or a pipe")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc on this system")
def test_places_that_cannot_be_written_are_refused_before_anything_is_computed(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from instructir.restoration.restorer import Restorer

    monkeypatch.delattr(Restorer, "load")
    out = tmp_path / "out.png"
    for options in (("-o", out, "--compare", "/proc/x.png"), ("-o", "/proc/x.png")):
        refused(call("restore", photo, WISH, *options), "/proc/x.png: ", "cannot be written")
    monkeypatch.setattr("instructir.degradations.sheet.contact_sheet", None)
    refused(call("data", "sheet", photo, "-o", "/proc/x.png"), "/proc/x.png: ", "cannot be written")
    assert list(tmp_path.iterdir()) == [photo]


def test_a_comparison_that_cannot_be_written_leaves_no_result(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from instructir.images import writing

    replace = writing._replace

    def fails(place: Path, data: bytes) -> None:
        if place.name == "both.png":
            raise OSError(28, "No space left on device")
        replace(place, data)

    monkeypatch.setattr(writing, "_replace", fails)
    result = call("restore", photo, WISH, "-o", tmp_path / "out.png", "--compare", tmp_path / "both.png")
    refused(result, "both.png: cannot be written (No space left on device)")
    assert list(tmp_path.iterdir()) == [photo]


def test_standard_input_is_called_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from instructir.images import read; read(sys.stdin.buffer)"],
        input=b"no picture",
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    assert b"standard input: is not a picture" in done.stderr
