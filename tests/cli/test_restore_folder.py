"""Folder jobs and videos as scripts meet them: statuses, streams, JSON."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from helpers.commands import signals_kept
from helpers.patience import PATIENCE
from instructir.cli import main

WISH = "remove the noise, please"
JOURNAL = ".instructir-journal.jsonl"


def command(*arguments: object) -> list[str]:
    return ["restore", *map(str, arguments), "--device", "cpu", "--runtime", "torch"]


class Result(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Result]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in this process, which saves the time to start one."""

    def command_line(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["instructir", *command(*arguments)])
        capsys.readouterr()
        with signals_kept(), pytest.raises(SystemExit) as end:
            main()
        return Result(int(end.value.code or 0), *capsys.readouterr())

    return command_line


def run_apart(program: Path, *arguments: object) -> Result:
    """The command line in a process of its own."""
    done = subprocess.run([program, *command(*arguments)], capture_output=True, check=False, timeout=PATIENCE)
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def fill(folder: Path, count: int, side: int = 24) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        array = np.random.default_rng(number).integers(0, 256, (side, side, 3), dtype=np.uint8)
        Image.fromarray(array).save(folder / f"{number:03}.png")
    return folder


def outputs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != JOURNAL}


def test_a_folder_with_a_bad_file(program: Path, plain_model: str, tmp_path: Path) -> None:
    source = fill(tmp_path / "in", 3)
    (source / "bad.jpg").write_text("no picture")
    (source / "clip.mp4").write_bytes(b"")
    result = run_apart(program, source, WISH, "--model", plain_model)
    assert result.returncode == 1
    target = tmp_path / "in_restored"
    assert result.stdout.strip() == str(target)
    assert sorted(outputs(target)) == ["000.png", "001.png", "002.png"]
    assert f"instructir: {source / 'bad.jpg'}: is not a picture" in result.stderr
    assert (
        "restored 3, failed 1, done before 0; left alone: 1 video (restore them one by one)" in result.stderr
    )
    assert "Traceback" not in result.stderr
    again = run_apart(program, source, WISH, "--model", plain_model, "--json")
    lines = [json.loads(line) for line in again.stdout.splitlines()]
    assert again.returncode == 1
    assert [line["status"] for line in lines] == ["failed", "finished"]
    assert lines[0]["input"] == str(source / "bad.jpg")
    assert (lines[1]["restored"], lines[1]["failed"], lines[1]["done_before"]) == (0, 1, 3)


def test_a_folder_in_json_and_a_dry_run(run: Run, plain_model: str, tmp_path: Path) -> None:
    source = fill(tmp_path / "in", 2)
    planned = run(
        source, WISH, "-o", tmp_path / "out", "--suffix", "_x", "--dry-run", "--json", "--model", plain_model
    )
    lines = [json.loads(line) for line in planned.stdout.splitlines()]
    assert [line["output"] for line in lines[:-1]] == [
        str(tmp_path / "out" / name) for name in ("000_x.png", "001_x.png")
    ]
    assert (lines[-1]["status"], lines[-1]["pictures"]) == ("planned", 2)
    assert lines[-1]["bytes"] > 0 <= lines[-1]["seconds"]
    assert "estimate: 2 pictures: about" in planned.stderr
    assert not (tmp_path / "out").exists()
    result = run(source, WISH, "-o", tmp_path / "out", "--json", "--model", plain_model)
    assert result.returncode == 0, result.stderr
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert sorted(line["output"] for line in lines[:-1]) == [
        str(tmp_path / "out" / name) for name in ("000.png", "001.png")
    ]
    assert set(lines[0]) == {"input", "output", "status", "plan", "seconds", "notes"}


def test_a_dry_run_ends_as_the_run_would(run: Run, plain_model: str, tmp_path: Path) -> None:
    source, table = fill(tmp_path / "in", 1), tmp_path / "t.csv"
    table.write_text("file,instruction\ngone.png,remove the noise\n", "utf-8")
    for dry in ((), ("--dry-run",)):
        result = run(source, "--instructions", table, "-o", tmp_path / "out", *dry, "--model", plain_model)
        assert result.returncode == 1, result.stderr
        assert "gone.png: is in the table but not in the folder; correct the row" in result.stderr


def test_refusals_are_one_line_and_write_nothing(run: Run, plain_model: str, tmp_path: Path) -> None:
    source = fill(tmp_path / "in", 1)
    (tmp_path / "empty").mkdir()
    for arguments, words in [
        ((tmp_path / "empty", WISH), "holds no picture; add --recursive"),
        ((source, "  "), "instruction is empty"),
        ((source, WISH, "-o", source), "would replace the input"),
        ((source, WISH, "--quality", "101"), "quality 101"),
        ((source, WISH, "--tile", "x"), "tile 'x'"),
        ((source, WISH, "--compare", tmp_path / "c.png"), "--compare"),
        ((source, WISH, "--instructions", tmp_path / "no.csv"), "no.csv"),
        ((source / "000.png", WISH, "--instructions", tmp_path / "no.csv"), "--instructions is for folders"),
        (("nonsense://a/b", WISH), "nonsense://a/b"),
    ]:
        result = run(*arguments)
        assert result.returncode == 2, result.stderr
        assert words in result.stderr
        assert result.stderr.count("\n") == 1
        assert result.stdout == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "in"]


def test_a_folder_of_jpeg_files_by_their_own_tables(run: Run, tmp_path: Path) -> None:
    for number, quality in enumerate((12, 30)):
        array = np.random.default_rng(number).integers(0, 256, (6, 5, 3), dtype=np.uint8)
        picture = Image.fromarray(array).resize((50, 60), Image.Resampling.BICUBIC)
        (tmp_path / "in").mkdir(exist_ok=True)
        picture.save(tmp_path / "in" / f"{quality}.jpg", quality=quality)
    result = run(tmp_path / "in", "remove the JPEG artefacts", "-o", tmp_path / "out", "--json")
    assert result.returncode == 0, result.stderr
    lines = {Path(line["input"]).stem: line for line in map(json.loads, result.stdout.splitlines()[:-1])}
    for name in ("12", "30"):
        assert lines[name]["notes"] == [f"JPEG artefacts of quality {name} removed"]
        assert lines[name]["plan"]["steps"][0]["artefacts"] == "only"
        with Image.open(tmp_path / "out" / f"{name}.jpg") as made:
            single = run(
                tmp_path / "in" / f"{name}.jpg",
                "remove the JPEG artefacts",
                "-o",
                tmp_path / f"one{name}.jpg",
            )
            assert single.returncode == 0, single.stderr
            assert f"quality {name} removed" in single.stderr
            with Image.open(tmp_path / f"one{name}.jpg") as one:
                assert np.array_equal(np.asarray(made), np.asarray(one))


def test_options_of_single_pictures(run: Run, plain_model: str, tmp_path: Path) -> None:
    path = fill(tmp_path / "in", 1) / "000.png"
    result = run(
        path,
        WISH,
        "--suffix",
        "_x",
        "--tile",
        "64",
        "--precision",
        "fp32",
        "--model",
        plain_model,
    )
    assert result.stdout.strip() == str(tmp_path / "in" / "000_x.png")
    before = (tmp_path / "in" / "000_x.png").stat().st_mtime_ns
    assert "there already" in run(path, WISH, "--suffix", "_x", "--skip-existing").stderr
    assert run(path, WISH, "--dry-run", "--suffix", "_y").stdout.strip() == str(tmp_path / "in" / "000_y.png")
    assert (tmp_path / "in" / "000_x.png").stat().st_mtime_ns == before
    assert len(list((tmp_path / "in").iterdir())) == 2


def test_a_video(run: Run, plain_model: str, tmp_path: Path) -> None:
    av = pytest.importorskip("av", reason='needs the extra "video"')
    with av.open(str(tmp_path / "clip.mkv"), "w") as output:
        stream = output.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 24, "bgr0"
        for number in range(5):
            pixels = np.full((24, 32, 3), 40 * number, np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    result = run(tmp_path / "clip.mkv", WISH, "--json", "--model", plain_model)
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert (report["frames"], report["output"]) == (5, str(tmp_path / "clip_restored.mkv"))
    with av.open(report["output"]) as clip:
        assert len(list(clip.decode(video=0))) == 5
    into = tmp_path / "out.mp4"
    into.mkdir()
    result = run(tmp_path / "clip.mkv", WISH, "-o", into, "--model", plain_model)
    assert result.returncode == 0, result.stderr
    assert [path.name for path in into.iterdir()] == ["clip.mkv"]
