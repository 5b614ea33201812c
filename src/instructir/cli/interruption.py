"""Ctrl-C and other requests to end: whenever they come, one line, status 130, and nothing half-written."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from instructir.unfinished import remove_unfinished

INTERRUPTED = 130
"""The exit status."""
_REQUESTS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class _Line:
    """What is said of an interruption: one line, once.

    Attributes:
        at_once: what to say when it comes; empty where that is known only when it has had its effect.
        said: whether it was.
    """

    def __init__(self) -> None:
        self.at_once, self.said = "", False

    def say(self, text: str) -> None:
        """Write it, not by way of the stream, which may be being written to at this moment."""
        if self.said:
            return
        self.said = True
        with suppress(OSError, ValueError, AttributeError):  # where standard error is closed
            below = "\n" if sys.stderr.isatty() else ""  # the terminal has written ^C
            os.write(sys.stderr.fileno(), f"{below}instructir: {text}\n".encode())


_line = _Line()


def listen() -> None:
    """Have a request to end raise `KeyboardInterrupt`; a further one ends the process at once.

    Requests that are to be ignored, as ``nohup`` says, still are.
    """
    _line.at_once, _line.said = "", False
    with suppress(ValueError):  # in another thread than the first, which alone hears them
        for number in _REQUESTS:
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                signal.signal(number, _interrupt)


@contextmanager
def waiting(said: str) -> Iterator[None]:
    """Say `said` as soon as an interruption comes in here, where what is in hand is finished first."""
    _line.at_once = said
    try:
        yield
    finally:
        _line.at_once = ""


@contextmanager
def leaving(*paths: str | os.PathLike[str]) -> Iterator[None]:
    """Add to what is said of an interruption which of `paths` were written before it came."""
    before = [_state(path) for path in paths]
    try:
        yield
    except KeyboardInterrupt as error:
        written = [str(path) for path, was in zip(paths, before, strict=True) if _state(path) != was]
        left = f"only {' and '.join(written)} was written" if written else "nothing was written"
        raise KeyboardInterrupt(*(error.args or [left])) from None


def interrupted(error: KeyboardInterrupt) -> int:
    """Say on one line that a command was interrupted and what `error` says is left, and return the status."""
    remove_unfinished()
    _line.say("; ".join(["interrupted", *map(str, error.args)]))
    return INTERRUPTED


def _interrupt(*_: object) -> None:
    for number in _REQUESTS:
        if signal.getsignal(number) is _interrupt:
            signal.signal(number, _end_at_once)
    if _line.at_once:
        _line.say(_line.at_once)
    raise KeyboardInterrupt


def _end_at_once(*_: object) -> None:
    # An orderly end waits for threads that compute, and breaks down where they do not end.
    _line.say("interrupted")
    remove_unfinished()
    os._exit(INTERRUPTED)


def _as_before() -> None:
    """Let processes that are forked end as those of other programs do."""
    for number in _REQUESTS:
        if signal.getsignal(number) in (_interrupt, _end_at_once):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_as_before)


def _state(path: str | os.PathLike[str]) -> tuple[int, int] | None:
    """What changes when a file is replaced."""
    try:
        status = os.stat(path)  # noqa: PTH116 (pathlib takes a while to import)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
