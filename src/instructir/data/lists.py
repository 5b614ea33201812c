"""CSV files that list pictures, and the pictures of a folder by what such a list calls them."""

import csv
from collections.abc import Iterable
from pathlib import Path

from instructir.errors import DataError


def read_list(table: Path, *columns: str) -> list[dict[str, str]]:
    """The rows of a list, with the columns that are asked for.

    Raises:
        DataError: if it is missing, is not in UTF-8, or has no such column or no row.
    """
    wanted = f"a list has the columns {','.join(columns)}"
    try:
        with table.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = set(columns) - set(reader.fieldnames or ())
            rows = [{name: row[name] or "" for name in columns} for row in ([] if missing else reader)]
    except FileNotFoundError:
        raise DataError(f"{table}: no such file; {wanted}") from None
    except UnicodeDecodeError:
        raise DataError(f"{table}: is not in UTF-8; store it as such") from None
    except (OSError, csv.Error) as error:
        raise DataError(f"{table}: cannot be read as CSV ({error}); {wanted}") from None
    if missing:
        raise DataError(f"{table}: has no column {min(missing)!r}; {wanted}")
    if not rows:
        raise DataError(f"{table}: lists nothing; {wanted}, and a row for each picture")
    return rows


class NamedPictures:
    """Pictures by their names, with or without suffix."""

    def __init__(self, paths: Iterable[Path], asks: Path) -> None:
        """Note them.

        Args:
            paths: of one folder.
            asks: the list or folder whose pictures these belong to.
        """
        self._asks = asks
        self._named: dict[str, list[Path]] = {}
        paths = list(paths)
        for path in paths:
            self._named.setdefault(path.stem, []).append(path)
        self._named |= {path.name: [path] for path in paths}

    def __contains__(self, name: str) -> bool:
        return name in self._named

    def __getitem__(self, name: str) -> Path:
        """The picture of a name.

        Raises:
            DataError: if there is none, or more than one.
        """
        found = self._named.get(name, [])
        if not found:
            raise DataError(f"{self._asks}: names {name!r}, which is not there; add it, or take the row out")
        if len(found) > 1:
            names = " and ".join(path.name for path in found[:2])
            raise DataError(f"{found[0].parent}: {names} are both called {name!r}; keep one of them")
        return found[0]
