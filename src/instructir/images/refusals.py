"""One-line refusals: how a broken file, a missing extra or a full memory is told to the user."""

import importlib
import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType

from PIL import Image, ImageCms

from instructir.errors import ImageFileError

_CODEC_FAULTS: tuple[type[Exception], ...] = (
    OSError,  # also UnidentifiedImageError: truncated or undecodable data
    SyntaxError,  # Pillow's word for a bad header
    ValueError,  # also UnicodeDecodeError
    TypeError,  # a tag of an unexpected type
    LookupError,  # a missing tag, or an offset past the end
    AttributeError,  # a decoder left half built by a bad header
    ArithmeticError,  # OverflowError and ZeroDivisionError
    AssertionError,
    EOFError,
    StopIteration,  # nothing of the kind that was looked for
    RuntimeError,  # imagecodecs, libheif; also RecursionError and NotImplementedError
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    ImageCms.PyCMSError,
)
"""What codecs raise on hostile or damaged files. Only calls into them are guarded with it, so that a mistake
in our own code keeps its traceback."""


def shown(name: object) -> str:
    """Return `name` fit for a one-line message: as it is if printable, else with escapes."""
    text = str(name)
    return text if text.isprintable() else ascii(text)


def refusal(name: object, problem: str, hint: str) -> ImageFileError:
    """Return the error "NAME: PROBLEM; MEND", always one line."""
    line = " ".join(f"{problem}; {hint}".split())
    return ImageFileError(f"{shown(name)}: {shown(line)}")


def reason_of(error: BaseException) -> str:
    """Return what a decoder says of a fault, as users may read it."""
    if isinstance(
        error, LookupError | AttributeError | TypeError | AssertionError | StopIteration | struct.error
    ):
        return "its data make no sense"  # what Python says of these means nothing to users
    said = error.args[0] if error.args else ""
    return (
        shown(said.decode(errors="replace") if isinstance(said, bytes) else error)[:120]
        or type(error).__name__
    )


class SharedContext:
    """A context that the first of several threads enters and the last one leaves.

    Settings of the whole process, such as the warning filters, are saved on entry and put back on exit.
    Threads that did so each on its own would put back each other's changes and leave them for good.
    """

    def __init__(self, make: Callable[[], AbstractContextManager[None]]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._inside = 0
        self._context: AbstractContextManager[None] | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._context = self._make()
                self._context.__enter__()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._context is not None:
                self._context.__exit__(None, None, None)
                self._context = None


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


_QUIET = SharedContext(_quiet)


@contextmanager
def decoding(name: object, *further: type[Exception]) -> Iterator[None]:
    """Guard a call into a decoder: its faults become an `ImageFileError`, its warnings are dropped.

    A warning that a codec gives about a file either comes with a fault, which is reported, or is about
    something that does not touch the pixels.

    Args:
        name: what the user calls the file.
        further: exceptions of this decoder's own.

    Raises:
        ImageFileError: for any of these exceptions, or if memory runs out.
    """
    with _QUIET:
        try:
            yield
        except MemoryError as error:
            raise refusal(name, "needs more memory than there is", "use a smaller picture") from error
        except (*_CODEC_FAULTS, *further) as error:
            problem = f"is damaged, cut short or of an unknown variant ({reason_of(error)})"
            raise refusal(name, problem, "get a fresh copy or save it as PNG") from error


@contextmanager
def encoding(name: object, kind: str) -> Iterator[None]:
    """Guard a call into an encoder in the way of `decoding`.

    Raises:
        ImageFileError: for any of `_CODEC_FAULTS`, or if memory runs out.
    """
    with _QUIET:
        try:
            yield
        except MemoryError as error:
            raise refusal(name, "needs more memory than there is", "use a smaller picture") from error
        except _CODEC_FAULTS as error:
            problem = f"cannot be encoded as {kind} ({reason_of(error)})"
            raise refusal(name, problem, "choose another format, for example PNG") from error


def extra(module: str, name: object, what: str) -> ModuleType:
    """Import an optional module of the extra `formats`.

    Args:
        module: the module's name.
        name: what the user calls the file.
        what: the kind of file that needs it, for the message.

    Raises:
        ImageFileError: if it is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        hint = 'install it with: pip install "instructir[formats]"'
        raise refusal(name, f"{what} needs the extra 'formats'", hint) from error
