"""Jobs: accepted at once, done later, over a restart too."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from instructir.serving.bodies import upload
from instructir.serving.engine import busy, shutting_down
from instructir.serving.job_runner import JobRunner
from instructir.serving.job_store import Job
from instructir.serving.openapi import picture, request_body
from instructir.serving.problems import Problem, documented
from instructir.serving.replies import ServiceOf, report_headers
from instructir.serving.routes import READING
from instructir.serving.schemas import JobDocument, RestoreBody, RestoreOptions, RestoreReport
from instructir.serving.service import Service

router = APIRouter(prefix="/v1/jobs")

_LOOK = 0.2
"""Seconds between looks at a job whose progress is sent."""
_MAX_WAITING = 1000
"""Jobs that may wait on the disk."""


def _runner(request: Request) -> JobRunner:
    runner: JobRunner = request.app.state.runner
    return runner


async def _found(identity: str, service: ServiceOf) -> Job:
    job = await asyncio.to_thread(service.jobs.get, identity) if identity.isascii() else None
    if job is None:
        raise Problem("not_found", "there is no such job, or it is over for so long that it was deleted")
    return job


RunnerOf = Annotated[JobRunner, Depends(_runner)]
JobOf = Annotated[Job, Depends(_found)]


def _document(job: Job, runner: JobRunner) -> JobDocument:
    progress = 1.0 if job.state == "done" else runner.progress(job.id)
    return JobDocument(
        id=job.id,
        state=job.state,
        progress=round(progress, 3),
        created=job.created,
        finished=job.finished,
        report=None if job.report is None else RestoreReport.model_validate(job.report),
        problem=job.problem,
    )


@router.post(
    "",
    summary="Restore a picture later",
    status_code=202,
    response_model=JobDocument,
    openapi_extra=request_body(RestoreBody),
    responses=documented(*READING, "instruction_refused", "unprocessable", "busy", "shutting_down"),
)
async def create(request: Request, service: ServiceOf, runner: RunnerOf) -> Response:
    """Accept a job. It is on disk when this is answered; `Location` is where to ask for it."""
    options, sent = await upload(request, RestoreOptions)
    assert sent is not None
    async with service.place():
        service.log_content(instruction=service.instruction(options.instruction))
        service.experts(options)
        waiting = (await asyncio.to_thread(service.jobs.counts)).get("queued", 0)
        if waiting >= _MAX_WAITING:
            raise busy(60)
        kept = options.model_copy(update={"name": sent.name or options.name})
        job = await asyncio.to_thread(service.jobs.add, sent.data, kept.model_dump(mode="json"))
        runner.wake()
        document = _document(job, runner).model_dump(mode="json")
        return JSONResponse(document, 202, {"Location": f"/v1/jobs/{job.id}"})


@router.get("/{identity}", summary="How a job stands", responses=documented("not_found"))
async def show(job: JobOf, runner: RunnerOf) -> JobDocument:
    """State, progress in [0, 1], and the report or the problem once it is over."""
    return _document(job, runner)


@router.delete("/{identity}", summary="Cancel a job", responses=documented("not_found", "conflict"))
async def cancel(job: JobOf, service: ServiceOf, runner: RunnerOf) -> JobDocument:
    """Cancel a job that waits or runs; its picture is deleted."""
    if job.over:
        raise Problem("conflict", f"the job is {job.state} already")
    await asyncio.to_thread(service.jobs.cancel, job.id)
    runner.break_off(job.id)
    now = await asyncio.to_thread(service.jobs.get, job.id)
    return _document(now or job, runner)


@router.get(
    "/{identity}/result",
    summary="The picture that a job made",
    response_class=Response,
    responses={**picture(or_json=False), **documented("not_found", "conflict", "gone")},
)
async def result(job: JobOf, service: ServiceOf) -> Response:
    """The restored picture, with the plan in a header."""
    if job.state != "done" or job.report is None:
        raise Problem(
            "conflict", f"the job is {job.state}: there is a result once it is done", state=job.state
        )
    data = await asyncio.to_thread(service.jobs.result, job.id)
    if data is None:
        raise Problem("gone", "the result was deleted")
    return Response(data, media_type=job.media_type, headers=report_headers(job.report))


@router.get(
    "/{identity}/events",
    summary="Follow a job",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events `progress`, whose data is the job, until it is over.",
            "content": {"text/event-stream": {}},
        },
        **documented("not_found", "shutting_down"),
    },
)
async def events(job: JobOf, service: ServiceOf, runner: RunnerOf) -> StreamingResponse:
    """Server-sent progress."""
    if service.draining.is_set():
        raise shutting_down()
    return StreamingResponse(_events(job, service, runner), media_type="text/event-stream")


async def _events(job: Job, service: Service, runner: JobRunner) -> AsyncIterator[str]:
    last = ""
    while not service.draining.is_set():
        text = json.dumps(_document(job, runner).model_dump(mode="json"))
        if text != last:
            yield f"event: progress\ndata: {text}\n\n"
            last = text
        if job.over:
            return
        await asyncio.sleep(_LOOK)
        now = await asyncio.to_thread(service.jobs.get, job.id)
        if now is None:
            return
        job = now
