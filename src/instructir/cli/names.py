"""Names of files and folders on the command line, refused where nothing can have them."""

import inspect
from collections.abc import Callable, Iterator
from errno import ENAMETOOLONG
from pathlib import Path
from typing import Any, get_args

import typer


def a_name(value: str) -> str:
    """Return a name that a file, a folder or its URL can have.

    Raises:
        typer.BadParameter: if it is empty, which Python takes for the current folder, or too long.
    """
    if not value.strip():
        raise typer.BadParameter("it is empty: name a file or a folder")
    if "://" not in value:
        try:
            Path(value).stat()
        except OSError as error:
            if error.errno == ENAMETOOLONG:
                raise typer.BadParameter("it is too long for any disk: give a shorter name") from None
    return value


def a_path(value: str) -> Path:
    """Return the path of a name; see `a_name`."""
    return Path(a_name(value))


def is_there(word: str) -> bool:
    """Whether a word of the command line names a file or a folder that is there."""
    try:
        return Path(word).exists()
    except (OSError, ValueError):  # a sentence may be longer than any name
        return False


def with_sound_names(app: typer.Typer) -> typer.Typer:
    """Return the program with each argument and option that is a `Path` read by `a_path`."""
    for command in app.registered_commands:
        if command.callback is not None:
            for parameter in _paths(command.callback):
                parameter.parser = a_path
    for group in app.registered_groups:
        if group.typer_instance is not None:
            with_sound_names(group.typer_instance)
    return app


def _paths(command: Callable[..., Any]) -> Iterator[Any]:
    """What Typer is told of those parameters of a command that are paths."""
    for parameter in inspect.signature(command, eval_str=True).parameters.values():
        hint, *told = get_args(parameter.annotation) or (None,)
        if Path in (hint, *get_args(hint)):
            yield from told
