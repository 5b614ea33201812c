"""The standard streams as scripts leave them: closed, full, or with nobody at the other end."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

import typer

from instructir.errors import InstructIRError

STDIN = "-"
"""What names standard input on the command line."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REDIRECT = "redirect a file into it"


def standard_input() -> BinaryIO:
    """Standard input as bytes.

    Raises:
        InstructIRError: if it is closed.
    """
    if sys.stdin is None:
        raise InstructIRError(f"standard input is closed: {_REDIRECT}")
    return sys.stdin.buffer


def lines_of_standard_input() -> Iterator[bytes]:
    """The lines of standard input, each with its end.

    Raises:
        InstructIRError: if it is closed or cannot be read.
    """
    try:
        yield from standard_input()
    except OSError as error:
        raise InstructIRError(f"standard input cannot be read ({error.strerror}): {_REDIRECT}") from error


def complain(message: str) -> int:
    """Say on one line of standard error what the user can correct, and return the exit status for that."""
    with suppress(OSError):  # the status says it where standard error cannot
        typer.echo(f"instructir: {' '.join(message.split())}", err=True)
    return 2


def flush() -> None:
    """Write out what was printed, so that what keeps it from being written is told before the end.

    Raises:
        OSError: if that cannot be done.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def status_of(error: OSError) -> int:
    """Say why what was printed cannot be written, and return the exit status for that.

    Raises:
        OSError: the error itself, if it has nothing to do with what was printed.
    """
    lost = False
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            # Python would complain once more when it flushes.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            lost = True
    if isinstance(error, BrokenPipeError):
        return 1
    if not lost and error.errno not in _FULL:
        raise error
    return complain(f"the output cannot be written ({error.strerror}): check what it is redirected to")
