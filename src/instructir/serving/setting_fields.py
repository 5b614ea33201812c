"""The settings that can differ from picture to picture, as fields of a request."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import Field as DataclassField
from dataclasses import fields, replace
from functools import partial
from types import NoneType
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, create_model

from instructir.errors import ConfigError
from instructir.settings import Settings, descriptions, kind_of, per_picture

_M = TypeVar("_M", bound=BaseModel)


def with_setting_fields(model: type[_M]) -> type[_M]:
    """`model` with a field for each setting that can differ from picture to picture as well."""
    names = per_picture()
    added: dict[str, Any] = {one.name: _field(one) for one in fields(Settings) if one.name in names}
    return create_model(
        model.__name__, __base__=model, __doc__=model.__doc__, __module__=model.__module__, **added
    )


def settings_in(options: BaseModel, default: Settings) -> Settings:
    """`default` with what `options`, a model with these fields, say of the picture."""
    given = {name: getattr(options, name) for name in per_picture()}
    for one in fields(Settings):
        if kind_of(one).is_file and given[one.name] is not None:
            given[one.name] = base64.b64decode(given[one.name])
    return replace(default, **given)


def none_if_empty(value: Any) -> Any:
    """None for the empty text that a form has where nothing was chosen."""
    return None if value == "" else value


def _field(setting: "DataclassField[Any]") -> tuple[Any, Any]:
    """A setting as Pydantic has it: its type within its range, and its default."""
    hint: Any = get_type_hints(Settings)[setting.name]
    kind = kind_of(setting)
    bounds = kind.range
    if kind.is_file:  # an empty one is refused where it is read
        return Annotated[str, AfterValidator(_base64)] | None, Field(
            None,
            description=f"{_capital(setting.name)} The file, in base64 in JSON.",
            json_schema_extra={"format": "byte"},
        )
    if kind.parse is not None:
        hint = Annotated[str, AfterValidator(partial(_parsed, kind.parse))] | None
    if NoneType in get_args(hint):
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
        inner = hint if bounds is None else Annotated[hint, _between(bounds, hint)]
        hint = Annotated[inner | None, BeforeValidator(none_if_empty)]
    elif bounds is not None:
        hint = Annotated[hint, _between(bounds, hint)]
    return hint, Field(setting.default, description=_capital(setting.name))


def _between(bounds: tuple[float, float], hint: Any) -> Any:
    """A range, which what is no number at all is not out of."""
    more: dict[str, Any] = {"allow_inf_nan": False} if hint is float else {}
    return Field(ge=bounds[0], le=bounds[1], **more)


def _capital(name: str) -> str:
    text = descriptions(Settings).get(name, "")
    return text[:1].upper() + text[1:]


def _base64(value: str) -> str:
    try:
        base64.b64decode(value.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("not valid base64") from None
    return value


def _parsed(parse: Callable[[str], object], value: str) -> str:
    try:
        parse(value)
    except ConfigError as error:
        raise ValueError(str(error)) from None
    return value
