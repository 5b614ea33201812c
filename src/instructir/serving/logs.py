"""Logs as one JSON object a line, plain on a terminal.

They hold no picture, and no instruction unless that was asked for.
"""

import json
import logging
import sys
import time
from contextvars import ContextVar
from typing import Any

_about: ContextVar[dict[str, Any] | None] = ContextVar("about", default=None)


def begin(**fields: Any) -> dict[str, Any]:
    """Start the fields of one request; what is remembered meanwhile ends up in them."""
    about = dict(fields)
    _about.set(about)
    return about


def add_to_log(**fields: Any) -> None:
    """Add fields to the line of the request that is being answered."""
    about = _about.get()
    if about is not None:
        about.update(fields)


class JsonFormatter(logging.Formatter):
    """A record as JSON; the record's ``fields`` become members."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainFormatter(logging.Formatter):
    """A record for people: the time, what happened, and the record's ``fields`` behind it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """One line."""
        fields = {name: value for name, value in getattr(record, "fields", {}).items() if name != "url"}
        return " ".join([super().formatMessage(record), *(f"{name}={fields[name]}" for name in fields)])


def configure() -> None:
    """Send every log record of the process to standard error: as JSON, or plain if that is a terminal."""
    watched = sys.stderr.isatty()
    handler = logging.StreamHandler()
    handler.setFormatter(PlainFormatter() if watched else JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    if watched:
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # how it comes and goes
    for name in ("httpx", "httpcore", "PIL"):
        logging.getLogger(name).setLevel(logging.WARNING)
