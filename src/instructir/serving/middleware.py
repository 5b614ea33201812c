"""The outermost layer: who may come in, how much they may bring, and what is written down about it."""

import base64
import binascii
import contextlib
import hmac
import logging
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from instructir.serving import logs, operations
from instructir.serving.problems import CLIENT_GONE, Problem, problem_of
from instructir.serving.service import Service
from instructir.serving.uploads import Body, Uploads, too_large

_logger = logging.getLogger("instructir.access")

MAX_HEAD = 32 * 1024
"""Longest head of a request in bytes."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"
# Pictures come from here, previews from memory; nothing comes from another host.
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_OPEN = frozenset({"/healthz", "/readyz"})
"""What needs no key."""


class Middleware:
    """ASGI middleware for the API and the page alike."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service
        self._uploads = Uploads(service.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        answer = _Answer(send, is_api(scope["path"]), bodiless=scope["method"] == "HEAD")
        about = logs.begin(id=answer.id, method=scope["method"], bytes_in=0)
        if answer.bodiless:
            scope = {**scope, "method": "GET"}
        try:
            self._check(scope["path"], headers)
            with self._uploads.body(receive, about) as body:
                answer.body = body
                await self._app(scope, body.receive, answer.send)
        except Problem as problem:
            if not answer.status:
                await problem.response()(scope, receive, answer.send)
        except Exception as error:
            _logger.exception("a request failed", extra={"fields": {"id": answer.id}})
            if not answer.status:
                await problem_of(error).response()(scope, receive, answer.send)
        finally:
            self._write_down(scope, answer, about)

    def _check(self, path: str, headers: Headers) -> None:
        settings = self._service.settings
        if len(path) + sum(len(name) + len(value) for name, value in headers.raw) > MAX_HEAD:
            raise Problem("head_too_large", f"send at most {MAX_HEAD} bytes of address and headers")
        host = _host(headers)
        if not settings.goes_by(host):
            # A name of somebody else's that leads here: a page that borrows a browser to get in.
            raise Problem(
                "wrong_host",
                f"this server does not go by {host[:100]!r}: ask for localhost, or allow it (--allowed-host)",
            )
        if _is_foreign(headers):
            raise Problem("forbidden", "pages of other sites may not use this server")
        if path not in _OPEN and settings.api_key and not _knows(headers, settings.api_key):
            raise Problem("unauthorized", "send Authorization: Bearer KEY, or X-API-Key: KEY")
        stated = headers.get("content-length", "")
        if stated.isdecimal() and int(stated) > settings.max_bytes:
            raise too_large(settings)

    def _write_down(self, scope: Scope, answer: "_Answer", about: dict[str, object]) -> None:
        route = getattr(scope.get("route"), "path", None) or ("page" if not answer.api else "unknown")
        seconds = time.monotonic() - answer.start
        # No answer at all: the client went away first.
        status = answer.status or CLIENT_GONE
        self._service.metrics.answered(route, status, seconds)
        fields = {**about, "route": route, "status": status, "seconds": round(seconds, 4)}
        _logger.log(
            logging.INFO if answer.api or status >= 400 else logging.DEBUG,
            "request",
            extra={"fields": fields},
        )


class _Answer:
    """An answer on its way: gets the safe headers, remembers its status, and loses its body to HEAD.

    Attributes:
        body: the request's, which a refusal waits for.
    """

    body: Body | None = None

    def __init__(self, send: Send, api: bool, *, bodiless: bool = False) -> None:
        self.id = secrets.token_hex(8)
        self.start = time.monotonic()
        self.status = 0
        self.api = api
        self.bodiless = bodiless
        self._over = False
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.status >= 400 and self.body is not None:
                await self.body.read_away()
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers["Content-Security-Policy"] = _API_POLICY if self.api else _PAGE_POLICY
            headers["X-Request-ID"] = self.id
            if self.api:
                headers["Cache-Control"] = "no-store"
        elif self.bodiless:
            if self._over:
                return
            message, self._over = {"type": "http.response.body", "body": b""}, True
        await self._send(message)


def is_api(path: str) -> bool:
    """Whether `path` belongs to the API; the rest is the page's."""
    return path == "/v1" or path.startswith("/v1/") or path in operations.PATHS


def _is_foreign(headers: Headers) -> bool:
    """Whether a page of another site asks: browsers say so, the older ones by the page's origin alone."""
    if "sec-fetch-site" in headers:
        return headers["sec-fetch-site"] == "cross-site" and headers.get("sec-fetch-mode") != "navigate"
    origin = headers.get("origin")
    return origin is not None and _name(origin.rpartition("://")[2]) != _host(headers)


def _host(headers: Headers) -> str:
    return _name(headers.get("host", ""))


def _name(host: str) -> str:
    """A host without its port, in lower case."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    return name.strip("[]").lower()


def _knows(headers: Headers, key: str) -> bool:
    scheme, _, value = headers.get("authorization", "").partition(" ")
    offered = [headers.get("x-api-key", "")]
    if scheme.lower() == "bearer":
        offered.append(value.strip())
    elif scheme.lower() == "basic":  # what browsers ask their users for; any name goes
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            offered.append(base64.b64decode(value).decode().partition(":")[2])
    return any(hmac.compare_digest(word.encode(), key.encode()) for word in offered)
