"""The process: sockets, signals, and an orderly end."""

import asyncio
import logging
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from instructir.errors import ConfigError
from instructir.restoration.restorer import Restorer
from instructir.serving.app import create_app
from instructir.serving.logs import configure
from instructir.serving.memory import settle
from instructir.serving.middleware import MAX_HEAD
from instructir.serving.settings import ServerSettings

_logger = logging.getLogger(__name__)

_MAX_CONNECTIONS = 512
_INTERRUPTED = 130
"""Exit status after Ctrl-C."""
_TRIAL = 192, 256
"""Height and width of the picture that the pace is measured with before there is a request."""


def run_server(load: Callable[[], Restorer], settings: ServerSettings) -> None:
    """Serve until a signal ends it.

    Args:
        load: loads the model.
        settings: where, and the limits.

    Raises:
        ConfigError: if the address cannot be listened on, or the jobs not be kept.
        CheckpointError: if there is no such model or expert, or it is damaged.
        EncoderError: if the sentence encoder cannot be loaded.
    """
    listener = _listener(settings)
    # In a thread that ends, and its computing threads with it: while there are more of those than cores, the
    # runtime has the engine's sleep between two layers, which slows down a picture that comes alone.
    with ThreadPoolExecutor(1) as loading:
        restorer, pace = loading.submit(_prepared, load).result()
    site = create_app(restorer, settings)
    site.service.engine.expect(pace)
    configure()
    settle()
    config = uvicorn.Config(
        site,
        http=type("_Protocol", (_Impatient,), {"seconds": settings.upload_seconds}),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_MAX_CONNECTIONS,
        h11_max_incomplete_event_size=MAX_HEAD,
        timeout_graceful_shutdown=int(settings.grace) + 5,
    )
    server = _Server(config, site.service.drain)
    host, port = listener.getsockname()[:2]
    where = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    _logger.info("ready at %s", where, extra={"fields": {"model": restorer.name, "url": where}})
    # uvicorn raises the signal again when all is finished; an orderly end is no failure.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:  # of which the log has told
        raise SystemExit(_INTERRUPTED) from None


def _prepared(load: Callable[[], Restorer]) -> tuple[Restorer, float]:
    """The restorer, with all that the first request would have to load, and its seconds a pixel."""
    restorer = load()
    restorer.load_experts()
    restorer.plan("remove the noise")
    seconds = 0.0
    for height, width in ((16, 16), _TRIAL):
        start = time.perf_counter()
        restorer.predict(torch.rand(1, 3, height, width), "remove the noise")
        seconds = time.perf_counter() - start
    return restorer, seconds / (_TRIAL[0] * _TRIAL[1])


class _Server(uvicorn.Server):
    """Lets what runs finish before connections are closed: the streams of open pages would never end."""

    def __init__(self, config: uvicorn.Config, drain: Any) -> None:
        super().__init__(config)
        self._drain = drain

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        draining = asyncio.create_task(self._drain())
        await super().shutdown(sockets)
        await draining


class _Impatient(H11Protocol):
    """HTTP with a limit on how long the head of a request may take to arrive, which uvicorn lacks."""

    seconds = 30.0
    _limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._answering:
            self._unwatch()
        elif self._limit is None:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _watch(self) -> None:
        self._limit = asyncio.get_running_loop().call_later(self.seconds, self._expire)

    def _unwatch(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _expire(self) -> None:
        self._limit = None
        if not self._answering:
            self.transport.close()


def _listener(settings: ServerSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"{settings.host}:{settings.port} cannot be listened on ({error.strerror}): "
            f"choose another --host or --port"
        ) from None
    return listener
