"""Commands that take dataclasses, each field a parameter, so that none is spelt out twice."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Annotated, Any, get_args, get_type_hints

import typer

from instructir.cli.names import a_name
from instructir.settings import Settings, descriptions, kind_of


def with_fields(command: Callable[..., None], *, leave_out: Sequence[str] = ()) -> Callable[..., None]:
    """`command` as Typer wants it, with the fields of a dataclass in place of each parameter that is one.

    The fields of :class:`Settings` become options that its docstring describes; those of other dataclasses
    are annotated with Typer's own words.

    Args:
        command: what is called with the dataclasses.
        leave_out: settings that it does not offer.
    """
    given = inspect.signature(command, eval_str=True).parameters.values()

    def call(**values: Any) -> None:
        command(**{one.name: _built(one.annotation, one.name, values) for one in given})

    parameters = [parameter for one in given for parameter in _expanded(one, leave_out)]
    call.__doc__ = command.__doc__
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {}
    return call


def with_numbers(arguments: Sequence[str]) -> list[str]:
    """`arguments` with the number put in where an option may stand without one, and does."""
    alone = {
        _word(one.name): number for one in fields(Settings) if (number := kind_of(one).alone) is not None
    }
    given = list(arguments)
    until = given.index("--") if "--" in given else len(given)
    for index, argument in enumerate(given[:until]):
        follower = given[index + 1] if index + 1 < until else ""
        if argument in alone and not follower.lstrip("-").isdecimal():
            given[index] = f"{argument}={alone[argument]}"
    return given


def _built(kind: Any, name: str, values: dict[str, Any]) -> Any:
    if not is_dataclass(kind):
        return values[name]
    hints = get_type_hints(kind)
    present = [one.name for one in fields(kind) if one.name in values or is_dataclass(hints[one.name])]
    return kind(**{own: _built(hints[own], own, values) for own in present})  # type: ignore[operator]


def _expanded(parameter: inspect.Parameter, leave_out: Sequence[str]) -> Iterator[inspect.Parameter]:
    kind = parameter.annotation
    if kind is Settings:
        yield from (_option(setting) for setting in fields(Settings) if setting.name not in leave_out)
    elif is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        for one in fields(kind):
            default = inspect.Parameter.empty if one.default is MISSING else one.default
            yield from _expanded(_parameter(one.name, hints[one.name], default), leave_out)
    else:
        yield _parameter(parameter.name, kind, parameter.default)


def _option(setting: "Field[Any]") -> inspect.Parameter:
    hint, word = get_type_hints(Settings)[setting.name], _word(setting.name)
    if str in get_args(hint):
        hint = str  # which the settings themselves turn into what it means
    words = (f"{word}/--no-{word[2:]}",) if setting.default is True else (word,)
    text = descriptions(Settings).get(setting.name, "")
    metavar = None if kind_of(setting).alone is None else "[N]"
    panel = "Result" if kind_of(setting).per_picture else "Computing"
    option = typer.Option(
        *words,
        help=text[:1].upper() + text[1:],
        metavar=metavar,
        rich_help_panel=panel,
        parser=a_name if kind_of(setting).is_file else None,
    )
    return _parameter(setting.name, Annotated[hint, option], setting.default)


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _word(name: str) -> str:
    return f"--{name.replace('_', '-')}"
