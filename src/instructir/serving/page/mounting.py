"""The page as an application of its own."""

import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from instructir.serving import problems
from instructir.serving.page.actions import Actions
from instructir.serving.page.downloads import router
from instructir.serving.page.session import Sessions
from instructir.serving.service import Service

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

HERE = Path(__file__).parent
SWEEP = 300
"""Seconds between looks for, and age of, files that a broken-off upload left behind."""


def mounted(service: Service, lifespan: Lifespan) -> FastAPI:
    """The page, with `lifespan` around it.

    Uploads and results lie in one folder that is deleted with the process, and each visitor's when he leaves.
    """
    folder = tempfile.TemporaryDirectory(prefix="instructir-page-")
    # Read by Gradio when it is imported and after; nothing is to be reported or fetched.
    os.environ.update(GRADIO_TEMP_DIR=folder.name, GRADIO_ANALYTICS_ENABLED="False", HF_HUB_OFFLINE="1")
    import gradio

    from instructir.serving.page.layout import build, theme

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
    problems.install(app)
    app.include_router(router(service, sessions))
    blocks = build(Actions(service, sessions), SWEEP)
    whole_page: FastAPI = gradio.mount_gradio_app(
        app,
        blocks,
        "/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=service.settings.max_bytes,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        css_paths=[HERE / "style.css"],
        js=(HERE / "page.js").read_text("utf-8"),
        favicon_path=str(HERE / "favicon.png"),
    )
    return whole_page
