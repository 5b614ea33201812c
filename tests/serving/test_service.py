"""What goes wrong off the event loop is answered at once."""

import asyncio
from collections.abc import Iterator

import pytest

from instructir.restoration.restorer import Restorer
from instructir.serving.service import Service
from instructir.serving.settings import ServerSettings


@pytest.fixture
def service(tiny: Restorer) -> Iterator[Service]:
    made = Service(tiny, ServerSettings())
    yield made
    made.close()


@pytest.mark.parametrize("kind", [StopIteration, StopAsyncIteration, KeyError, MemoryError])
def test_no_exception_leaves_a_request_unanswered(service: Service, kind: type[Exception]) -> None:
    def fails() -> None:
        raise kind

    async def asked() -> None:
        await asyncio.wait_for(service.aside(fails), 5)

    with pytest.raises((kind, RuntimeError)):
        asyncio.run(asked())
