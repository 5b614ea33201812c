"""Picture files in folders."""

from pathlib import Path

from instructir.errors import DataError

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"})


def list_pictures(folder: Path) -> list[Path]:
    """All pictures in `folder`, sorted by name.

    Raises:
        DataError: if the folder is missing or holds no picture.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; set data.root to where your pictures are")
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not found:
        raise DataError(f"{folder}: holds no picture ({', '.join(sorted(SUFFIXES))})")
    return found
