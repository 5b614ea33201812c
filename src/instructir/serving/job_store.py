"""Jobs on disk: what was accepted is done, whatever becomes of the process meanwhile."""

import contextlib
import json
import secrets
import sqlite3
import threading
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from instructir.errors import ConfigError

_State = Literal["queued", "running", "done", "failed", "cancelled"]
_FINISHED: frozenset[str] = frozenset({"done", "failed", "cancelled"})
MAX_ATTEMPTS = 3
"""Times that a job is begun: one during which the process died twice is given up."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    created REAL NOT NULL,
    finished REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    options TEXT NOT NULL,
    picture BLOB,
    result BLOB,
    media_type TEXT,
    report TEXT,
    problem TEXT
);
CREATE INDEX IF NOT EXISTS by_state ON jobs (state, created);
"""


@dataclass(frozen=True)
class Job:
    """One job as it stands.

    Attributes:
        id: its unguessable name.
        state: where it is.
        created: when it was accepted, in seconds since 1970.
        finished: when it ended.
        attempts: times that it was begun.
        options: the request without the picture.
        report: plan, model and seconds, once it is done.
        problem: problem document, if it failed.
        media_type: of the result.
    """

    id: str
    state: _State
    created: float
    finished: float | None
    attempts: int
    options: dict[str, Any]
    report: dict[str, Any] | None
    problem: dict[str, Any] | None
    media_type: str | None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in _FINISHED


_COLUMNS = "id, state, created, finished, attempts, options, report, problem, media_type"


class JobStore:
    """Jobs in one SQLite file that one server holds at a time. Threads may share it.

    A picture is deleted as soon as its job is over, the result after a time; both are overwritten with zeros.
    """

    def __init__(self, path: Path | None) -> None:
        """Open or create the store; jobs that were running when the last server ended are queued again.

        Raises:
            ConfigError: if it cannot be opened, or another server holds it.
        """
        self._lock = threading.Lock()
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.touch(mode=0o600)
            self._db = sqlite3.connect(
                path or ":memory:", isolation_level=None, check_same_thread=False, timeout=1
            )
            # Also where nothing comes of it, or nobody closes it: an application that is only described.
            self._let_go = weakref.finalize(self, self._db.close)
            for pragma in (
                "locking_mode=EXCLUSIVE",
                "journal_mode=WAL",
                "synchronous=FULL",
                "secure_delete=ON",
                "auto_vacuum=FULL",
            ):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(_SCHEMA)
            self._db.execute("UPDATE jobs SET state = 'queued' WHERE state = 'running'")
        except (OSError, sqlite3.Error) as error:
            hint = "another server may hold it; name another file with --jobs"
            raise ConfigError(f"{path}: the jobs cannot be kept there ({error}); {hint}") from None

    def add(self, picture: bytes, options: dict[str, Any]) -> Job:
        """Accept a job; it is on disk when this returns."""
        identity = secrets.token_urlsafe(16)
        with self._lock:
            self._db.execute(
                "INSERT INTO jobs (id, state, created, options, picture) VALUES (?, 'queued', ?, ?, ?)",
                (identity, time.time(), json.dumps(options), picture),
            )
        job = self.get(identity)
        assert job is not None
        return job

    def get(self, identity: str) -> Job | None:
        """The job of that name, if there is one."""
        row = self._one(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", identity)
        return None if row is None else _job(row)

    def result(self, identity: str) -> bytes | None:
        """The file that a finished job made, as long as it is kept."""
        row = self._one("SELECT result FROM jobs WHERE id = ?", identity)
        return None if row is None else row[0]

    def begin_next(self) -> tuple[Job, bytes] | None:
        """Take the oldest job that waits, now running, with its picture."""
        with self._lock:
            row = self._db.execute(
                "UPDATE jobs SET state = 'running', attempts = attempts + 1 WHERE id = "
                "(SELECT id FROM jobs WHERE state = 'queued' ORDER BY created LIMIT 1) "
                f"RETURNING {_COLUMNS}, picture"
            ).fetchone()
        return None if row is None else (_job(row[:-1]), row[-1])

    def put_back(self, identity: str) -> None:
        """Have a running job begun again later, this time not counted."""
        self._run(
            "UPDATE jobs SET state = 'queued', attempts = attempts - 1 WHERE id = ? AND state = 'running'",
            identity,
        )

    def finish(self, identity: str, result: bytes, media_type: str, report: dict[str, Any]) -> None:
        """Keep the result of a job, unless it was cancelled meanwhile."""
        self._run(
            "UPDATE jobs SET state = 'done', finished = ?, picture = NULL, result = ?, media_type = ?, "
            "report = ? WHERE id = ? AND state = 'running'",
            time.time(),
            result,
            media_type,
            json.dumps(report),
            identity,
        )

    def fail(self, identity: str, problem: dict[str, Any]) -> None:
        """Mark a job as failed."""
        self._run(
            "UPDATE jobs SET state = 'failed', finished = ?, picture = NULL, problem = ? "
            "WHERE id = ? AND state IN ('queued', 'running')",
            time.time(),
            json.dumps(problem),
            identity,
        )

    def cancel(self, identity: str) -> None:
        """Cancel a job that is not over."""
        self._run(
            "UPDATE jobs SET state = 'cancelled', finished = ?, picture = NULL "
            "WHERE id = ? AND state IN ('queued', 'running')",
            time.time(),
            identity,
        )

    def forget(self, older_than: float) -> None:
        """Delete jobs that ended before `older_than`, in seconds since 1970."""
        self._run("DELETE FROM jobs WHERE finished < ?", older_than)

    def counts(self) -> dict[str, int]:
        """How many jobs are in each state."""
        with self._lock:
            return dict(self._db.execute("SELECT state, COUNT(*) FROM jobs GROUP BY state").fetchall())

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._let_go()

    def _one(self, statement: str, *values: Any) -> Any:
        with self._lock:
            return self._db.execute(statement, values).fetchone()

    def _run(self, statement: str, *values: Any) -> None:
        with self._lock:
            self._db.execute(statement, values)


def _job(row: tuple[Any, ...]) -> Job:
    identity, state, created, finished, attempts, options, report, problem, media_type = row
    about, wrong = (None if text is None else json.loads(text) for text in (report, problem))
    return Job(identity, state, created, finished, attempts, json.loads(options), about, wrong, media_type)
