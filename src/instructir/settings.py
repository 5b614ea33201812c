"""How pictures are restored: every choice beside the picture and its instruction, in one place.

A field of :class:`Settings` is an option of ``instructir restore`` with its line as the help, and folder
jobs, videos and the workers of a cluster are told it. Where it can differ from picture to picture, it is a
field of the API's requests, otherwise an option of ``instructir serve``. Whoever adds one adds it here, and
reads it where it takes effect.
"""

import inspect
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import Field, dataclass, field, fields
from functools import lru_cache
from numbers import Integral, Real
from typing import Any, get_args, get_type_hints

from instructir.errors import ConfigError
from instructir.sizes import Size

DEFAULT_MODEL = "instructir-7d-lite"
"""Name of the model that is used unless another is named."""


@dataclass(frozen=True)
class _Kind:
    """What is known of a setting beside its type, default and description."""

    range: tuple[float, float] | None = None
    alone: int | None = None
    per_picture: bool = False
    parse: Callable[[str], object] | None = None
    is_file: bool = False


_KEY = "setting"


def _per_picture(
    default: Any,
    *,
    between: tuple[float, float] | None = None,
    alone: int | None = None,
    parse: Callable[[str], object] | None = None,
    is_file: bool = False,
) -> Any:
    """A setting that can differ from picture to picture.

    Args:
        default: its value unless it is given.
        between: the least and the greatest number that it can be.
        alone: its value where the option stands on the command line without a number.
        parse: what raises ConfigError where it is none of its kind.
        is_file: whether it is a path, or the bytes of a file; the API takes the file itself.
    """
    kind = _Kind(between, alone, per_picture=True, parse=parse, is_file=is_file)
    return field(default=default, metadata={_KEY: kind})


@dataclass(frozen=True)
class Settings:
    """Everything, beside picture and instruction, that a result depends on.

    Attributes:
        model: what restores: a model's name, file or folder, or hub:ORG/REPO.
        device: where to compute: auto, cpu, cuda, cuda:N or mps.
        precision: data type to compute in: auto, fp32, bf16 or fp16.
        runtime: what computes: auto, native, torch, compiled, onnx or openvino.
        tile: side of tiles in pixels, auto or off.
        experts: table of models by task, auto (that of instructir experts, if there is one) or off.
        strength: fraction of the restoration to apply, 0 to 1.
        scale: enlarge to x2, x3, x4, 4k, a size such as 3000x2000, or paper such as a4@300.
        mask: a picture of the same size: what is white in it is restored, and nothing else.
        grain: fraction of the photo's own fine grain that is put back after denoising, 0 to 1.
        quality: of lossy formats and videos, 1 to 100; by default the source's.
        ensemble: runs to average, with the picture shifted and mirrored: cleaner and as many times slower; 0
            for two of pictures up to a megapixel, and one of others.
        guard: look at each step's result again, and take back what did harm.
        strip: write no metadata at all.
        note: write into the file what was done.

    Model, device, precision, runtime, tile and experts are those of a loaded model, the others can differ
    from picture to picture. Numbers of NumPy are taken as Python's, and paths as text.

    Raises:
        ConfigError: if one of them is of another type, or out of its range. Whether a model, a device, a
            precision or a runtime is there is found out when it is loaded.
    """

    model: str = DEFAULT_MODEL
    device: str = "auto"
    precision: str = "auto"
    runtime: str = "auto"
    tile: int | str = "auto"
    experts: str = "auto"
    strength: float = _per_picture(1.0, between=(0, 1))
    scale: str | None = _per_picture(None, parse=Size.parse)
    mask: str | bytes | None = _per_picture(None, is_file=True)
    grain: float = _per_picture(0.0, between=(0, 1))
    quality: int | None = _per_picture(None, between=(1, 100))
    ensemble: int = _per_picture(0, between=(0, 16), alone=4)
    guard: bool = _per_picture(True)
    strip: bool = _per_picture(False)
    note: bool = _per_picture(True)

    def __post_init__(self) -> None:
        for one in fields(self):
            object.__setattr__(self, one.name, _of_its_type(one.name, getattr(self, one.name)))
        if isinstance(self.tile, str) and self.tile not in ("auto", "off"):
            if not self.tile.isdecimal():
                raise ConfigError(
                    f"tile {self.tile!r:.60} is impossible: use auto, off or a number of pixels"
                )
            object.__setattr__(self, "tile", int(self.tile[: _DIGITS + 1]))
        if isinstance(self.tile, int) and self.tile >= 10**_DIGITS:
            raise ConfigError(
                f"a tile of more than {_DIGITS} digits is impossible: use auto, off or fewer pixels"
            )
        for one in fields(self):
            kind, value = kind_of(one), getattr(self, one.name)
            bounds = kind.range
            if value == "" and kind.parse is None:
                raise ConfigError(f"{one.name} is empty: give one, or leave it out")
            if kind.parse is not None and value is not None:
                kind.parse(value)
            if bounds is not None and value is not None and not bounds[0] <= value <= bounds[1]:
                low, high = bounds
                shown = "as large as that" if isinstance(value, int) and abs(value) > _MOST else f"{value:g}"
                raise ConfigError(f"{one.name} {shown} is out of range: give a number from {low} to {high}")


_DIGITS = 6
"""Of the side of a tile at most."""
_MOST = 1e100
"""Above it a whole number may be too long to be written."""


_WORDS = {float: "a number", int: "a whole number", bool: "True or False", str: "text", bytes: "bytes"}
"""What users call the types of settings."""


@lru_cache(maxsize=1)
def _types() -> dict[str, tuple[type, ...]]:
    """The types that each setting may have."""
    return {name: get_args(hint) or (hint,) for name, hint in get_type_hints(Settings).items()}


def _of_its_type(name: str, value: object) -> object:
    """A setting's value as one of its own types.

    Raises:
        ConfigError: if it is of another.
    """
    types = _types()[name]
    value = os.fspath(value) if isinstance(value, os.PathLike) else value
    if type(value) in types:
        return value
    is_flag = isinstance(value, bool)
    if int in types and isinstance(value, Integral) and not is_flag:
        return int(value)
    if float in types and isinstance(value, Real) and not is_flag:
        with suppress(OverflowError):
            return float(value)
    words = " or ".join(_WORDS[one] for one in types if one in _WORDS)
    meaning = descriptions(Settings).get(name, "").rstrip(".")
    raise ConfigError(f"{name} {value!r:.60} is not {words}; it is: {meaning or name}")


def kind_of(setting: "Field[Any]") -> _Kind:
    """What is known of a field of :class:`Settings`."""
    kind: _Kind = setting.metadata.get(_KEY, _Kind())
    return kind


def per_picture() -> tuple[str, ...]:
    """The settings that can differ from picture to picture; the others are those of a loaded model."""
    return tuple(one.name for one in fields(Settings) if kind_of(one).per_picture)


def descriptions(kind: type) -> dict[str, str]:
    """What the docstring of a dataclass says of each attribute; nothing where docstrings are stripped."""
    _, _, listed = inspect.cleandoc(kind.__doc__ or "").partition("\nAttributes:\n")
    section = re.split(r"\n(?=\S)", listed, maxsplit=1)[0]
    entries = re.findall(r"^ {4}(\w+): (.*(?:\n {5,}.*)*)", section, re.MULTILINE)
    return {name: " ".join(text.split()) for name, text in entries}
