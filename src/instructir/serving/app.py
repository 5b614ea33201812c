"""The whole server as one ASGI application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from instructir._version import __version__
from instructir.restoration.restorer import Restorer
from instructir.serving import job_routes, openapi, operations, problems, routes
from instructir.serving.job_runner import JobRunner
from instructir.serving.middleware import Middleware, is_api
from instructir.serving.service import Service
from instructir.serving.settings import ServerSettings


def create_app(restorer: Restorer, settings: ServerSettings | None = None) -> "_Site":
    """The API, and the page unless the settings say no, over one loaded model.

    Raises:
        ConfigError: if the job store cannot be opened, or the extra ``ui`` is missing.
    """
    service = Service(restorer, settings or ServerSettings())

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        service.engine.start()
        running, tidying = asyncio.create_task(runner.run()), asyncio.create_task(service.tidy())
        try:
            yield
        finally:
            await service.drain()
            tidying.cancel()
            await _ended(running)
            service.close()

    runner = JobRunner(service)
    secured = service.settings.api_key is not None
    api = create_api(secured=secured, lifespan=None if service.settings.page else lifespan)
    api.state.service, api.state.runner = service, runner
    if not service.settings.page:
        return _Site(service, api, None)
    from instructir.serving.page import mounted

    return _Site(service, api, mounted(service, lifespan))


def create_api(*, secured: bool = False, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """The API's routes and its OpenAPI document, before there is a model to answer with."""
    api = FastAPI(
        title="InstructIR",
        version=__version__,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    for router in (routes.router, job_routes.router, operations.router):
        api.include_router(router)
    problems.install_problems(api)
    openapi.install_openapi(api, secured=secured)
    return api


async def _ended(running: "asyncio.Task[None]") -> None:
    """Let the job at hand be put back or kept, then end the runner."""
    await asyncio.wait({running}, timeout=0.1)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


class _Site:
    """Sends requests to the API or the page, through the guard.

    Attributes:
        service: what both work with.
        api: the API by itself.
    """

    def __init__(self, service: Service, api: FastAPI, page: FastAPI | None) -> None:
        self.service = service
        self.api = api
        self._page = page
        self._outermost: ASGIApp = Middleware(self._dispatch, service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        await self._outermost(scope, receive, send)

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._page is None or (scope["type"] == "http" and is_api(scope["path"])):
            await self.api(scope, receive, send)
        else:
            await self._page(scope, receive, send)
