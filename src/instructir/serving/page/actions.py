"""What happens when something on the page is used. Nothing here knows how the page looks."""

import asyncio
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from instructir.errors import InstructIRError
from instructir.instructions.plan import Plan
from instructir.restoration.result import Restoration
from instructir.serving.page import wording
from instructir.serving.page.session import Session, Sessions
from instructir.serving.problems import Problem
from instructir.serving.service import Service, forced
from instructir.serving.work import Work
from instructir.tasks import Task

TICK = 0.25
"""Seconds between reports of progress."""


@dataclass(frozen=True)
class Status:
    """A line of what goes on.

    Attributes:
        text: HTML.
        runner_up: the other reading that is offered.
        finished: whether the result is there.
        over: whether nothing comes after it.
    """

    text: str
    runner_up: Task | None = None
    finished: bool = False
    over: bool = False


class Actions:
    """The page's deeds, over one service."""

    def __init__(self, service: Service, sessions: Sessions) -> None:
        self._service = service
        self._sessions = sessions
        self._running: dict[str | None, Work] = {}

    def session(self, name: str | None) -> Session:
        """The visitor's session."""
        return self._sessions.get(name)

    def leave(self, name: str | None) -> None:
        """The visitor has gone."""
        self._sessions.end(name)

    def copied(self, source: Path) -> Path:
        """A copy of an example that :meth:`load` may take away."""
        return Path(shutil.copy(source, self._sessions.inbox(f"{secrets.token_hex(8)}-{source.name}")))

    async def load(self, name: str | None, path: Path) -> Status:
        """Take a photo in; the uploaded file is deleted, whatever it is."""
        session = self.session(name)
        try:
            data = await asyncio.to_thread(path.read_bytes)
            async with self._service.place():
                photo = await self._service.decode(data, path.name)
                await asyncio.to_thread(session.begin, photo, path.name)
        except (InstructIRError, Problem) as error:
            session.close()
            return Status(wording.trouble(str(error)))
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        return await self.understand(name, "")

    async def understand(self, name: str | None, sentence: str) -> Status:
        """Read a sentence, or look at the photo where there is none."""
        session = self.session(name)
        try:
            async with self._service.place():
                photo = await asyncio.to_thread(session.photo) if session.loaded else None
                if not sentence.strip() and photo is None:
                    return Status("")
                plan = await self._service.plan(sentence, photo)
        except (InstructIRError, Problem) as error:
            return Status(wording.trouble(str(error)))
        return Status(wording.understood(plan), plan.runner_up)

    def stop(self, name: str | None) -> None:
        """Break off what the visitor has running."""
        work = self._running.pop(name, None)
        if work is not None:
            self._service.engine.discard(work)

    async def restore(self, name: str | None, sentence: str, task: Task | None) -> AsyncIterator[Status]:
        """Restore what is shown, saying how far it is; who stops listening stops the work."""
        session = self.session(name)
        if not session.loaded:
            yield Status(wording.trouble("choose a photo first"), over=True)
            return
        step = session.step
        if task is not None and step is not None and step.plan.runner_up is task:
            session.at -= 1  # it guessed wrong: the other reading replaces it
            sentence = step.sentence
        try:
            async with self._service.place():
                async for status in self._restore(name, sentence, None if task is None else forced(task)):
                    yield status
        except (InstructIRError, Problem) as error:
            yield Status(wording.trouble(str(error)), over=True)

    async def _restore(self, name: str | None, sentence: str, plan: Plan | None) -> AsyncIterator[Status]:
        session = self.session(name)
        before = await asyncio.to_thread(session.photo)
        plan = plan or await self._service.plan(sentence, before)
        work = self._running[name] = Work(
            before, self._service.instruction(sentence), self._service.restorer.settings, plan
        )
        start = time.monotonic()
        task = asyncio.create_task(self._service.restore(work))
        try:
            finished: set[asyncio.Task[Restoration]] = set()
            while not finished:
                waits = not work.future.running()
                text = wording.working(plan, work.progress, time.monotonic() - start, waits=waits)
                yield Status(text, plan.runner_up)
                finished, _ = await asyncio.wait({task}, timeout=TICK)
            if self._running.pop(name, None) is not work:
                yield Status(wording.STOPPED, over=True)
                return
            result = task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(session.add, result, before, sentence)
        text = wording.done(result.plan, result.seconds, result.notes)
        yield Status(text, plan.runner_up, finished=True, over=True)
