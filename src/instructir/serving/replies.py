"""How a restoration is sent back, and how a client that leaves is noticed."""

import asyncio
import base64
import json
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, Response

from instructir.restoration.result import Restoration
from instructir.serving.negotiation import Accepted
from instructir.serving.pictures import encode_reply, resolve_format
from instructir.serving.problems import ClientGoneError
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
    return Response(data, media_type=f"image/{form}", headers=report_headers(about))


def report_headers(about: dict[str, Any]) -> dict[str, str]:
    """A report in headers, without what a plan says in words, which may be long."""
    steps = [{key: told for key, told in step.items() if key != "text"} for step in about["plan"]["steps"]]
    short = {key: told for key, told in about["plan"].items() if key != "summary"}
    return {
        "X-InstructIR-Plan": json.dumps({**short, "steps": steps}),
        "X-InstructIR-Model": about["model"].encode("ascii", "replace").decode(),
        "X-InstructIR-Seconds": str(about["seconds"]),
        "X-InstructIR-Notes": json.dumps(about["notes"]),
        "X-InstructIR-Change": json.dumps(about["change"]),
    }
