"""InstructIR: restore a photograph from a sentence.

    >>> import instructir
    >>> restorer = instructir.load()                                          # doctest: +SKIP
    >>> restorer.restore("photo.jpg", "it's grainy").save("clean.jpg")        # doctest: +SKIP

Importing the package loads neither torch nor transformers; the names below are resolved at first use.
"""

from importlib import import_module

from instructir._version import __version__

TYPE_CHECKING = False  # as typing says, which takes longer to load than all of this
if TYPE_CHECKING:
    from typing import Any

    from instructir.restoration.loading import load, restore
    from instructir.restoration.restorer import Restorer
    from instructir.restoration.result import Restoration
    from instructir.tasks import Task

_HOMES = {
    "load": "instructir.restoration.loading",
    "restore": "instructir.restoration.loading",
    "Restorer": "instructir.restoration.restorer",
    "Restoration": "instructir.restoration.result",
    "Task": "instructir.tasks",
}

__all__ = ["Restoration", "Restorer", "Task", "__version__", "load", "restore"]


def __getattr__(name: str) -> "Any":
    if name not in _HOMES:
        raise AttributeError(f"module 'instructir' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
