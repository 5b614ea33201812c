"""Picture files in folders."""

import os
from pathlib import Path

from instructir.errors import DataError

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})
"""Of the pictures of benchmark sets, which come in few formats; known without numpy."""

NO_PHOTOS = ".nomedia"
"""A file of this name says that its folder holds no photos, as on phones; a run's own folder has one."""


def pictures_below(folder: Path) -> tuple[list[Path], int]:
    """The files below `folder` that are pictures by their names, sorted, and how many others there are.

    Hidden files and folders are passed over, and folders with a file :data:`NO_PHOTOS`.

    Raises:
        DataError: if the folder is missing.
    """
    from instructir.images import READABLE  # with numpy, which the list of benchmarks does not need

    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; set data.root to where your pictures are")
    found, others, visited = [], 0, {folder.resolve()}
    for place, folders, names in os.walk(folder, followlinks=True):
        if NO_PHOTOS in names:
            folders.clear()
            continue
        here = Path(place)
        folders[:] = [name for name in folders if not name.startswith(".") and _first(here / name, visited)]
        shown = [name for name in names if not name.startswith(".")]
        pictures = [here / name for name in shown if Path(name).suffix.lower() in READABLE]
        found += pictures
        others += len(shown) - len(pictures)
    return sorted(found), others


def _first(folder: Path, visited: set[Path]) -> bool:
    """Whether a folder is met for the first time: links may lead round in circles."""
    real = folder.resolve()
    new = real not in visited
    visited.add(real)
    return new


def list_pictures(folder: Path) -> list[Path]:
    """All pictures in `folder`, sorted by name.

    Raises:
        DataError: if the folder is missing or holds no picture.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; set data.root to where your pictures are")
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURE_SUFFIXES)
    if not found:
        raise DataError(f"{folder}: holds no picture ({', '.join(sorted(PICTURE_SUFFIXES))})")
    return found
