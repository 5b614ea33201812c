"""Request bodies on their way: how large they may be, how slow, and how much of them is held at once.

They take no place in the works before they are whole, so that slow ones keep nobody else out.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from starlette.types import Message, Receive

from instructir.serving.engine import busy
from instructir.serving.problems import Problem
from instructir.serving.settings import ServerSettings

_LEAST_RATE = 32_000
"""Bytes a second that a body has to come with, once its first seconds are over."""
_HELD = 8
"""How many bodies of the largest size all those that are not yet whole may come to."""


class Uploads:
    """The bodies of a server's requests."""

    def __init__(self, settings: ServerSettings) -> None:
        self.settings = settings
        self.room = _HELD * settings.max_bytes

    @contextmanager
    def body(self, receive: Receive, about: dict[str, int]) -> Iterator["Body"]:
        """The body that `receive` brings; its bytes are counted in `about`."""
        body = Body(self, receive, about)
        try:
            yield body
        finally:
            body.let_go()


class Body:
    """A body that is received.

    Attributes:
        whole: whether all of it is there.
    """

    def __init__(self, uploads: Uploads, receive: Receive, about: dict[str, int]) -> None:
        self.whole = False
        self._uploads, self._receive, self._about = uploads, receive, about
        self._until = time.monotonic() + uploads.settings.upload_seconds
        self._held = 0
        self._refused = False

    async def receive(self) -> Message:
        """The next message of the request.

        Raises:
            Problem: ``upload_timeout``, ``too_large``, or ``busy`` if too much is on its way.
        """
        if self.whole:
            return await self._receive()
        settings = self._uploads.settings
        try:
            message = await asyncio.wait_for(self._receive(), self._until - time.monotonic())
        except TimeoutError:
            raise Problem("upload_timeout", "the body came too slowly") from None
        size = len(message.get("body", b""))
        # Who was fast may rest no longer than who begins.
        self._until = min(self._until + size / _LEAST_RATE, time.monotonic() + settings.upload_seconds)
        self._about["bytes_in"] += size
        if self._about["bytes_in"] > settings.max_bytes:
            raise too_large(settings)
        self.whole = not message.get("more_body", False)
        self._hold(size)
        return message

    async def read_away(self) -> None:
        """Receive what is left of it, so that a client that is refused hears why instead of a reset line."""
        self._refused = True
        self.let_go()
        with suppress(Problem):
            while not self.whole:
                await self.receive()

    def let_go(self) -> None:
        """Hold none of it any more."""
        self._uploads.room += self._held
        self._held = 0

    def _hold(self, size: int) -> None:
        if self.whole or self._refused:
            self.let_go()
            return
        if size > self._uploads.room:
            raise busy(self._uploads.settings.upload_seconds)
        self._uploads.room -= size
        self._held += size


def too_large(settings: ServerSettings) -> Problem:
    """The refusal of a body that is larger than any may be."""
    return Problem("too_large", f"send at most {settings.max_bytes} bytes")
