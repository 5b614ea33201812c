"""What the server writes to standard error."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest

from helpers.serving import picture
from instructir.restoration.restorer import Restorer
from instructir.serving.app import create_app
from instructir.serving.logs import configure
from instructir.serving.settings import ServerSettings


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


ASKED = [
    ("/v1/restore", {"instruction": "it's full of grain"}, {"instruction": "it's full of grain"}),
    ("/v1/jobs", {"instruction": "it's full of grain"}, {"instruction": "it's full of grain"}),
    ("/v1/variants", {"variants": "too dark"}, {"variants": "too dark"}),
    ("/v1/plan", {"instruction": "too dark"}, {"instruction": "too dark"}),
    ("/v1/restore", {}, {}),
]


@pytest.mark.parametrize(("path", "data", "content"), ASKED)
@pytest.mark.parametrize("wanted", [True, False])
def test_instructions_are_in_the_log_where_that_is_wanted_alone(
    tiny: Restorer,
    caplog: pytest.LogCaptureFixture,
    path: str,
    data: dict[str, str],
    content: dict[str, str],
    wanted: bool,
) -> None:
    from starlette.testclient import TestClient

    caplog.set_level(logging.INFO, "instructir.access")
    site = create_app(tiny, ServerSettings(page=False, log_content=wanted))
    site.service.engine.start()
    client = TestClient(site, base_url="http://localhost")
    if path == "/v1/plan":
        answer = client.post(path, json=data)
    else:
        answer = client.post(path, files={"image": picture()}, data=data)
    site.service.engine.stop(5)
    site.service.close()
    assert answer.status_code in (200, 202), answer.text
    fields = next(vars(record)["fields"] for record in caplog.records if record.name == "instructir.access")
    logged = {name: fields[name] for name in ("instruction", "variants") if name in fields}
    assert logged == (content if wanted else {})
