"""The web page: a photo, a sentence, a result, and on from there."""

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles

from instructir.serving import problems
from instructir.serving.page import downloads, languages, messages, routes
from instructir.serving.page.actions import Actions
from instructir.serving.page.session import Sessions
from instructir.serving.page.site import Site
from instructir.serving.service import Service

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def _told(request: Request, text: str) -> str:
    accepted = request.headers.get("accept-language", "")
    return messages.told(text, languages.choose_language(accepted))


def mounted(service: Service, lifespan: Lifespan) -> FastAPI:
    """The page, with `lifespan` around it.

    Photos and results lie in one folder that is deleted with the process, and each visitor's when he leaves.
    """
    folder = tempfile.TemporaryDirectory(prefix="instructir-page-")
    sessions = Sessions(Path(folder.name))

    @asynccontextmanager
    async def whole(app: FastAPI) -> AsyncIterator[None]:
        async with lifespan(app):
            try:
                yield
            finally:
                sessions.end_all()
                folder.cleanup()

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=whole)
    problems.install_problems(app, _told)
    app.state.site = Site(service, sessions, Actions(service))
    app.include_router(routes.router)
    app.include_router(downloads.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    return app
