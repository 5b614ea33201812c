"""One real server, with the shipped model, for all tests of the API and the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from helpers.page import SIZES, Visit
from helpers.patience import PATIENCE
from helpers.serving import CAT, Running, start
from instructir.client import Client


@pytest.fixture(scope="session")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps what is only for a while."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="session")
def server(program: Path, tmp_path_factory: pytest.TempPathFactory, temporary: Path) -> Iterator[Running]:
    """The shipped model behind the API and the page."""
    jobs = tmp_path_factory.mktemp("jobs") / "jobs.sqlite3"
    running = start(program, "--jobs", jobs, "--max-pixels", 4_000_000, TMPDIR=str(temporary))
    yield running
    running.stop()


@pytest.fixture
def http(server: Running) -> Iterator[object]:
    httpx = pytest.importorskip("httpx")
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        yield client


@pytest.fixture
def client(server: Running) -> Iterator[Client]:
    with Client(server.url) as made:
        yield made


@pytest.fixture
def visit(browser: object, server: Running) -> Iterator[Visit]:
    opened = Visit(browser, server.url, SIZES["desktop"])
    yield opened
    opened.context.close()


@pytest.fixture
def cat(tmp_path: Path) -> Path:
    """A small grainy photo with EXIF data."""
    source = tmp_path / "holiday snap.jpg"
    exif = Image.Exif()
    exif[0x010E] = "the cat"
    with Image.open(CAT) as image:
        image.crop((100, 40, 340, 220)).save(source, quality=95, subsampling=0, exif=exif)
    return source
