"""The one family of errors that a user can cause and correct.

Every message is a single line that names the file or value and says what to do about it. The command line
prints it and exits with status 2; anything else that is raised is a defect of ours and keeps its traceback.
"""

from typing import Any


class PortableError(Exception):
    """An error that can be copied and sent to another process, whatever it is made of."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (type(self), *self.args), self.__dict__


class InstructIRError(PortableError):
    """Something the caller can correct: bad input, a missing extra, an unreadable file."""


class ImageFileError(InstructIRError):
    """A picture that cannot be read or written."""


class CheckpointError(InstructIRError):
    """A model file that is missing, damaged or of another kind."""


class InstructionError(InstructIRError):
    """An instruction that is empty or asks for what no model here can do."""


class OutOfScopeError(InstructionError):
    """A request that no model here can fulfil; the message says what to write instead."""


class EncoderError(InstructIRError):
    """A sentence encoder whose weights cannot be found, fetched or trusted."""


class ConfigError(InstructIRError):
    """A configuration with an unknown key or an impossible value."""


class DataError(InstructIRError):
    """A dataset that is missing or does not have the layout that its manifest states."""


def _remade(kind: type[PortableError], *arguments: Any) -> PortableError:
    """An error without its attributes; its `__init__`, which may take more than the text, is not called."""
    return kind.__new__(kind, *arguments)
