"""The command line, called in this process: a new one loads torch and the sentence encoder anew each time."""

import io
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from instructir import cli


def call(
    *arguments: object,
    stdin: bytes = b"",
    folder: Path | None = None,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.CompletedProcess[str]:
    """What ``instructir`` with those arguments prints, and its exit status.

    Args:
        arguments: words of the command line.
        stdin: what it can read.
        folder: where it is called.
        environment: variables that it sees besides.
    """
    words = ["instructir", *map(str, arguments)]
    # Kept to the end: a wrapper that nobody has closes what it wraps.
    streams = {
        name: io.TextIOWrapper(io.BytesIO(given), "utf-8", write_through=True)
        for name, given in (("stdin", stdin), ("stdout", b""), ("stderr", b""))
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", words)
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        for name, value in environment.items():
            patch.setenv(name, value)
        if folder is not None:
            patch.chdir(folder)
        with signals_kept(), pytest.raises(SystemExit) as ended:
            cli.main()
    status = ended.value.code
    assert status is None or isinstance(status, int)
    out, err = (streams[name].detach().getvalue().decode() for name in ("stdout", "stderr"))
    return subprocess.CompletedProcess(words, status or 0, out, err)


@contextmanager
def signals_kept() -> Iterator[None]:
    """Hear signals afterwards as before; the command line hears them to the end of its process."""
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [signal.getsignal(number) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def refused(result: subprocess.CompletedProcess[str], *words: str) -> None:
    """Check that a call was refused with one line that has `words`."""
    assert result.returncode == 2, result.stderr
    assert result.stderr.startswith("instructir: ")
    assert result.stderr.count("\n") == 1, result.stderr
    for word in words:
        assert word in result.stderr, result.stderr
