"""What both the API and the page do, over one model."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

import torch

from instructir.images import Photo
from instructir.instructions.plan import Plan, Step
from instructir.restoration.expert_table import chosen_experts
from instructir.restoration.restorer import Restorer
from instructir.restoration.result import Restoration
from instructir.serving.engine import Engine, busy, shutting_down
from instructir.serving.job_store import JobStore
from instructir.serving.logs import add_to_log
from instructir.serving.memory import trim
from instructir.serving.monitoring import Metrics
from instructir.serving.pictures import decode_upload
from instructir.serving.problems import Problem
from instructir.serving.requests import BrokenOffError, RestoreRequest
from instructir.serving.schemas import RestoreOptions
from instructir.serving.setting_fields import settings_in
from instructir.serving.settings import ServerSettings
from instructir.settings import Settings
from instructir.tasks import PLAIN_INSTRUCTIONS, Task

_T = TypeVar("_T")

_TIDY = 2.0
"""Seconds between two times that freed memory is returned."""
_TIDY_BUSY = 20.0
"""The same while pictures are waiting: memory that went back has to be got anew for the next of them."""
_FAREWELL = 0.3
"""Seconds in which the last results are sent before connections are closed."""


class Service:
    """One model, its engine and its jobs.

    Attributes:
        settings: the limits.
        restorer: the model.
        engine: what runs it.
        jobs: accepted jobs.
        metrics: what was measured.
        draining: set once the shutdown has begun.
        closed: set once nothing runs any more.
    """

    def __init__(self, restorer: Restorer, settings: ServerSettings) -> None:
        self.settings = settings
        self.restorer = restorer
        self.engine = Engine(
            restorer, queue=settings.queue, pixels=2 * settings.max_pixels, batch=settings.batch
        )
        self.jobs = JobStore(settings.jobs)
        self.metrics = Metrics(self.engine, self.jobs)
        self.engine.observe = self.metrics.restored
        self.draining, self.closed = asyncio.Event(), asyncio.Event()
        self._places = settings.queue
        self._used = False
        # Two, so that one picture is decoded while another is encoded; more would only hold more memory. The
        # cores are the engine's (see :mod:`instructir.serving.server`), so each computes with one.
        self._desk = ThreadPoolExecutor(2, "desk", torch.set_num_threads, (1,))

    def experts(self, options: RestoreOptions) -> dict[Task, str] | None:
        """The experts that were chosen for a picture; None for all that there are.

        Raises:
            ConfigError: if there is none of that name.
        """
        if options.expert is None:
            return None
        return chosen_experts(options.expert, self.restorer.experts)

    def chosen(self, options: RestoreOptions) -> Settings:
        """How a picture is restored that was sent with `options`."""
        return settings_in(options, self.restorer.settings)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """One of the places for requests in the works.

        Raises:
            Problem: ``busy`` if all are taken, ``shutting_down`` once the end has begun.
        """
        if self.draining.is_set():
            raise shutting_down()
        if self._places <= 0:
            raise busy(self.engine.seconds_ahead())
        self._places -= 1
        try:
            yield
        finally:
            self._places += 1
            self._used = True

    async def tidy(self) -> None:
        """Return freed memory when there is nothing to do, and now and then under load, until cancelled."""
        since = 0.0
        while True:
            await asyncio.sleep(_TIDY)
            since += _TIDY
            if self._used and (self.engine.idle or since >= _TIDY_BUSY):
                self._used, since = False, 0.0
                await asyncio.to_thread(trim)

    async def aside(self, function: Callable[..., _T], *arguments: object) -> _T:
        """Run something that takes a while off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._desk, _answering, function, *arguments)

    async def decode(self, data: bytes, name: str | None) -> Photo:
        """Read the picture that a client sent; see :func:`instructir.serving.pictures.decode_upload`."""
        return await self.aside(decode_upload, data, name, self.settings.max_pixels)

    async def plan(self, instruction: str | None, photo: Photo | None = None) -> Plan:
        """What would be done; see :meth:`Restorer.plan`."""
        return await self.aside(self.restorer.plan, self.instruction(instruction), photo)

    async def diagnose(self, photo: Photo) -> dict[Task, float]:
        """How probable each fault is."""
        from instructir.restoration.diagnosis import diagnose

        return await self.aside(diagnose, photo)

    def deadline(self, options: RestoreOptions) -> float:
        """Reading of the monotonic clock at which a request is given up."""
        limit = self.settings.deadline
        return time.monotonic() + min(options.deadline or limit, limit)

    def instruction(self, text: str | None) -> str | None:
        """An instruction of allowed length, None where it is empty.

        Raises:
            Problem: ``instruction_refused`` if it is too long.
        """
        if text is None or not text.strip():
            return None
        limit = self.settings.max_instruction
        if len(text) > limit:
            raise Problem(
                "instruction_refused",
                f"the instruction has {len(text)} characters: say what is wrong in at most {limit}",
            )
        return text

    def log_content(self, **content: str | None) -> None:
        """Add what was asked for to the line of the request that is answered, where the log may hold it."""
        if self.settings.log_content:
            add_to_log(**{name: text for name, text in content.items() if text is not None})

    async def restore(self, request: RestoreRequest) -> Restoration:
        """Queue `request` and wait for its result; who stops waiting breaks it off.

        Raises:
            Problem: ``busy``, ``shutting_down``, ``deadline_exceeded`` or ``worker_died``.
            InstructIRError: what the restoration was refused with.
        """
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        request.future.add_done_callback(lambda _: loop.call_soon_threadsafe(done.set))
        self.engine.submit(request)
        left = None if request.deadline is None else request.deadline - time.monotonic()
        try:
            await asyncio.wait_for(done.wait(), left)
            return request.future.result()
        except TimeoutError:
            raise late() from None
        except BrokenOffError:
            raise (late() if self.engine.alive else shutting_down()) from None
        finally:
            self.engine.discard(request)

    async def drain(self) -> None:
        """Take nothing on, finish what waits and runs, then let open pages go."""
        self.draining.set()
        await asyncio.to_thread(self.engine.stop, self.settings.grace)
        await asyncio.sleep(_FAREWELL)
        self.closed.set()

    def close(self) -> None:
        """Let everything go."""
        self._desk.shutdown(wait=False, cancel_futures=True)
        self.jobs.close()


def _answering(function: Callable[..., _T], *arguments: object) -> _T:
    """Call `function`; the one exception that no future takes, which would be awaited for ever, is another.

    Raises:
        RuntimeError: for its `StopIteration`.
    """
    try:
        return function(*arguments)
    except StopIteration as error:
        raise RuntimeError("an iterator ended early") from error


def forced(task: Task) -> Plan:
    """The plan of somebody who names the task instead of describing the fault."""
    return Plan("clear", (Step(task, 1.0, 1.0, PLAIN_INSTRUCTIONS[task]),))


def late() -> Problem:
    """The answer when the deadline passed first."""
    return Problem(
        "deadline_exceeded", "ask for more time with deadline, send a smaller picture, or make it a job"
    )
