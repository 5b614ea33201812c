"""What the server writes to standard error."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest

from instructir.serving.logs import configure


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root, uvicorn = logging.getLogger(), logging.getLogger("uvicorn.error")
    handlers, level, other = root.handlers[:], root.level, uvicorn.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    uvicorn.setLevel(other)


def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: bool) -> list[str]:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    configure()
    fields = {"model": "instructir-7d-lite", "url": "http://127.0.0.1:7860/"}
    logging.getLogger("a").info("ready at %s", fields["url"], extra={"fields": fields})
    logging.getLogger("uvicorn.error").info("Application startup complete.")
    return capsys.readouterr().err.splitlines()


def test_programs_get_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = map(json.loads, say(monkeypatch, capsys, terminal=False))
    assert first["url"] == "http://127.0.0.1:7860/"
    assert second["message"] == "Application startup complete."


def test_people_get_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = say(monkeypatch, capsys, terminal=True)
    assert line[8:] == " ready at http://127.0.0.1:7860/ model=instructir-7d-lite"
