"""Picture files in folders."""

import os
from collections.abc import Collection
from pathlib import Path

from instructir.errors import DataError

NO_PHOTOS = ".nomedia"
"""A file of this name says that its folder holds no photos, as on phones; a run's own folder has one."""


def pictures_below(folder: Path) -> tuple[list[Path], int]:
    """The files below `folder` that are pictures by their names, sorted, and how many others there are.

    Hidden files and folders are passed over, and folders with a file :data:`NO_PHOTOS`. A pipe or a device
    counts as another file, whatever its name: whoever opened it would wait for ever.

    Raises:
        DataError: if the folder is missing.
    """
    readable = picture_suffixes()
    _check_folder(folder)
    found, others, visited = [], 0, {folder.resolve()}
    for place, folders, names in os.walk(folder, followlinks=True):
        if NO_PHOTOS in names:
            folders.clear()
            continue
        here = Path(place)
        folders[:] = [name for name in folders if not name.startswith(".") and _first(here / name, visited)]
        shown = [name for name in names if not name.startswith(".")]
        named = [here / name for name in shown if Path(name).suffix.lower() in readable]
        pictures = [path for path in named if not _is_pipe(path)]
        found += pictures
        others += len(shown) - len(pictures)
    return sorted(found), others


def _first(folder: Path, visited: set[Path]) -> bool:
    """Whether a folder is met for the first time: links may lead round in circles."""
    real = folder.resolve()
    new = real not in visited
    visited.add(real)
    return new


def _is_pipe(path: Path) -> bool:
    """Whether a path is there and no file; a link that leads nowhere is a fault to tell of."""
    return path.exists() and not path.is_file()


def why_none(folder: Path) -> str:
    """What to add to a complaint that no picture is below `folder`: the file that says so, if any does."""
    file = next(iter(sorted(folder.rglob(NO_PHOTOS))), None)
    return "" if file is None else f"; {file} says that its folder holds no photos, delete it if it does"


def list_pictures(folder: Path) -> list[Path]:
    """All pictures in `folder` but hidden ones, sorted by name.

    Raises:
        DataError: if the folder is missing or holds no picture.
    """
    readable = picture_suffixes()
    _check_folder(folder)
    named = (path for path in folder.iterdir() if path.suffix.lower() in readable)
    found = sorted(path for path in named if not path.name.startswith(".") and not _is_pipe(path))
    if not found:
        raise DataError(f"{folder}: holds no picture ({', '.join(sorted(readable))})")
    return found


def picture_suffixes() -> Collection[str]:
    """The suffixes of files that may be pictures."""
    from instructir.images import READABLE  # with numpy, which the list of benchmarks does not need

    return READABLE


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise DataError(
            f"{folder}: no such folder; set data.root to where your pictures are, "
            "and the folders that the configuration names to those that it holds"
        )
