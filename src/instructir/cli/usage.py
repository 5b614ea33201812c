"""What the command line says of words that it cannot take, with what helps to correct them."""

import shlex
from collections.abc import Sequence
from typing import Any

import typer

from instructir.cli.names import is_there
from instructir.wording import reworded


def complaint(error: typer.TyperException, arguments: Sequence[str]) -> str:
    """What is wrong with the words of a command, on one line; empty if help was printed instead.

    Typer names neither the value that it refuses nor the commands that there are, and takes a file whose
    name begins with a hyphen for an option.

    Args:
        error: what Typer found.
        arguments: all words of the command line.
    """
    message = reworded(error.format_message())
    if not message:
        return ""
    value = _given(getattr(error, "param", None), arguments)
    if value is not None:
        message = message.replace("Invalid value for", f"Invalid value {value!r} for", 1)
    if message.startswith("No such command"):
        return f"{message.rstrip('.')}: use one of {', '.join(_commands(getattr(error, 'ctx', None)))}"
    hyphened = next((word for word in arguments if word.startswith("-") and is_there(word)), None)
    if message.startswith("No such option") and hyphened is not None:
        return f"{message}; for the file {hyphened} write ./{hyphened}"
    if message.startswith("Got unexpected extra argument") and (meant := _quoted(error, arguments)):
        return f"put the sentence in quotes: {meant}"
    return f"{message} (see instructir --help)"


def _quoted(error: typer.TyperException, arguments: Sequence[str]) -> str:
    """The command with its sentence in quotes, if its last argument is one; what is a file comes first."""
    context: Any = getattr(error, "ctx", None)
    if context is None:
        return ""
    parameters = context.command.params
    places = [one.name for one in parameters if one.param_type_name == "argument"]
    if places[-1:] != ["instruction"]:
        return ""
    valued = {name for one in parameters if not getattr(one, "is_flag", False) for name in one.opts}
    words = list(arguments[arguments.index(context.info_name) + 1 :])
    given = [
        word
        for before, word in zip(["", *words], words, strict=False)
        if word[:1] != "-" and before not in valued
    ]
    if len(given) <= len(places):
        return ""  # it is the value of an option
    if len(places) > 1:
        given.sort(key=lambda word: not is_there(word))
    first, sentence = given[: len(places) - 1], " ".join(given[len(places) - 1 :])
    return " ".join([context.command_path, *map(shlex.quote, first), f'"{sentence}"'])


def _given(parameter: Any, arguments: Sequence[str]) -> str | None:
    """The value of an option as it stands on the command line, the last one where there are several."""
    names = [*getattr(parameter, "opts", ())]
    found = None
    for word, follower in zip(arguments, [*arguments[1:], None], strict=True):
        name, equals, value = word.partition("=")
        if name in names:
            found = value if equals else follower
    return found


def _commands(context: Any) -> list[str]:
    return [] if context is None else list(context.command.list_commands(context))
