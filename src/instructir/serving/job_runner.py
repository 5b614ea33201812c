"""Does the jobs of the store, one at a time, beside the requests that somebody waits for."""

import asyncio
import logging
import sqlite3
import time
from typing import Any

from instructir.errors import InstructIRError
from instructir.serving.job_store import MAX_ATTEMPTS, Job
from instructir.serving.pictures import encode_reply, refuse_too_large, resolve_format
from instructir.serving.problems import Problem, problem_of
from instructir.serving.requests import RestoreRequest
from instructir.serving.schemas import RestoreOptions, report
from instructir.serving.service import Service, forced

_logger = logging.getLogger(__name__)

_PAUSE = 0.5
"""Seconds between looks for jobs that are over long enough to be forgotten."""


class JobRunner:
    """Feeds jobs to the engine."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._arrived = asyncio.Event()
        self._current: tuple[str, RestoreRequest | None] | None = None

    def wake(self) -> None:
        """Say that a job has arrived."""
        self._arrived.set()

    def progress(self, identity: str) -> float:
        """Fraction of a running job that is done."""
        if self._current and self._current[0] == identity and self._current[1]:
            return self._current[1].progress
        return 0.0

    def break_off(self, identity: str) -> None:
        """Stop working on a job that was cancelled."""
        if self._current and self._current[0] == identity and self._current[1]:
            self._current[1].break_off()

    async def run(self) -> None:
        """Work until the task is cancelled."""
        while True:
            self._arrived.clear()
            try:
                await self._do_all()
            except sqlite3.Error:  # a full disk, say: jobs wait until it has room again
                _logger.exception("the jobs cannot be read or written")
            try:
                await asyncio.wait_for(self._arrived.wait(), _PAUSE)
            except TimeoutError:
                continue

    async def _do_all(self) -> None:
        while not self._service.draining.is_set():
            taken = await asyncio.to_thread(self._service.jobs.begin_next)
            if taken is None:
                break
            await self._do(*taken)
        horizon = time.time() - self._service.settings.keep_results
        await asyncio.to_thread(self._service.jobs.forget, horizon)

    async def _do(self, job: Job, picture: bytes) -> None:
        store = self._service.jobs
        self._current = (job.id, None)
        try:
            if job.attempts > MAX_ATTEMPTS:
                raise Problem(
                    "worker_died", f"the server ended {MAX_ATTEMPTS} times while it was at this job"
                )
            result, media_type, about = await self._restored(job, picture)
        except (InstructIRError, Problem) as error:
            problem = problem_of(error)
            if problem.code == "shutting_down":
                await asyncio.to_thread(store.put_back, job.id)
            else:
                await asyncio.to_thread(store.fail, job.id, problem.document())
        except Exception as error:
            _logger.exception("a job failed", extra={"fields": {"job": job.id}})
            await asyncio.to_thread(store.fail, job.id, problem_of(error).document())
        else:
            await asyncio.to_thread(store.finish, job.id, result, media_type, about)
        finally:
            self._current = None

    async def _restored(self, job: Job, picture: bytes) -> tuple[bytes, str, dict[str, Any]]:
        options = RestoreOptions.model_validate(job.options)
        photo = await self._service.decode(picture, options.name)
        chosen = self._service.chosen(options)
        form = resolve_format(photo, options.format)
        refuse_too_large(photo, form, chosen.scale)
        plan = None if options.task is None else forced(options.task)
        request = RestoreRequest(
            photo,
            options.instruction,
            chosen,
            plan,
            self._service.experts(options),
            reserved=True,
        )
        self._current = (job.id, request)
        result = await self._service.restore(request)
        data = await self._service.aside(encode_reply, result.file, form, result.settings.quality)
        return data, f"image/{form}", report(result, form)
