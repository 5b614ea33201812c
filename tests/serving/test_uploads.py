"""Bodies on their way: slow ones keep nobody out, and what cannot be taken is told in one line."""

import asyncio
import errno
import json
import logging
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason='needs the extra "ui"')

from instructir.restoration.restorer import Restorer
from instructir.serving.app import create_app
from instructir.serving.settings import ServerSettings

JSON = b"application/json"


class Asked:
    """A request of which parts are sent one by one, and its answer."""

    def __init__(self, site: Any, path: str, kind: bytes = JSON) -> None:
        self.status, self.body = 0, b""
        self._parts: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._taken = asyncio.Event()
        headers = [(b"host", b"localhost"), (b"content-type", kind)]
        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": headers,
            "http_version": "1.1",
            "scheme": "http",
            "root_path": "",
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
        }
        self.task = asyncio.create_task(site(scope, self._take, self._send))

    def bring(self, body: bytes, *, more: bool = True) -> None:
        self._taken.clear()
        self._parts.put_nowait({"type": "http.request", "body": body, "more_body": more})

    async def heard(self) -> None:
        """Wait until the part that was brought is taken."""
        await self._taken.wait()
        await asyncio.sleep(0.05)  # and dealt with

    async def _take(self) -> dict[str, Any]:
        part = await self._parts.get()
        self._taken.set()
        return part

    async def _send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.body += message.get("body", b"")


@asynccontextmanager
async def serving(restorer: Restorer, **settings: Any) -> AsyncIterator[Any]:
    site = create_app(restorer, ServerSettings(page=False, **settings))
    try:
        yield site
    finally:
        site.service.close()


async def plan(site: Any) -> int:
    asked = Asked(site, "/v1/plan")
    asked.bring(json.dumps({"instruction": "it is grainy"}).encode(), more=False)
    await asked.task
    return asked.status


def test_a_slow_body_has_no_place_before_it_is_there(tiny: Restorer) -> None:
    async def scene() -> None:
        async with serving(tiny, queue=1) as site:
            slow = [Asked(site, path) for path in ("/v1/restore", "/v1/variants", "/v1/diagnose", "/v1/jobs")]
            for one in slow:
                one.bring(b"{")
                await one.heard()
            assert await plan(site) == 200
            for one in slow:
                assert not one.task.done()
                one.task.cancel()

    asyncio.run(scene())


def test_what_is_held_of_bodies_that_are_not_whole_is_bounded(tiny: Restorer) -> None:
    async def scene() -> None:
        async with serving(tiny, max_bytes=1000) as site:
            many = [Asked(site, "/v1/restore") for _ in range(9)]
            for one in many:
                one.bring(b" " * 999)
                await one.heard()
            many[-1].bring(b"", more=False)  # who is refused is read to the end
            await many[-1].task
            assert many[-1].status == 429
            assert not any(one.task.done() for one in many[:-1])
            assert await plan(site) == 200
            for one in many[:-1]:
                one.task.cancel()
            await asyncio.gather(*(one.task for one in many[:-1]), return_exceptions=True)
            last = Asked(site, "/v1/restore")
            last.bring(b" " * 999)
            await last.heard()
            assert not last.task.done()
            last.task.cancel()

    asyncio.run(scene())


def test_a_body_that_was_fast_rests_no_longer_than_one_that_begins(tiny: Restorer) -> None:
    async def scene() -> float:
        async with serving(tiny, upload_seconds=0.1) as site:
            one = Asked(site, "/v1/restore")
            one.bring(b" " * 320_000)
            start = time.monotonic()
            await one.task
            assert one.status == 408
            return time.monotonic() - start

    assert asyncio.run(scene()) < 5


def test_a_full_disk_is_no_defect(
    tiny: Restorer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", full)

    async def scene() -> Asked:
        async with serving(tiny) as site:
            one = Asked(site, "/v1/restore", b"multipart/form-data; boundary=x")
            head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
            one.bring(head + b"." * 2_000_000)
            await one.heard()
            assert not one.status  # the rest is read, so that the client hears of it
            one.bring(b"\r\n--x--\r\n", more=False)
            await one.task
            return one

    with caplog.at_level(logging.INFO):
        answer = asyncio.run(scene())
    assert answer.status == 507
    assert json.loads(answer.body)["code"] == "disk_full"
    assert [record.message for record in caplog.records] == ["request"]
    assert "No space left" in vars(caplog.records[0])["fields"]["disk"]
