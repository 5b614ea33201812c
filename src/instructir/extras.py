"""Optional packages, imported where they are used, with one line on how to get them."""

from importlib import import_module
from types import ModuleType

from instructir.errors import ConfigError


def require(module: str, install: str, purpose: str) -> ModuleType:
    """Import `module`, whose package is optional.

    Args:
        module: dotted name.
        install: what to give to pip.
        purpose: what needs it, the subject of the message.

    Raises:
        ConfigError: if it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        missing = error.name or module
        raise ConfigError(
            f"{purpose} needs {missing}, which is not installed: pip install {install!r}"
        ) from None


def scikit_image(module: str) -> ModuleType:
    """Import a module of scikit-image.

    Raises:
        ConfigError: if it is not installed.
    """
    return require(f"skimage.{module}", "instructir[evaluate]", "evaluation")
