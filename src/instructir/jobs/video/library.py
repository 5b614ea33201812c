"""PyAV (the extra ``video``), and what it raises as lines that a user can follow."""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from instructir.errors import ConfigError, ImageFileError


def library(purpose: object = "video") -> ModuleType:
    """PyAV.

    Raises:
        ConfigError: if it is not installed.
    """
    os.environ.setdefault("SVT_LOG", "1")  # the AV1 encoder writes its settings to stderr otherwise
    try:
        av: ModuleType = importlib.import_module("av")
    except ImportError:
        hint = 'install it with: pip install "instructir[video]"'
        raise ConfigError(f"{purpose}: video needs the extra 'video'; {hint}") from None
    # What matters is raised. Messages from threads of a decoder wait for the interpreter's lock, for ever if
    # whoever closes the decoder holds it, so that none may come at all.
    av.logging.set_level(None)
    return av


@contextmanager
def telling(name: object, doing: str, hint: str = "check the file and the disk") -> Iterator[None]:
    """Turn what FFmpeg raises into one line about the file `name`.

    Raises:
        ImageFileError: if it does.
    """
    av = library(name)
    try:
        yield
    except (av.error.FFmpegError, OSError) as error:
        raise ImageFileError(f"{name}: cannot be {doing} ({reason(error)}); {hint}") from error


def reason(error: BaseException) -> str:
    """What was wrong, without the names of functions and hidden files."""
    return getattr(error, "strerror", None) or str(error)
