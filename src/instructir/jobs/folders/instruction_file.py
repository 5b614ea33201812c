"""Instructions per file, from a table: CSV with the columns ``file`` and ``instruction``, or JSON lines."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from instructir.errors import InstructionError
from instructir.instructions.refusing.acceptable import checked

COLUMNS = ("file", "instruction")


def read_instructions(path: str | Path) -> dict[str, str]:
    """Read which file is to be restored how.

    Args:
        path: a ``.csv`` whose first line names the columns ``file`` and ``instruction``, or a ``.jsonl``
            with an object of these two a line. File names are relative to the input folder.

    Returns:
        Instructions by file name, with forward slashes.

    Raises:
        InstructionError: if the table cannot be read, or a row is incomplete or contradicts another.
    """
    path = Path(path)
    readers = {".csv": _csv_rows, ".jsonl": _json_rows, ".ndjson": _json_rows}
    if path.suffix.lower() not in readers:
        raise InstructionError(f"{path}: is no table of instructions; name a .csv or .jsonl file")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return _table(path, readers[path.suffix.lower()](path, stream))
    except OSError as error:
        raise InstructionError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise InstructionError(f"{path}: is no text in UTF-8; save it as such") from error


def _csv_rows(path: Path, lines: Iterable[str]) -> Iterator[tuple[int, Mapping[str, object]]]:
    reader = csv.DictReader(lines, strict=True)
    begun = 1
    try:
        if not set(COLUMNS) <= set(reader.fieldnames or ()):
            raise InstructionError(f'{path}: begin it with the line "file,instruction"')
        begun = reader.line_num + 1
        for row in reader:
            if None in row:
                raise InstructionError(
                    f"{path}: line {begun} has more columns than the first line; put a text with commas in "
                    f'double quotes: "too dark, and noisy"'
                )
            yield reader.line_num, row
            begun = reader.line_num + 1
    except csv.Error as error:
        raise InstructionError(
            f"{path}: line {begun} is no row of CSV ({error}); close every double quote, and double those "
            f"within a text"
        ) from error


def _json_rows(path: Path, lines: Iterable[str]) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise InstructionError(f'{path}: line {number} is no JSON object with "file" and "instruction"')
        yield number, row


def _table(path: Path, rows: Iterable[tuple[int, Mapping[str, object]]]) -> dict[str, str]:
    table: dict[str, str] = {}
    for number, row in rows:
        name, text = (row.get(column) for column in COLUMNS)
        if not isinstance(name, str) or not isinstance(text, str) or not name.strip():
            raise InstructionError(f"{path}: line {number} lacks a file or an instruction; complete it")
        name = name.strip().replace("\\", "/").removeprefix("./")
        if name in table:
            raise InstructionError(f"{path}: line {number} names {name} again; keep one line a file")
        try:
            table[name] = checked(text)
        except InstructionError as error:
            raise InstructionError(f"{path}: line {number}: {error}") from error
    return table
