"""One real server, with the shipped model, for all tests of the API and the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.serving import Running, start


@pytest.fixture(scope="session")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps what is only for a while."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, temporary: Path) -> Iterator[Running]:
    """The shipped model behind the API and the page."""
    jobs = tmp_path_factory.mktemp("jobs") / "jobs.sqlite3"
    running = start("--jobs", jobs, "--max-pixels", 4_000_000, TMPDIR=str(temporary))
    yield running
    running.stop()
