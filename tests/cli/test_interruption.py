"""Ctrl-C and other requests to end: one line and status 130, whenever they come, and nothing half-written."""

import subprocess
import sys
from pathlib import Path

import pytest

from helpers.patience import PATIENCE
from instructir.cli.interruption import leaving

BEGIN = """
import os, signal, sys, threading, time, types
from concurrent.futures import ThreadPoolExecutor
from instructir.cli import main
def running(run):
    sys.modules["instructir.cli.commands"] = types.SimpleNamespace(run=run)
    main()
"""


# These tests may run in the background of a shell, where Ctrl-C is ignored.
HEARING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"


def ended(code: str, *words: object) -> str:
    """What a program says on standard error that must end as interrupted ones do."""
    done = subprocess.run(
        [sys.executable, "-c", HEARING + code, *map(str, words)],
        capture_output=True,
        check=False,
        timeout=PATIENCE,
        text=True,
    )
    assert done.returncode == 130, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize("request_", ["SIGINT", "SIGTERM"])
def test_while_modules_are_loaded(request_: str) -> None:
    code = f"""
import signal, sys
class Pressed:
    def find_spec(self, name, *_):
        if name == "typer":
            signal.raise_signal(signal.{request_})
sys.meta_path.insert(0, Pressed())
from instructir.cli import main
main()
"""
    assert ended(code) == "instructir: interrupted\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent the Unix way")
def test_a_second_one_ends_at_once_whatever_computes(tmp_path: Path) -> None:
    """Nothing waits for the threads, and what they write is gone."""
    code = """
from instructir.unfinished import removed_at_end
def work():
    with removed_at_end(sys.argv[1]):
        open(sys.argv[1], "w").close()
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(3600)
def run(_):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()
running(run)
"""
    assert ended(BEGIN + code, tmp_path / "part") == "instructir: interrupted\n"
    assert not list(tmp_path.iterdir())


def test_a_folder_says_at_once_what_it_waits_for() -> None:
    code = """
from instructir.cli.interruption import waiting
def run(_):
    with waiting("interrupted; finishing"):
        signal.raise_signal(signal.SIGINT)
running(run)
"""
    assert ended(BEGIN + code) == "instructir: interrupted; finishing\n"


def test_what_is_to_be_ignored_is() -> None:
    code = (
        "signal.signal(signal.SIGINT, signal.SIG_IGN); running(lambda _: signal.raise_signal(signal.SIGINT))"
    )
    done = subprocess.run([sys.executable, "-c", BEGIN + code], check=False, timeout=PATIENCE)
    assert done.returncode == 0


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_while_a_picture_is_written(tmp_path: Path, moment: str) -> None:
    code = f"""
import numpy as np
from pathlib import Path
from instructir.cli.interruption import leaving
from instructir.images import write
from instructir.restoration.inputs import to_photo
def asked(*_):
    signal.raise_signal(signal.SIGTERM)
os.fsync = asked if {moment!r} == "fsync" else os.fsync
Path.replace = asked
def run(words):
    path = Path(words[0])
    with leaving(path):
        write(to_photo(np.zeros((8, 8, 3), np.uint8)), path)
running(run)
"""
    assert ended(BEGIN + code, tmp_path / "a.png") == "instructir: interrupted; nothing was written\n"
    assert not list(tmp_path.iterdir())


def test_what_was_written_before_is_said(tmp_path: Path) -> None:
    both, result = tmp_path / "both.png", tmp_path / "a.png"
    result.touch()

    def work(*said: str) -> None:
        with leaving(both, result):
            both.touch()
            raise KeyboardInterrupt(*said)

    with pytest.raises(KeyboardInterrupt, match=r"only .*both\.png was written"):
        work()
    with pytest.raises(KeyboardInterrupt, match="frames are kept"):
        work("frames are kept")
