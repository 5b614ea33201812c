"""One real server, with the shipped model, for all tests of the API and the page."""

from collections.abc import Iterator

import pytest
from serving_makers import Running, start


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The shipped model behind the API and the page."""
    running = start("--jobs", tmp_path_factory.mktemp("jobs") / "jobs.sqlite3", "--max-pixels", 4_000_000)
    yield running
    running.stop()
