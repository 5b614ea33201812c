"""The known sets, as ``manifest.toml`` lists them: to train on, and to measure on."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from instructir.data.benchmarks import NUMBER, SCENE, STEM, Benchmark, FolderLayout, Side
from instructir.errors import ConfigError
from instructir.tasks import Task

_KEYS = {"stem": STEM, "number": NUMBER, "scene": SCENE}


def read_sets(path: Path) -> dict[str, Benchmark]:
    """The sets by name that a file like ``manifest.toml`` lists.

    Raises:
        ConfigError: if one lacks what every set has.
    """
    stored = tomllib.loads(path.read_text("utf-8"))
    return {name: _set(name, fields, stored["layouts"]) for name, fields in stored["sets"].items()}


def _set(name: str, fields: dict[str, Any], named: Mapping[str, list[Any]]) -> Benchmark:
    fields = {"title": name} | fields
    fields["only"] = tuple(fields.get("only", ()))
    beginnings = "|".join(map(re.escape, fields["only"]))
    keys = {**_KEYS, "only": rf"((?:{beginnings})[^/]*)\.[^./]+$"}
    missing = [key for key in ("task", "pictures", "folders", "layouts", "source") if key not in fields]
    if missing:
        raise ConfigError(f"manifest: the set {name} lacks {', '.join(missing)}")
    fields["layouts"] = tuple(_layouts(fields["layouts"], named, keys))
    fields["folders"] = tuple(fields["folders"])
    return Benchmark(name, task=Task(fields.pop("task")), expected=fields.pop("pictures"), **fields)


def _layouts(
    entries: Iterable[Any], named: Mapping[str, list[Any]], keys: Mapping[str, str]
) -> Iterable[FolderLayout]:
    for entry in entries:
        if isinstance(entry, str):
            yield from _layouts(named[entry], named, keys)
            continue
        target, given = (entry.get(side, entry.get("key", "stem")) for side in ("key", "input_key"))
        source = Side(entry["input"], keys.get(given, given)) if "input" in entry else None
        yield FolderLayout(
            Side(entry["target"], keys.get(target, target)), source, entry.get("names", "stem")
        )


SETS: dict[str, Benchmark] = read_sets(Path(__file__).with_suffix(".toml"))
"""Every known set by name: those to train on, then those to measure on, in the order of their tasks."""
TRAINING_SETS: dict[str, Benchmark] = {name: known for name, known in SETS.items() if known.use == "train"}
"""The sets that the paper trains on (section 4.1), by name."""
BENCHMARKS: dict[str, Benchmark] = {name: known for name, known in SETS.items() if known.use == "test"}
"""The sets that suites measure on, by name."""


def get_benchmark(name: str) -> Benchmark:
    """The set to measure on that is called `name`, in any case.

    Raises:
        ConfigError: if there is none.
    """
    return _find(name, BENCHMARKS, "benchmark")


def known_set(name: str) -> Benchmark:
    """The set called `name`, in any case, to train or to measure on.

    Raises:
        ConfigError: if there is none.
    """
    return _find(name, SETS, "set")


def _find(name: str, among: Mapping[str, Benchmark], kind: str) -> Benchmark:
    for known, entry in among.items():
        if known.lower() == name.lower():
            return entry
    raise ConfigError(f"unknown {kind} {name!r}: use one of {', '.join(among)}")
