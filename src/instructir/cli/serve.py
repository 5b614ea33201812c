"""``instructir serve``: the REST API under /v1, the web page at /."""

import importlib.util
import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from instructir.errors import ConfigError
from instructir.settings import Settings

_KEY_VARIABLE = "INSTRUCTIR_API_KEY"
_NEEDED = ("fastapi", "uvicorn", "prometheus_client", "multipart")


def serve(
    host: Annotated[
        str,
        typer.Option(help="Address to listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for its network."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 for any free one.")] = 7860,
    settings: Settings = Settings(),
    api_key: Annotated[
        str | None,
        typer.Option(envvar=_KEY_VARIABLE, show_envvar=True, help="Require this key of everybody."),
    ] = None,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            help="Name, such as a proxy's, that the server goes by besides localhost; repeat it for more."
        ),
    ] = None,
    jobs: Annotated[
        Path | None, typer.Option(help="SQLite file of the jobs; by default in the cache folder.")
    ] = None,
    keep_results: Annotated[float, typer.Option(help="Seconds that results of jobs are kept.")] = 3600.0,
    queue: Annotated[int, typer.Option(help="Requests in the works at once; further ones get 429.")] = 32,
    batch: Annotated[
        int,
        typer.Option(help="Pictures of one size that are restored together at most; 0: as suits the device."),
    ] = 0,
    deadline: Annotated[float, typer.Option(help="Seconds that a request may take.")] = 120.0,
    grace: Annotated[float, typer.Option(help="Seconds that a shutdown waits for what runs.")] = 30.0,
    max_bytes: Annotated[int, typer.Option(help="Bytes of the largest request.")] = 64 * 2**20,
    max_pixels: Annotated[int, typer.Option(help="Pixels of the largest picture.")] = 64_000_000,
    page: Annotated[
        bool, typer.Option("--page/--no-page", help="With the web page, or the API alone.")
    ] = True,
    log_content: Annotated[
        bool, typer.Option("--log-content", help="Write instructions to the log.")
    ] = False,
) -> None:
    """Serve the REST API and the web page."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigError('serve needs the extra "ui": pip install "instructir[ui]"')

    from instructir.models.embedding_cache import CACHE_VARIABLE, cache_folder
    from instructir.restoration.restorer import Restorer
    from instructir.serving.server import run_server
    from instructir.serving.settings import ServerSettings

    folder = cache_folder()
    if jobs is None and folder is not None:
        jobs = folder / "jobs" / f"{port}.sqlite3"
    limits = ServerSettings(
        host=host,
        port=port,
        # An environment variable that is set but empty is no choice of serving everybody.
        api_key=os.environ.get(_KEY_VARIABLE) if api_key is None else api_key,
        allowed_hosts=tuple(allowed_host or ()),
        jobs=jobs,
        keep_results=keep_results,
        queue=queue,
        batch=batch,
        deadline=deadline,
        grace=grace,
        max_bytes=max_bytes,
        max_pixels=max_pixels,
        page=page,
        log_content=log_content,
    )
    # What strangers write is not to pile up on the disk.
    os.environ[CACHE_VARIABLE] = ""
    if sys.stderr.isatty():
        typer.echo("Loading the model; Ctrl+C ends the server.", err=True)
    run_server(partial(Restorer.load, settings), limits)
