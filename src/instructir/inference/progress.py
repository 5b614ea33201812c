"""How a caller follows a run of the network, and breaks it off, without the network knowing who looks on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_watcher: ContextVar[Callable[[float], None] | None] = ContextVar("watcher", default=None)
_fraction: ContextVar[float] = ContextVar("fraction", default=1.0)


@contextmanager
def report_progress(callback: Callable[[float], None]) -> Iterator[None]:
    """Call `callback` between the blocks of every run in this thread.

    Args:
        callback: receives how many pixels' worth of one pass through the network were done since the last
            call. An exception that it raises breaks the run off.
    """
    token = _watcher.set(callback)
    try:
        yield
    finally:
        _watcher.reset(token)


@contextmanager
def scaled_progress(fraction: float) -> Iterator[None]:
    """Count what is done within as `fraction` of its pixels: what surrounds a picture is not asked for."""
    token = _fraction.set(fraction)
    try:
        yield
    finally:
        _fraction.reset(token)


def advance(pixels: float) -> None:
    """Tell the watcher, if there is one, that `pixels` more have been done."""
    callback = _watcher.get()
    if callback is not None:
        callback(pixels * _fraction.get())
