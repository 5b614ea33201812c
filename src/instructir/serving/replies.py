"""How a restoration is sent back, and how a client that leaves is noticed."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Annotated, Any, NamedTuple, TypeVar

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, Response

from instructir.instructions.plan import Plan
from instructir.restoration.result import Restoration
from instructir.serving.pictures import FORMAT_SUFFIXES, encode_reply, resolve_format
from instructir.serving.problems import ClientGoneError, Problem
from instructir.serving.schemas import RestoreOptions, report
from instructir.serving.service import Service

_T = TypeVar("_T")


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceOf = Annotated[Service, Depends(_service)]
"""The service, as a route's parameter."""


async def while_connected(request: Request, doing: Coroutine[Any, Any, _T]) -> _T:
    """Await `doing`, and cancel it when the client goes away.

    Raises:
        ClientGoneError: if it went.
    """
    task = asyncio.create_task(doing)
    gone = asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientGoneError
        return task.result()
    finally:
        gone.cancel()
        task.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


@asynccontextmanager
async def admitted(request: Request, service: Service) -> AsyncIterator[None]:
    """A place in the works; a client that gets none has its body read away, so that it hears of it."""
    place = service.place()
    try:
        await place.__aenter__()
    except Problem:
        async for _ in request.stream():
            pass
        raise
    try:
        yield
    finally:
        await place.__aexit__(None, None, None)


class Accepted(NamedTuple):
    """What a client accepts: a picture in a JSON envelope, or by itself in some formats, all if none."""

    as_json: bool
    formats: tuple[str, ...] = ()


def accepted_by(request: Request, options: RestoreOptions, *, sent_json: bool) -> Accepted:
    """What is to be sent: what the client says that it accepts, or else as it asked.

    A format that was asked for counts for more than those that are accepted.

    Raises:
        Problem: ``not_acceptable`` if it accepts neither JSON nor pictures of a format that is written.
    """
    accepted = [part.partition(";")[0].strip() for part in request.headers.get("accept", "*/*").split(",")]
    pictures = [kind.removeprefix("image/") for kind in accepted if kind.startswith("image/")]
    if "application/json" in accepted and not pictures:
        return Accepted(as_json=True)
    if pictures:
        if {"image/*", "*/*"} & {*accepted} or "format" in options.model_fields_set:
            return Accepted(as_json=False)
        formats = tuple(form for form in pictures if form in FORMAT_SUFFIXES)
        if not formats:
            raise Problem(
                "not_acceptable", f"accept image/* or one of image/{', image/'.join(FORMAT_SUFFIXES)}"
            )
        return Accepted(as_json=False, formats=formats)
    if not {*accepted} & {"*/*", "application/*", ""}:
        raise Problem("not_acceptable", "accept image/* or application/json")
    return Accepted(as_json=sent_json or "application/*" in accepted)


async def reply(
    service: Service, result: Restoration, options: RestoreOptions, accepted: Accepted
) -> Response:
    """The restored picture as an answer."""
    form = resolve_format(result.original, options.format, accepted.formats)
    data = await service.aside(encode_reply, result.file, form, result.settings.quality)
    about = report(result, form)
    if accepted.as_json:
        image = base64.b64encode(data).decode("ascii")
        return JSONResponse({**about, "image": image, "media_type": f"image/{form}"})
    return Response(data, media_type=f"image/{form}", headers=report_headers(about, result.plan))


def report_headers(about: dict[str, Any], plan: Plan | None = None) -> dict[str, str]:
    """A report in headers; the words of the steps are left out, which may be long."""
    planned = about["plan"] if plan is None else plan.to_dict()
    steps = [{key: told for key, told in step.items() if key != "text"} for step in planned["steps"]]
    short = {"kind": planned["kind"], "steps": steps, "excluded": planned["excluded"]}
    return {
        "X-InstructIR-Plan": json.dumps(short),
        "X-InstructIR-Model": about["model"].encode("ascii", "replace").decode(),
        "X-InstructIR-Seconds": str(about["seconds"]),
        "X-InstructIR-Notes": json.dumps(about["notes"]),
    }
