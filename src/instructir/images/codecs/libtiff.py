"""The messages that libtiff, in which Pillow decodes TIFF, writes to standard error by itself."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

from PIL import _imaging

_SETTERS = ("TIFFSetErrorHandler", "TIFFSetWarningHandler")


@contextmanager
def silent() -> Iterator[None]:
    """Have it write none: what is wrong with a file is raised, and told once."""
    before = [(setter, setter(None)) for setter in _setters()]
    try:
        yield
    finally:
        for setter, handler in before:
            setter(handler)


@cache
def _setters() -> "list[Callable[[int | None], int | None]]":
    """What sets its handlers and returns those before; nothing where it is a part of Pillow's own library."""
    found = []
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(_imaging.__file__)
        for name in _SETTERS:
            setter = getattr(library, name)
            setter.argtypes, setter.restype = [ctypes.c_void_p], ctypes.c_void_p
            found.append(setter)
    return found
