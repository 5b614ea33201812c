"""The page's own addresses. They change with the page; programs use the API under ``/v1``."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from instructir.restoration.expert_table import name_of
from instructir.serving.bodies import upload
from instructir.serving.page import languages
from instructir.serving.page.actions import Documents
from instructir.serving.page.documents import picture_document
from instructir.serving.page.picture import CompareSide, ViewSize
from instructir.serving.page.site import PageOf
from instructir.serving.pictures import Format
from instructir.serving.schemas import RestoreOptions
from instructir.tasks import Task

_GRACE = 30 * 60.0
"""Seconds after which a visitor is gone whose page has closed its line without a word. A phone closes it when
another program is in front, such as its camera; a page that is closed says so."""
_BEAT = 1.0
"""Seconds between looks whether the page is still there."""

_EXAMPLES = (
    ("grainy_cat.jpg", Task.DENOISING),
    ("dark_coffee.jpg", Task.LOW_LIGHT),
    ("rainy_portrait.jpg", Task.DERAINING),
    ("hazy_rocket.jpg", Task.DEHAZING),
)
"""Pictures in the folder ``static/examples``, and what each is good for."""

_Fraction = Annotated[float, Field(ge=0, le=1)]


class _Wish(RestoreOptions):
    """What to do to a photo, with the page's language."""

    language: str = "en"


class Sentence(BaseModel):
    """A sentence that is being written."""

    text: Annotated[str, Field(max_length=100_000)] = ""
    language: str = "en"
    photo: str | None = None
    masked: bool = False


class Place(BaseModel):
    """Which step is shown, at which strength."""

    at: int | None = None
    strength: _Fraction | None = None
    language: str = "en"


router = APIRouter(include_in_schema=False)


@router.get("/")
async def page(request: Request, site: PageOf, lang: str = "") -> HTMLResponse:
    """The page in the visitor's language."""
    code = languages.choose_language(request.headers.get("accept-language", ""), lang)
    about = {
        "tasks": [task.value for task in site.actions.tasks],
        "maxBytes": site.service.settings.max_bytes,
        "formats": get_args(Format)[1:],
        "experts": list(dict.fromkeys(map(name_of, site.service.restorer.experts.values()))),
        "examples": [{"file": name, "ask": task.value} for name, task in _EXAMPLES],
    }
    headers = {"Content-Language": code, "Vary": "Accept-Language", "Cache-Control": "no-cache"}
    return HTMLResponse(languages.document(code, about), headers=headers)


@router.post("/page/sessions")
async def begin(site: PageOf) -> dict[str, str]:
    """A new session."""
    return {"token": site.sessions.begin().token}


@router.post("/page/{token}/leave")
async def leave(site: PageOf, token: str) -> Response:
    """The visitor has gone."""
    site.sessions.end(token)
    return Response(status_code=204)


@router.get("/page/{token}/alive")
async def alive(request: Request, site: PageOf, token: str) -> StreamingResponse:
    """An open page's line; when it has been closed for a while, the visitor has gone."""
    session = site.sessions.get(token)

    async def listen() -> AsyncIterator[str]:
        session.listeners += 1
        try:
            while not (site.service.closed.is_set() or await request.is_disconnected()):
                yield ": here\n\n"
                await asyncio.sleep(_BEAT)
        finally:
            session.listeners -= 1
            session.left = time.monotonic()
            task = asyncio.create_task(end_later(session.left))
            site.leaving.add(task)
            task.add_done_callback(site.leaving.discard)

    async def end_later(left: float) -> None:
        await asyncio.sleep(_GRACE)
        if session.left == left:  # the page has not been back since
            site.sessions.end(token, unless_shown=True)

    return StreamingResponse(listen(), media_type="text/event-stream")


@router.post("/page/{token}/photos")
async def add(
    request: Request, site: PageOf, token: str, name: str = "", language: str = "en"
) -> dict[str, Any]:
    """Take a photo in: the body is the file."""
    session = site.sessions.get(token)
    data = await request.body()
    async with site.service.place():
        picture = await site.actions.add(session, data, name)
        return picture_document(picture, language)


@router.delete("/page/{token}/photos/{key}")
async def remove(site: PageOf, token: str, key: str) -> Response:
    """Let a photo go."""
    site.sessions.get(token).remove(key)
    return Response(status_code=204)


@router.post("/page/{token}/understand")
async def understand(request: Request, site: PageOf, token: str) -> dict[str, Any]:
    """What a sentence asks for."""
    wish, _ = await upload(request, Sentence, required=False)
    picture = site.sessions.picture(token, wish.photo) if wish.photo else None
    return await site.actions.understand(picture, wish.text, wish.language, masked=wish.masked)


@router.post("/page/{token}/photos/{key}/restore")
async def restore(request: Request, site: PageOf, token: str, key: str) -> StreamingResponse:
    """Restore a photo, saying how far it is: a JSON object a line."""
    wish, _ = await upload(request, _Wish, required=False)
    picture = site.sessions.picture(token, key)
    documents = site.actions.restore(picture, wish, wish.language)
    return StreamingResponse(_lines(request, documents), media_type="application/x-ndjson")


@router.post("/page/{token}/photos/{key}/variant")
async def variant(request: Request, site: PageOf, token: str, key: str) -> Response:
    """How a photo would turn out, small."""
    wish, _ = await upload(request, _Wish, required=False)
    data = await site.actions.variant(site.sessions.picture(token, key), wish)
    return Response(data, media_type="image/webp" if data[:4] == b"RIFF" else "image/jpeg")


@router.post("/page/{token}/photos/{key}/place")
async def place(request: Request, site: PageOf, token: str, key: str) -> dict[str, Any]:
    """Go to a step, or apply another fraction of it."""
    wish, _ = await upload(request, Place, required=False)
    picture = site.sessions.picture(token, key)
    if wish.at is not None:
        picture.go_to(wish.at)
    if wish.strength is not None:
        picture.set_strength(wish.strength)
    return picture_document(picture, wish.language)


@router.get("/page/{token}/photos/{key}/view/{step}/{side}")
async def view(
    site: PageOf,
    token: str,
    key: str,
    step: str,
    side: CompareSide,
    strength: Annotated[float, Query(ge=0, le=1)] = 1.0,
    size: ViewSize = "screen",
) -> Response:
    """A picture for the screen."""
    picture = site.sessions.picture(token, key)
    data, kind = await site.service.aside(picture.view, step, side, strength, size)
    return Response(data, media_type=kind, headers={"Cache-Control": "private, max-age=3600, immutable"})


async def _lines(request: Request, documents: Documents) -> AsyncIterator[str]:
    """A JSON object a line; the work ends when nobody reads on."""
    try:
        async for document in documents:
            if "preview" in document:
                pictures = [base64.b64encode(data).decode("ascii") for data in document["preview"]]
                document = {"preview": pictures}
            yield json.dumps(document) + "\n"
            if await request.is_disconnected():
                return
    finally:
        await documents.aclose()  # type: ignore[attr-defined]
