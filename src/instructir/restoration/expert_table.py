"""The table of experts: for single tasks, the model that computes them instead of the one that is loaded.

It is a JSON object of tasks and models, ``{"deblurring": "NAFNet-GoPro-width64.pth"}``. The user's own is
written by ``instructir experts``; any other is named by the setting ``experts``.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from instructir.errors import ConfigError
from instructir.tasks import Task

AUTO, OFF = "auto", "off"
"""The user's own table, where there is one; and no experts."""

OURS = "ours"
"""The loaded model by itself, without experts."""

_TABLE_VARIABLE = "INSTRUCTIR_EXPERTS"
"""Environment variable: where the user's own table lies instead of in the configuration folder."""


def own_table() -> Path:
    """Where the user's own table lies, whether it is there or not."""
    named = os.environ.get(_TABLE_VARIABLE)
    if named:
        return Path(named).expanduser()
    folder = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(folder).expanduser() / "instructir" / "experts.json"


def experts_of(choice: str) -> dict[Task, str]:
    """Models by task, as a setting chooses: `AUTO`, `OFF`, or the name of a table.

    Raises:
        ConfigError: if the table is missing, or is none.
    """
    if choice == OFF:
        return {}
    if choice == AUTO:
        return read_table(own_table()) if own_table().exists() else {}
    return read_table(Path(choice).expanduser())


def name_of(model: str) -> str:
    """What an expert is called: the last part of its address, or the name of its file."""
    return model.rpartition("/")[2]


def called(name: str, experts: Mapping[Task, str]) -> dict[Task, str]:
    """Those of `experts` that a name means, which may be the beginning of theirs; none if it means none."""
    return {
        task: model
        for task, model in experts.items()
        if name == model or name_of(model).lower().startswith(name.lower())
    }


def chosen_experts(name: str, experts: Mapping[Task, str]) -> dict[Task, str]:
    """The experts that one name chooses of all: `OURS` chooses none of them.

    Raises:
        ConfigError: if none is called so.
    """
    found = {} if name.lower() == OURS else called(name, experts)
    if not name or not (found or name.lower() == OURS):
        known = ", ".join(dict.fromkeys([OURS, *map(name_of, experts.values())]))
        raise ConfigError(f"there is no expert {name!r} here; give one of {known}")
    return found


def read_table(path: Path) -> dict[Task, str]:
    """Models by task; the names of files are taken relative to the table.

    Raises:
        ConfigError: if it is missing, or is no such table.
    """
    write = 'write {"deblurring": "FILE"}, or let instructir experts set write it'
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: no table of experts ({error.strerror}); {write}") from None
    except (ValueError, RecursionError) as error:  # the latter of brackets without end
        raise ConfigError(f"{path}: not a table of experts ({error}); {write}") from None
    if not isinstance(found, dict) or not all(isinstance(model, str) and model for model in found.values()):
        raise ConfigError(f"{path}: not a table of experts; {write}")
    table: dict[Task, str] = {}
    for name, model in found.items():
        try:
            task = Task.parse(name)
        except ConfigError as error:
            raise ConfigError(f"{path}: {error}") from None
        if task in table:
            raise ConfigError(f"{path}: names {task.value} twice; leave one out")
        beside = path.parent / Path(model).expanduser()
        table[task] = str(beside.resolve()) if beside.exists() else model
    return table


def write_table(path: Path, table: Mapping[Task, str]) -> None:
    """Write `table` by way of a temporary file; an empty one is removed.

    Raises:
        ConfigError: if that is impossible.
    """
    text = json.dumps({task.value: table[task] for task in Task if task in table}, indent=2) + "\n"
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if not table:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, "utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ConfigError(
            f"{path}: cannot be written ({error.strerror}); name another place by {_TABLE_VARIABLE}"
        ) from None


def model_version(model: str) -> object:
    """What changes when other weights come under the same name: sizes and times of a file or folder."""
    path = Path(model)
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files if file.is_file()]


def expert_versions(choice: str) -> list[object]:
    """All that results depend on of the experts that a setting chooses."""
    return [[task.value, model, model_version(model)] for task, model in experts_of(choice).items()]
