"""Configurations: YAML files, read into the dataclasses of a trainer's options.

``base: other.yaml`` starts from another file beside it: mappings are merged, and anything else is replaced.
Entries of a list that have names, as those of a mixture do, may be written as a mapping by name, and are then
merged too; an entry that is ``null`` is left out. ``key.sub=value`` on the command line has the last word.
"""

import copy
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import instructir
from instructir.data.mixture import unknown_source
from instructir.errors import ConfigError
from instructir.extras import require
from instructir.training.options import TrainOptions
from instructir.training.ranges import check_ranges, is_folder_name

BASE, STAGES = "base", "stages"
_ONCE = ("out.", "model.initial.", f"{STAGES}.")
"""What overrides begin with that mean the run as a whole; others mean every stage."""

_WORDS = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    list: "a list",
    dict: "a mapping",
}
"""What users call the types of options."""

_Options = TypeVar("_Options")
Tree = dict[str, Any]


def shipped() -> dict[str, Path]:
    """The configurations that come with the package, by name."""
    package = Path(instructir.__file__).parent
    # A wheel has them inside the package, a checkout beside its sources.
    folders = (package / "configs", package.parents[1] / "configs")
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.yaml"))}


def find(name: str) -> Path:
    """A configuration by its path, or by the name of one that comes with the package.

    Raises:
        ConfigError: if it is neither.
    """
    path, known = Path(name).expanduser(), shipped()
    if path.is_file():
        return path
    if name in (path.stem, f"{path.stem}.yaml") and path.stem in known:
        return known[path.stem]
    raise ConfigError(f"{name}: no such configuration; name a YAML file, or one of {', '.join(known)}")


def load_configuration(kind: type[_Options], path: Path, overrides: Sequence[str] = ()) -> _Options:
    """Read a configuration of any trainer.

    Args:
        kind: the dataclass of its options.
        path: the YAML file.
        overrides: ``key.sub=value``, the values read as YAML.

    Raises:
        ConfigError: naming the file or override, for unknown keys and values of the wrong type.
    """
    tree = _read(path)
    _override(tree, overrides)
    with _blaming(path, overrides):
        return _build(kind, tree, str(path))


def load_options(path: Path, overrides: Sequence[str] = (), stage: str = "") -> TrainOptions:
    """Read a configuration of the image network.

    Args:
        path: the YAML file.
        overrides: ``key.sub=value``. They hold for every stage; ``stages.NAME.key=value`` for one.
        stage: of a configuration in stages, the only one to run; it begins with `model.initial`.

    Raises:
        ConfigError: naming the file or override, for unknown keys and values of the wrong type.
    """
    tree = _read(path)
    _override(tree, overrides)
    stages = tree.pop(STAGES, None) or {}
    with _blaming(path, overrides):
        options = _build(TrainOptions, tree, str(path))
    if not isinstance(stages, Mapping):
        raise ConfigError(f"{path}: stages: expected a mapping of names to options")
    if stage and stage not in stages:
        raise ConfigError(f"{path}: has no stage {stage!r}; it has {', '.join(stages) or 'none'}")
    common = [text for text in overrides if not f"{text.partition('=')[0]}.".startswith(_ONCE)]
    initial = options.model.initial
    for name, changes in stages.items():
        if not is_folder_name(str(name)):
            raise ConfigError(f"{path}: stages.{name}: give it a name without / and a leading dot")
        if (stage and name != stage) or changes is None:
            continue
        where = f"{path}: stages.{name}"
        run = _stage(tree, changes, common, where)
        run.setdefault("model", {}).setdefault("initial", initial)
        run.setdefault("out", str(Path(options.out) / str(name)))
        options.stages[str(name)] = built = _build(TrainOptions, run, where)
        initial = str(built.model_file)
    with _blaming(path, overrides):
        for one in options.runs():
            if one.data.sources and (complaint := unknown_source(one.data)):
                raise ConfigError(f"{path}: data: {complaint}")
    return options.stages[stage] if stage else options


def _stage(tree: Tree, changes: Any, overrides: Sequence[str], where: str) -> Tree:
    """The options of one stage, less those that the run as a whole states."""
    if not isinstance(changes, Mapping):
        raise ConfigError(f"{where}: expected a mapping of options")
    if changes.get(STAGES):
        raise ConfigError(f"{where}: has stages of its own; write them one after the other")
    below = copy.deepcopy(tree)
    below.pop("out", None)
    if isinstance(below.get("model"), dict):
        below["model"].pop("initial", None)
    run: Tree = copy.deepcopy(_merged(below, dict(changes)))
    run.pop(STAGES, None)
    _override(run, overrides)
    return run


@contextmanager
def _blaming(path: Path, overrides: Sequence[str]) -> Iterator[None]:
    """Have a complaint about an option name the override that set it, instead of the file."""
    try:
        yield
    except ConfigError as error:
        text = str(error).removeprefix(f"{path}: ")
        dotted = text.replace(": ", ".")
        for override in reversed(overrides):  # the last word counts
            if f"{dotted} ".startswith((f"{override.partition('=')[0]} ", f"{override.partition('=')[0]}.")):
                raise ConfigError(f"{override!r}: {text}") from None
        raise


def _override(tree: Tree, overrides: Sequence[str]) -> None:
    yaml = require("yaml", "instructir[train]", "training")
    for override in overrides:
        key, equals, text = override.partition("=")
        if not equals:
            raise ConfigError(f"{override!r}: write an override as key=value")
        *parents, last = key.split(".")
        node: Any = tree
        for parent in parents:
            node = node.setdefault(parent, {}) if isinstance(node, dict) else None
        if not isinstance(node, dict):
            raise ConfigError(f"{override!r}: {'.'.join(parents)} is no mapping of options")
        try:
            node[last] = yaml.safe_load(text)
        except (ValueError, RecursionError, yaml.YAMLError):
            raise ConfigError(f"{override!r}: the value is not readable as YAML") from None


def _read(path: Path, above: tuple[Path, ...] = ()) -> Tree:
    yaml = require("yaml", "instructir[train]", "training")
    try:
        loaded = yaml.safe_load(path.read_text("utf-8")) or {}
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such configuration") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except (ValueError, RecursionError, yaml.YAMLError) as error:  # ValueError: no UTF-8, or no such date
        raise ConfigError(f"{path}: not readable as YAML ({_what_is_wrong(error)})") from None
    if not isinstance(loaded, dict):
        raise ConfigError(f"{path}: expected a mapping of options")
    tree: Tree = loaded
    base = tree.pop(BASE, None)
    if base is None:
        return tree
    if path in above:
        raise ConfigError(f"{path}: is its own base")
    below = path.with_name(str(base))
    if not below.is_file():
        others = ", ".join(sorted(one.name for one in path.parent.glob("*.yaml") if one != path)) or "none"
        raise ConfigError(f"{path}: base: {base} is not beside it; name a file that is: {others}")
    merged: Tree = _merged(_read(below, (*above, path)), tree)
    return merged


def _what_is_wrong(error: Exception) -> str:
    """What a reader of YAML says, with the line."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return str(error).splitlines()[0]
    return f"line {mark.line + 1}: {getattr(error, 'problem', None) or 'it cannot be understood'}"


def _merged(below: Any, above: Any) -> Any:
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{key: _merged(below.get(key), value) for key, value in above.items()}}


def _build(kind: type[_Options], tree: Any, where: str) -> _Options:
    """Turn plain YAML data into the dataclass `kind`."""
    if not isinstance(tree, Mapping):
        raise ConfigError(f"{where}: expected a mapping of options")
    hints = get_type_hints(kind)
    unknown = sorted(map(str, set(tree) - set(hints)))
    if unknown:
        raise ConfigError(f"{where}: unknown option {unknown[0]!r}; known are {', '.join(hints)}")
    options = kind(**{key: _value(hints[key], value, f"{where}: {key}") for key, value in tree.items()})
    check_ranges(options, where)
    return options


def _value(hint: Any, value: Any, where: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value, where)
    if origin is list and isinstance(value, dict) and "name" in get_type_hints(arguments[0]):
        return [_build(arguments[0], item, f"{where}.{name}") for name, item in _named(value, where)]
    if origin is list and isinstance(value, list):
        return [_value(arguments[0], item, where) for item in value]
    if origin is dict and isinstance(value, dict):
        return {key: _value(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    if origin is Literal:
        if value in arguments:
            return value
        raise ConfigError(f"{where} is {value!r}; use one of {', '.join(map(str, arguments))}")
    if hint is float and isinstance(value, int | str) and not isinstance(value, bool):
        # YAML reads 5e-4 as text.
        try:
            return float(value)
        except ValueError:
            pass
    if origin is None and isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    raise ConfigError(f"{where} is {value!r:.60}, which is not {_WORDS.get(origin or hint, str(hint))}")


def _named(entries: Tree, where: str) -> list[tuple[str, Tree]]:
    """The entries of a mapping by name, each with its name inside, less those that are null."""
    for name, entry in entries.items():
        if entry is not None and not isinstance(entry, dict):
            raise ConfigError(f"{where}.{name}: expected a mapping of options")
    return [(str(name), {"name": str(name), **entry}) for name, entry in entries.items() if entry is not None]
