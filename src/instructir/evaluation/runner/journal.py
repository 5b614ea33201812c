"""Finished work on disk, so that an interrupted evaluation goes on where it stopped."""

import hashlib
import json
from pathlib import Path
from types import TracebackType
from typing import IO

from instructir.errors import DataError
from instructir.evaluation.scoring import Scores


def work_key(**parts: object) -> str:
    """Digest of everything that a score depends on: picture, protocol, method, instruction."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


_START = '{"key": "'
"""How every line begins, a line that was cut off among them."""


class Journal:
    """Scores by key, one JSON object a line, appended as they come.

    A line that was cut off by a crash is passed over, and its work is done again.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open the journal at `path`, new or old; without a path nothing outlives the object.

        Raises:
            DataError: if the file cannot be read or written, or holds something else.
        """
        self._scores: dict[str, Scores] = {}
        self._stream: IO[str] | None = None
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_file():
                self._scores = _read(path)
            self._stream = path.open("a", encoding="utf-8")
            if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
                self._stream.write("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{path}: cannot be used to resume ({error}); name another file") from None

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()

    def __len__(self) -> int:
        return len(self._scores)

    def get(self, key: str) -> Scores | None:
        """The scores of finished work, or None."""
        return self._scores.get(key)

    def add(self, key: str, scores: Scores) -> None:
        """Keep `scores`, on disk before this returns."""
        self._scores[key] = scores
        if self._stream is not None:
            self._stream.write(json.dumps({"key": key, "scores": scores}) + "\n")
            self._stream.flush()


def _read(path: Path) -> dict[str, Scores]:
    text = path.read_text("utf-8")
    parsed = (_parse(line) for line in text.splitlines())
    scores = dict(entry for entry in parsed if entry is not None)
    if text and not scores and not text.startswith(_START):
        raise DataError(f"{path}: is no journal of an evaluation; give --resume a new file, or one it made")
    return scores


def _parse(line: str) -> tuple[str, Scores] | None:
    try:
        stored = json.loads(line)
        return str(stored["key"]), {str(name): float(value) for name, value in stored["scores"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
